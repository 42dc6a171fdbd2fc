package sdk

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
)

// signs tells whether an operation's requests are signed.
func (c *core) signs(o *operation) bool {
	return signingRecipe != nil && (o.signing == signed || o.signing == signedIfPossible && c.credentials != nil)
}

func (c *core) sign(o *operation, wire *wireRequest) error {
	if !c.signs(o) {
		return nil
	}
	if c.credentials == nil {
		return &ConfigurationError{Problem: "needs credentials, and the client has none"}
	}
	return c.signer.sign(signingRecipe, c.credentials, wire, o.placed)
}

// reach is how far an attempt came.
type reach struct{ asked, connected bool }

// exchange sends a request once and reads the whole answer. It tells whether a byte of the request may have left.
func (c *core) exchange(ctx context.Context, request *http.Request) (response *Response, sent bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	var came reach
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { came.asked = true },
		GotConn: func(httptrace.GotConnInfo) { came.connected = true },
	})
	begun := c.clock()
	answer, err := c.http.Do(request.WithContext(traced))
	if err != nil {
		return nil, came.sent(err), transportError(ctx, err)
	}
	defer answer.Body.Close()
	body, err := readAll(answer)
	if garbled(err) {
		return nil, true, &DecodeError{Path: "$", Problem: "is not compressed as it says", Status: answer.StatusCode}
	}
	if err != nil {
		return nil, true, transportError(ctx, err)
	}
	if len(body) > maxAnswer {
		return nil, true, &DecodeError{Path: "$", Problem: "is larger than this client reads", Status: answer.StatusCode}
	}
	return &Response{Status: answer.StatusCode, Header: answer.Header, Body: body, begun: begun, ended: c.clock()}, true, nil
}

// readAll reads a body, in one piece where its length is known.
func readAll(answer *http.Response) ([]byte, error) {
	limited := io.LimitReader(answer.Body, maxAnswer+1)
	if length := answer.ContentLength; length > 0 && length < 1<<20 {
		buffer := bytes.NewBuffer(make([]byte, 0, length+bytes.MinRead))
		_, err := buffer.ReadFrom(limited)
		return buffer.Bytes(), err
	}
	return io.ReadAll(limited)
}

// garbled tells whether net/http, which asks for gzip and undoes it, found something else.
func garbled(err error) bool {
	var corrupt flate.CorruptInputError
	return errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.As(err, &corrupt)
}

// sent tells whether a byte of the request may have left. net/http says when it got a connection; of other transports only an
// error of dialling is known to come before.
func (r *reach) sent(err error) bool {
	if r.asked {
		return r.connected
	}
	var dialled *net.OpError
	return !errors.As(err, &dialled) || dialled.Op != "dial"
}

func (c *core) build(o *operation, wire *wireRequest) (*http.Request, error) {
	address := wire.scheme + "://" + wire.host + wire.path
	if len(wire.query) > 0 {
		address += "?" + strings.Join(wire.query, "&")
	}
	request, err := http.NewRequest(wire.method, address, nil)
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
