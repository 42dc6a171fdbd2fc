package sdk

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// RawRequest is a request that no description knows (yet).
type RawRequest struct {
	// Method is GET where it is empty.
	Method string
	// Path follows the base URL's own; what must be escaped in it is escaped already.
	Path string
	// Query is sent in its order; names and values are escaped.
	Query Map[string]
	// Body is JSON text; nil where there is none.
	Body json.RawMessage
	// Signed tells whether the request is signed.
	Signed bool
}

// Request sends what no description knows (yet): signed, limited and tried again as described operations are. An answer with a status
// that is no success is a *StatusError.
func (c *Client) Request(ctx context.Context, request RawRequest) (*Response, error) {
	o := &operation{method: strings.ToUpper(request.Method), path: request.Path, accept: "*/*"}
	if o.method == "" {
		o.method = http.MethodGet
	}
	o.id = o.method + " " + o.path
	if request.Signed {
		o.signing = signed
		o.placed = rawPlaced(signingRecipe, len(request.Body) > 0)
	}
	var answer *Response
	err := c.core.tries(o, request.writer(o)).run(ctx, func(response *Response) error {
		answer = response
		return nil
	})
	return answer, err
}

func (request RawRequest) writer(o *operation) func(*url.URL) (*wireRequest, error) {
	return func(base *url.URL) (*wireRequest, error) {
		if parsed, err := url.ParseRequestURI(o.path); err != nil || o.path[0] != '/' || parsed.EscapedPath() != o.path || !plainPath(o.path) {
			return nil, &ConfigurationError{Problem: "its path must begin with / and be escaped, without query, . and .. segments"}
		}
		wire := &wireRequest{method: o.method, scheme: base.Scheme, host: base.Host, json: true}
		wire.path = strings.TrimSuffix(base.EscapedPath(), "/") + o.path
		for _, argument := range request.Query {
			wire.query = append(wire.query, pair(argument.Key, argument.Value))
		}
		if len(request.Body) == 0 {
			return wire, nil
		}
		body := &writer{}
		if err := body.raw(request.Body); err != nil {
			return nil, within(err, "body")
		}
		wire.begun, wire.body = true, body.data
		wire.setHeader("Content-Type", "application/json")
		return wire, nil
	}
}

func plainPath(path string) bool {
	for _, segment := range strings.Split(path, "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	return true
}

// rawPlaced chooses among a recipe's several places for one value, where it has them: the body where there is one, else the query.
func rawPlaced(r *recipe, withBody bool) []int {
	if r == nil {
		return nil
	}
	carriers := map[string]map[string]bool{}
	for _, p := range r.placements {
		if carriers[p.value+p.literal] == nil {
			carriers[p.value+p.literal] = map[string]bool{}
		}
		carriers[p.value+p.literal][p.carrier] = true
	}
	placed := make([]int, 0, len(r.placements))
	for index, p := range r.placements {
		known := carriers[p.value+p.literal]
		other := p.carrier == "query" && withBody || p.carrier == "body" && !withBody
		if !(other && known["query"] && known["body"]) {
			placed = append(placed, index)
		}
	}
	return placed
}
