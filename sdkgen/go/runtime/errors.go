package sdk

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// ErrorKind says what went wrong, in one word.
type ErrorKind string

// The kinds of errors. The first four come before or instead of an answer, the others from its status.
const (
	KindConfiguration    ErrorKind = "configuration"
	KindTimeout          ErrorKind = "timeout"
	KindTransport        ErrorKind = "transport"
	KindDecode           ErrorKind = "decode"
	KindBadRequest       ErrorKind = "bad_request"
	KindAuthentication   ErrorKind = "authentication"
	KindPermissionDenied ErrorKind = "permission_denied"
	KindNotFound         ErrorKind = "not_found"
	KindConflict         ErrorKind = "conflict"
	KindUnprocessable    ErrorKind = "unprocessable"
	KindRateLimit        ErrorKind = "rate_limit"
	KindServer           ErrorKind = "server"
	KindAPI              ErrorKind = "api"
)

// Error is the word itself, so that errors.Is(err, KindRateLimit) tells whether an error is of a kind.
func (k ErrorKind) Error() string { return string(k) }

// CallOutcome is what every error of a call says about the call itself.
type CallOutcome struct {
	Operation string
	// Attempts is how often the request was sent, or its connection tried.
	Attempts int
	// MayHaveHappened says that the outcome is unknown: the exchange may have done what it was asked. Ask it before you repeat an
	// order, a transfer or a cancellation.
	MayHaveHappened bool
	// Repeated says that the exchange refused an order as a duplicate of an earlier attempt of the same call: that one stands.
	Repeated bool
}

func (o *CallOutcome) outcome() *CallOutcome { return o }

// OutcomeOf tells what is known of the call that an error of this package came from.
func OutcomeOf(err error) CallOutcome {
	var described interface{ outcome() *CallOutcome }
	if errors.As(err, &described) {
		return *described.outcome()
	}
	return CallOutcome{}
}

// KindOf tells the kind of any error of this package, "" for others.
func KindOf(err error) ErrorKind {
	var kinded interface{ errorKind() ErrorKind }
	if errors.As(err, &kinded) {
		return kinded.errorKind()
	}
	return ""
}

// ConfigurationError says why nothing was sent: a missing credential, an argument that can't be written.
type ConfigurationError struct {
	CallOutcome
	// Path is the place in the argument, such as $.legs[0].price; "" where there is none.
	Path    string
	Problem string
}

// Error describes it in one line.
func (e *ConfigurationError) Error() string {
	return prefixed(e.Operation, strings.TrimPrefix(e.Path+" ", " ")+e.Problem)
}

func (*ConfigurationError) errorKind() ErrorKind { return KindConfiguration }

// Is tells whether the error is of a kind.
func (*ConfigurationError) Is(target error) bool { return target == KindConfiguration }

// TimeoutError says that no whole answer came in time. Whether the exchange did what it was asked is not known where MayHaveHappened
// says so.
type TimeoutError struct {
	CallOutcome
	Err error
}

// Error describes it in one line.
func (e *TimeoutError) Error() string { return prefixed(e.Operation, "no answer in time") }

// Unwrap returns the cause.
func (e *TimeoutError) Unwrap() error { return e.Err }

func (*TimeoutError) errorKind() ErrorKind { return KindTimeout }

// Is tells whether the error is of a kind.
func (*TimeoutError) Is(target error) bool { return target == KindTimeout }

// TransportError says that the connection failed or that the call was cancelled. Whether the exchange did what it was asked is
// not known where MayHaveHappened says so.
type TransportError struct {
	CallOutcome
	Err error
}

// Error describes it in one line.
func (e *TransportError) Error() string {
	return prefixed(e.Operation, "no answer: "+shorten([]byte(e.Err.Error())))
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return e.Err }

func (*TransportError) errorKind() ErrorKind { return KindTransport }

// Is tells whether the error is of a kind.
func (*TransportError) Is(target error) bool { return target == KindTransport }

// DecodeError says where a value does not fit its type.
type DecodeError struct {
	CallOutcome
	// Path is the value's place, such as $.orders[0].price.
	Path    string
	Problem string
	// Value is the beginning of what stood there.
	Value string
	// Status is the answer's, 0 where the value was no answer.
	Status int
}

// Error describes it in one line.
func (e *DecodeError) Error() string {
	text := e.Path + " " + e.Problem
	if e.Value != "" {
		text += ": " + e.Value
	}
	return prefixed(e.Operation, text)
}

func (*DecodeError) errorKind() ErrorKind { return KindDecode }

// Is tells whether the error is of a kind.
func (*DecodeError) Is(target error) bool { return target == KindDecode }

// StatusError is an answer that says no.
type StatusError struct {
	CallOutcome
	Kind ErrorKind
	// Status is the answer's; 0 where this client's own limit kept the request from being sent.
	Status int
	// Refusal is what the exchange meant, "" where its code is not known.
	Refusal Refusal
	// Code and Message are the exchange's own, "" where the answer has none.
	Code    string
	Message string
	// RetryAfter is how long the exchange asks to wait.
	RetryAfter Optional[time.Duration]
	Header     http.Header
	Body       []byte
}

// Error describes it in one line.
func (e *StatusError) Error() string {
	text := string(e.Kind)
	if e.Status != 0 {
		text = strconv.Itoa(e.Status) + " " + text
	}
	for _, more := range []string{e.Code, e.Message} {
		if more != "" {
			text += ": " + shorten([]byte(more))
		}
	}
	return prefixed(e.Operation, text)
}

// Decode reads the answer's body into the type that the description gives it.
func (e *StatusError) Decode(into any) error { return Unmarshal(e.Body, into) }

func (e *StatusError) errorKind() ErrorKind { return e.Kind }

// Is tells whether the error is of a kind, or what the exchange meant by it.
func (e *StatusError) Is(target error) bool {
	return target == e.Kind || e.Refusal != "" && target == e.Refusal
}

var statusKinds = map[int]ErrorKind{
	400: KindBadRequest,
	401: KindAuthentication,
	403: KindPermissionDenied,
	404: KindNotFound,
	409: KindConflict,
	418: KindRateLimit,
	422: KindUnprocessable,
	429: KindRateLimit,
}

func kindOfStatus(status int) ErrorKind {
	if kind, ok := statusKinds[status]; ok {
		return kind
	}
	if status >= 500 && status < 600 {
		return KindServer
	}
	return KindAPI
}

func prefixed(operation, text string) string {
	if operation == "" {
		return text
	}
	return operation + ": " + text
}

// within puts a key before the path of an error that happened inside an object.
func within(err error, key string) error {
	step := "." + key
	if !plainKey(key) {
		step = "[" + strconv.QuoteToASCII(key) + "]"
	}
	return at(err, step)
}

// withinItem puts a place before the path of an error that happened inside an array.
func withinItem(err error, place int) error { return at(err, fmt.Sprintf("[%d]", place)) }

func at(err error, step string) error {
	switch e := err.(type) {
	case *DecodeError:
		e.Path = "$" + step + strings.TrimPrefix(e.Path, "$")
	case *ConfigurationError:
		e.Path = "$" + step + strings.TrimPrefix(e.Path, "$")
	}
	return err
}

func plainKey(key string) bool {
	for index, c := range key {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (index == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return key != ""
}

// shorten returns the beginning of a text that is not ours, harmless on a terminal and in a log.
func shorten(text []byte) string {
	const most = 120
	cut := len(text) > most
	if cut {
		text = text[:most]
	}
	safe := strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) && c != unicode.ReplacementChar {
			return c
		}
		return ' '
	}, string(text))
	if cut {
		safe += "…"
	}
	return safe
}
