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
	Operation string
	// Path is the place in the argument, such as $.legs[0].price; "" where there is none.
	Path    string
	Problem string
}

// Error describes it in one line.
func (e *ConfigurationError) Error() string {
	return prefixed(e.Operation, strings.TrimPrefix(e.Path+" ", " ")+e.Problem)
}

func (*ConfigurationError) errorKind() ErrorKind { return KindConfiguration }

// TimeoutError says that no whole answer came in time. Whether the exchange did what it was asked is not known.
type TimeoutError struct {
	Operation string
	Err       error
}

// Error describes it in one line.
func (e *TimeoutError) Error() string { return prefixed(e.Operation, "no answer in time") }

// Unwrap returns the cause.
func (e *TimeoutError) Unwrap() error { return e.Err }

func (*TimeoutError) errorKind() ErrorKind { return KindTimeout }

// TransportError says that the connection failed or that the call was cancelled. Whether the exchange did what it was asked is
// not known unless the connection was refused.
type TransportError struct {
	Operation string
	Err       error
}

// Error describes it in one line.
func (e *TransportError) Error() string {
	return prefixed(e.Operation, "no answer: "+shorten([]byte(e.Err.Error())))
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return e.Err }

func (*TransportError) errorKind() ErrorKind { return KindTransport }

// DecodeError says where a value does not fit its type.
type DecodeError struct {
	Operation string
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

// StatusError is an answer that says no.
type StatusError struct {
	Operation string
	Kind      ErrorKind
	Status    int
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
	text := strconv.Itoa(e.Status) + " " + string(e.Kind)
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
