package sdk

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// maxExponent bounds the exponents of numbers, so that arithmetic on a hostile number can't exhaust the memory.
const maxExponent = 100000

// Integer is a whole number of any size, exactly. Its zero value is 0.
//
// Two Integers that were written differently (1 and 1.0) are different for ==; compare them with Cmp.
type Integer struct{ text string }

// NewInteger is a whole number of 64 bits.
func NewInteger(value int64) Integer { return Integer{strconv.FormatInt(value, 10)} }

// ParseInteger reads a JSON number that is whole.
func ParseInteger(text string) (Integer, error) {
	whole, err := parseWhole(text)
	if err != nil {
		return Integer{}, err
	}
	if whole == nil {
		return Integer{}, fmt.Errorf("%q is no whole number", shorten([]byte(text)))
	}
	return Integer{text}, nil
}

// parseWhole returns the number's value, nil where it is no whole number.
func parseWhole(text string) (*big.Int, error) {
	if numberLength(text) != len(text) || text == "" {
		return nil, notNumber(text)
	}
	if !strings.ContainsAny(text, ".eE") {
		value, _ := new(big.Int).SetString(text, 10)
		return value, nil
	}
	parts, err := splitDecimal(text)
	if err != nil {
		return nil, err
	}
	if parts.scale <= 0 {
		return parts.scaled(0), nil
	}
	quotient, rest := new(big.Int).QuoRem(parts.digits, power10(parts.scale), new(big.Int))
	if rest.Sign() != 0 {
		return nil, nil
	}
	return quotient, nil
}

// Big returns the value as a new big.Int.
func (i Integer) Big() *big.Int {
	if i.text == "" {
		return new(big.Int)
	}
	value, err := parseWhole(i.text)
	if err != nil {
		panic(err) // an Integer only ever holds text that parseWhole took
	}
	return value
}

// Int64 returns the value and whether it fits 64 bits.
func (i Integer) Int64() (int64, bool) {
	value := i.Big()
	return value.Int64(), value.IsInt64()
}

// Cmp is -1, 0 or 1 as the value is less than, equal to or greater than the other.
func (i Integer) Cmp(other Integer) int { return i.Big().Cmp(other.Big()) }

// String is the number in plain digits, without an exponent up to 400 of them.
func (i Integer) String() string {
	if i.text == "" {
		return "0"
	}
	return plainNumber(i.text)
}

// MarshalJSON writes the number with its own digits.
func (i Integer) MarshalJSON() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalJSON reads a whole JSON number.
func (i *Integer) UnmarshalJSON(data []byte) error { return Unmarshal(data, i) }
