package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	sdk "example.com/sdk"
)

// streamSession holds what was subscribed to since the client was made, by number.
type streamSession struct{ open []any }

func (s *streamSession) end(client *sdk.Client) {
	s.open = nil
	if client != nil {
		client.Close()
	}
}

func (s *session) streaming() []handler {
	return []handler{
		{"subscribe", s.subscribe}, {"hear", s.hear}, {"unsubscribe", s.unsubscribe}, {"book", s.book}, {"book_at", s.bookAt},
		{"stream_request", s.streamRequest},
	}
}

// subscribe opens a channel with arguments named as on the wire.
func (s *session) subscribe(given document) result {
	var id string
	if err := read(given, "channel", &id); err != nil {
		return refused(err)
	}
	method, err := s.find(channels, id)
	if err != nil {
		return refused(err)
	}
	arguments := []reflect.Value{reflect.ValueOf(context.Background())}
	if method.Type().NumIn() > 1 {
		params := reflect.New(method.Type().In(1)).Elem()
		if err := bindChannel(given, params); err != nil {
			return refused(err)
		}
		arguments = append(arguments, params)
	}
	returned := method.Call(arguments)
	if err, failed := returned[1].Interface().(error); failed {
		return raised(err)
	}
	return s.opened(returned[0].Interface())
}

func (s *session) opened(stream any) result {
	s.streams.open = append(s.streams.open, stream)
	return result{"subscribed", object("stream", jsonOf(int64(len(s.streams.open))))}
}

func bindChannel(given document, params reflect.Value) error {
	var members document
	if err := read(given, "arguments", &members); err != nil {
		return err
	}
	for index := range params.NumField() {
		field := params.Type().Field(index)
		for _, location := range []string{"path", "argument", "query", "header"} {
			wire, ok := field.Tag.Lookup(location)
			text, there := members.Get(wire)
			if !ok || !there {
				continue
			}
			if err := bindValue(text, params.Field(index)); err != nil {
				return fmt.Errorf("the argument %s: %w", wire, err)
			}
		}
	}
	return nil
}

// stream finds what was subscribed to by its number.
func (s *session) stream(given document) (any, error) {
	var number int64
	if err := read(given, "stream", &number); err != nil {
		return nil, err
	}
	if number < 1 || number > int64(len(s.streams.open)) {
		return nil, fmt.Errorf("there is no stream %d", number)
	}
	return s.streams.open[number-1], nil
}

// hear reads so many messages, or as many as come in time.
func (s *session) hear(given document) result {
	var count, timeout int64 = 1, 1000
	stream, err := s.stream(given)
	if err = errors.Join(err, read(given, "count", &count), read(given, "timeout_ms", &timeout)); err != nil {
		return refused(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(timeout)*time.Millisecond)
	defer cancel()
	heard := []json.RawMessage{}
	for int64(len(heard)) < count {
		returned := reflect.ValueOf(stream).MethodByName("Next").Call([]reflect.Value{reflect.ValueOf(ctx)})
		err, failed := returned[1].Interface().(error)
		if failed && (ctx.Err() != nil || errors.Is(err, sdk.ErrStreamClosed)) {
			break
		}
		var wrong *sdk.DecodeError
		if failed && !errors.As(err, &wrong) {
			return raised(err)
		}
		if failed {
			heard = append(heard, object(
				"type", jsonOf("DecodeError"), "value", object("path", jsonOf(wrong.Path), "problem", jsonOf(wrong.Problem)),
			))
			continue
		}
		text, err := eventOf(returned[0])
		if err != nil {
			return raised(err)
		}
		heard = append(heard, text)
	}
	return result{"heard", object("messages", jsonOf(heard))}
}

// eventOf writes an event: its kind and its value.
func eventOf(event reflect.Value) (json.RawMessage, error) {
	signal := event.FieldByName("StreamSignal").Interface().(sdk.StreamSignal)
	switch {
	case signal.Reconnected:
		return object("type", jsonOf("Reconnected"), "value", json.RawMessage("null")), nil
	case signal.Dropped > 0:
		return object("type", jsonOf("Dropped"), "value", object("count", jsonOf(int64(signal.Dropped)))), nil
	case signal.Unknown != nil:
		return object("type", jsonOf("UnknownMessage"), "value", signal.Unknown), nil
	}
	for index := range event.NumField() {
		if name, ok := event.Type().Field(index).Tag.Lookup("message"); ok && !event.Field(index).IsNil() {
			value, err := sdk.Marshal(event.Field(index).Elem().Interface())
			return object("type", jsonOf(name), "value", json.RawMessage(value)), err
		}
	}
	return nil, errors.New("an event holds nothing")
}

func (s *session) unsubscribe(given document) result {
	stream, err := s.stream(given)
	if err != nil {
		return refused(err)
	}
	stream.(interface{ Close() }).Close()
	return result{"unsubscribed", object()}
}

func (s *session) book(given document) result {
	var symbol string
	err := read(given, "symbol", &symbol)
	if s.client == nil || openBook == nil || err != nil {
		return refused(errors.Join(errors.New("there is no client, or the SDK keeps no book"), err))
	}
	opened, err := openBook(s.client, context.Background(), symbol)
	if err != nil {
		return raised(err)
	}
	return s.opened(opened)
}

// bookAt waits until the book has come so far, and gives it; when time is up it gives it as it is.
func (s *session) bookAt(given document) result {
	stream, err := s.stream(given)
	book, ok := stream.(*sdk.StreamBook)
	var sequence, price sdk.Optional[string]
	var timeout int64 = 1000
	err = errors.Join(err, read(given, "sequence", &sequence), read(given, "price", &price), read(given, "timeout_ms", &timeout))
	if err != nil || !ok {
		return refused(errors.Join(errors.New("the stream is no book"), err))
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(timeout)*time.Millisecond)
	defer cancel()
	state := book.State()
	for !reached(state, sequence, price) {
		next, err := book.Next(ctx)
		if err != nil {
			state = book.State()
			break
		}
		state = next
	}
	number := json.RawMessage("null")
	if state.Synced && state.Sequence != 0 {
		number = jsonOf(strconv.FormatInt(state.Sequence, 10))
	}
	return result{"book", object(
		"sequence", number, "synced", jsonOf(state.Synced), "bids", levelsOf(state.Bids),
		"asks", levelsOf(state.Asks), "resyncs", jsonOf(int64(state.Resyncs)),
	)}
}

func reached(state sdk.StreamBookState, sequence, price sdk.Optional[string]) bool {
	wanted, err := strconv.ParseInt(sequence.Or("0"), 10, 64)
	if !state.Synced || err != nil || state.Sequence < wanted {
		return false
	}
	text, ok := price.Get()
	if !ok {
		return true
	}
	level, err := sdk.ParseDecimal(text)
	if err != nil {
		return false
	}
	for _, each := range append(state.Bids, state.Asks...) {
		if each.Price.Cmp(level) == 0 {
			return true
		}
	}
	return false
}

func levelsOf(levels []sdk.StreamBookLevel) json.RawMessage {
	texts := make([][]string, len(levels))
	for index, level := range levels {
		texts[index] = []string{level.Price.String(), level.Quantity.String()}
	}
	return jsonOf(texts)
}

// streamRequest sends a message over its channel's connection and gives the reply.
func (s *session) streamRequest(given document) result {
	var id string
	if err := read(given, "request", &id); err != nil {
		return refused(err)
	}
	method, err := s.find(streamRequests, id)
	if err != nil {
		return refused(err)
	}
	arguments := []reflect.Value{reflect.ValueOf(context.Background())}
	for index := 1; index < method.Type().NumIn(); index++ {
		value := reflect.New(method.Type().In(index)).Elem()
		if index < method.Type().NumIn()-1 {
			err = bindChannel(given, value)
		} else if payload, ok := given.Get("payload"); ok {
			err = sdk.Unmarshal(payload, value.Addr().Interface())
		}
		if err != nil {
			return refused(err)
		}
		arguments = append(arguments, value)
	}
	returned := method.Call(arguments)
	if err, failed := returned[1].Interface().(error); failed {
		return raised(err)
	}
	value, err := replyOf(returned[0])
	if err != nil {
		return raised(err)
	}
	return result{"returned", object("status", jsonOf(int64(0)), "value", value)}
}

// replyOf writes a reply: itself, or the one field of it that is set.
func replyOf(reply reflect.Value) (json.RawMessage, error) {
	if !strings.HasSuffix(reply.Type().Name(), "Reply") || reply.Kind() != reflect.Struct {
		return sdk.Marshal(reply.Interface())
	}
	for index := range reply.NumField() {
		field := reply.Field(index)
		if _, ok := reply.Type().Field(index).Tag.Lookup("message"); ok && !field.IsNil() {
			return sdk.Marshal(field.Elem().Interface())
		}
	}
	if unknown := reply.FieldByName("Unknown"); unknown.IsValid() {
		return unknown.Bytes(), nil
	}
	return sdk.Marshal(reply.Interface())
}
