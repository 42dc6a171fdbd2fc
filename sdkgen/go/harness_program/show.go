package main

import (
	"errors"
	"fmt"
	"runtime"

	sdk "example.com/sdk"
)

// show prints the client, what it was made with and the last error, in every way that people put them into a log.
func (s *session) show(document) result {
	texts := []string{}
	for _, value := range []any{s.client, s.config, &s.config, s.config.Credentials, &s.config.Credentials} {
		texts = append(texts, fmt.Sprintf("%v", value), fmt.Sprintf("%+v", value), fmt.Sprintf("%#v", value))
	}
	for err := lastError; err != nil; err = errors.Unwrap(err) {
		texts = append(texts, err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err))
		var said *sdk.StatusError
		if errors.As(err, &said) {
			texts = append(texts, fmt.Sprintf("%+v", *said))
		}
	}
	return result{"shown", object("texts", jsonOf(texts))}
}

// memory tells what is held once everything that can be let go is gone.
func memory(document) result {
	var held runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&held)
	return result{"measured", object("bytes", jsonOf(int64(held.HeapAlloc+held.StackInuse)))}
}
