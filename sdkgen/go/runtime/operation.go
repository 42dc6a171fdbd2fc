package sdk

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"time"
)

// operation is what the description says of one call, beside its parameters, whose fields say it themselves.
type operation struct {
	id       string
	method   string
	path     string
	server   string // base URL of its own, "" where it has none
	signing  signing
	placed   []int // the recipe's placements that it takes, nil where it takes all of them
	body     content
	answer   content
	other    content  // the answer written in another way, "" where there is none
	empty    []string // statuses whose answers have no body
	accept   string
	formBody bool // whether a body that signing begins is a form

	weights    []int  // what it weighs in each limit, nil where it weighs what the limits say
	repeatable bool   // whether twice is once, beyond GET and HEAD
	orderID    string // the place of the client order id that makes it safe to repeat
}

type signing uint8

const (
	unsigned signing = iota
	signed
	signedIfPossible
)

// content is how a body travels.
type content struct {
	mediaType string
	encoding  string // "json", "lines", "form", "multipart", "text", "binary", or "" where there is no body
}

// wireRequest is a request as it goes on the wire.
type wireRequest struct {
	method  string
	scheme  string
	host    string
	path    string
	query   []string
	headers []headerField
	body    []byte
	begun   bool // whether there is a body, be it an empty one
	form    bool // whether the body is a form, or would be one
	json    bool // whether the body is JSON, or would be
}

type headerField struct{ name, value string }

func (w *wireRequest) setHeader(name, value string) {
	w.dropHeader(name)
	w.headers = append(w.headers, headerField{name, value})
}

func (w *wireRequest) dropHeader(name string) {
	kept := w.headers[:0]
	for _, field := range w.headers {
		if !strings.EqualFold(field.name, name) {
			kept = append(kept, field)
		}
	}
	w.headers = kept
}

// holds tells whether the caller gave an argument, by its place: its carrier, a point and its name.
func (w *wireRequest) holds(place string) bool {
	carrier, name, _ := strings.Cut(place, ".")
	switch carrier {
	case "query":
		return holdsPair(w.query, name)
	case "header":
		for _, field := range w.headers {
			if strings.EqualFold(field.name, name) {
				return field.value != ""
			}
		}
		return false
	case "body":
		if w.form {
			return holdsPair(w.formPairs(), name)
		}
		found, ok := valueAt(w.body, name)
		return w.json && ok && string(found) != "null" && string(found) != `""`
	}
	return carrier == "path"
}

func holdsPair(pairs []string, name string) bool {
	for _, each := range pairs {
		if known, value, _ := strings.Cut(each, "="); known == percentEncoded(name) && value != "" {
			return true
		}
	}
	return false
}

// write puts an operation and its arguments into bytes. params is a pointer to the operation's Params, or nil.
func (o *operation) write(base *url.URL, params any) (*wireRequest, error) {
	w := &wireRequest{method: o.method, scheme: base.Scheme, host: base.Host, form: o.formBody, json: !o.formBody}
	path := o.path
	if params != nil {
		v := reflect.ValueOf(params).Elem()
		var cookies []string
		for _, p := range parametersOf(v.Type()) {
			text, sent, err := argument(v.Field(p.index))
			if err != nil {
				return nil, within(err, p.wire)
			}
			if err := w.place(p, text, sent, &path, &cookies); err != nil {
				return nil, within(err, p.wire)
			}
		}
		if len(cookies) > 0 {
			w.setHeader("Cookie", strings.Join(cookies, "; "))
		}
		if err := o.writeBody(w, v); err != nil {
			return nil, within(err, "body")
		}
	}
	w.path = strings.TrimSuffix(base.EscapedPath(), "/") + path
	return w, nil
}

// argument writes a value as JSON text and tells whether it is there.
func argument(v reflect.Value) ([]byte, bool, error) {
	if isOptional(v.Type()) {
		if _, state := cellOf(v); *state == absent {
			return nil, false, nil
		}
	}
	text, err := (&writer{whole: true}).value(v)
	return text, err == nil, err
}

func (w *wireRequest) place(p parameter, text []byte, sent bool, path *string, cookies *[]string) error {
	switch {
	case p.location == "path":
		if !sent {
			return &ConfigurationError{Problem: "is missing"}
		}
		segment, err := p.segmentOf(text)
		if err != nil {
			return err
		}
		*path, err = withSegment(*path, p.wire, segment)
		return err
	case !sent:
		return nil
	case p.location == "query" && p.reserved:
		pairs, err := p.reservedPairs(text)
		w.query = append(w.query, pairs...)
		return err
	case p.location == "query":
		pairs, err := p.pairsOf(text)
		w.query = append(w.query, pairs...)
		return err
	case p.location == "cookie":
		p.explode = false
		pairs, err := p.pairsOf(text)
		*cookies = append(*cookies, pairs...)
		return err
	}
	value, sent, err := p.headerOf(text)
	if sent {
		w.setHeader(p.wire, value)
	}
	return err
}

// withSegment puts an argument into the path template. A segment that comes out empty, "." or ".." is refused: a server or proxy
// would answer for another path.
func withSegment(path, name, text string) (string, error) {
	mark := "{" + name + "}"
	segments := strings.Split(path, "/")
	for index, segment := range segments {
		if !strings.Contains(segment, mark) {
			continue
		}
		segments[index] = strings.ReplaceAll(segment, mark, text)
		if whole := segments[index]; text == "" || whole == "." || whole == ".." {
			return "", &ConfigurationError{Problem: "must not be empty, . or .. in a path"}
		}
	}
	return strings.Join(segments, "/"), nil
}

// Response is what an exchange answered, as it came.
type Response struct {
	Status int
	Header http.Header
	Body   []byte

	begun, ended time.Time // by our own clock
}

type responseKey struct{}

// CaptureResponse returns a context for a call that writes its answer's status, headers (such as those of rate limits) and
// body into response, whether the call succeeds or fails.
func CaptureResponse(ctx context.Context, response *Response) context.Context {
	return context.WithValue(ctx, responseKey{}, response)
}
