package sdk

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"sync"
)

const (
	// defaultQueue is how many messages a subscription holds.
	defaultQueue = 1000
	// maxQueued is how many bytes they may have together.
	maxQueued = 64 << 20
)

// ErrStreamClosed is what reading a subscription gives after it, or its client, was closed.
var ErrStreamClosed = errors.New("the stream is closed")

// StreamOf is a subscription. Its events are read by one goroutine at a time; reading slowly never holds up the connection.
type StreamOf[E any] struct {
	feed  *feed
	leave func()
}

// Next waits for the next event. An error is of one message (a *DecodeError) unless the subscription has ended: then every further
// call gives the same one, ErrStreamClosed after Close.
func (s *StreamOf[E]) Next(ctx context.Context) (E, error) {
	var event E
	item, err := s.feed.take(ctx)
	if err == nil {
		err = s.feed.channel.decode(item, reflect.ValueOf(&event).Elem())
	}
	if err != nil {
		var none E
		return none, named(err, s.feed.channel.id)
	}
	return event, nil
}

// All gives the events one by one, errors of single messages between them, until the subscription is closed or ends with an error.
func (s *StreamOf[E]) All() iter.Seq2[E, error] {
	return func(yield func(E, error) bool) {
		for {
			event, err := s.Next(context.Background())
			if errors.Is(err, ErrStreamClosed) || !yield(event, err) || err != nil && s.feed.over() {
				return
			}
		}
	}
}

// Close ends the subscription; the last one closes the connection.
func (s *StreamOf[E]) Close() { s.leave() }

// feed is a subscription's queue: filled by the connection, emptied by the reader.
type feed struct {
	channel   *streamChannel
	arguments words
	topic     string
	line      *line
	late      bool // whether others were subscribed to the same before
	most      int
	overflow  StreamOverflow

	mutex   sync.Mutex
	queue   []streamItem
	size    int
	dropped int
	marked  bool // whether the last thing put in was the mark of a reconnection
	ended   error
	ready   chan struct{}
	left    sync.Once
}

// streamItem is a message, an error of one, or the mark of a reconnection.
type streamItem struct {
	message     *streamMessage
	err         error
	dropped     int
	reconnected bool
}

func (i *streamItem) size() int {
	if i.message == nil {
		return 0
	}
	return len(i.message.text)
}

// put adds an item. It never waits.
func (f *feed) put(item streamItem) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.ended != nil || item.reconnected && f.marked {
		return
	}
	f.marked = item.reconnected
	f.queue = append(f.queue, item)
	f.size += item.size()
	for len(f.queue) > f.most || f.size > maxQueued && len(f.queue) > 1 {
		if f.overflow == FailStream {
			f.ended = &StatusError{Kind: KindRateLimit, Message: fmt.Sprintf("the subscription was not read in time: it holds %d messages", f.most)}
			break
		}
		f.size -= f.queue[0].size()
		f.queue = f.queue[1:]
		f.dropped++
	}
	f.wake()
}

func (f *feed) wake() {
	select {
	case f.ready <- struct{}{}:
	default:
	}
}

// end lets no more in. What is in the queue can still be read, unless the reader itself closed it.
func (f *feed) end(reason error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.ended == nil {
		f.ended = reason
	}
	if errors.Is(reason, ErrStreamClosed) {
		f.queue, f.dropped = nil, 0
	}
	f.wake()
}

func (f *feed) over() bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.ended != nil && len(f.queue) == 0
}

func (f *feed) take(ctx context.Context) (streamItem, error) {
	for {
		item, found, err := f.first()
		if found || err != nil {
			return item, err
		}
		select {
		case <-f.ready:
		case <-ctx.Done():
			return streamItem{}, transportError(ctx, ctx.Err())
		}
	}
}

func (f *feed) first() (streamItem, bool, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.dropped > 0 {
		item := streamItem{dropped: f.dropped}
		f.dropped = 0
		return item, true, nil
	}
	if len(f.queue) == 0 {
		if f.ended != nil {
			f.wake()
		}
		return streamItem{}, false, f.ended
	}
	item := f.queue[0]
	f.queue[0] = streamItem{}
	f.queue = f.queue[1:]
	f.size -= item.size()
	return item, true, nil
}

// decode reads an item into an event: a struct with a pointer for each kind of message and a StreamSignal.
func (c *streamChannel) decode(item streamItem, event reflect.Value) error {
	if item.err != nil {
		return item.err
	}
	signal := event.FieldByName("StreamSignal").Addr().Interface().(*StreamSignal)
	switch {
	case item.dropped > 0:
		signal.Dropped = item.dropped
		return nil
	case item.reconnected:
		signal.Reconnected = true
		return nil
	}
	field, value, err := kindOf(c.heard, item.message, event.Type())
	if err != nil {
		return err
	}
	if field < 0 {
		signal.Unknown = item.message.text
		return nil
	}
	event.Field(field).Set(value)
	return nil
}

// kindOf finds a message's kind: the one with most marks that all stand there, else the one without marks that it fits best. It
// returns the field of the event, -1 where no kind is meant, and a pointer to the value.
func kindOf(kinds []streamKind, message *streamMessage, event reflect.Type) (int, reflect.Value, error) {
	best, field, least, most := reflect.Value{}, -1, 0, 0
	var wrong error
	for index := range kinds {
		kind := &kinds[index]
		if len(kind.marks) > 0 && !kind.fits(message) {
			continue
		}
		value, r, err := message.as(event.Field(kind.field).Type.Elem())
		if len(kind.marks) > 0 {
			return kind.field, value, err
		}
		if err != nil {
			if wrong == nil {
				wrong = err
			}
			continue
		}
		if field < 0 || r.unknown < least || r.unknown == least && r.known > most {
			best, field, least, most = value, kind.field, r.unknown, r.known
		}
	}
	if field >= 0 {
		wrong = nil
	}
	return field, best, wrong
}

// as reads a message as a type: a pointer to its value, and the reader that tells how well it fits.
func (m *streamMessage) as(wanted reflect.Type) (reflect.Value, *reader, error) {
	value := reflect.New(wanted)
	r := &reader{data: m.text}
	codec, err := codecOf(wanted)
	if err == nil {
		err = codec.decode(r, value.Elem())
	}
	return value, r, err
}

// named puts the channel into an error.
func named(err error, id string) error {
	var described interface{ outcome() *CallOutcome }
	if errors.As(err, &described) && described.outcome().Operation == "" {
		described.outcome().Operation = id
	}
	return err
}
