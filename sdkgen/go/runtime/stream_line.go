package sdk

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// line is one WebSocket connection that is kept: it is opened anew after every end that nobody asked for, and then subscribes again.
type line struct {
	streams *streams
	key     string
	route   *route
	context context.Context // ends when the line is closed
	stop    context.CancelFunc
	turn    chan struct{} // held by who logs in or subscribes
	done    chan struct{} // closed when the line's goroutine has ended

	mutex     sync.Mutex
	users     int
	feeds     []*feed
	waits     []*wait
	socket    *socket
	up        chan struct{} // closed when there is a socket
	loggedIn  bool
	started   bool
	topics    map[string]int
	listenKey string
	heard     atomic.Int64
	failures  atomic.Int64 // since all was as it should be
}

var (
	errLineDown = errors.New("the connection broke")
	errLineAway = errors.New("the connection is being made anew; nothing was sent")
)

func newLine(s *streams, r *route) *line {
	ctx, stop := context.WithCancel(context.Background())
	return &line{
		streams: s, key: r.key, route: r, context: ctx, stop: stop, turn: make(chan struct{}, 1), done: make(chan struct{}),
		up: make(chan struct{}), topics: map[string]int{},
	}
}

// ready opens the connection, or waits until it is there, and takes the turn. The caller gives the turn back.
func (l *line) ready(ctx context.Context) error {
	for {
		select {
		case l.turn <- struct{}{}:
		case <-ctx.Done():
			return transportError(ctx, ctx.Err())
		case <-l.context.Done():
			return ErrStreamClosed
		}
		l.mutex.Lock()
		there, started, up := l.socket != nil, l.started, l.up
		l.mutex.Unlock()
		if there {
			return nil
		}
		if !started {
			return l.start(ctx)
		}
		<-l.turn
		select {
		case <-up:
		case <-ctx.Done():
			return transportError(ctx, ctx.Err())
		case <-l.context.Done():
			return ErrStreamClosed
		}
	}
}

// start opens the connection for the first time; the turn is given back where that fails.
func (l *line) start(ctx context.Context) error {
	s, err := l.dial(ctx)
	if err != nil {
		<-l.turn
		return err
	}
	l.mutex.Lock()
	l.started = true
	l.mutex.Unlock()
	l.stand(s)
	go l.run(s)
	return nil
}

func (l *line) dial(ctx context.Context) (*socket, error) {
	ctx, cancel := context.WithTimeout(ctx, l.streams.core.timeout)
	defer cancel()
	address, err := l.address(ctx)
	if err != nil {
		return nil, err
	}
	s, err := dialSocket(ctx, l.streams.client, address, l.route.header)
	var ours *ConfigurationError
	if err != nil && !errors.As(err, &ours) {
		err = transportError(ctx, err)
	}
	return s, err
}

func (l *line) stand(s *socket) {
	s.heard = func() { l.heard.Store(time.Now().UnixNano()) }
	s.heard()
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.socket = s
	close(l.up)
}

// run keeps the connection until the line is closed.
func (l *line) run(s *socket) {
	defer close(l.done)
	restored := make(chan struct{})
	close(restored)
	for s != nil {
		l.listen(s)
		l.fall()
		<-restored // so that it is known whether this connection ever was as it should be
		if s = l.again(); s != nil {
			restored = make(chan struct{})
			go l.restore(s, restored)
		}
	}
}

// listen reads until the connection ends.
func (l *line) listen(s *socket) {
	ended := make(chan struct{})
	defer close(ended)
	defer s.end()
	go l.beat(s, ended)
	if l.route.listenKey && l.streams.protocol.listenKey.keepAlive != nil {
		go l.keepKey(s, ended)
	}
	go func() {
		select {
		case <-l.context.Done():
			s.close(ended)
		case <-ended:
		}
	}()
	for {
		text, err := s.read()
		if err != nil {
			return
		}
		l.hear(s, newStreamMessage(text))
	}
}

// fall is what a broken connection means: nobody is logged in, and nobody will be answered.
func (l *line) fall() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.socket, l.loggedIn, l.up = nil, false, make(chan struct{})
	for _, each := range l.waits {
		each.result <- waited{err: &TransportError{Err: errLineDown}}
	}
	l.waits = nil
}

// again opens the connection anew, however long that takes; nil where the line is closed.
func (l *line) again() *socket {
	for {
		pause := l.streams.core.pauseAfter(int(l.failures.Add(1)))
		if sleep(l.context, pause) != nil {
			return nil
		}
		s, err := l.dial(l.context)
		if err != nil {
			continue
		}
		for _, f := range l.listeners() {
			f.put(streamItem{reconnected: true})
		}
		l.stand(s)
		return s
	}
}

// restore logs in and subscribes again; where that fails the connection is made anew.
func (l *line) restore(s *socket, done chan<- struct{}) {
	defer close(done)
	select {
	case l.turn <- struct{}{}:
	case <-l.context.Done():
		return
	}
	defer func() { <-l.turn }()
	subscribed := map[string]bool{}
	for _, f := range l.listeners() {
		if subscribed[f.topic] {
			continue
		}
		subscribed[f.topic] = true
		if l.subscribe(l.context, f) != nil {
			s.end()
			return
		}
	}
	l.failures.Store(0)
}

func (l *line) listeners() []*feed {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return append([]*feed(nil), l.feeds...)
}

// close ends the line and says goodbye.
func (l *line) close() {
	l.mutex.Lock()
	started := l.started
	l.mutex.Unlock()
	l.stop()
	if started {
		<-l.done
	}
}
