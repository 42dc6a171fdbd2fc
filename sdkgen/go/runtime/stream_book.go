package sdk

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
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
	known  words // what the rules' messages are told by
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
	numbered   bool // whether the number is known: a snapshot may lack one
	loading    bool // whether what came before the snapshot is still being applied, and nobody saw the book
	fresh      bool // whether nothing came since the snapshot
	synced     bool
	resyncs    int
	version    int
	given      int
	changed    chan struct{}
	ended      error
}

// book subscribes to the channel that the book is kept from. It ends with its context.
func (s *streams) book(ctx context.Context, symbol string, params any) (*StreamBook, error) {
	rules := s.protocol.book
	if err := setBookArguments(params, rules.arguments, symbol); err != nil {
		return nil, err
	}
	f, leave, err := s.open(ctx, rules.channel, params)
	if err != nil {
		return nil, err
	}
	b := &StreamBook{
		symbol: symbol, known: f.arguments.with("symbol", symbol, "symbol_lower", strings.ToLower(symbol)), core: s.core, rules: rules, feed: f, leave: leave, fetched: make(chan fetchedBook, 1), done: make(chan struct{}),
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
