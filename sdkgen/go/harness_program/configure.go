package main

import (
	"encoding/json"
	"math/rand"
	"time"

	sdk "example.com/sdk"
)

// configure makes a client: without retries and limits of its own unless they are asked for.
func (s *session) configure(given document) result {
	var config sdk.Config
	var timeout, now, retries, maxWait int64 = 0, -1, 0, -1
	var nonce sdk.Optional[string]
	var seed sdk.Optional[int64]
	var limits bool
	s.hooks = false
	for _, each := range []struct {
		key  string
		into any
	}{
		{"base_url", &config.BaseURL}, {"key", &config.Credentials.Key}, {"secret", &config.Credentials.Secret},
		{"passphrase", &config.Credentials.Passphrase}, {"timeout_ms", &timeout}, {"now_ms", &now}, {"nonce", &nonce},
		{"retries", &retries}, {"rate_limits", &limits}, {"max_wait_ms", &maxWait}, {"seed", &seed}, {"hooks", &s.hooks},
		{"stream_url", &config.StreamURL},
	} {
		if err := read(given, each.key, each.into); err != nil {
			return refused(err)
		}
	}
	config.Timeout, config.MaxWait = time.Duration(timeout)*time.Millisecond, time.Duration(maxWait)*time.Millisecond
	if maxWait == 0 {
		config.MaxWait = time.Nanosecond // 0 is the usual wait in Go, and none here
	}
	config.Retries, config.RateLimits = sdk.Some(int(retries)), sdk.Some(limits)
	if now >= 0 {
		config.Clock = func() time.Time { return time.UnixMilli(now) }
	}
	if text, ok := nonce.Get(); ok {
		config.Nonce = func() string { return text }
	}
	if number, ok := seed.Get(); ok {
		config.Random = rand.New(rand.NewSource(number)).Float64
	}
	if s.hooks {
		config.Hooks = sdk.Hooks{OnRequest: s.hook("on_request"), OnResponse: s.hook("on_response"), OnRetry: s.hook("on_retry")}
	}
	client, err := sdk.NewClient(config)
	if err != nil {
		return refused(err)
	}
	s.streams.end(s.client)
	s.client, s.config = client, config
	return result{"configured", object()}
}

// hook writes down what a hook is told.
func (s *session) hook(name string) func(sdk.CallEvent) {
	return func(event sdk.CallEvent) {
		s.told = append(s.told, object(
			"hook", jsonOf(name), "operation", jsonOf(event.Operation), "method", jsonOf(event.Method), "path", jsonOf(event.Path),
			"attempt", jsonOf(int64(event.Attempt)), "status", numberOrNull(event.Status), "elapsed_ms", jsonOf(event.Elapsed.Milliseconds()),
			"weight", jsonOf(int64(event.Weight)), "error_kind", textOrNull(string(event.Kind)), "pause_ms", jsonOf(event.Pause.Milliseconds()),
		))
	}
}

// tellings takes what the hooks were told since the last reply.
func (s *session) tellings() json.RawMessage {
	told := s.told
	s.told = nil
	if told == nil {
		told = []json.RawMessage{}
	}
	return jsonOf(told)
}
