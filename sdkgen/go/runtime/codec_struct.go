package sdk

import (
	"fmt"
	"reflect"
	"strings"
)

// Types say what they are on the wire through their fields' tags: `wire` names an object's key (with `may` for what it may be
// instead of a value) and `kept` its unknown keys, `place` numbers a tuple's places (`rest` the further ones, `missing` the count
// of those that were not there), `variant` numbers a union's alternatives (`kept` one of a kind that the description does not name).
func (b builder) buildStruct(t reflect.Type) (codec, error) {
	if isOptional(t) {
		made := &nullableCodec{}
		b[t] = made
		pointer, _ := cellOf(reflect.New(t).Elem())
		return made, b.fill(&made.inner, pointer.Type().Elem())
	}
	for index := range t.NumField() {
		tag := t.Field(index).Tag
		if _, ok := tag.Lookup("place"); ok || tag.Get("rest") != "" {
			return b.buildTuple(t)
		}
		if _, ok := tag.Lookup("variant"); ok {
			return b.buildUnion(t)
		}
		if _, ok := tag.Lookup("wire"); ok || tag.Get("kept") != "" {
			return b.buildObject(t)
		}
	}
	return nil, &ConfigurationError{Problem: fmt.Sprintf("%s is no type of this package", t)}
}

// nullableCodec is for Optionals outside objects, where a value can be null but not absent.
type nullableCodec struct{ inner codec }

func (c *nullableCodec) decode(r *reader, v reflect.Value) error {
	pointer, state := cellOf(v)
	if r.literal("null") {
		*state = null
		return nil
	}
	*state = present
	pointer.Set(reflect.New(pointer.Type().Elem()))
	return c.inner.decode(r, pointer.Elem())
}

func (c *nullableCodec) encode(w *writer, v reflect.Value) error {
	pointer, state := cellOf(v)
	if *state != present {
		w.data = append(w.data, "null"...)
		return nil
	}
	return c.inner.encode(w, pointer.Elem())
}

type objectField struct {
	index     int
	wire      string
	codec     codec
	optional  bool
	mayAbsent bool
	mayNull   bool
}

type objectCodec struct {
	fields  []objectField
	byWire  map[string]int
	kept    int
	unknown *mapCodec
}

func (b builder) buildObject(t reflect.Type) (codec, error) {
	made := &objectCodec{byWire: map[string]int{}}
	b[t] = made
	for index := range t.NumField() {
		field := t.Field(index)
		inner, err := b.build(field.Type)
		if err != nil {
			return nil, err
		}
		if field.Tag.Get("kept") != "" {
			made.kept, made.unknown = index, inner.(*mapCodec)
			continue
		}
		may := field.Tag.Get("may")
		made.byWire[field.Tag.Get("wire")] = len(made.fields)
		made.fields = append(made.fields, objectField{
			index: index, wire: field.Tag.Get("wire"), codec: inner, optional: may != "",
			mayAbsent: strings.Contains(may, "absent"), mayNull: strings.Contains(may, "null"),
		})
	}
	return made, nil
}

func (c *objectCodec) decode(r *reader, v reflect.Value) error {
	seen := make([]bool, len(c.fields))
	err := r.object(func(key string) error {
		index, ok := c.byWire[key]
		if !ok {
			r.unknown++
			return c.unknown.decodeEntry(r, v.Field(c.kept), key)
		}
		r.known++
		seen[index] = true
		return c.fields[index].decode(r, v)
	})
	if err != nil {
		return err
	}
	for index, field := range c.fields {
		if !seen[index] && !field.mayAbsent {
			return within(&DecodeError{Path: "$", Problem: "is missing"}, field.wire)
		}
	}
	return nil
}

func (f *objectField) decode(r *reader, v reflect.Value) error {
	if f.optional && !f.mayNull && r.peek() == 'n' {
		return r.fail("may be absent, but not null, and")
	}
	return f.codec.decode(r, v.Field(f.index))
}

func (c *objectCodec) encode(w *writer, v reflect.Value) error {
	if err := w.open('{'); err != nil {
		return err
	}
	for index := range c.fields {
		if err := c.fields[index].encode(w, v); err != nil {
			return within(err, c.fields[index].wire)
		}
	}
	if err := c.unknown.encodeEntries(w, v.Field(c.kept), c.byWire); err != nil {
		return err
	}
	w.close('}')
	return nil
}

func (f *objectField) encode(w *writer, v reflect.Value) error {
	value := v.Field(f.index)
	if f.optional {
		_, state := cellOf(value)
		if *state == absent && f.mayAbsent {
			return nil
		}
		if *state == null && !f.mayNull {
			return &ConfigurationError{Problem: "may be absent, but not null"}
		}
	}
	if err := w.key(f.wire); err != nil {
		return err
	}
	return f.codec.encode(w, value)
}
