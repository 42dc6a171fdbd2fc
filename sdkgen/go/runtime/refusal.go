package sdk

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// Refusal is what an exchange's own error code means, in words that all exchanges share. It is an error itself, so that
// errors.Is(err, RefusalInsufficientFunds) tells whether the exchange said so.
type Refusal string

// What an exchange can mean.
const (
	RefusalInvalidRequest Refusal = "invalid_request"
	RefusalAuthentication Refusal = "authentication"
	RefusalPermission     Refusal = "permission"
	// RefusalClock says that the request's timestamp is outside the window, or that its nonce was used.
	RefusalClock         Refusal = "clock"
	RefusalRateLimit     Refusal = "rate_limit"
	RefusalUnknownSymbol Refusal = "unknown_symbol"
	// RefusalInvalidOrder says that price, size or notional break a filter, or that the order would cross where it must not.
	RefusalInvalidOrder      Refusal = "invalid_order"
	RefusalInsufficientFunds Refusal = "insufficient_funds"
	RefusalUnknownOrder      Refusal = "unknown_order"
	// RefusalDuplicateOrder says that the client order id was used: the first order stands.
	RefusalDuplicateOrder Refusal = "duplicate_order"
	RefusalMarketClosed   Refusal = "market_closed"
	// RefusalUnavailable is maintenance or overload; nothing was carried out.
	RefusalUnavailable Refusal = "unavailable"
	// RefusalUnknownOutcome says that the exchange does not know itself whether the request was carried out.
	RefusalUnknownOutcome Refusal = "unknown_outcome"
)

// Error is the word itself.
func (r Refusal) Error() string { return string(r) }

// RefusalOf tells what the exchange meant by an error, "" where that is not known.
func RefusalOf(err error) Refusal {
	var said *StatusError
	if errors.As(err, &said) {
		return said.Refusal
	}
	return ""
}

// kind is the kind of an error that came with a status of success.
func (r Refusal) kind() ErrorKind {
	switch r {
	case RefusalAuthentication:
		return KindAuthentication
	case RefusalPermission:
		return KindPermissionDenied
	case RefusalRateLimit:
		return KindRateLimit
	case RefusalUnavailable, RefusalUnknownOutcome:
		return KindServer
	case RefusalUnknownOrder, RefusalUnknownSymbol:
		return KindNotFound
	case RefusalDuplicateOrder:
		return KindConflict
	case RefusalInvalidOrder, RefusalInsufficientFunds:
		return KindUnprocessable
	}
	return KindBadRequest
}

// refused tells whether an answer with a status of success says otherwise in its body or headers. Half a body says nothing.
func (b *behaviour) refused(response *Response) bool {
	for _, condition := range b.success {
		text, ok := response.textAt(condition.place)
		if ok && !slices.Contains(condition.texts, text) && (strings.HasPrefix(condition.place, headerPlace) || json.Valid(response.Body)) {
			return true
		}
	}
	return false
}

// failure makes the typed error of an answer that says no, with credentials that the answer repeats hidden.
func (c *core) failure(response *Response) *StatusError {
	return c.failureBy(&exchangeBehaviour, response)
}

// failureBy is the same where code and message stand as rules say.
func (c *core) failureBy(rules *behaviour, response *Response) *StatusError {
	hidden := *response
	hidden.Body = c.hidden(response.Body)
	said := &StatusError{
		Kind: kindOfStatus(response.Status), Status: response.Status, Header: response.Header, Body: hidden.Body,
		Code: rules.code.of(&hidden, codeKeys, false), Message: rules.message.of(&hidden, messageKeys, true),
		RetryAfter: retryAfter(response.Header.Get("Retry-After"), c.now()),
	}
	if rules.meaning != nil {
		said.Refusal = rules.meaning(said.Code)
	}
	if response.Status < 300 {
		said.Kind = said.Refusal.kind()
	}
	return said
}

// places are where an exchange's answers hold something; without any it is looked for under the usual keys.
type places []string

func (p places) of(response *Response, keys []string, words bool) string {
	if p == nil {
		return said(json.RawMessage(response.Body), keys, words, 0)
	}
	for _, place := range p {
		if text, ok := response.textAt(place); ok && text != "" {
			return text
		}
	}
	return ""
}
