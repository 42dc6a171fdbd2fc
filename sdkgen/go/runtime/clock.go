package sdk

import (
	"context"
	"strconv"
	"strings"
	"time"
)

// now is the exchange's time, as far as it is known.
func (c *core) now() time.Time { return c.clock().Add(time.Duration(c.offset.Load())) }

// SyncClock asks the exchange for its time and corrects all timestamps from now on by the difference, which it returns. The client
// does so by itself only after an answer that blames the clock.
func (c *Client) SyncClock(ctx context.Context) (time.Duration, error) {
	return c.core.syncClock(ctx, false)
}

func (c *core) syncClock(ctx context.Context, asPart bool) (time.Duration, error) {
	source := exchangeBehaviour.clock
	if source == nil {
		return 0, &ConfigurationError{Problem: "this exchange tells no time"}
	}
	made := c.tries(source.operation, callOf(source.operation, nil))
	made.corrected = true
	if asPart {
		made.attempt = c.retries // a call that waits for it has its own attempts
	}
	err := made.run(ctx, func(response *Response) error {
		text, _ := response.textAt(source.place)
		theirs, ok := instantOf(source.format, text)
		if !ok {
			return &DecodeError{Path: "$", Problem: "holds no time at " + source.place, Value: shorten([]byte(text))}
		}
		ours := response.begun.Add(response.ended.Sub(response.begun) / 2)
		c.offset.Store(int64(theirs.Sub(ours)))
		return nil
	})
	return time.Duration(c.offset.Load()), err
}

// correctClock corrects the clock once in a call, and tells whether that was possible.
func (t *tries) correctClock(ctx context.Context) bool {
	if t.corrected || exchangeBehaviour.clock == nil {
		return false
	}
	t.corrected = true
	_, err := t.syncClock(ctx, true)
	return err == nil
}

// instantOf reads an instant in one of the formats that recipes know.
func instantOf(format, text string) (time.Time, bool) {
	if format == "iso-milliseconds" {
		instant, err := time.Parse(time.RFC3339Nano, text)
		return instant, err == nil
	}
	shift := map[string]int{"seconds": 9, "decimal-seconds": 9, "microseconds": 3, "nanoseconds": 0}
	digits, ok := shift[format]
	if !ok {
		digits = 6
	}
	whole, fraction, _ := strings.Cut(text, ".")
	fraction = (fraction + strings.Repeat("0", digits))[:digits]
	nanoseconds, err := strconv.ParseInt(whole+fraction, 10, 64)
	return time.Unix(0, nanoseconds), err == nil && whole != ""
}
