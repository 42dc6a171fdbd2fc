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
func (o *Optional[T]) Set(value T) { *o = Some(value) }

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

// IsZero tells encoding/json's omitzero that there is nothing to write.
func (o Optional[T]) IsZero() bool { return o.presence == absent }

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
		*o = Null[T]()
		return r.end()
	}
	var value T
	if err := Unmarshal(data, &value); err != nil {
		return err
	}
	*o = Some(value)
	return nil
}

// optionalView is what the codec sees of an Optional that it reads from.
type optionalView interface {
	inner() reflect.Type
	view() (any, presence)
}

// optionalSlot is what the codec sees of an Optional that it writes into.
type optionalSlot interface {
	fresh() any
	setNull()
}

func (o Optional[T]) inner() reflect.Type { return reflect.TypeOf((*T)(nil)).Elem() }

func (o Optional[T]) view() (any, presence) { return o.value, o.presence }

func (o *Optional[T]) fresh() any {
	o.value, o.presence = new(T), present
	return o.value
}

func (o *Optional[T]) setNull() { *o = Null[T]() }
