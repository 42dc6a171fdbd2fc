package sdk

import (
	"context"
	"time"
)

// address is where to connect, with a fresh listen key where the channel needs one.
func (l *line) address(ctx context.Context) (string, error) {
	if !l.route.listenKey {
		return l.route.address(l.route.path), nil
	}
	rules, c := l.streams.protocol.listenKey, l.streams.core
	key := ""
	err := c.tries(rules.create, callOf(rules.create, paramsOf(rules.createParams))).run(ctx, func(response *Response) error {
		var ok bool
		if key, ok = response.textAt(rules.place); !ok || key == "" {
			return &DecodeError{Path: "$", Problem: "holds no listen key at " + rules.place}
		}
		return nil
	})
	l.mutex.Lock()
	l.listenKey = key
	l.mutex.Unlock()
	return l.route.address(inAddress(l.route.path, rules.parameter, key)), err
}

// keepKey keeps the listen key alive as long as the connection lives. Where that fails the connection is made anew, with another key.
func (l *line) keepKey(s *socket, ended <-chan struct{}) {
	rules := l.streams.protocol.listenKey
	ticker := time.NewTicker(rules.every)
	defer ticker.Stop()
	for {
		select {
		case <-ended:
			return
		case <-ticker.C:
		}
		if l.extendKey() != nil {
			s.end()
			return
		}
	}
}

func (l *line) extendKey() error {
	rules, c := l.streams.protocol.listenKey, l.streams.core
	params := paramsOf(rules.keepAliveParams)
	l.mutex.Lock()
	key := l.listenKey
	l.mutex.Unlock()
	if rules.argument != "" {
		if err := setArgument(params, rules.argument, key); err != nil {
			return err
		}
	}
	return c.tries(rules.keepAlive, callOf(rules.keepAlive, params)).run(l.context, func(*Response) error { return nil })
}

func paramsOf(made func() any) any {
	if made == nil {
		return nil
	}
	return made()
}
