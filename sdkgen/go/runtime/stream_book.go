package sdk

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strconv"
	"sync"
	"time"
)

const (
	// mostStale is how many messages in a row may repeat what is known before the book is taken anew.
	mostStale = 100
	// mostEarly is how many messages wait for a snapshot.
	mostEarly = 10_000
)

// StreamBookState is an order book at one moment.
type StreamBookState struct {
	Symbol string
	// Sequence is the exchange's number of the last message in it, 0 where there is none.
	Sequence int64
	// Bids and Asks are best first.
	Bids []StreamBookLevel
	Asks []StreamBookLevel
	// Synced is false from a gap until the next snapshot: then the book is empty.
	Synced bool
	// Resyncs is how often the book was thrown away and taken anew.
	Resyncs int
}

// StreamBook keeps an order book equal to the exchange's: from a snapshot and the changes after it, by their numbers. A gap, a crossed
// book or a broken connection throws it away, until there is a new snapshot.
type StreamBook struct {
	symbol string
	core   *core
	rules  *streamBookRules
	feed   *feed
	leave  func()
	levels levelReader

	// What only its own goroutine touches.
	early    []*streamMessage
	stale    int
	failures int
	fetching bool
	fetched  chan fetchedBook
	due      *time.Timer // when to ask for a snapshot
	context  context.Context
	stop     context.CancelFunc
	done     chan struct{}

	mutex      sync.Mutex
	bids, asks levels
	number     int64
	fresh      bool // whether nothing came since the snapshot
	synced     bool
	resyncs    int
	version    int
	given      int
	changed    chan struct{}
	ended      error
}

type fetchedBook struct {
	message *streamMessage
	err     error
}

// book subscribes to the channel that the book is kept from. It ends with its context.
func (s *streams) book(ctx context.Context, symbol string, params any) (*StreamBook, error) {
	rules := s.protocol.book
	if err := setBookSymbol(params, rules.symbol, symbol); err != nil {
		return nil, err
	}
	f, leave, err := s.open(ctx, rules.channel, params)
	if err != nil {
		return nil, err
	}
	b := &StreamBook{
		symbol: symbol, core: s.core, rules: rules, feed: f, leave: leave, fetched: make(chan fetchedBook, 1), done: make(chan struct{}),
		bids: levels{dear: true}, changed: make(chan struct{}), levels: levelReader{stepsOf(rules.price), stepsOf(rules.quantity)},
	}
	b.context, b.stop = context.WithCancel(ctx)
	// The snapshot comes by itself, unless it is asked for or came to others before.
	first := s.core.timeout
	if f.late || rules.operation != nil {
		first = 0
	}
	b.due = time.NewTimer(first)
	go b.keep()
	return b, nil
}

// State is the book as it is now.
func (b *StreamBook) State() StreamBookState {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.state()
}

func (b *StreamBook) state() StreamBookState {
	return StreamBookState{
		Symbol: b.symbol, Sequence: b.number, Bids: slices.Clone(b.bids.list), Asks: slices.Clone(b.asks.list), Synced: b.synced, Resyncs: b.resyncs,
	}
}

// Next waits for a state that Next has not given yet. A slow reader gets the newest. After Close it gives ErrStreamClosed.
func (b *StreamBook) Next(ctx context.Context) (StreamBookState, error) {
	for {
		b.mutex.Lock()
		if b.version > b.given {
			b.given = b.version
			defer b.mutex.Unlock()
			return b.state(), nil
		}
		changed, ended := b.changed, b.ended
		b.mutex.Unlock()
		if ended != nil {
			return StreamBookState{}, ended
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return StreamBookState{}, transportError(ctx, ctx.Err())
		}
	}
}

// All gives the states one after the other, until the book is closed or ends with an error.
func (b *StreamBook) All() iter.Seq2[StreamBookState, error] {
	return func(yield func(StreamBookState, error) bool) {
		for {
			state, err := b.Next(context.Background())
			if errors.Is(err, ErrStreamClosed) || !yield(state, err) || err != nil {
				return
			}
		}
	}
}

// Close ends the subscription.
func (b *StreamBook) Close() {
	b.stop()
	<-b.done
}

// keep is the book's goroutine.
func (b *StreamBook) keep() {
	defer close(b.done)
	defer b.stop()
	defer b.leave()
	defer b.due.Stop()
	for {
		item, found, err := b.feed.first()
		if err != nil {
			b.end(err)
			return
		}
		if found {
			b.take(item)
			continue
		}
		select {
		case <-b.feed.ready:
		case <-b.due.C:
			b.request()
		case got := <-b.fetched:
			b.arrive(got)
		case <-b.context.Done():
			b.end(ErrStreamClosed)
			return
		}
	}
}

func (b *StreamBook) end(reason error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.ended = reason
	b.publish()
}

// publish tells the readers; the caller holds the mutex.
func (b *StreamBook) publish() {
	close(b.changed)
	b.changed = make(chan struct{})
}

func (b *StreamBook) take(item streamItem) {
	switch {
	case item.reconnected:
		b.lose(b.rules.operation != nil)
	case item.dropped > 0:
		b.lose(true)
	case item.message == nil:
	case b.rules.snapshot.holds(item.message, b.feed.arguments):
		b.load(item.message, b.rules.bids, b.rules.asks, b.rules.sequence)
	case b.rules.delta.holds(item.message, b.feed.arguments):
		b.change(item.message)
	}
}

// lose throws the book away. A new snapshot is asked for at once, unless that did not help before, or one comes by itself.
func (b *StreamBook) lose(ask bool) {
	b.early, b.stale = nil, 0
	b.failures++
	pause := b.core.timeout
	if ask {
		pause = 0
		if b.failures > 1 {
			pause = b.core.pauseAfter(b.failures - 1)
		}
	}
	b.due.Reset(pause)
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.synced {
		b.resyncs++
		b.version++
	}
	b.synced, b.number, b.bids.list, b.asks.list = false, 0, nil, nil
	b.publish()
}

// request asks for a snapshot: from the operation that gives it, else by subscribing anew.
func (b *StreamBook) request() {
	if b.isSynced() || b.fetching {
		return
	}
	b.fetching = true
	go func() {
		got := fetchedBook{}
		if b.rules.operation == nil {
			got.err = b.feed.line.renew(b.context, b.feed)
		} else {
			got = b.fetch()
		}
		b.fetched <- got
	}()
}

func (b *StreamBook) isSynced() bool {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.synced
}

func (b *StreamBook) fetch() fetchedBook {
	o := b.rules.operation
	params := paramsOf(b.rules.params)
	if err := setArgument(params, b.rules.operationSymbol, b.symbol); err != nil {
		return fetchedBook{err: err}
	}
	got := fetchedBook{}
	got.err = b.core.tries(o, callOf(o, params)).run(b.context, func(response *Response) error {
		got.message = newStreamMessage(response.Body)
		return nil
	})
	return got
}

// arrive takes what was asked for.
func (b *StreamBook) arrive(got fetchedBook) {
	b.fetching = false
	if got.err == nil && got.message != nil {
		b.load(got.message, b.rules.operationBids, b.rules.operationAsks, b.rules.operationNumber)
		return
	}
	if got.err != nil {
		b.failures++
	}
	// The snapshot that was asked for comes over the stream; where it does not, it is asked for again.
	pause := b.core.timeout
	if got.err != nil {
		pause = b.core.pauseAfter(b.failures)
	}
	b.due.Reset(pause)
}

// load begins anew with a snapshot, and applies what came before it.
func (b *StreamBook) load(message *streamMessage, bids, asks, sequence string) {
	number, ok := numberAt(message, sequence)
	if !ok && sequence != "" {
		b.lose(true)
		return
	}
	b.mutex.Lock()
	b.bids.list, b.asks.list, b.number, b.fresh = nil, nil, number, true
	err := errors.Join(b.side(message, bids, &b.bids), b.side(message, asks, &b.asks))
	sound := err == nil && !b.crossed()
	b.synced = sound
	if sound {
		b.version++
		b.publish()
	}
	b.mutex.Unlock()
	if !sound {
		b.lose(true)
		return
	}
	early := b.early
	b.early, b.stale = nil, 0
	for _, each := range early {
		if b.stale = 0; b.isSynced() {
			b.change(each)
		}
	}
	b.stale = 0
}

func numberAt(message *streamMessage, place string) (int64, bool) {
	if place == "" {
		return 0, false
	}
	text, ok := message.textAt(place)
	if !ok {
		return 0, false
	}
	number, err := strconv.ParseInt(text, 10, 64)
	return number, err == nil
}

func (b *StreamBook) side(message *streamMessage, place string, into *levels) error {
	text, ok := message.at(stepsOf(place))
	if !ok || string(text) == "null" {
		return nil
	}
	return b.levels.read(text, into.set)
}

// crossed tells whether somebody would pay more than somebody else asks for.
func (b *StreamBook) crossed() bool {
	return len(b.bids.list) > 0 && len(b.asks.list) > 0 && b.bids.list[0].Price.Cmp(b.asks.list[0].Price) >= 0
}

// change applies one message, or keeps it until there is a snapshot.
func (b *StreamBook) change(message *streamMessage) {
	if !b.isSynced() {
		if b.early = append(b.early, message); len(b.early) > mostEarly {
			b.early = b.early[1:]
		}
		return
	}
	switch number, follows := b.follows(message); follows {
	case staleNumber:
		if b.stale++; b.stale >= mostStale {
			b.lose(true)
		}
	case noNumber:
		b.lose(true)
	case lostNumber:
		b.lose(true)
		b.early = append(b.early, message)
	case nextNumber:
		b.stale, b.failures = 0, 0
		b.apply(message, number)
	}
}

func (b *StreamBook) apply(message *streamMessage, number int64) {
	b.mutex.Lock()
	err := errors.Join(b.side(message, b.rules.bids, &b.bids), b.side(message, b.rules.asks, &b.asks))
	sound := err == nil && !b.crossed()
	b.number, b.fresh = number, false
	if sound {
		b.version++
		b.publish()
	}
	b.mutex.Unlock()
	if !sound {
		b.lose(true)
	}
}
