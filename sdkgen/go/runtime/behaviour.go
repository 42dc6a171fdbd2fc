package sdk

import "time"

// behaviour is how the exchange wants to be treated beyond single requests.
type behaviour struct {
	success []condition
	code    places
	message places
	meaning func(code string) Refusal // nil where no code is known
	limits  []rateLimit
	clock   *clockSource
}

// condition holds where one of the texts stands at the place.
type condition struct {
	place string
	texts []string
}

// rateLimit is a window that holds requests up to a weight.
type rateLimit struct {
	name       string
	requests   int
	per        time.Duration
	weight     int
	signedOnly bool
	// What the answers' headers are called that tell the weight used, what is left of it, and when the window ends.
	usedHeader, remainingHeader, resetHeader string
	resetUnit                                time.Duration
}

// clockSource is the operation that tells the exchange's time.
type clockSource struct {
	operation *operation
	place     string
	format    string
}
