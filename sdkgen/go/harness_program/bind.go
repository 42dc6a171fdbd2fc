package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	sdk "example.com/sdk"
)

// bind puts the arguments, named as on the wire, into the fields of an operation's Params.
func bind(given document, params reflect.Value, used map[string]bool) error {
	for index := range params.NumField() {
		field := params.Type().Field(index)
		name, text, ok := argument(given, field.Tag)
		used[name] = true
		if !ok {
			if !strings.HasPrefix(field.Type.Name(), "Optional[") {
				return fmt.Errorf("the argument %s is missing", name)
			}
			continue
		}
		if err := bindValue(text, params.Field(index)); err != nil {
			return fmt.Errorf("the argument %s: %w", name, err)
		}
	}
	return nil
}

func bindValue(text json.RawMessage, into reflect.Value) error {
	raw, isBytes := bytesOf(text)
	switch {
	case isBytes && into.Type() == bytesType:
		into.SetBytes(raw)
		return nil
	case isBytes && into.Type() == reflect.TypeFor[sdk.Optional[[]byte]]():
		into.Set(reflect.ValueOf(sdk.Some(raw)))
		return nil
	}
	if files, rest := filesOf(text, contentOf(into.Type())); len(files) > 0 {
		return bindFiles(files, rest, into)
	}
	return sdk.Unmarshal(text, into.Addr().Interface())
}

// contentOf is the type inside an Optional, or the type itself.
func contentOf(of reflect.Type) reflect.Type {
	if get, ok := of.MethodByName("Get"); ok && strings.HasPrefix(of.Name(), "Optional[") {
		return get.Type.Out(0)
	}
	return of
}

// filesOf finds an object's members that are bytes, by their fields' places, and returns the object with "" instead of them.
func filesOf(text json.RawMessage, of reflect.Type) (map[int][]byte, json.RawMessage) {
	var members document
	if of.Kind() != reflect.Struct || sdk.Unmarshal(text, &members) != nil {
		return nil, nil
	}
	files := map[int][]byte{}
	for index := range of.NumField() {
		wire, _ := of.Field(index).Tag.Lookup("wire")
		value, ok := members.Get(wire)
		if raw, isBytes := bytesOf(value); ok && isBytes {
			files[index] = raw
			members.Set(wire, jsonOf(""))
		}
	}
	return files, jsonOf(members)
}

func bindFiles(files map[int][]byte, rest json.RawMessage, into reflect.Value) error {
	if of := contentOf(into.Type()); of != into.Type() {
		inner := reflect.New(of).Elem()
		if err := bindFiles(files, rest, inner); err != nil {
			return err
		}
		into.Addr().MethodByName("Set").Call([]reflect.Value{inner})
		return nil
	}
	if err := sdk.Unmarshal(rest, into.Addr().Interface()); err != nil {
		return err
	}
	for index, raw := range files {
		text := object("base64", jsonOf(base64.StdEncoding.EncodeToString(raw)))
		if err := bindValue(text, into.Field(index)); err != nil {
			return err
		}
	}
	return nil
}

// bytesOf reads {"base64": "…"}.
func bytesOf(text json.RawMessage) ([]byte, bool) {
	var wrapped sdk.Map[string]
	if sdk.Unmarshal(text, &wrapped) != nil || len(wrapped) != 1 || wrapped[0].Key != "base64" {
		return nil, false
	}
	raw, err := base64.StdEncoding.DecodeString(wrapped[0].Value)
	return raw, err == nil
}

// argument finds the text for one field, and the name that it has in the document.
func argument(given document, tag reflect.StructTag) (string, json.RawMessage, bool) {
	for _, location := range []string{"path", "query", "header", "cookie"} {
		wire, ok := tag.Lookup(location)
		if !ok {
			continue
		}
		text, ok := member(given, location, wire)
		return location + "." + wire, text, ok
	}
	text, ok := given.Get("body")
	return "body", text, ok
}

func member(given document, location, wire string) (json.RawMessage, bool) {
	text, ok := given.Get(location)
	if !ok {
		return nil, false
	}
	var members document
	if sdk.Unmarshal(text, &members) != nil {
		return nil, false
	}
	return members.Get(wire)
}

func unused(given document, used map[string]bool) error {
	for _, entry := range given {
		if used[entry.Key] {
			continue
		}
		var members document
		if sdk.Unmarshal(entry.Value, &members) != nil || entry.Key == "body" {
			return fmt.Errorf("the operation takes no %s", entry.Key)
		}
		for _, inner := range members {
			if name := entry.Key + "." + inner.Key; !used[name] {
				return fmt.Errorf("the operation takes no %s", name)
			}
		}
	}
	return nil
}
