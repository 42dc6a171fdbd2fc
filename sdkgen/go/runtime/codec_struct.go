package sdk

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Types say what they are on the wire through their fields' tags: `wire` names an object's key (with `may` for what it may be
// instead of a value) and `kept` its unknown keys, `place` numbers a tuple's places (`rest` the further ones, `missing` the count
// of those that were not there), `variant` numbers a union's alternatives (`kept` one of a kind that the description does not name).
func (b builder) buildStruct(t reflect.Type) (codec, error) {
	if t.Implements(optionalType) {
		made := &nullableCodec{}
		b[t] = made
		return made, b.fill(&made.inner, reflect.Zero(t).Interface().(optionalView).inner())
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
	slot := v.Addr().Interface().(optionalSlot)
	if r.literal("null") {
		slot.setNull()
		return nil
	}
	return c.inner.decode(r, reflect.ValueOf(slot.fresh()).Elem())
}

func (c *nullableCodec) encode(w *writer, v reflect.Value) error {
	value, state := v.Interface().(optionalView).view()
	if state != present {
		w.data = append(w.data, "null"...)
		return nil
	}
	return c.inner.encode(w, reflect.ValueOf(value).Elem())
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
		_, state := value.Interface().(optionalView).view()
		if state == absent && f.mayAbsent {
			return nil
		}
		if state == null && !f.mayNull {
			return &ConfigurationError{Problem: "may be absent, but not null"}
		}
	}
	if err := w.key(f.wire); err != nil {
		return err
	}
	return f.codec.encode(w, value)
}

type tupleCodec struct {
	places  []codec
	rest    codec
	missing int
}

func (b builder) buildTuple(t reflect.Type) (codec, error) {
	made := &tupleCodec{missing: t.NumField() - 1}
	b[t] = made
	for index := range made.missing {
		inner, err := b.build(t.Field(index).Type)
		if err != nil {
			return nil, err
		}
		if t.Field(index).Tag.Get("rest") != "" {
			made.rest = inner.(*listCodec).items
			continue
		}
		made.places = append(made.places, inner)
	}
	return made, nil
}

func (c *tupleCodec) decode(r *reader, v reflect.Value) error {
	count := 0
	further := v.Field(len(c.places))
	err := r.array(func(place int) error {
		count++
		if place < len(c.places) {
			return c.places[place].decode(r, v.Field(place))
		}
		item := reflect.New(further.Type().Elem()).Elem()
		if err := c.rest.decode(r, item); err != nil {
			return err
		}
		further.Set(reflect.Append(further, item))
		return nil
	})
	v.Field(c.missing).SetInt(int64(max(len(c.places)-count, 0)))
	return err
}

func (c *tupleCodec) encode(w *writer, v reflect.Value) error {
	if err := w.open('['); err != nil {
		return err
	}
	last := len(c.places) - int(v.Field(c.missing).Int())
	if last < 0 || last > len(c.places) {
		return &ConfigurationError{Problem: "an array misses more places than it has"}
	}
	for place, codec := range c.places[:last] {
		w.comma('[')
		if err := codec.encode(w, v.Field(place)); err != nil {
			return withinItem(err, place)
		}
	}
	further := v.Field(len(c.places))
	if further.Len() > 0 && last < len(c.places) {
		return &ConfigurationError{Problem: "an array that misses places can't have further ones"}
	}
	for index := range further.Len() {
		w.comma('[')
		if err := c.rest.encode(w, further.Index(index)); err != nil {
			return withinItem(err, last+index)
		}
	}
	w.close(']')
	return nil
}

// discriminated is a union whose variants are told apart by one property.
type discriminated interface {
	discriminator() (property string, variants map[string]int)
}

type unionCodec struct {
	variants []codec
	kept     int
	property string
	mapping  map[string]int
}

func (b builder) buildUnion(t reflect.Type) (codec, error) {
	made := &unionCodec{kept: t.NumField() - 1}
	b[t] = made
	for index := range made.kept {
		inner, err := b.build(t.Field(index).Type)
		if err != nil {
			return nil, err
		}
		made.variants = append(made.variants, inner)
	}
	if by, ok := reflect.Zero(t).Interface().(discriminated); ok {
		made.property, made.mapping = by.discriminator()
	}
	return made, nil
}

// attempt is one variant that a value fits, and how well.
type attempt struct {
	variant        int
	value          reflect.Value
	end            int
	known, unknown int
}

func (c *unionCodec) decode(r *reader, v reflect.Value) error {
	r.space()
	if c.mapping != nil {
		if value, ok := c.propertyOf(r); ok {
			variant, named := c.mapping[value]
			if !named {
				r.unknown++
				text, err := r.raw()
				v.Field(c.kept).SetBytes(text)
				return err
			}
			return c.variants[variant].decode(r, v.Field(variant))
		}
	}
	best, problems := c.try(r, v)
	if best == nil {
		return r.fail("fits none of its " + strconv.Itoa(len(c.variants)) + " variants (" + strings.Join(problems, "; ") + ") and")
	}
	v.Field(best.variant).Set(best.value)
	r.pos, r.known, r.unknown = best.end, best.known, best.unknown
	return nil
}

// try reads the value as each variant and returns the one that leaves the least unknown, then the one that knows most, then the first.
func (c *unionCodec) try(r *reader, v reflect.Value) (*attempt, []string) {
	var best *attempt
	var problems []string
	start := *r
	for variant, codec := range c.variants {
		*r = start
		value := reflect.New(v.Field(variant).Type()).Elem()
		if err := codec.decode(r, value); err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", v.Type().Field(variant).Name, shorten([]byte(err.Error()))))
			continue
		}
		if best == nil || r.unknown < best.unknown || r.unknown == best.unknown && r.known > best.known {
			best = &attempt{variant: variant, value: value, end: r.pos, known: r.known, unknown: r.unknown}
		}
	}
	*r = start
	return best, problems
}

// propertyOf looks ahead for the value of the discriminating property.
func (c *unionCodec) propertyOf(r *reader) (string, bool) {
	if r.peek() != '{' {
		return "", false
	}
	ahead := *r
	value, found := "", false
	err := ahead.object(func(key string) error {
		if key != c.property {
			return ahead.skip()
		}
		text, err := ahead.raw()
		if err == nil {
			value, found = plainText(text), true
		}
		return err
	})
	return value, found && err == nil
}

func (c *unionCodec) encode(w *writer, v reflect.Value) error {
	chosen, count := 0, 0
	for index := range c.variants {
		if _, state := v.Field(index).Interface().(optionalView).view(); state != absent {
			chosen = index
			count++
		}
	}
	kept := v.Field(c.kept).Bytes()
	switch {
	case count == 1 && len(kept) == 0:
		return c.variants[chosen].encode(w, v.Field(chosen))
	case count == 0 && len(kept) > 0:
		return w.raw(kept)
	}
	return &ConfigurationError{Problem: fmt.Sprintf("exactly one variant of %s must be set, not %d", v.Type(), count)}
}

// plainText is a JSON string's own text, or any other value's JSON text.
func plainText(text json.RawMessage) string {
	var value string
	if Unmarshal(text, &value) == nil {
		return value
	}
	return string(text)
}
