package sdk

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// limiter keeps a client within the exchange's limits. A nil one lets everything pass.
type limiter struct {
	windows []*window

	mutex   sync.Mutex
	blocked time.Time // until when nothing is sent, because the exchange said so
}

// window is one limit as it stands. It begins with the first request after the last one ended.
type window struct {
	rateLimit
	turn   chan struct{} // holds the one whose turn it is; the others queue in order of arrival
	ends   time.Time
	used   int
	number int
}

// held is what an attempt took of each window: the window's number, 0 where it took nothing.
type held []int

func newLimiter(limits []rateLimit) *limiter {
	l := &limiter{}
	for _, limit := range limits {
		l.windows = append(l.windows, &window{rateLimit: limit, turn: make(chan struct{}, 1)})
	}
	return l
}

// weigh tells what an operation weighs in each limit.
func (l *limiter) weigh(o *operation, signed bool) []int {
	if l == nil || len(l.windows) == 0 {
		return nil
	}
	weights := make([]int, len(l.windows))
	for index, w := range l.windows {
		weights[index] = w.weight
		if o.weights != nil {
			weights[index] = o.weights[index]
		}
		if w.signedOnly && !signed {
			weights[index] = 0
		}
	}
	return weights
}

func heaviest(weights []int) int {
	most := 0
	for _, weight := range weights {
		most = max(most, weight)
	}
	return most
}

// take waits until the weights fit in every limit that counts them, and takes them.
func (l *limiter) take(ctx context.Context, weights []int, most time.Duration) (held, error) {
	if l == nil {
		return nil, nil
	}
	deadline := time.Now().Add(most)
	for index, w := range l.windows {
		if weights[index] == 0 {
			continue
		}
		if err := w.queue(ctx, deadline); err != nil {
			return nil, err
		}
		defer func() { <-w.turn }()
	}
	for {
		taken, wait, name := l.tryTake(weights)
		if wait <= 0 {
			return taken, nil
		}
		if time.Now().Add(wait).After(deadline) {
			return nil, fullError(name, wait)
		}
		if err := sleep(ctx, wait); err != nil {
			return nil, transportError(ctx, err)
		}
	}
}

// queue waits for the turn of a call.
func (w *window) queue(ctx context.Context, deadline time.Time) error {
	select {
	case w.turn <- struct{}{}:
		return nil
	default:
	}
	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	select {
	case w.turn <- struct{}{}:
		return nil
	case <-timer.C:
		return fullError(w.name, w.per)
	case <-ctx.Done():
		return transportError(ctx, ctx.Err())
	}
}

// tryTake takes the weights where they fit, else it tells how long to wait, and for which limit.
func (l *limiter) tryTake(weights []int) (taken held, wait time.Duration, name string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	now := time.Now()
	if wait = l.blocked.Sub(now); wait > 0 {
		return nil, wait, "exchange's own"
	}
	wait = 0
	for index, w := range l.windows {
		if weights[index] > 0 && now.Before(w.ends) && w.used+min(weights[index], w.requests) > w.requests && w.ends.Sub(now) > wait {
			wait, name = w.ends.Sub(now), w.name
		}
	}
	if wait > 0 {
		return nil, wait, name
	}
	taken = make(held, len(weights))
	for index, w := range l.windows {
		if weights[index] == 0 {
			continue
		}
		if !now.Before(w.ends) {
			w.ends, w.used, w.number = now.Add(w.per), 0, w.number+1
		}
		w.used += weights[index]
		taken[index] = w.number
	}
	return taken, 0, ""
}

// block lets nothing pass for a while.
func (l *limiter) block(pause time.Duration) {
	if l == nil || pause <= 0 {
		return
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if until := time.Now().Add(pause); until.After(l.blocked) {
		l.blocked = until
	}
}

// correct takes over what an answer says of the windows that its request was counted in: the count only ever gets stricter, and a
// window ends when the exchange says.
func (l *limiter) correct(taken held, header http.Header, exchangeNow time.Time) {
	if l == nil {
		return
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for index, w := range l.windows {
		if taken[index] == 0 || taken[index] != w.number {
			continue
		}
		if used, ok := count(header, w.usedHeader); ok {
			w.used = max(w.used, min(used, w.requests))
		}
		if left, ok := count(header, w.remainingHeader); ok {
			w.used = max(w.used, w.requests-min(left, w.requests))
		}
		if ends, ok := w.endOf(header, exchangeNow); ok {
			w.ends = ends
		}
	}
}

// endOf reads when a window ends: how long from now, or since 1970 where that would be more than a year. It is never further than
// a whole window away.
func (w *window) endOf(header http.Header, exchangeNow time.Time) (time.Time, bool) {
	text := header.Get(w.resetHeader)
	units, err := strconv.ParseFloat(text, 64)
	if w.resetHeader == "" || err != nil || !(units >= 0 && units < 1e18) {
		return time.Time{}, false
	}
	left := units * float64(w.resetUnit)
	if left > float64(longestWait) {
		left -= float64(exchangeNow.UnixNano())
	}
	return time.Now().Add(time.Duration(min(max(left, 0), float64(w.per)))), true
}

func count(header http.Header, name string) (int, bool) {
	if name == "" {
		return 0, false
	}
	value, err := strconv.Atoi(header.Get(name))
	return value, err == nil && value >= 0
}

// fullError is a limit of our own: nothing was sent.
func fullError(name string, wait time.Duration) error {
	message := fmt.Sprintf("nothing was sent: the limit %q has no room for another %v", name, wait.Round(time.Millisecond))
	return &StatusError{Kind: KindRateLimit, Message: message, RetryAfter: Some(wait)}
}
