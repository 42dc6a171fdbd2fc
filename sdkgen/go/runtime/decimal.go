package sdk

import (
	"cmp"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// maxPlain is how many digits a number may have to be written without an exponent.
const maxPlain = 400

// Decimal is an exact decimal number that keeps the digits it was written with: 1.10 keeps its last zero. Its zero value is 0.
//
// Two Decimals that were written differently (1.1 and 1.10) are different for ==; compare them with Cmp.
type Decimal struct{ text string }

// NewDecimal is value / 10^scale: NewDecimal(110, 2) is 1.10.
func NewDecimal(value int64, scale int) Decimal {
	return decimalParts{digits: big.NewInt(value), scale: scale}.decimal()
}

// ParseDecimal reads a number as JSON writes it.
func ParseDecimal(text string) (Decimal, error) {
	if text == "" {
		return Decimal{}, notNumber(text)
	}
	_, err := splitDecimal(text)
	if err != nil {
		return Decimal{}, err
	}
	return Decimal{text}, nil
}

// MustDecimal is ParseDecimal for constants; it panics where text is no number.
func MustDecimal(text string) Decimal {
	value, err := ParseDecimal(text)
	if err != nil {
		panic(err)
	}
	return value
}

// Cmp is -1, 0 or 1 as the value is less than, equal to or greater than the other.
func (d Decimal) Cmp(other Decimal) int {
	if order, plain := comparePlain(d.text, other.text); plain {
		return order
	}
	a, b, _ := aligned(d, other)
	return a.Cmp(b)
}

// comparePlain compares two numbers by their digits, where both are written without sign and exponent.
func comparePlain(a, b string) (order int, plain bool) {
	wholeA, restA, okA := plainDigits(a)
	wholeB, restB, okB := plainDigits(b)
	if !okA || !okB {
		return 0, false
	}
	if len(wholeA) != len(wholeB) {
		return cmp.Compare(len(wholeA), len(wholeB)), true
	}
	if order = strings.Compare(wholeA, wholeB); order != 0 {
		return order, true
	}
	return strings.Compare(strings.TrimRight(restA, "0"), strings.TrimRight(restB, "0")), true
}

// plainDigits are the digits before and after the point.
func plainDigits(text string) (whole, rest string, plain bool) {
	point := len(text)
	for index := range len(text) {
		switch c := text[index]; {
		case c == '.' && point == len(text):
			point = index
		case c < '0' || c > '9':
			return "", "", false
		}
	}
	return text[:point], strings.TrimPrefix(text[point:], "."), point > 0 && (point == 1 || text[0] != '0')
}

// Sign is -1, 0 or 1.
func (d Decimal) Sign() int { return d.parts().digits.Sign() }

// Add returns the exact sum.
func (d Decimal) Add(other Decimal) Decimal {
	a, b, scale := aligned(d, other)
	return decimalParts{digits: a.Add(a, b), scale: scale}.decimal()
}

// Sub returns the exact difference.
func (d Decimal) Sub(other Decimal) Decimal {
	a, b, scale := aligned(d, other)
	return decimalParts{digits: a.Sub(a, b), scale: scale}.decimal()
}

// Mul returns the exact product.
func (d Decimal) Mul(other Decimal) Decimal {
	a, b := d.parts(), other.parts()
	return decimalParts{digits: a.digits.Mul(a.digits, b.digits), scale: a.scale + b.scale}.decimal()
}

// Neg returns the value with the other sign.
func (d Decimal) Neg() Decimal {
	parts := d.parts()
	return decimalParts{digits: parts.digits.Neg(parts.digits), scale: parts.scale}.decimal()
}

// Rat returns the exact value as a new big.Rat, for division and whatever else is not here.
func (d Decimal) Rat() *big.Rat {
	parts := d.parts()
	if parts.scale <= 0 {
		return new(big.Rat).SetInt(parts.scaled(0))
	}
	return new(big.Rat).SetFrac(parts.digits, power10(parts.scale))
}

// String is the number in plain digits, without an exponent up to 400 of them.
func (d Decimal) String() string {
	if d.text == "" {
		return "0"
	}
	return plainNumber(d.text)
}

// MarshalJSON writes the number with its own digits.
func (d Decimal) MarshalJSON() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalJSON reads a JSON number.
func (d *Decimal) UnmarshalJSON(data []byte) error { return Unmarshal(data, d) }

func (d Decimal) parts() decimalParts {
	parts, err := splitDecimal(d.text)
	if err != nil {
		panic(err) // a Decimal only ever holds text that splitDecimal took
	}
	return parts
}

// decimalParts is digits / 10^scale.
type decimalParts struct {
	digits *big.Int
	scale  int
}

func splitDecimal(text string) (decimalParts, error) {
	if text == "" {
		text = "0"
	}
	if numberLength(text) != len(text) {
		return decimalParts{}, notNumber(text)
	}
	mantissa, exponent := text, 0
	if at := strings.IndexAny(text, "eE"); at >= 0 {
		var err error
		mantissa = text[:at]
		exponent, err = strconv.Atoi(text[at+1:])
		if err != nil || exponent > maxExponent || exponent < -maxExponent {
			return decimalParts{}, fmt.Errorf("%q has too large an exponent", shorten([]byte(text)))
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits, _ := new(big.Int).SetString(whole+fraction, 10)
	return decimalParts{digits: digits, scale: len(fraction) - exponent}, nil
}

// scaled returns the digits that the value has at another scale, which is not less than its own.
func (p decimalParts) scaled(scale int) *big.Int {
	return new(big.Int).Mul(p.digits, power10(scale-p.scale))
}

func (p decimalParts) decimal() Decimal {
	if p.scale <= 0 {
		return Decimal{p.scaled(0).String()}
	}
	sign, digits := "", p.digits.String()
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	if missing := p.scale + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - p.scale
	return Decimal{sign + digits[:point] + "." + digits[point:]}
}

// aligned returns both values' digits at the finer of their scales.
func aligned(a, b Decimal) (*big.Int, *big.Int, int) {
	first, second := a.parts(), b.parts()
	scale := max(first.scale, second.scale)
	return first.scaled(scale), second.scaled(scale), scale
}

func power10(exponent int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(exponent)), nil)
}

func notNumber(text string) error { return fmt.Errorf("%q is no number", shorten([]byte(text))) }

// plainNumber writes a JSON number without its exponent, unless that takes more than maxPlain digits.
func plainNumber(text string) string {
	if !strings.ContainsAny(text, "eE") {
		return text
	}
	parts, err := splitDecimal(text)
	if err != nil || len(parts.digits.String())-parts.scale > maxPlain || parts.scale > maxPlain {
		return text
	}
	plain := parts.decimal().text
	if text[0] == '-' && plain[0] != '-' {
		return "-" + plain
	}
	return plain
}
