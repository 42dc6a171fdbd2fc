package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	sdk "example.com/sdk"
)

type operation struct {
	id     string
	method func(*sdk.Client) any
}

type namedType struct {
	name string
	of   reflect.Type
}

var bytesType = reflect.TypeFor[[]byte]()

// session holds the client that the calls are made with.
type session struct {
	client   *sdk.Client
	response sdk.Response
}

func decode(given document) result {
	var name string
	if err := read(given, "type", &name); err != nil {
		return refused(err)
	}
	for _, known := range types {
		if known.name != name {
			continue
		}
		value := reflect.New(known.of)
		text, _ := given.Get("value")
		if err := sdk.Unmarshal(text, value.Interface()); err != nil {
			return raised(err)
		}
		written, err := sdk.Marshal(value.Elem().Interface())
		if err != nil {
			return raised(err)
		}
		return result{"decoded", written}
	}
	return refused(fmt.Errorf("there is no type %q", name))
}

// read reads a member into a value; an absent or null one leaves it as it is.
func read(given document, key string, into any) error {
	text, ok := given.Get(key)
	if !ok || string(text) == "null" {
		return nil
	}
	return sdk.Unmarshal(text, into)
}

func (s *session) configure(given document) result {
	var config sdk.Config
	var timeout, now int64 = 0, -1
	var nonce sdk.Optional[string]
	for _, each := range []struct {
		key  string
		into any
	}{
		{"base_url", &config.BaseURL}, {"key", &config.Credentials.Key}, {"secret", &config.Credentials.Secret},
		{"passphrase", &config.Credentials.Passphrase}, {"timeout_ms", &timeout}, {"now_ms", &now}, {"nonce", &nonce},
	} {
		if err := read(given, each.key, each.into); err != nil {
			return refused(err)
		}
	}
	config.Timeout = time.Duration(timeout) * time.Millisecond
	if now >= 0 {
		config.Clock = func() time.Time { return time.UnixMilli(now) }
	}
	if text, ok := nonce.Get(); ok {
		config.Nonce = func() string { return text }
	}
	client, err := sdk.NewClient(config)
	if err != nil {
		return refused(err)
	}
	s.client = client
	return result{"configured", object()}
}

func (s *session) call(given document) result {
	var id string
	if err := read(given, "operation", &id); err != nil {
		return refused(err)
	}
	if s.client == nil {
		return refused(errors.New("no client has been configured"))
	}
	for _, known := range operations {
		if known.id == id {
			return s.callMethod(reflect.ValueOf(known.method(s.client)), given)
		}
	}
	return refused(fmt.Errorf("there is no operation %q", id))
}

func (s *session) callMethod(method reflect.Value, given document) result {
	s.response = sdk.Response{}
	ctx := sdk.CaptureResponse(context.Background(), &s.response)
	arguments := []reflect.Value{reflect.ValueOf(ctx)}
	used := map[string]bool{"operation": true}
	if method.Type().NumIn() > 1 {
		params := reflect.New(method.Type().In(1)).Elem()
		if err := bind(given, params, used); err != nil {
			return refused(err)
		}
		arguments = append(arguments, params)
	}
	if err := unused(given, used); err != nil {
		return refused(err)
	}
	returned := method.Call(arguments)
	if err, failed := returned[len(returned)-1].Interface().(error); failed {
		return raised(err)
	}
	value := json.RawMessage("null")
	if len(returned) > 1 && len(s.response.Body) > 0 {
		var err error
		if value, err = written(returned[0]); err != nil {
			return raised(err)
		}
	}
	return result{"returned", object("status", jsonOf(int64(s.response.Status)), "value", value)}
}

func written(v reflect.Value) (json.RawMessage, error) {
	if v.Type() == bytesType {
		return object("base64", jsonOf(base64.StdEncoding.EncodeToString(v.Bytes()))), nil
	}
	return sdk.Marshal(v.Interface())
}

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

func raised(err error) result {
	status, code, retryAfter := json.RawMessage("null"), json.RawMessage("null"), json.RawMessage("null")
	message := err.Error()
	var said *sdk.StatusError
	var wrong *sdk.DecodeError
	switch {
	case errors.As(err, &said):
		status = jsonOf(int64(said.Status))
		if said.Code != "" {
			code = jsonOf(said.Code)
		}
		if said.Message != "" {
			message = said.Message
		}
		if wait, ok := said.RetryAfter.Get(); ok {
			retryAfter = jsonOf(wait.Milliseconds())
		}
	case errors.As(err, &wrong) && wrong.Status != 0:
		status = jsonOf(int64(wrong.Status))
	}
	kind := string(sdk.KindOf(err))
	if kind == "" {
		return refused(err)
	}
	return result{"raised", object(
		"kind", jsonOf(kind), "status", status, "code", code, "message", jsonOf(message), "retry_after_ms", retryAfter,
	)}
}
