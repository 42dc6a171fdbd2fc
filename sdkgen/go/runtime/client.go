package sdk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// maxAnswer is how many bytes of an answer are read at most.
const maxAnswer = 256 << 20

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
	// Timeout bounds a whole call, its answer included; 30 seconds where it is 0.
	Timeout time.Duration
	// HTTPClient makes the requests; one that keeps connections alive where it is nil. Redirects are never followed.
	HTTPClient *http.Client
	// Header is sent with every request.
	Header http.Header
	// Clock tells the time that requests are signed with; time.Now where it is nil.
	Clock func() time.Time
	// Nonce makes the nonces that requests are signed with; nil makes them as the exchange asks.
	Nonce func() string
}

// core is what all services of a client share.
type core struct {
	base        *url.URL
	ownBase     bool
	credentials *Credentials
	timeout     time.Duration
	http        *http.Client
	header      http.Header
	signer      *signer
}

func newCore(config Config) (*core, error) {
	address := config.BaseURL
	if address == "" {
		address = DefaultBaseURL
	}
	base, err := baseOf(address)
	if err != nil {
		return nil, err
	}
	c := &core{base: base, ownBase: config.BaseURL != "", timeout: config.Timeout, header: config.Header.Clone()}
	if config.Credentials != (Credentials{}) {
		given := config.Credentials
		c.credentials = &given
	}
	if c.timeout <= 0 {
		c.timeout = 30 * time.Second
	}
	client := http.Client{Transport: connections()}
	if config.HTTPClient != nil {
		client = *config.HTTPClient
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.http = &client
	c.signer = newSigner(config.Clock, config.Nonce)
	return c, nil
}

// connections are shared by all clients that bring no HTTPClient of their own, so that they keep each other's alive.
var connections = sync.OnceValue(newTransport)

func newTransport() http.RoundTripper {
	shared, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport
	}
	transport := shared.Clone()
	transport.MaxIdleConnsPerHost = 32
	return transport
}

func baseOf(address string) (*url.URL, error) {
	base, err := url.Parse(address)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" || base.User != nil {
		return nil, &ConfigurationError{Problem: "the base URL is no absolute http or https URL without user information"}
	}
	return base, nil
}

// call makes one call and reads its answer into result, which stays as it is where the call fails. params and result are pointers, nil
// where there is none.
func (c *core) call(ctx context.Context, o *operation, params, result any) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	response, err := c.exchange(ctx, o, params)
	if err == nil {
		if capture, ok := ctx.Value(responseKey{}).(*Response); ok {
			*capture = *response
		}
		err = c.read(o, response, result)
	}
	return named(err, o.id)
}

// exchange sends the request once and reads the whole answer.
func (c *core) exchange(ctx context.Context, o *operation, params any) (*Response, error) {
	request, err := c.request(ctx, o, params)
	if err != nil {
		return nil, err
	}
	answer, err := c.http.Do(request)
	if err != nil {
		return nil, transportError(ctx, err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	if err != nil {
		return nil, transportError(ctx, err)
	}
	if len(body) > maxAnswer {
		return nil, &DecodeError{Path: "$", Problem: "is larger than this client reads", Status: answer.StatusCode}
	}
	return &Response{Status: answer.StatusCode, Header: answer.Header, Body: body}, nil
}

func (c *core) request(ctx context.Context, o *operation, params any) (*http.Request, error) {
	base := c.base
	if o.server != "" && !c.ownBase {
		var err error
		if base, err = baseOf(o.server); err != nil {
			return nil, err
		}
	}
	wire, err := o.write(base, params)
	if err != nil {
		return nil, err
	}
	if err := c.sign(o, wire); err != nil {
		return nil, err
	}
	return c.build(ctx, o, wire)
}

func (c *core) sign(o *operation, wire *wireRequest) error {
	if o.signing == unsigned || signingRecipe == nil || c.credentials == nil && o.signing == signedIfPossible {
		return nil
	}
	if c.credentials == nil {
		return &ConfigurationError{Problem: "needs credentials, and the client has none"}
	}
	return c.signer.sign(signingRecipe, c.credentials, wire, o.placed)
}

func (c *core) build(ctx context.Context, o *operation, wire *wireRequest) (*http.Request, error) {
	address := wire.scheme + "://" + wire.host + wire.path
	if len(wire.query) > 0 {
		address += "?" + strings.Join(wire.query, "&")
	}
	request, err := http.NewRequestWithContext(ctx, wire.method, address, nil)
	if err != nil {
		return nil, &ConfigurationError{Problem: "its method or path can't be sent"}
	}
	// net/http sends a request again when a kept connection dies, unless it has a body that can't be had twice. An empty one
	// counts; but with other methods it would be sent in chunks.
	if len(wire.body) > 0 || wire.method == http.MethodGet || wire.method == http.MethodHead || wire.method == http.MethodOptions {
		request.Body = io.NopCloser(bytes.NewReader(wire.body))
		request.ContentLength = int64(len(wire.body))
	}
	for name, values := range c.header {
		request.Header[name] = values
	}
	request.Header["Accept"] = []string{o.accept}
	request.Header["User-Agent"] = []string{userAgent}
	for _, field := range wire.headers {
		if strings.EqualFold(field.name, "Host") {
			request.Host = field.value
			continue
		}
		deleteHeader(request.Header, field.name)
		request.Header[spelt(field.name)] = []string{field.value}
	}
	return request, nil
}

// spelt keeps a header's name as the description spells it, but for the two by which net/http takes a request as safe to repeat.
func spelt(name string) string {
	if strings.EqualFold(name, "Idempotency-Key") || strings.EqualFold(name, "X-Idempotency-Key") {
		return strings.ToLower(name)
	}
	return name
}

func deleteHeader(header http.Header, name string) {
	for known := range header {
		if strings.EqualFold(known, name) {
			delete(header, known)
		}
	}
}

// transportError drops the request's URL, which can hold a signature, and tells time-outs from the rest.
func transportError(ctx context.Context, err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var network net.Error
	if errors.Is(ctx.Err(), context.DeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) && network.Timeout() {
		return &TimeoutError{Err: err}
	}
	if strings.Contains(err.Error(), "invalid header field") || strings.Contains(err.Error(), "invalid method") {
		return &ConfigurationError{Problem: "a header or the method can't be sent"}
	}
	return &TransportError{Err: err}
}

// named puts the operation into an error.
func named(err error, id string) error {
	switch e := err.(type) {
	case *ConfigurationError:
		e.Operation = id
	case *TimeoutError:
		e.Operation = id
	case *TransportError:
		e.Operation = id
	case *DecodeError:
		e.Operation = id
	case *StatusError:
		e.Operation = id
	}
	return err
}

// read turns an answer into the operation's result, or into an error.
func (c *core) read(o *operation, response *Response, result any) error {
	if response.Status < 200 || response.Status > 299 {
		return c.failure(response)
	}
	if o.answer.encoding == "" || o.method == http.MethodHead || len(response.Body) == 0 && o.mayBeEmpty(response.Status) {
		return nil
	}
	err := o.answer.read(response.Body, result)
	var wrong *DecodeError
	if errors.As(err, &wrong) {
		wrong.Status = response.Status
	}
	return err
}

func (o *operation) mayBeEmpty(status int) bool {
	for _, empty := range o.empty {
		if empty == strconv.Itoa(status) || strings.EqualFold(empty, "2xx") {
			return true
		}
	}
	return status == http.StatusNoContent
}

func (c content) read(body []byte, result any) error {
	if into, ok := result.(*[]byte); ok {
		*into = body
		return nil
	}
	v := reflect.ValueOf(result).Elem()
	if c.encoding == "json" || v.Kind() != reflect.String {
		return Unmarshal(body, result)
	}
	if !utf8.Valid(body) {
		return &DecodeError{Path: "$", Problem: "is no text in UTF-8", Value: shorten(body)}
	}
	v.SetString(string(body))
	return nil
}
