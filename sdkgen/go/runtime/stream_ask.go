package sdk

import "context"

// wait is for an answer to something that was sent.
type wait struct {
	answers func(*streamMessage) (bool, error)
	result  chan waited
}

type waited struct {
	message *streamMessage
	err     error
}

// hear takes a message to whom it is for.
func (l *line) hear(s *socket, message *streamMessage) {
	if !message.sound {
		if !l.streams.protocol.heartbeat.isText() {
			wrong := &DecodeError{Path: "$", Problem: "is no JSON", Value: shorten(message.text)}
			for _, f := range l.listeners() {
				given := *wrong
				f.put(streamItem{err: &given})
			}
		}
		return
	}
	if beat := &l.streams.protocol.heartbeat; beat.asked.holds(message, nil) {
		if text, err := wordsOf(message, beat.answer).document(beat.answer); err == nil {
			_ = s.write(frameText, text)
		}
		return
	}
	answered := l.answer(message)
	for _, f := range l.listeners() {
		if f.wants(message, answered) {
			f.put(streamItem{message: message})
		}
	}
}

// answer gives a message to the one who waits for it.
func (l *line) answer(message *streamMessage) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for index, each := range l.waits {
		if found, err := each.answers(message); found {
			l.waits = append(l.waits[:index], l.waits[index+1:]...)
			each.result <- waited{message, err}
			return true
		}
	}
	return false
}

// wants tells whether a message belongs to the subscription.
func (f *feed) wants(message *streamMessage, answered bool) bool {
	if !f.channel.shared {
		return !answered
	}
	// What confirms something is for who waited for it, unless it is a described kind all the same.
	described, marked := false, false
	for index := range f.channel.heard {
		kind := &f.channel.heard[index]
		fits := kind.fits(message)
		described, marked = described || fits, marked || fits && len(kind.marks) > 0
	}
	if answered && !marked {
		return false
	}
	for _, each := range f.channel.messages {
		if each.holds(message, f.arguments) {
			return true
		}
	}
	return f.channel.messages == nil && described
}

// ask sends a text and waits for what answers it.
func (l *line) ask(ctx context.Context, text []byte, answers func(*streamMessage) (bool, error)) (*streamMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, l.streams.core.timeout)
	defer cancel()
	waiting := &wait{answers: answers, result: make(chan waited, 1)}
	l.mutex.Lock()
	s := l.socket
	if s != nil && answers != nil {
		l.waits = append(l.waits, waiting)
	}
	l.mutex.Unlock()
	if s == nil {
		return nil, &TransportError{Err: errLineAway}
	}
	if err := s.write(frameText, text); err != nil {
		s.end()
		return nil, &TransportError{Err: err}
	}
	if answers == nil {
		return nil, nil
	}
	select {
	case got := <-waiting.result:
		return got.message, got.err
	case <-ctx.Done():
		l.forget(waiting)
		return nil, transportError(ctx, ctx.Err())
	}
}

func (l *line) forget(waiting *wait) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	for index, each := range l.waits {
		if each == waiting {
			l.waits = append(l.waits[:index], l.waits[index+1:]...)
			return
		}
	}
}
