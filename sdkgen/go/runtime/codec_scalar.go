package sdk

import (
	"fmt"
	"math/big"
	"reflect"
	"strconv"
)

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
