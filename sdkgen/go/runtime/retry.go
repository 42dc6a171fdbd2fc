package sdk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

const (
	firstPause   = 250 * time.Millisecond
	longestPause = 8 * time.Second
)

// knowledge is what is known of a request that failed.
type knowledge uint8

const (
	settled       knowledge = iota // the answer counts, whatever it says
	notCarriedOut                  // nothing came of it
	wrongClock                     // nothing came of it, because the clocks differ
	nobodyKnows
)

// tries makes one call in as many attempts as it takes and may have.
type tries struct {
	*core
	operation *operation
	write     func(base *url.URL) (*wireRequest, error)
	event     CallEvent
	attempt   int
	sent      bool // whether a byte of the last attempt may have left
	uncertain bool // whether an attempt may have been carried out that nobody knows of
	ordered   bool // whether a client order id makes it safe to repeat
	corrected bool // whether the clock was corrected, so that it is not a second time
	closed    bool // whether the caller closed the client's streams
	replied   bool // whether a reply over a stream came, so that what was asked is done where it can't be read
}

func (c *core) tries(o *operation, write func(base *url.URL) (*wireRequest, error)) *tries {
	return &tries{core: c, operation: o, write: write, event: CallEvent{Operation: o.id, Method: o.method}}
}

// run makes attempts until one succeeds, or none more may be made. read takes the answer that says yes.
func (t *tries) run(ctx context.Context, read func(*Response) error) error {
	return t.repeat(ctx, func() error { return t.once(ctx, read) })
}

// repeat makes attempts until one succeeds, or none more may be made.
func (t *tries) repeat(ctx context.Context, once func() error) error {
	for {
		err := once()
		if err == nil {
			return nil
		}
		pause, again := t.again(ctx, err)
		t.describe(err)
		if !again {
			return err
		}
		t.event.Kind, t.event.Pause = KindOf(err), pause
		tell(t.hooks.OnRetry, t.event)
		if stopped := sleep(ctx, pause); stopped != nil {
			return t.stopped(ctx, err)
		}
	}
}

// once makes one attempt: written and signed anew, so that its timestamp is a fresh one.
func (t *tries) once(ctx context.Context, read func(*Response) error) error {
	t.sent = false
	wire, err := t.writeTo()
	if err != nil {
		return err
	}
	t.ordered = t.operation.orderID != "" && wire.holds(t.operation.orderID)
	weights := t.limiter.weigh(t.operation, t.signs(t.operation))
	if err := t.limiter.take(ctx, weights, t.maxWait); err != nil {
		return err
	}
	if err := t.sign(t.operation, wire); err != nil {
		return err
	}
	request, err := t.build(t.operation, wire)
	if err != nil {
		return err
	}
	t.attempt++
	t.event = CallEvent{Operation: t.operation.id, Method: t.operation.method, Path: wire.path, Attempt: t.attempt, Weight: heaviest(weights)}
	tell(t.hooks.OnRequest, t.event)
	begun := time.Now()
	response, sent, err := t.exchange(ctx, request)
	t.sent = sent
	if err == nil {
		t.limiter.correct(weights, response.Header, t.now())
		t.event.Status = response.Status
		err = t.judge(ctx, response, read)
	}
	t.event.Elapsed, t.event.Kind = time.Since(begun), KindOf(err)
	tell(t.hooks.OnResponse, t.event)
	return err
}

func (t *tries) writeTo() (*wireRequest, error) {
	base := t.base
	if t.operation.server != "" && !t.ownBase {
		var err error
		if base, err = baseOf(t.operation.server); err != nil {
			return nil, err
		}
	}
	if base == nil {
		return nil, &ConfigurationError{Problem: "needs a base URL, and neither the client nor the description names one"}
	}
	return t.write(base)
}

// judge turns an answer into what was asked for, or into an error.
func (t *tries) judge(ctx context.Context, response *Response, read func(*Response) error) error {
	if capture, ok := ctx.Value(responseKey{}).(*Response); ok {
		*capture = *response
	}
	if response.Status < 200 || response.Status > 299 || exchangeBehaviour.refused(response) {
		return t.failure(response)
	}
	err := read(response)
	var wrong *DecodeError
	if errors.As(err, &wrong) {
		wrong.Status = response.Status
	}
	return err
}

// again tells whether there is another attempt, and after which pause.
func (t *tries) again(ctx context.Context, err error) (time.Duration, bool) {
	known := t.known(err)
	t.uncertain = t.uncertain || known == nobodyKnows
	var said *StatusError
	asked := Optional[time.Duration]{}
	if errors.As(err, &said) {
		asked = said.RetryAfter
		if (said.Status != 0 || said.Refusal != "") && (said.Kind == KindRateLimit || said.Refusal == RefusalRateLimit) {
			t.limiter.block(asked.Or(0))
		}
	}
	if known == settled || known == nobodyKnows && !t.repeatable() || ctx.Err() != nil || t.attempt > t.retries {
		return 0, false
	}
	if known == wrongClock {
		return 0, t.correctClock(ctx)
	}
	if pause, ok := asked.Get(); ok {
		return pause, pause <= t.maxWait
	}
	return t.pauseAfter(t.attempt), true
}

func (t *tries) known(err error) knowledge {
	switch e := err.(type) {
	case *TimeoutError, *TransportError:
		if t.closed {
			return settled // nothing will be sent by this client any more
		}
		if t.sent {
			return nobodyKnows
		}
		return notCarriedOut
	case *StatusError:
		return e.known()
	}
	return settled
}

func (e *StatusError) known() knowledge {
	switch {
	case e.Status == 0 && e.Refusal == "":
		return settled
	case e.Status == http.StatusTeapot, e.Status == http.StatusTooManyRequests, e.Refusal == RefusalRateLimit, e.Refusal == RefusalUnavailable:
		return notCarriedOut
	case e.Refusal == RefusalClock:
		return wrongClock
	case e.Refusal == RefusalUnknownOutcome:
		return nobodyKnows
	}
	switch e.Status {
	case http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return nobodyKnows
	}
	return settled
}

// repeatable tells whether the request does no harm when it is carried out twice.
func (t *tries) repeatable() bool {
	o := t.operation
	return o.method == http.MethodGet || o.method == http.MethodHead || o.repeatable || t.ordered
}

// pauseAfter is a random time up to one that doubles with every attempt ("full jitter"), after so many.
func (c *core) pauseAfter(attempts int) time.Duration {
	most := min(longestPause, firstPause<<min(max(attempts-1, 0), 10))
	return time.Duration(c.random() * float64(most))
}

// describe writes into an error what is known of the call.
func (t *tries) describe(err error) {
	var described interface{ outcome() *CallOutcome }
	if !errors.As(err, &described) {
		return
	}
	// An answer of success that can't be read is the answer to something that was done.
	var unread *DecodeError
	done := errors.As(err, &unread) && (unread.Status != 0 || t.replied)
	*described.outcome() = CallOutcome{
		Operation: t.operation.id, Attempts: t.attempt, MayHaveHappened: t.uncertain || done,
		Repeated: t.uncertain && RefusalOf(err) == RefusalDuplicateOrder,
	}
}

// stopped is the error of a call whose context ended in a pause; it holds what went wrong before.
func (t *tries) stopped(ctx context.Context, last error) error {
	err := transportError(ctx, fmt.Errorf("%w while waiting after an attempt that failed: %w", ctx.Err(), last))
	t.describe(err)
	return err
}

func sleep(ctx context.Context, pause time.Duration) error {
	if pause <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
