package sdk

import (
	"encoding/json"
	"fmt"
	"reflect"
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

// value writes a value and returns the whole text. The codecs are given what can be addressed.
func (w *writer) value(v reflect.Value) ([]byte, error) {
	codec, err := codecOf(v.Type())
	if err != nil {
		return nil, err
	}
	if !v.CanAddr() {
		addressable := reflect.New(v.Type()).Elem()
		addressable.Set(v)
		v = addressable
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
