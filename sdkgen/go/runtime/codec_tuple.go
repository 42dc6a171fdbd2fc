package sdk

import "reflect"

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
