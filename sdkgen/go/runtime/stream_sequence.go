package sdk

import "strings"

// following is how a message's number stands to the last one's.
type following uint8

const (
	nextNumber following = iota
	staleNumber
	lostNumber
	noNumber // it lacks what the numbering needs, and never will follow
)

// follows tells how a message stands to what is in the book, and its number.
func (b *StreamBook) follows(message *streamMessage) (int64, following) {
	rules := b.rules
	if rules.sequence == "" {
		return 0, nextNumber
	}
	number, ok := numberAt(message, rules.sequence)
	if !ok {
		return 0, noNumber
	}
	if !b.numbered {
		return number, nextNumber // the snapshot has no number: the first change after it gives one
	}
	last := b.number
	first, hasFirst := numberAt(message, rules.first)
	previous, hasPrevious := numberAt(message, rules.previous)
	switch rules.numbering {
	case "previous":
		switch {
		case hasPrevious && previous == last:
			return number, nextNumber
		case number <= last:
			return number, staleNumber
		// A snapshot from elsewhere can lie within the first message after it.
		case b.fresh && hasPrevious && previous < last:
			return number, nextNumber
		case !hasPrevious:
			return number, noNumber
		}
		return number, lostNumber
	case "range":
		switch {
		case number <= last:
			return number, staleNumber
		case hasFirst && (first == last+1 || b.fresh && first <= last+1):
			return number, nextNumber
		case !hasFirst:
			return number, noNumber
		}
		return number, lostNumber
	case "growing":
		if number <= last {
			return number, staleNumber
		}
		return number, nextNumber
	}
	switch {
	case number <= last:
		return number, staleNumber
	case number == last+1:
		return number, nextNumber
	}
	return number, lostNumber
}

// spokenFor is what stands for a symbol in texts that are filled.
func spokenFor(symbol string) words {
	return words{"symbol": symbol, "symbol_lower": strings.ToLower(symbol)}
}

// setBookArguments gives a channel's Params what a symbol makes of them, be they arguments or parts of the address.
func setBookArguments(params any, arguments [][2]string, symbol string) error {
	for _, each := range arguments {
		text, err := spokenFor(symbol).text(each[1])
		if err != nil {
			return err
		}
		if setArgument(params, "path."+each[0], text) != nil && setArgument(params, "argument."+each[0], text) != nil {
			return &ConfigurationError{Problem: "the book's channel takes no symbol"}
		}
	}
	return nil
}
