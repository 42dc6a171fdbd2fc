package sdk

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// streams are a client's connections.
type streams struct {
	core     *core
	protocol *streamProtocol
	client   *http.Client
	base     string
	most     int
	overflow StreamOverflow
	number   atomic.Int64 // of the last request

	mutex  sync.Mutex
	lines  map[string]*line
	held   map[string]bool // those that requests keep open
	closed bool
}

// route is where a connection goes.
type route struct {
	key, server, path string
	query             []string
	header            http.Header
	listenKey         bool
}

func (r *route) address(path string) string {
	if len(r.query) == 0 {
		return r.server + path
	}
	joint := "?"
	if strings.Contains(path, "?") {
		joint = "&"
	}
	return r.server + path + joint + strings.Join(r.query, "&")
}

func newStreams(c *core, config Config) (*streams, error) {
	// The client's own time-out would end a connection that is alive.
	client := *c.http
	client.Timeout = 0
	s := &streams{
		core: c, protocol: &exchangeStreams, client: &client, base: strings.TrimSuffix(config.StreamURL, "/"), most: config.StreamQueue,
		overflow: config.StreamOverflow, lines: map[string]*line{}, held: map[string]bool{},
	}
	if s.most <= 0 {
		s.most = defaultQueue
	}
	if s.base == "" {
		return s, nil
	}
	parsed, err := url.Parse(s.base)
	if err != nil || parsed.Host == "" || parsed.User != nil || !slices.Contains([]string{"ws", "wss", "http", "https"}, parsed.Scheme) {
		return nil, &ConfigurationError{Problem: "the stream URL is no absolute ws or wss URL without user information"}
	}
	if scheme, ok := map[string]string{"http": "ws", "https": "wss"}[parsed.Scheme]; ok {
		s.base = scheme + strings.TrimPrefix(s.base, parsed.Scheme)
	}
	return s, nil
}

// listen subscribes to a channel. The subscription ends with its context.
func listen[E any](ctx context.Context, s *streams, channel *streamChannel, params any) (*StreamOf[E], error) {
	f, leave, err := s.open(ctx, channel, params)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, leave)
	return &StreamOf[E]{feed: f, leave: func() {
		stop()
		leave()
	}}, nil
}

func (s *streams) open(ctx context.Context, channel *streamChannel, params any) (*feed, func(), error) {
	target, err := targetOf(channel, params)
	if err != nil {
		return nil, nil, named(err, channel.id)
	}
	l, err := s.lineTo(channel, target)
	if err != nil {
		return nil, nil, named(err, channel.id)
	}
	f := &feed{
		channel: channel, arguments: target.known, topic: channel.id + fmt.Sprint(target.known), most: s.most, overflow: s.overflow,
		ready: make(chan struct{}, 1), line: l,
	}
	leave := func() {
		f.left.Do(func() {
			f.end(ErrStreamClosed)
			l.part(f)
			s.release(l)
		})
	}
	bounded, cancel := context.WithTimeout(ctx, 2*s.core.timeout)
	defer cancel()
	if err := l.join(bounded, f); err != nil {
		leave()
		return nil, nil, named(err, channel.id)
	}
	return f, leave, nil
}

// lineTo finds or makes the connection that a channel needs, and counts as one of its users.
func (s *streams) lineTo(channel *streamChannel, t *target) (*line, error) {
	server, err := s.serverOf(channel, t)
	if err != nil {
		return nil, err
	}
	made := &route{server: server, path: t.path, query: t.query, header: t.header, listenKey: channel.listenKey}
	made.key = made.address(made.path) + fmt.Sprint(t.header)
	if !channel.shared {
		made.key = channel.id + " " + made.key
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.closed {
		return nil, ErrStreamClosed
	}
	l := s.lines[made.key]
	if l == nil {
		l = newLine(s, made)
		s.lines[made.key] = l
	}
	l.users++
	return l, nil
}

func (s *streams) serverOf(channel *streamChannel, t *target) (string, error) {
	server := ""
	if len(channel.servers) > 0 {
		server = channel.servers[0]
	}
	if s.protocol.url != "" {
		server = s.protocol.url
	}
	if s.protocol.privateURL != "" && (channel.private || channel.listenKey) {
		server = s.protocol.privateURL
	}
	if s.base != "" {
		server = s.base
	}
	for name, text := range t.known {
		server = inAddress(server, name, text)
	}
	if server == "" || strings.Contains(server, "{") {
		return "", &ConfigurationError{Problem: "needs a stream URL, and neither the client nor the description names one"}
	}
	return strings.TrimSuffix(server, "/"), nil
}

// pathOf is the path of a channel's connection, for hooks.
func (s *streams) pathOf(channel *streamChannel, t *target) (string, error) {
	server, err := s.serverOf(channel, t)
	if err != nil {
		return "", err
	}
	address, err := url.Parse(server + t.path)
	if err != nil {
		return "", &ConfigurationError{Problem: "the address of its stream is no URL"}
	}
	return "/" + strings.TrimPrefix(address.EscapedPath(), "/"), nil
}

// release takes a user off a connection; the last one closes it.
func (s *streams) release(l *line) {
	s.mutex.Lock()
	l.users--
	last := l.users == 0
	if last && s.lines[l.key] == l {
		delete(s.lines, l.key)
	}
	s.mutex.Unlock()
	if last {
		l.close()
	}
}

// close ends all subscriptions and connections.
func (s *streams) close() {
	s.mutex.Lock()
	s.closed = true
	lines := slices.Collect(maps.Values(s.lines))
	s.lines = map[string]*line{}
	s.mutex.Unlock()
	var closing sync.WaitGroup
	for _, l := range lines {
		for _, f := range l.listeners() {
			f.end(ErrStreamClosed)
		}
		closing.Add(1)
		go func() {
			defer closing.Done()
			l.close()
		}()
	}
	closing.Wait()
}

// target is a channel with its arguments filled in.
type target struct {
	path   string
	query  []string
	header http.Header
	known  words // the arguments by name, for templates
}

// targetOf fills in a channel's arguments. params points to its Params, nil where it has none.
func targetOf(channel *streamChannel, params any) (*target, error) {
	t := &target{path: channel.path, header: http.Header{}, known: words{}}
	if params == nil {
		return t, nil
	}
	v := reflect.ValueOf(params).Elem()
	for index := range v.NumField() {
		for _, location := range []string{"path", "argument"} {
			name, ok := v.Type().Field(index).Tag.Lookup(location)
			if !ok {
				continue
			}
			text, sent, err := argument(v.Field(index))
			if err != nil {
				return nil, within(err, name)
			}
			plain := plainText(text)
			if !sent {
				plain = v.Type().Field(index).Tag.Get("default")
			}
			if plain == "" {
				return nil, within(&ConfigurationError{Path: "$", Problem: "must not be empty"}, name)
			}
			t.known[name] = plain
			t.path = inAddress(t.path, name, plain)
		}
	}
	if !plainPath(t.path) {
		return nil, &ConfigurationError{Problem: "its arguments make a path with . or .. in it"}
	}
	return t, t.ask(v)
}

// ask fills in what goes into the query and the headers.
func (t *target) ask(v reflect.Value) error {
	for _, p := range parametersOf(v.Type()) {
		if p.location != "query" && p.location != "header" {
			continue
		}
		text, sent, err := argument(v.Field(p.index))
		if err != nil {
			return within(err, p.wire)
		}
		if !sent {
			continue
		}
		if p.location == "query" {
			pairs, err := p.pairsOf(text)
			if err != nil {
				return within(err, p.wire)
			}
			t.query = append(t.query, pairs...)
			continue
		}
		value, sent, err := p.headerOf(text)
		if err != nil {
			return within(err, p.wire)
		}
		if sent {
			t.header[p.wire] = []string{value}
		}
	}
	return nil
}

// streamMarks are what exchanges' stream names are made of, and want as they are.
var streamMarks = strings.NewReplacer("%40", "@", "%3A", ":", "%21", "!", "%2C", ",")

// inAddress fills in what an address calls name: percent-encoded, but for the marks of stream names, and in a query the slashes between
// them.
func inAddress(address, name, text string) string {
	path, query, hasQuery := strings.Cut(address, "?")
	escaped := streamMarks.Replace(percentEncoded(text))
	path = strings.ReplaceAll(path, "{"+name+"}", escaped)
	if !hasQuery {
		return path
	}
	return path + "?" + strings.ReplaceAll(query, "{"+name+"}", strings.ReplaceAll(escaped, "%2F", "/"))
}
