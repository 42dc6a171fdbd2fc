package sdk

import "reflect"

type listCodec struct{ items codec }

func (c *listCodec) decode(r *reader, v reflect.Value) error {
	list := reflect.MakeSlice(v.Type(), 0, 0)
	err := r.array(func(int) error {
		item := reflect.New(v.Type().Elem()).Elem()
		if err := c.items.decode(r, item); err != nil {
			return err
		}
		list = reflect.Append(list, item)
		return nil
	})
	v.Set(list)
	return err
}

func (c *listCodec) encode(w *writer, v reflect.Value) error {
	if err := w.open('['); err != nil {
		return err
	}
	for place := range v.Len() {
		w.comma('[')
		if err := c.items.encode(w, v.Index(place)); err != nil {
			return withinItem(err, place)
		}
	}
	w.close(']')
	return nil
}

// mapCodec is for Map: a list of entries, so that their order is kept.
type mapCodec struct{ values codec }

func (c *mapCodec) decode(r *reader, v reflect.Value) error {
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	return r.object(func(key string) error { return c.decodeEntry(r, v, key) })
}

func (c *mapCodec) decodeEntry(r *reader, entries reflect.Value, key string) error {
	entry := reflect.New(entries.Type().Elem()).Elem()
	entry.Field(0).SetString(key)
	if err := c.values.decode(r, entry.Field(1)); err != nil {
		return err
	}
	entries.Set(reflect.Append(entries, entry))
	return nil
}

func (c *mapCodec) encode(w *writer, v reflect.Value) error {
	if err := w.open('{'); err != nil {
		return err
	}
	if err := c.encodeEntries(w, v, nil); err != nil {
		return err
	}
	w.close('}')
	return nil
}

// encodeEntries writes the entries, no key twice and none that is taken.
func (c *mapCodec) encodeEntries(w *writer, v reflect.Value, taken map[string]int) error {
	seen := make(map[string]struct{}, v.Len())
	for index := range v.Len() {
		key := v.Index(index).Field(0).String()
		_, clash := taken[key]
		if _, twice := seen[key]; twice || clash {
			return within(&ConfigurationError{Problem: "comes twice in its object"}, key)
		}
		seen[key] = struct{}{}
		if err := w.key(key); err != nil {
			return err
		}
		if err := c.values.encode(w, v.Index(index).Field(1)); err != nil {
			return within(err, key)
		}
	}
	return nil
}

// pointerCodec is for objects that hold themselves.
type pointerCodec struct{ target codec }

func (c *pointerCodec) decode(r *reader, v reflect.Value) error {
	v.Set(reflect.New(v.Type().Elem()))
	return c.target.decode(r, v.Elem())
}

func (c *pointerCodec) encode(w *writer, v reflect.Value) error {
	if v.IsNil() {
		return &ConfigurationError{Problem: "a required value is nil"}
	}
	return c.target.encode(w, v.Elem())
}
