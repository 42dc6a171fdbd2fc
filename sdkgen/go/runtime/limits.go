package sdk

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
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
	turn chan struct{} // holds the one whose turn it is; the others queue in order of arrival
	ends time.Time
	used int
}

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
func (l *limiter) take(ctx context.Context, weights []int, most time.Duration) error {
	if l == nil {
		return nil
	}
	deadline := time.Now().Add(most)
	for index, w := range l.windows {
		if weights[index] == 0 {
			continue
		}
		if err := w.queue(ctx, deadline); err != nil {
			return err
		}
		defer func() { <-w.turn }()
	}
	for {
		wait, name := l.tryTake(weights)
		if wait <= 0 {
			return nil
		}
		if time.Now().Add(wait).After(deadline) {
			return fullError(name, wait)
		}
		if err := sleep(ctx, wait); err != nil {
			return transportError(ctx, err)
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
func (l *limiter) tryTake(weights []int) (wait time.Duration, name string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	now := time.Now()
	if wait = l.blocked.Sub(now); wait > 0 {
		return wait, "exchange's own"
	}
	wait = 0
	for index, w := range l.windows {
		if weights[index] > 0 && now.Before(w.ends) && w.used+min(weights[index], w.requests) > w.requests && w.ends.Sub(now) > wait {
			wait, name = w.ends.Sub(now), w.name
		}
	}
	if wait > 0 {
		return wait, name
	}
	for index, w := range l.windows {
		if weights[index] == 0 {
			continue
		}
		if !now.Before(w.ends) {
			w.ends, w.used = now.Add(w.per), 0
		}
		w.used += weights[index]
	}
	return 0, ""
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

// correct takes over what an answer says of the limits that its request counts in: the count only ever gets stricter, and a window
// ends when the exchange says. An answer that comes when its window is over begins one, where it tells of any use.
func (l *limiter) correct(weights []int, header http.Header, exchangeNow time.Time) {
	if l == nil {
		return
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	now := time.Now()
	for index, w := range l.windows {
		if weights[index] == 0 {
			continue
		}
		told := w.told(header)
		if !now.Before(w.ends) {
			if told == 0 {
				continue
			}
			w.ends, w.used = now.Add(w.per), 0
		}
		w.used = max(w.used, told)
		if ends, ok := w.endOf(header, exchangeNow); ok {
			w.ends = ends
		}
	}
}

// told is how much of a window is used, by what an answer says of it.
func (w *window) told(header http.Header) int {
	told := 0
	if used, ok := headerNumber(header, w.usedHeader); ok {
		told = int(min(math.Ceil(used), float64(w.requests)))
	}
	if left, ok := headerNumber(header, w.remainingHeader); ok {
		told = max(told, w.requests-int(min(math.Floor(left), float64(w.requests))))
	}
	return told
}

// endOf reads when a window ends: how long from now, or since 1970 where that would be more than a year. It is never further than
// a whole window away.
func (w *window) endOf(header http.Header, exchangeNow time.Time) (time.Time, bool) {
	units, ok := headerNumber(header, w.resetHeader)
	if !ok {
		return time.Time{}, false
	}
	left := units * float64(w.resetUnit)
	if left > float64(longestWait) {
		left -= float64(exchangeNow.UnixNano())
	}
	return time.Now().Add(time.Duration(min(max(left, 0), float64(w.per)))), true
}

var unsignedNumber = regexp.MustCompile(`^[0-9]{1,15}(\.[0-9]{1,9})?$`)

func headerNumber(header http.Header, name string) (float64, bool) {
	text := ""
	if name != "" {
		text = strings.TrimSpace(header.Get(name))
	}
	if !unsignedNumber.MatchString(text) {
		return 0, false
	}
	value, err := strconv.ParseFloat(text, 64)
	return value, err == nil
}

// fullError is a limit of our own: nothing was sent.
func fullError(name string, wait time.Duration) error {
	message := fmt.Sprintf("nothing was sent: the limit %q has no room for another %v", name, wait.Round(time.Millisecond))
	return &StatusError{Kind: KindRateLimit, Message: message, RetryAfter: Some(wait)}
}
