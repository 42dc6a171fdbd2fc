package sdk

import "time"

// Hooks are told what a client does, for logging and metrics. A nil one is not called. They are called by the goroutine that makes
// the call and should return soon; one that panics ends the call.
type Hooks struct {
	// OnRequest comes before an attempt is sent.
	OnRequest func(CallEvent)
	// OnResponse comes when an attempt has ended, well or not.
	OnResponse func(CallEvent)
	// OnRetry comes before the pause that precedes another attempt.
	OnRetry func(CallEvent)
}

// CallEvent is what a hook is told. It holds no query, header or body, because they may hold signatures.
type CallEvent struct {
	Operation string
	Method    string
	Path      string
	// Attempt counts from 1.
	Attempt int
	// Status is the answer's, 0 where there is none.
	Status  int
	Elapsed time.Duration
	// Weight is what the call weighs in the limit that it weighs most in.
	Weight int
	// Kind is "" where nothing went wrong.
	Kind ErrorKind
	// Pause is how long the client waits before the next attempt.
	Pause time.Duration
}

func tell(hook func(CallEvent), event CallEvent) {
	if hook != nil {
		hook(event)
	}
}
