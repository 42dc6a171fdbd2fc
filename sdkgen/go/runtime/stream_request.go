package sdk

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
)

// streamRequest is a message that the exchange answers.
type streamRequest struct {
	id          string
	channel     *streamChannel
	correlation []string // where the id stands that request and reply share
	textID      bool
	replies     []streamKind
	// single tells whether the result is the one kind of reply itself, and not a struct with a field for each.
	single bool
}

// ask sends a message over the channel's connection, with an id of its own, and reads the reply with that id. Nothing is sent twice.
func ask[R any](ctx context.Context, s *streams, rules *streamRequest, params, payload any) (R, error) {
	var result R
	known, err := s.ask(ctx, rules, params, payload, reflect.ValueOf(&result).Elem())
	if err != nil {
		var none R
		var described interface{ outcome() *CallOutcome }
		if errors.As(err, &described) {
			*described.outcome() = known
		}
		return none, err
	}
	return result, nil
}

func (s *streams) ask(ctx context.Context, rules *streamRequest, params, payload any, into reflect.Value) (CallOutcome, error) {
	known := CallOutcome{Operation: rules.id}
	text, err := Marshal(payload)
	if err != nil {
		return known, err
	}
	id := strconv.FormatInt(s.number.Add(1), 10)
	if text, err = withID(text, rules, id); err != nil {
		return known, err
	}
	l, err := s.hold(rules.channel, params)
	if err != nil {
		return known, err
	}
	if err := l.prepare(ctx, rules.channel); err != nil {
		return known, err
	}
	known.Attempts = 1
	message, err := l.ask(ctx, text, func(message *streamMessage) (bool, error) {
		if !rules.answeredBy(message, id) {
			return false, nil
		}
		return true, s.core.refusedBy(message, rules)
	})
	known.MayHaveHappened = KindOf(err) == KindTimeout || KindOf(err) == KindTransport
	if err != nil {
		return known, err
	}
	return known, rules.read(message, into)
}

// hold opens a channel's connection and keeps it until the client is closed.
func (s *streams) hold(channel *streamChannel, params any) (*line, error) {
	t, err := targetOf(channel, params)
	if err != nil {
		return nil, err
	}
	l, err := s.lineTo(channel, t)
	if err != nil {
		return nil, err
	}
	s.mutex.Lock()
	again := s.held[l.key]
	s.held[l.key] = true
	s.mutex.Unlock()
	if again {
		s.release(l)
	}
	return l, nil
}

// prepare waits until the connection is there and, where that is needed, logged in.
func (l *line) prepare(ctx context.Context, channel *streamChannel) error {
	bounded, cancel := context.WithTimeout(ctx, 2*l.streams.core.timeout)
	defer cancel()
	if err := l.ready(bounded); err != nil {
		if l.context.Err() == nil {
			l.streams.letGo(l)
		}
		return err
	}
	defer func() { <-l.turn }()
	if channel.private && l.streams.protocol.login != nil {
		return l.login(bounded)
	}
	return nil
}

// letGo gives back a connection that could not be opened.
func (s *streams) letGo(l *line) {
	s.mutex.Lock()
	was := s.held[l.key]
	delete(s.held, l.key)
	s.mutex.Unlock()
	if was {
		s.release(l)
	}
}

// withID puts the id where the description says that requests carry it.
func withID(text []byte, rules *streamRequest, id string) ([]byte, error) {
	if len(rules.correlation) == 0 {
		return text, nil
	}
	value := json.RawMessage(id)
	if rules.textID {
		value = json.RawMessage(`"` + id + `"`)
	}
	return withMember(text, rules.correlation, value)
}

func withMember(text json.RawMessage, path []string, value json.RawMessage) (json.RawMessage, error) {
	if len(path) == 0 {
		return value, nil
	}
	var members Map[json.RawMessage]
	if err := Unmarshal(text, &members); err != nil {
		return nil, &ConfigurationError{Problem: "its message has no place for an id at " + strings.Join(path, ".")}
	}
	inner, ok := members.Get(path[0])
	if !ok {
		inner = json.RawMessage("{}")
	}
	inner, err := withMember(inner, path[1:], value)
	if err != nil {
		return nil, err
	}
	members.Set(path[0], inner)
	return Marshal(members)
}

// answeredBy tells whether a message is the reply: by its id, or by its kind where there is none.
func (r *streamRequest) answeredBy(message *streamMessage, id string) bool {
	if len(r.correlation) > 0 {
		found, ok := message.at(r.correlation)
		return ok && plainText(found) == id
	}
	for index := range r.replies {
		if kind := &r.replies[index]; len(kind.marks) == 0 || kind.fits(message) {
			return true
		}
	}
	return false
}

// refusedBy is the error of a reply that says no: by the behaviour's own places, by its kind, or by an error in it.
func (c *core) refusedBy(message *streamMessage, rules *streamRequest) error {
	bad := exchangeBehaviour.refused(&Response{Body: message.text})
	for index := range rules.replies {
		if kind := &rules.replies[index]; len(kind.marks) > 0 && kind.fits(message) {
			bad = bad || kind.bad
			break
		}
	}
	if found, ok := message.members["error"]; ok && strings.IndexByte("{\"", found[0]) >= 0 && len(found) > 2 {
		bad = true
	}
	if bad {
		return c.refusal(message)
	}
	return nil
}

func (r *streamRequest) read(message *streamMessage, into reflect.Value) error {
	if r.single {
		return Unmarshal(message.text, into.Addr().Interface())
	}
	field, value, err := kindOf(r.replies, message, into.Type())
	if err != nil {
		return err
	}
	if field < 0 {
		into.FieldByName("Unknown").SetBytes(message.text)
		return nil
	}
	into.Field(field).Set(value)
	return nil
}
