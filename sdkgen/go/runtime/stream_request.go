package sdk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// streamRequest is a message that the exchange answers.
type streamRequest struct {
	operation   operation // what it is as a call: its name, its weights, and whether it may be repeated
	channel     *streamChannel
	login       bool     // whether a login comes first, where the exchange has one
	correlation []string // where the id stands that request and reply share
	textID      bool
	replies     []streamKind
	// single tells whether the result is the one kind of reply itself, and not a struct with a field for each.
	single bool
}

// ask sends a message over the channel's connection, with an id of its own, and reads the reply with that id, as often as is safe.
func ask[R any](ctx context.Context, s *streams, rules *streamRequest, params, payload any) (R, error) {
	var result R
	text, err := Marshal(payload)
	if err == nil {
		_, err = withID(text, rules, "0") // a mistake is the caller's before anything is opened
	}
	made := &tries{core: s.core, operation: &rules.operation}
	if err == nil {
		err = made.repeat(ctx, func() error {
			result = *new(R)
			return made.say(ctx, s, &spoken{rules, params, text, reflect.ValueOf(&result).Elem()})
		})
	} else {
		made.describe(err)
	}
	if err != nil {
		var none R
		return none, err
	}
	return result, nil
}

// spoken is one request on its way.
type spoken struct {
	rules  *streamRequest
	params any
	text   []byte // but for its id and signature
	into   reflect.Value
}

// say makes one attempt, with an id and a signature of its own.
func (t *tries) say(ctx context.Context, s *streams, it *spoken) error {
	t.sent, t.replied = false, false
	o := t.operation
	t.ordered = o.orderID != "" && (&wireRequest{json: true, body: it.text}).holds(o.orderID)
	weights := t.limiter.weigh(o, o.signing == signed)
	if err := t.limiter.take(ctx, weights, t.maxWait); err != nil {
		return err
	}
	target, err := targetOf(it.rules.channel, it.params)
	if err != nil {
		return err
	}
	path, err := s.pathOf(it.rules.channel, target)
	if err != nil {
		return err
	}
	t.attempt++
	t.event = CallEvent{Operation: o.id, Method: o.method, Path: path, Attempt: t.attempt, Weight: heaviest(weights)}
	tell(t.hooks.OnRequest, t.event)
	begun := time.Now()
	message, err := t.exchangeMessage(ctx, s, it)
	if message != nil {
		t.replied = true
		t.event.Status = s.statusOf(message)
		if err = s.refusedBy(message, it.rules); err == nil {
			err = it.rules.read(message, it.into)
		}
	}
	t.event.Elapsed, t.event.Kind = time.Since(begun), KindOf(err)
	tell(t.hooks.OnResponse, t.event)
	if KindOf(err) == KindConfiguration {
		t.attempt-- // nothing was sent: the last check comes when the connection is there
	}
	return err
}

// exchangeMessage sends the message and waits for its reply.
func (t *tries) exchangeMessage(ctx context.Context, s *streams, it *spoken) (*streamMessage, error) {
	l, err := s.use(it.rules.channel, it.params)
	if errors.Is(err, ErrStreamClosed) {
		t.closed = true
		return nil, &TransportError{Err: err}
	}
	if err != nil {
		return nil, err
	}
	defer s.release(l)
	if err := l.prepare(ctx, it.rules); err != nil {
		return nil, err
	}
	id := strconv.FormatInt(s.number.Add(1), 10)
	text, err := withID(it.text, it.rules, id)
	if err != nil {
		return nil, err
	}
	if text, err = s.signed(it.rules, text); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, transportError(ctx, err)
	}
	message, err := l.ask(ctx, text, func(message *streamMessage) (bool, error) {
		acknowledged := s.protocol.asking.acknowledged
		return !(acknowledged != nil && acknowledged.holds(message, nil)) && it.rules.answeredBy(message, id), nil
	})
	t.sent = !errors.Is(err, errLineAway)
	return message, err
}

// signed is the message with what the exchange's recipe puts into it: as the body of a request that has nothing else.
func (s *streams) signed(rules *streamRequest, text []byte) ([]byte, error) {
	recipe, placed := s.protocol.asking.recipe, rules.operation.placed
	if recipe == nil || len(placed) == 0 {
		return text, nil
	}
	if s.core.credentials == nil {
		return nil, &ConfigurationError{Problem: "needs credentials, and the client has none"}
	}
	wire := &wireRequest{method: http.MethodPost, body: text, begun: true, json: true}
	err := s.core.messages.sign(recipe, s.core.credentials, wire, placed)
	return wire.body, err
}

// use finds or makes the connection that a request needs, as one of its users: what becomes of one request closes no other's connection.
func (s *streams) use(channel *streamChannel, params any) (*line, error) {
	t, err := targetOf(channel, params)
	if err != nil {
		return nil, err
	}
	return s.lineTo(channel, t)
}

// hold keeps a connection until the client is closed, however many requests come.
func (s *streams) hold(l *line) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if !s.held[l.key] {
		s.held[l.key] = true
		l.users++
	}
}

// prepare waits until the connection is there and, where that is needed, logged in.
func (l *line) prepare(ctx context.Context, rules *streamRequest) error {
	bounded, cancel := context.WithTimeout(ctx, 2*l.streams.core.timeout)
	defer cancel()
	if err := l.ready(bounded); err != nil {
		return err
	}
	defer func() { <-l.turn }()
	l.streams.hold(l)
	if (rules.login || rules.channel.private) && l.streams.protocol.login != nil {
		return l.login(bounded)
	}
	return nil
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
	if !ok || inner[0] != '{' {
		inner = json.RawMessage("{}")
	}
	inner, err := withMember(inner, path[1:], value)
	if err != nil {
		return nil, err
	}
	if len(path) == 1 {
		members = append(members.without(path[0]), Entry[json.RawMessage]{Key: path[0], Value: inner})
	} else {
		members.Set(path[0], inner)
	}
	return Marshal(members)
}

// answeredBy tells whether a message is the reply: by its id, or by its kind where there is none.
func (r *streamRequest) answeredBy(message *streamMessage, id string) bool {
	if len(r.correlation) > 0 {
		found, ok := message.at(r.correlation)
		return ok && plainText(found) == id
	}
	return r.kind(message) != nil
}

// kind is which reply a message is: the one with most marks that all stand there, else the one without marks that it fits best.
func (r *streamRequest) kind(message *streamMessage) *streamKind {
	var best *streamKind
	least, most := 0, 0
	for index := range r.replies {
		each := &r.replies[index]
		if len(each.marks) > 0 {
			if each.fits(message) {
				return each
			}
			continue
		}
		_, read, err := message.as(reflect.TypeOf(each.payload).Elem())
		if err == nil && (best == nil || read.unknown < least || read.unknown == least && read.known > most) {
			best, least, most = each, read.unknown, read.known
		}
	}
	return best
}

// refusedBy is the error of a reply that says no: by its status, by the places that the behaviour names, by its kind, or by an error
// in it.
func (s *streams) refusedBy(message *streamMessage, rules *streamRequest) error {
	told := s.protocol.asking.errors
	if told == nil {
		told = &exchangeBehaviour
	}
	response := &Response{Status: s.statusOf(message), Body: message.text}
	bad := response.Status >= http.StatusBadRequest || told.refused(response)
	if !bad && slices.ContainsFunc(rules.replies, func(each streamKind) bool { return each.bad }) {
		kind := rules.kind(message)
		bad = kind != nil && kind.bad
	}
	if found, ok := message.members["error"]; ok {
		bad = bad || string(found) == "true" || strings.IndexByte("{[\"", found[0]) >= 0 && !isEmpty(found)
	}
	if !bad {
		return nil
	}
	failure := s.core.failureBy(told, response)
	if wait, ok := s.waitOf(message).Get(); ok {
		failure.RetryAfter = Some(wait)
	}
	return failure
}

// isEmpty tells whether a text, list or object holds nothing; white space between brackets is nothing, in quotes it is something.
func isEmpty(value json.RawMessage) bool {
	inner := value[1 : len(value)-1]
	return len(inner) == 0 || value[0] != '"' && len(bytes.TrimSpace(inner)) == 0
}

// statusOf is what a reply says of itself in the numbers of HTTP, 0 where it says nothing.
func (s *streams) statusOf(message *streamMessage) int {
	place := s.protocol.asking.status
	if place == "" {
		return 0
	}
	text, _ := message.textAt(place)
	status, err := strconv.Atoi(text)
	if err != nil || len(text) != 3 || status < 100 || status > 599 {
		return 0
	}
	return status
}

// waitOf is how long a reply asks to wait: milliseconds, or an instant where that would be more than a year.
func (s *streams) waitOf(message *streamMessage) Optional[time.Duration] {
	place := s.protocol.asking.retryAfter
	if place == "" {
		return Optional[time.Duration]{}
	}
	text, _ := message.textAt(place)
	given, err := strconv.ParseUint(text, 10, 62)
	if err != nil {
		return Optional[time.Duration]{}
	}
	milliseconds := int64(given)
	if milliseconds > longestWait.Milliseconds() {
		milliseconds = max(milliseconds-s.core.now().UnixMilli(), 0)
	}
	return Some(time.Duration(min(milliseconds, longestWait.Milliseconds())) * time.Millisecond)
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
