package sdk

import (
	"context"
	"time"
)

// join adds a subscription to the line: the connection opened, logged in, the channel subscribed to.
func (l *line) join(ctx context.Context, f *feed) error {
	if err := l.ready(ctx); err != nil {
		return err
	}
	defer func() { <-l.turn }()
	l.mutex.Lock()
	l.feeds = append(l.feeds, f)
	l.topics[f.topic]++
	f.late = l.topics[f.topic] > 1
	l.mutex.Unlock()
	if f.late {
		return nil
	}
	return l.subscribe(ctx, f)
}

// subscribe logs in where that is needed and subscribes to a feed's channel. The caller has the turn.
func (l *line) subscribe(ctx context.Context, f *feed) error {
	if f.channel.private && l.streams.protocol.login != nil {
		if err := l.login(ctx); err != nil {
			return err
		}
	}
	if f.channel.subscribe == "" {
		return nil
	}
	known := l.streams.core.moment(f.arguments, l.streams.number.Add(1), "")
	return l.say(ctx, f.channel.subscribe, known, f.channel.confirmed, f.channel.refused)
}

// say sends a filled template, and waits for its confirmation where there is one.
func (l *line) say(ctx context.Context, template string, known words, confirmed, refused streamMatch) error {
	text, err := known.document(template)
	if err != nil {
		return err
	}
	if confirmed == nil {
		_, err = l.ask(ctx, text, nil)
		return err
	}
	_, err = l.ask(ctx, text, func(message *streamMessage) (bool, error) {
		if refused.holds(message, known) {
			return true, l.streams.core.refusal(message)
		}
		return confirmed.holds(message, known), nil
	})
	return err
}

// refusal is the error of a message that says no.
func (c *core) refusal(message *streamMessage) error {
	return c.failure(&Response{Body: message.text})
}

func (l *line) login(ctx context.Context) error {
	l.mutex.Lock()
	done := l.loggedIn
	l.mutex.Unlock()
	if done {
		return nil
	}
	rules, c := l.streams.protocol.login, l.streams.core
	if c.credentials == nil || signingRecipe == nil {
		return &ConfigurationError{Problem: "needs credentials, and the client has none"}
	}
	format := rules.timestamp
	if format == "" {
		format = signingRecipe.timestamp
	}
	known := c.moment(words{"key": c.credentials.Key, "passphrase": c.credentials.Passphrase}, l.streams.number.Add(1), format)
	payload, err := known.text(rules.payload)
	if err != nil {
		return err
	}
	made, err := c.signer.begin(signingRecipe, c.credentials, &wireRequest{})
	if err != nil {
		return err
	}
	if made.key != nil {
		signature, err := made.sign([]byte(payload))
		if err != nil {
			return err
		}
		known["signature"] = string(signature)
	}
	if err := l.say(ctx, rules.send, known, rules.confirmed, rules.refused); err != nil {
		return err
	}
	l.mutex.Lock()
	l.loggedIn = true
	l.mutex.Unlock()
	return nil
}

// renew leaves a channel and subscribes to it again, so that its snapshot comes anew; where it can't be left, the connection is.
func (l *line) renew(ctx context.Context, f *feed) error {
	if err := l.ready(ctx); err != nil {
		return err
	}
	defer func() { <-l.turn }()
	l.mutex.Lock()
	s := l.socket
	l.mutex.Unlock()
	if s == nil {
		return nil // it comes anew by itself
	}
	if f.channel.unsubscribe == "" {
		s.end()
		return nil
	}
	if err := l.unsubscribe(ctx, f); err != nil {
		return err
	}
	return l.subscribe(ctx, f)
}

func (l *line) unsubscribe(ctx context.Context, f *feed) error {
	known := l.streams.core.moment(f.arguments, l.streams.number.Add(1), "")
	return l.say(ctx, f.channel.unsubscribe, known, nil, nil)
}

// part takes a subscription off the line, and tells whether it was the last of its topic.
func (l *line) part(f *feed) {
	l.mutex.Lock()
	kept := l.feeds[:0:0]
	found := false
	for _, each := range l.feeds {
		if each == f {
			found = true
			continue
		}
		kept = append(kept, each)
	}
	l.feeds = kept
	last := false
	if found {
		l.topics[f.topic]--
		last = l.topics[f.topic] == 0
	}
	there := l.socket != nil
	l.mutex.Unlock()
	if last && there && f.channel.unsubscribe != "" {
		_ = l.unsubscribe(l.context, f)
	}
}

// beat keeps a connection alive, and ends it when it is dead.
func (l *line) beat(s *socket, ended <-chan struct{}) {
	rules := l.streams.protocol.heartbeat
	sent := time.Time{}
	timer := time.NewTimer(min(rules.every, rules.silence))
	defer timer.Stop()
	for {
		select {
		case <-ended:
			return
		case <-timer.C:
		}
		heard := time.Unix(0, l.heard.Load())
		quiet := time.Since(heard)
		if quiet >= rules.silence {
			s.end()
			return
		}
		if last := later(heard, sent); time.Since(last) >= rules.every {
			sent = time.Now()
			go l.ping(s) // a connection that takes nothing must not keep us from noticing its silence
		}
		timer.Reset(max(min(rules.every-time.Since(later(heard, sent)), rules.silence-quiet), time.Millisecond))
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (l *line) ping(s *socket) {
	rules := l.streams.protocol.heartbeat
	switch {
	case rules.send == "":
		_ = s.write(framePing, nil)
	case rules.isText():
		_ = s.write(frameText, []byte(rules.send))
	default:
		known := l.streams.core.moment(nil, l.streams.number.Add(1), "")
		if text, err := known.document(rules.send); err == nil {
			_ = s.write(frameText, text)
		}
	}
}

// isText tells whether the heartbeat is a plain text, which is answered by one.
func (h *streamHeartbeat) isText() bool { return h.send != "" && h.send[0] != '{' }

// wordsOf are what a template asks for, by their places in a message.
func wordsOf(message *streamMessage, template string) words {
	known := words{}
	for _, hole := range holes().FindAllStringSubmatch(template, -1) {
		place := hole[1]
		if last := len(place) - 1; place[last] == '#' {
			place = place[:last]
		}
		known[place], _ = message.textAt(place)
	}
	return known
}
