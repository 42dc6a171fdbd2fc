package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

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
	config   sdk.Config
	response sdk.Response
	hooks    bool
	told     []json.RawMessage // by the hooks, since the last reply
	streams  streamSession
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

func (s *session) call(given document) result {
	var id string
	if err := read(given, "operation", &id); err != nil {
		return refused(err)
	}
	method, err := s.find(operations, id)
	if err != nil {
		return refused(err)
	}
	return s.callMethod(method, given)
}

// isRead tells whether an empty body was read: as a list of lines without any, or as a text of a type that the answer names.
func (s *session) isRead(value reflect.Value) bool {
	isText := value.Kind() == reflect.String && s.response.Header.Get("Content-Type") != ""
	return isText || value.Kind() == reflect.Slice && value.Type() != bytesType && !value.IsNil()
}

// find returns the client's method for an operation.
func (s *session) find(among []operation, id string) (reflect.Value, error) {
	if s.client == nil {
		return reflect.Value{}, errors.New("no client has been configured")
	}
	for _, known := range among {
		if known.id == id {
			return reflect.ValueOf(known.method(s.client)), nil
		}
	}
	return reflect.Value{}, fmt.Errorf("there is no operation %q", id)
}

func (s *session) callMethod(method reflect.Value, given document) result {
	s.response = sdk.Response{}
	ctx := sdk.CaptureResponse(context.Background(), &s.response)
	arguments, err := argumentsOf(ctx, method, given)
	if err != nil {
		return refused(err)
	}
	returned := method.Call(arguments)
	if err, failed := returned[len(returned)-1].Interface().(error); failed {
		return raised(err)
	}
	value := json.RawMessage("null")
	if len(returned) > 1 && (len(s.response.Body) > 0 || s.isRead(returned[0])) {
		var err error
		if value, err = written(returned[0]); err != nil {
			return raised(err)
		}
	}
	return result{"returned", object("status", jsonOf(int64(s.response.Status)), "value", value)}
}

// argumentsOf are the context and the operation's Params.
func argumentsOf(ctx context.Context, method reflect.Value, given document) ([]reflect.Value, error) {
	arguments := []reflect.Value{reflect.ValueOf(ctx)}
	used := map[string]bool{"operation": true, "most": true}
	if method.Type().NumIn() > 1 {
		params := reflect.New(method.Type().In(1)).Elem()
		if err := bind(given, params, used); err != nil {
			return nil, err
		}
		arguments = append(arguments, params)
	}
	return arguments, unused(given, used)
}

// iterate reads an operation's pages, at most so many items.
func (s *session) iterate(given document) result {
	var id string
	most := int64(1000)
	if err := errors.Join(read(given, "operation", &id), read(given, "most", &most)); err != nil {
		return refused(err)
	}
	method, err := s.find(iterators, id)
	if err != nil {
		return refused(err)
	}
	arguments, err := argumentsOf(context.Background(), method, given)
	if err != nil {
		return refused(err)
	}
	items := []json.RawMessage{}
	for item, problem := range method.Call(arguments)[0].Seq2() {
		if err, failed := problem.Interface().(error); failed {
			return raised(err)
		}
		text, err := written(item)
		if err != nil {
			return raised(err)
		}
		if items = append(items, text); int64(len(items)) >= most {
			break
		}
	}
	return result{"iterated", object("items", jsonOf(items))}
}

// request sends what no description knows.
func (s *session) request(given document) result {
	if s.client == nil {
		return refused(errors.New("no client has been configured"))
	}
	var raw sdk.RawRequest
	var query [][]string
	for _, each := range []struct {
		key  string
		into any
	}{{"method", &raw.Method}, {"path", &raw.Path}, {"query", &query}, {"signed", &raw.Signed}} {
		if err := read(given, each.key, each.into); err != nil {
			return refused(err)
		}
	}
	for _, argument := range query {
		raw.Query = append(raw.Query, sdk.Entry[string]{Key: argument[0], Value: argument[1]})
	}
	if body, ok := given.Get("body"); ok && string(body) != "null" {
		raw.Body = body
	}
	response, err := s.client.Request(context.Background(), raw)
	if err != nil {
		return raised(err)
	}
	headers := sdk.Map[string]{}
	for name := range response.Header {
		headers.Set(strings.ToLower(name), response.Header.Get(name))
	}
	return result{"returned", object("status", jsonOf(int64(response.Status)), "value", plain(response.Body), "headers", jsonOf(headers))}
}

// plain is a body as JSON, or as its text where it is none.
func plain(body []byte) json.RawMessage {
	var value json.RawMessage
	if len(body) == 0 {
		return json.RawMessage("null")
	}
	if sdk.Unmarshal(body, &value) == nil {
		return value
	}
	return jsonOf(strings.ToValidUTF8(string(body), "\ufffd"))
}

func (s *session) syncClock(document) result {
	if s.client == nil {
		return refused(errors.New("no client has been configured"))
	}
	offset, err := s.client.SyncClock(context.Background())
	if err != nil {
		return raised(err)
	}
	return result{"synced", object("offset_ms", jsonOf(offset.Milliseconds()))}
}

func written(v reflect.Value) (json.RawMessage, error) {
	if v.Type() == bytesType {
		return object("base64", jsonOf(base64.StdEncoding.EncodeToString(v.Bytes()))), nil
	}
	return sdk.Marshal(v.Interface())
}
