package sdk

import (
	"encoding/json"
	"slices"
	"strings"
)

// StreamBookLevel is a price with the quantity that stands at it.
type StreamBookLevel struct {
	Price    Decimal
	Quantity Decimal
}

// levels are one side of a book, best first.
type levels struct {
	dear bool // whether the dearest is the best: bids
	list []StreamBookLevel
}

// set gives a price its quantity; 0 takes it away.
func (l *levels) set(level StreamBookLevel) {
	at, found := slices.BinarySearchFunc(l.list, level, func(known, wanted StreamBookLevel) int {
		if l.dear {
			return wanted.Price.Cmp(known.Price)
		}
		return known.Price.Cmp(wanted.Price)
	})
	gone := level.Quantity.isZero()
	switch {
	case found && gone:
		l.list = slices.Delete(l.list, at, at+1)
	case found:
		l.list[at] = level
	case !gone:
		l.list = slices.Insert(l.list, at, level)
	}
}

// levelReader reads levels as an exchange writes them.
type levelReader struct{ price, quantity []string }

func (r *levelReader) read(text json.RawMessage, take func(StreamBookLevel)) error {
	items := &reader{data: text}
	return items.array(func(int) error {
		items.space()
		start := items.pos
		if err := items.skip(); err != nil {
			return err
		}
		level, err := r.one(items.data[start:items.pos])
		if err == nil {
			take(level)
		}
		return err
	})
}

func (r *levelReader) one(item json.RawMessage) (StreamBookLevel, error) {
	price, err := decimalAt(item, r.price)
	if err != nil {
		return StreamBookLevel{}, err
	}
	quantity, err := decimalAt(item, r.quantity)
	return StreamBookLevel{Price: price, Quantity: quantity}, err
}

func decimalAt(item json.RawMessage, path []string) (Decimal, error) {
	found, ok := valueAtSteps(item, path)
	if !ok {
		return Decimal{}, &DecodeError{Path: "$", Problem: "holds no number at " + strings.Join(path, "."), Value: shorten(item)}
	}
	value, err := ParseDecimal(plainText(found))
	if err != nil {
		return Decimal{}, &DecodeError{Path: "$", Problem: "is no number", Value: shorten(found)}
	}
	return value, nil
}

// isZero tells whether every digit is 0.
func (d Decimal) isZero() bool {
	for index := range len(d.text) {
		switch c := d.text[index]; {
		case c == 'e' || c == 'E':
			return true
		case c >= '1' && c <= '9':
			return false
		}
	}
	return true
}
