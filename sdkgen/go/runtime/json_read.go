package sdk

import (
	"encoding/json"
	"unicode/utf8"
)

// maxDepth bounds how deep a value may nest, so that a hostile answer can't exhaust the stack.
const maxDepth = 1000

// reader walks over one JSON text, strictly by RFC 8259, and never turns a number into binary floating point.
type reader struct {
	data    []byte
	pos     int
	depth   int
	known   int // fields that a type knows, seen so far
	unknown int // keys and enum values that a type does not know, seen so far
}

func newReader(data []byte) (*reader, error) {
	if !utf8.Valid(data) {
		return nil, &DecodeError{Path: "$", Problem: "is no valid UTF-8"}
	}
	return &reader{data: data}, nil
}

// fail describes what stands at the reader's place.
func (r *reader) fail(problem string) error {
	return &DecodeError{Path: "$", Problem: problem, Value: shorten(r.data[min(r.pos, len(r.data)):])}
}

func (r *reader) space() {
	for r.pos < len(r.data) {
		switch r.data[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return
		}
	}
}

// peek skips white space and tells the first byte of the next token, 0 at the end.
func (r *reader) peek() byte {
	r.space()
	if r.pos < len(r.data) {
		return r.data[r.pos]
	}
	return 0
}

func (r *reader) end() error {
	if r.peek() != 0 || r.pos < len(r.data) {
		return r.fail("has more text after its value")
	}
	return nil
}

func (r *reader) literal(word string) bool {
	r.space()
	if len(r.data)-r.pos < len(word) || string(r.data[r.pos:r.pos+len(word)]) != word {
		return false
	}
	r.pos += len(word)
	return true
}

func (r *reader) boolean() (bool, error) {
	switch {
	case r.literal("true"):
		return true, nil
	case r.literal("false"):
		return false, nil
	}
	return false, r.fail("is no boolean")
}

// number returns the number's text as written.
func (r *reader) number(want string) (string, error) {
	r.space()
	length := numberLength(r.data[r.pos:])
	if length == 0 {
		return "", r.fail("is no " + want)
	}
	text := string(r.data[r.pos : r.pos+length])
	r.pos += length
	return text, nil
}

// numberLength is the length of the JSON number that text begins with, 0 where there is none.
func numberLength[T []byte | string](text T) int {
	at := 0
	digits := func() bool {
		first := at
		for at < len(text) && text[at] >= '0' && text[at] <= '9' {
			at++
		}
		return at > first
	}
	if at < len(text) && text[at] == '-' {
		at++
	}
	if at < len(text) && text[at] == '0' {
		at++
	} else if !digits() {
		return 0
	}
	if at+1 < len(text) && text[at] == '.' {
		at++
		if !digits() {
			return 0
		}
	}
	if at < len(text) && (text[at] == 'e' || text[at] == 'E') {
		at++
		if at < len(text) && (text[at] == '+' || text[at] == '-') {
			at++
		}
		if !digits() {
			return 0
		}
	}
	return at
}

// raw checks one value of any kind and returns a copy of its text.
func (r *reader) raw() (json.RawMessage, error) {
	r.space()
	start := r.pos
	if err := r.skip(); err != nil {
		return nil, err
	}
	return append(json.RawMessage(nil), r.data[start:r.pos]...), nil
}

func (r *reader) skip() error {
	var err error
	switch c := r.peek(); {
	case c == '{':
		err = r.object(func(string) error { return r.skip() })
	case c == '[':
		err = r.array(func(int) error { return r.skip() })
	case c == '"':
		_, err = r.text()
	case c == 't', c == 'f':
		_, err = r.boolean()
	case c == 'n':
		if !r.literal("null") {
			err = r.fail("is no JSON value")
		}
	default:
		_, err = r.number("JSON value")
	}
	return err
}

func (r *reader) enter() error {
	r.pos++
	if r.depth++; r.depth > maxDepth {
		return r.fail("nests too deep")
	}
	return nil
}

// object calls member with each key, the reader standing before the key's value. A key that comes twice is refused: which of
// the two counts can't be known.
func (r *reader) object(member func(key string) error) error {
	if r.peek() != '{' {
		return r.fail("is no object")
	}
	if err := r.enter(); err != nil {
		return err
	}
	var seen keySet
	for first := true; ; first = false {
		if done, err := r.next('}', first); done || err != nil {
			return err
		}
		key, err := r.text()
		if err != nil {
			return err
		}
		if !seen.add(key) {
			return within(r.fail("comes twice in its object"), key)
		}
		if r.peek() != ':' {
			return r.fail("is a key without a value")
		}
		r.pos++
		if err := member(key); err != nil {
			return within(err, key)
		}
	}
}

// array calls item with each place, the reader standing before the item.
func (r *reader) array(item func(place int) error) error {
	if r.peek() != '[' {
		return r.fail("is no array")
	}
	if err := r.enter(); err != nil {
		return err
	}
	for place := 0; ; place++ {
		if done, err := r.next(']', place == 0); done || err != nil {
			return err
		}
		if err := item(place); err != nil {
			return withinItem(err, place)
		}
	}
}

// next steps over the comma before the next element, or over the closing mark.
func (r *reader) next(closing byte, first bool) (done bool, err error) {
	switch c := r.peek(); {
	case c == closing:
		r.pos++
		r.depth--
		return true, nil
	case first:
		return false, nil
	case c == ',':
		r.pos++
		return false, nil
	}
	return false, r.fail("misses a comma or its end")
}
