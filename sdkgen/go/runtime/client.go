package sdk

import (
	"context"
	"math/rand"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

// maxAnswer is how many bytes of an answer are read at most.
const maxAnswer = 256 << 20

// core is what all services of a client share.
type core struct {
	base        *url.URL
	ownBase     bool
	credentials *Credentials
	timeout     time.Duration
	retries     int
	maxWait     time.Duration
	hooks       Hooks
	http        *http.Client
	header      http.Header
	clock       func() time.Time
	offset      atomic.Int64 // of the exchange's clock from ours, in nanoseconds
	random      func() float64
	signer      *signer
	messages    *signer // of requests over streams
	limiter     *limiter
}

func newCore(config Config) (*core, error) {
	address := config.BaseURL
	if address == "" {
		address = DefaultBaseURL
	}
	base, err := baseOf(address)
	if err != nil && address != "" {
		return nil, err
	}
	c := &core{
		base: base, ownBase: config.BaseURL != "", header: config.Header.Clone(), hooks: config.Hooks,
		timeout: orDefault(config.Timeout, defaultTimeout), maxWait: orDefault(config.MaxWait, defaultMaxWait),
		retries: config.Retries.Or(defaultRetries), clock: config.Clock, random: config.Random,
	}
	if config.Credentials != (Credentials{}) {
		given := config.Credentials
		c.credentials = &given
	}
	if c.clock == nil {
		c.clock = time.Now
	}
	if c.random == nil {
		c.random = rand.Float64
	}
	if config.RateLimits.Or(true) {
		c.limiter = newLimiter(exchangeBehaviour.limits)
	}
	client := http.Client{Transport: connections()}
	if config.HTTPClient != nil {
		client = *config.HTTPClient
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.http = &client
	c.signer = newSigner(c.now, config.Nonce)
	c.messages = c.signer.beside()
	return c, nil
}

func orDefault(given, otherwise time.Duration) time.Duration {
	if given <= 0 {
		return otherwise
	}
	return given
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
	return c.tries(o, callOf(o, params)).run(ctx, func(response *Response) error {
		if o.answer.encoding == "" || o.method == http.MethodHead || len(response.Body) == 0 && o.mayBeEmpty(response.Status) {
			return nil
		}
		return o.answerTo(response).read(response.Body, result)
	})
}

// answerTo tells how an answer is written, by its own Content-Type where the description knows two ways.
func (o *operation) answerTo(response *Response) content {
	if o.other.encoding != "" && bareMediaType(response.Header.Get("Content-Type")) == bareMediaType(o.other.mediaType) {
		return o.other
	}
	return o.answer
}

// bareMediaType takes parameters and case off a media type.
func bareMediaType(text string) string {
	bare, _, _ := strings.Cut(text, ";")
	return strings.ToLower(strings.TrimSpace(bare))
}

// callOf writes a call's request for a base URL.
func callOf(o *operation, params any) func(*url.URL) (*wireRequest, error) {
	return func(base *url.URL) (*wireRequest, error) { return o.write(base, params) }
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
	if c.encoding == "lines" {
		list, err := listOf(body)
		if err != nil {
			return err
		}
		return Unmarshal(list, result)
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
