package sdk

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// Credentials are what proves who calls. They never show in text, logs or JSON.
type Credentials struct {
	Key        string
	Secret     string
	Passphrase string
}

const redacted = "Credentials(redacted)"

// Format hides them from every verb of package fmt.
func (Credentials) Format(state fmt.State, _ rune) { _, _ = io.WriteString(state, redacted) }

// LogValue hides them from package log/slog.
func (Credentials) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON hides them from package encoding/json.
func (Credentials) MarshalJSON() ([]byte, error) { return json.Marshal(redacted) }

// Config says where and how a client calls. Its zero value calls DefaultBaseURL without credentials.
type Config struct {
	// BaseURL is where every operation is called; DefaultBaseURL where it is empty.
	BaseURL     string
	Credentials Credentials
	// Timeout bounds one attempt, its answer included; 10 seconds where it is 0. A call's context bounds the whole call.
	Timeout time.Duration
	// Retries is how often a call is tried again at most; 2 where it is absent. What may be repeated stands in the README.
	Retries Optional[int]
	// RateLimits tells whether the client keeps to the exchange's limits by itself; true where it is absent.
	RateLimits Optional[bool]
	// MaxWait is the longest that a call waits for room in a limit, or because an answer asked for it; 30 seconds where it is 0.
	MaxWait time.Duration
	// Hooks are told of every attempt.
	Hooks Hooks
	// HTTPClient makes the requests; one that keeps connections alive where it is nil. Redirects are never followed.
	HTTPClient *http.Client
	// Header is sent with every request.
	Header http.Header
	// Clock tells the time that requests are signed with; time.Now where it is nil.
	Clock func() time.Time
	// Nonce makes the nonces that requests are signed with; nil makes them as the exchange asks.
	Nonce func() string
	// StreamURL is where streams are connected to, scheme and host (wss://host); where the description says if it is empty.
	StreamURL string
	// StreamQueue is how many messages a subscription holds for its reader; 1,000 where it is 0.
	StreamQueue int
	// StreamOverflow says what becomes of a subscription whose reader is slower than that; DropOldest where it is empty.
	StreamOverflow StreamOverflow
	// Random makes the numbers from 0 up to 1 that the pauses between attempts are drawn with; package math/rand where it is nil.
	Random func() float64
}

// StreamOverflow says what becomes of a subscription whose reader is too slow.
type StreamOverflow string

const (
	// DropOldest drops the oldest messages and tells how many.
	DropOldest StreamOverflow = "drop_oldest"
	// FailStream ends the subscription with an error.
	FailStream StreamOverflow = "fail"
)

const (
	defaultTimeout = 10 * time.Second
	defaultRetries = 2
	defaultMaxWait = 30 * time.Second
)
