package sdk

import (
	"fmt"
	"reflect"
)

type presence uint8

const (
	absent presence = iota
	null
	present
)

// Optional is a value that may be absent or null. Its zero value is absent.
//
// Absent and null are not the same on the wire: an absent field is left out, a null one is written as null.
type Optional[T any] struct {
	// Two Optionals can't be compared with ==, which would compare where their values lie.
	_        [0]func()
	value    *T
	presence presence
}

// Some is a value that is there.
func Some[T any](value T) Optional[T] { return Optional[T]{value: &value, presence: present} }

// Null is JSON's null.
func Null[T any]() Optional[T] { return Optional[T]{presence: null} }

// Get returns the value and whether it is there.
func (o Optional[T]) Get() (T, bool) {
	if o.presence != present {
		var none T
		return none, false
	}
	return *o.value, true
}

// Set gives it a value.
func (o *Optional[T]) Set(value T) { *o = Optional[T]{value: &value, presence: present} }

// Or returns the value, or otherwise where it is absent or null.
func (o Optional[T]) Or(otherwise T) T {
	if value, ok := o.Get(); ok {
		return value
	}
	return otherwise
}

// IsAbsent tells whether there was nothing at all.
func (o Optional[T]) IsAbsent() bool { return o.presence == absent }

// IsNull tells whether there was a null.
func (o Optional[T]) IsNull() bool { return o.presence == null }

// String is the value's text, "null" or "".
func (o Optional[T]) String() string {
	switch o.presence {
	case present:
		return fmt.Sprint(*o.value)
	case null:
		return "null"
	}
	return ""
}

// MarshalJSON writes the value, or null.
func (o Optional[T]) MarshalJSON() ([]byte, error) {
	if o.presence != present {
		return []byte("null"), nil
	}
	return Marshal(*o.value)
}

// UnmarshalJSON reads the value, or null.
func (o *Optional[T]) UnmarshalJSON(data []byte) error {
	r, err := newReader(data)
	if err != nil {
		return err
	}
	if r.literal("null") {
		*o = Optional[T]{presence: null}
		return r.end()
	}
	var value T
	if err := Unmarshal(data, &value); err != nil {
		return err
	}
	o.Set(value)
	return nil
}

// holder is what the codec sees of an Optional: where its value's pointer and its presence lie. There is one method for all,
// because each takes its time to compile for each T.
type holder interface {
	cell() (value any, state *presence)
}

func (o *Optional[T]) cell() (any, *presence) { return &o.value, &o.presence }

// cellOf returns the pointer to the value, which can be set, and the presence of an Optional that can be addressed.
func cellOf(v reflect.Value) (reflect.Value, *presence) {
	value, state := v.Addr().Interface().(holder).cell()
	return reflect.ValueOf(value).Elem(), state
}

// isOptional tells whether a type is an Optional.
func isOptional(t reflect.Type) bool { return reflect.PointerTo(t).Implements(holderType) }

var holderType = reflect.TypeFor[holder]()
