package sdk

import (
	"errors"
	"strconv"
)

type fetchedBook struct {
	message *streamMessage
	err     error
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

func (b *StreamBook) take(item streamItem) {
	switch {
	case item.reconnected:
		b.lose(b.rules.operation != nil)
	case item.dropped > 0:
		b.lose(true)
	case item.message == nil:
	case b.rules.snapshot.holds(item.message, b.known):
		if b.rules.sequence == "" {
			b.early = nil // without numbers the order of the messages is all there is: these are older
		}
		b.load(item.message, b.rules.bids, b.rules.asks, b.rules.sequence)
	case b.rules.delta.holds(item.message, b.known):
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
	if b.synced && !b.loading {
		b.resyncs++
		b.version++
	}
	b.synced, b.numbered, b.number, b.bids.list, b.asks.list = false, false, 0, nil, nil
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
	for _, each := range b.rules.asked {
		text, err := spokenFor(b.symbol).text(each[1])
		if err == nil {
			err = setArgument(params, each[0], text)
		}
		if err != nil {
			return fetchedBook{err: err}
		}
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
	b.bids.list, b.asks.list, b.number, b.numbered, b.fresh = nil, nil, number, ok, true
	err := errors.Join(b.side(message, bids, &b.bids), b.side(message, asks, &b.asks))
	sound := err == nil && b.summed(message) && !b.crossed()
	if sound {
		b.synced, b.loading = true, !b.synced
	}
	b.mutex.Unlock()
	if !sound {
		b.lose(true)
		return
	}
	early := b.early
	b.early, b.stale = nil, 0
	for _, each := range early {
		b.stale = 0 // however many are older than the snapshot, that is as it should be
		b.change(each)
	}
	b.stale = 0
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.loading = false
	if b.synced {
		b.version++
		b.publish()
	}
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

// put takes a change in: lists of levels, or one level by itself.
func (b *StreamBook) put(message *streamMessage) error {
	if b.rules.side == "" {
		return errors.Join(b.side(message, b.rules.bids, &b.bids), b.side(message, b.rules.asks, &b.asks))
	}
	word, ok := message.textAt(b.rules.side)
	if !ok || word == "" {
		return &DecodeError{Path: "$", Problem: "does not tell its side"}
	}
	level, err := b.levels.one(message.text)
	switch {
	case err != nil:
		return err
	case word == b.rules.bid:
		b.bids.set(level)
	default:
		b.asks.set(level)
	}
	return nil
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
		b.stale = 0
		b.apply(message, number)
	}
}

func (b *StreamBook) apply(message *streamMessage, number int64) {
	b.mutex.Lock()
	sound := b.put(message) == nil && b.summed(message) && !b.crossed()
	b.number, b.numbered, b.fresh = number, true, false
	if sound && !b.loading {
		b.version++
		b.publish()
	}
	b.mutex.Unlock()
	if !sound {
		b.lose(true)
		return
	}
	b.failures = 0
}
