package main

import (
	"encoding/json"
	"errors"

	sdk "example.com/sdk"
)

// lastError is the last one that a call ended in.
var lastError error

// raised says what kind of error a call ended in, and what is known of the call.
func raised(err error) result {
	lastError = err
	kind := string(sdk.KindOf(err))
	if kind == "" {
		return refused(err)
	}
	status, code, retryAfter := json.RawMessage("null"), json.RawMessage("null"), json.RawMessage("null")
	message := err.Error()
	var said *sdk.StatusError
	var wrong *sdk.DecodeError
	switch {
	case errors.As(err, &said):
		status = numberOrNull(said.Status)
		code = textOrNull(said.Code)
		if said.Message != "" {
			message = said.Message
		}
		if wait, ok := said.RetryAfter.Get(); ok {
			retryAfter = jsonOf(wait.Milliseconds())
		}
	case errors.As(err, &wrong) && wrong.Status != 0:
		status = jsonOf(int64(wrong.Status))
	}
	known := sdk.OutcomeOf(err)
	return result{"raised", object(
		"kind", jsonOf(kind), "status", status, "code", code, "message", jsonOf(message), "retry_after_ms", retryAfter,
		"refusal", textOrNull(string(sdk.RefusalOf(err))), "attempts", jsonOf(int64(known.Attempts)),
		"may_have_happened", jsonOf(known.MayHaveHappened), "repeated", jsonOf(known.Repeated),
	)}
}

func numberOrNull(number int) json.RawMessage {
	if number == 0 {
		return json.RawMessage("null")
	}
	return jsonOf(int64(number))
}

func textOrNull(text string) json.RawMessage {
	if text == "" {
		return json.RawMessage("null")
	}
	return jsonOf(text)
}
