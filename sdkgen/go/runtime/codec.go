package sdk

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"strconv"
	"sync"
)

// Marshal writes one of this package's types as JSON: no digit of a number is lost, keys are written as the exchange spells
// them, unknown keys are written back.
func Marshal(value any) ([]byte, error) {
	v := reflect.ValueOf(value)
	if !v.IsValid() {
		return []byte("null"), nil
	}
	return (&writer{}).value(v)
}

func (w *writer) value(v reflect.Value) ([]byte, error) {
	codec, err := codecOf(v.Type())
	if err != nil {
		return nil, err
	}
	if err := codec.encode(w, v); err != nil {
		return nil, err
	}
	return w.data, nil
}

// Unmarshal reads JSON into a pointer to one of this package's types, strictly: keys are matched by case, a value of a wrong
// type is a *DecodeError.
func Unmarshal(data []byte, into any) error {
	r, err := newReader(data)
	if err != nil {
		return err
	}
	if err := r.into(into); err != nil {
		return err
	}
	return r.end()
}

// into reads one value into a pointer, which is left as it was where that fails.
func (r *reader) into(pointer any) error {
	v := reflect.ValueOf(pointer)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return &ConfigurationError{Problem: "a value can only be read into a pointer"}
	}
	codec, err := codecOf(v.Type().Elem())
	if err != nil {
		return err
	}
	fresh := reflect.New(v.Type().Elem()).Elem()
	if err := codec.decode(r, fresh); err != nil {
		return err
	}
	v.Elem().Set(fresh)
	return nil
}

// codec reads and writes the values of one Go type.
type codec interface {
	decode(r *reader, v reflect.Value) error
	encode(w *writer, v reflect.Value) error
}

// numberText marks enums whose string holds a JSON number, jsonText those whose string holds any JSON value.
type (
	numberText interface{ numberText() }
	jsonText   interface{ jsonText() }
	// knower is an enum: it tells whether its value is one that the description names.
	knower interface{ Known() bool }
)

var (
	decimalType    = reflect.TypeFor[Decimal]()
	integerType    = reflect.TypeFor[Integer]()
	rawType        = reflect.TypeFor[json.RawMessage]()
	bytesType      = reflect.TypeFor[[]byte]()
	numberTextType = reflect.TypeFor[numberText]()
	jsonTextType   = reflect.TypeFor[jsonText]()
	knowerType     = reflect.TypeFor[knower]()
	optionalType   = reflect.TypeFor[optionalView]()
	entriesType    = reflect.TypeFor[interface{ entries() }]()
)

var codecs struct {
	ready sync.Map // reflect.Type to codec, whole ones only
	sync.Mutex
}

func codecOf(t reflect.Type) (codec, error) {
	if made, ok := codecs.ready.Load(t); ok {
		return made.(codec), nil
	}
	codecs.Lock()
	defer codecs.Unlock()
	b := builder{}
	made, err := b.build(t)
	if err != nil {
		return nil, err
	}
	for built, codec := range b {
		codecs.ready.Store(built, codec)
	}
	return made, nil
}

// builder makes codecs; those of types that hold themselves are found here before they are whole.
type builder map[reflect.Type]codec

func (b builder) build(t reflect.Type) (codec, error) {
	if made, ok := b[t]; ok {
		return made, nil
	}
	if made := scalarCodec(t); made != nil {
		if t.Implements(knowerType) {
			made = enumCodec{made}
		}
		b[t] = made
		return made, nil
	}
	switch t.Kind() {
	case reflect.Slice:
		if t.Implements(entriesType) {
			made := &mapCodec{}
			b[t] = made
			return made, b.fill(&made.values, t.Elem().Field(1).Type)
		}
		made := &listCodec{}
		b[t] = made
		return made, b.fill(&made.items, t.Elem())
	case reflect.Pointer:
		made := &pointerCodec{}
		b[t] = made
		return made, b.fill(&made.target, t.Elem())
	case reflect.Struct:
		return b.buildStruct(t)
	}
	return nil, &ConfigurationError{Problem: fmt.Sprintf("%s is no type of this package", t)}
}

func (b builder) fill(into *codec, t reflect.Type) error {
	made, err := b.build(t)
	*into = made
	return err
}

func scalarCodec(t reflect.Type) codec {
	switch {
	case t == decimalType, t == integerType:
		return numberCodec{whole: t == integerType}
	case t == rawType:
		return rawCodec{}
	case t == bytesType:
		return bytesCodec{}
	case t.Kind() == reflect.String && t.Implements(numberTextType):
		return numberTextCodec{}
	case t.Kind() == reflect.String && t.Implements(jsonTextType):
		return jsonTextCodec{}
	case t.Kind() == reflect.String:
		return textCodec{}
	case t.Kind() == reflect.Int64:
		return int64Codec{}
	case t.Kind() == reflect.Bool:
		return booleanCodec{}
	}
	return nil
}

type textCodec struct{}

func (textCodec) decode(r *reader, v reflect.Value) error {
	text, err := r.text()
	v.SetString(text)
	return err
}

func (textCodec) encode(w *writer, v reflect.Value) error { return w.text(v.String()) }

type bytesCodec struct{}

func (bytesCodec) decode(r *reader, v reflect.Value) error {
	text, err := r.text()
	v.SetBytes([]byte(text))
	return err
}

func (bytesCodec) encode(w *writer, v reflect.Value) error { return w.text(string(v.Bytes())) }

type booleanCodec struct{}

func (booleanCodec) decode(r *reader, v reflect.Value) error {
	value, err := r.boolean()
	v.SetBool(value)
	return err
}

func (booleanCodec) encode(w *writer, v reflect.Value) error {
	w.data = strconv.AppendBool(w.data, v.Bool())
	return nil
}

type int64Codec struct{}

func (int64Codec) decode(r *reader, v reflect.Value) error {
	start := r.pos
	text, err := r.number("integer")
	if err != nil {
		return err
	}
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		var whole *big.Int
		if whole, err = parseWhole(text); err != nil || whole == nil || !whole.IsInt64() {
			r.pos = start
			r.space()
			return r.fail("is no integer of 64 bits")
		}
		value = whole.Int64()
	}
	v.SetInt(value)
	return nil
}

func (int64Codec) encode(w *writer, v reflect.Value) error {
	w.data = strconv.AppendInt(w.data, v.Int(), 10)
	return nil
}

type numberCodec struct{ whole bool }

func (c numberCodec) decode(r *reader, v reflect.Value) error {
	start, want := r.pos, "decimal"
	if c.whole {
		want = "integer"
	}
	text, err := r.number(want)
	if err != nil {
		return err
	}
	if c.whole {
		var value Integer
		if value, err = ParseInteger(text); err == nil {
			v.Set(reflect.ValueOf(value))
			return nil
		}
	} else {
		var value Decimal
		if value, err = ParseDecimal(text); err == nil {
			v.Set(reflect.ValueOf(value))
			return nil
		}
	}
	r.pos = start
	r.space()
	return r.fail("is no " + want)
}

func (c numberCodec) encode(w *writer, v reflect.Value) error {
	w.data = append(w.data, v.Interface().(fmt.Stringer).String()...)
	return nil
}

type numberTextCodec struct{}

func (numberTextCodec) decode(r *reader, v reflect.Value) error {
	text, err := r.number("number")
	v.SetString(text)
	return err
}

func (numberTextCodec) encode(w *writer, v reflect.Value) error {
	text := v.String()
	if text == "" || numberLength(text) != len(text) {
		return &ConfigurationError{Problem: fmt.Sprintf("%s %q is no number", v.Type(), text)}
	}
	w.data = append(w.data, plainNumber(text)...)
	return nil
}

type jsonTextCodec struct{}

func (jsonTextCodec) decode(r *reader, v reflect.Value) error {
	text, err := r.raw()
	v.SetString(string(text))
	return err
}

func (jsonTextCodec) encode(w *writer, v reflect.Value) error { return w.raw([]byte(v.String())) }

type rawCodec struct{}

func (rawCodec) decode(r *reader, v reflect.Value) error {
	text, err := r.raw()
	v.SetBytes(text)
	return err
}

func (rawCodec) encode(w *writer, v reflect.Value) error { return w.raw(v.Bytes()) }

// enumCodec counts the values that the enum does not name, so that unions can prefer a variant that does.
type enumCodec struct{ codec }

func (c enumCodec) decode(r *reader, v reflect.Value) error {
	err := c.codec.decode(r, v)
	if err == nil && !v.Interface().(knower).Known() {
		r.unknown++
	}
	return err
}

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
