package sdk

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

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
		if _, state := cellOf(v.Field(index)); *state != absent {
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
