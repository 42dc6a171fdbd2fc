package sdk

import (
	"strconv"
	"unicode/utf8"
)

// text reads a string. A lone surrogate, which Go strings can't hold, is kept as the three bytes that UTF-8 would give it.
func (r *reader) text() (string, error) {
	if r.peek() != '"' {
		return "", r.fail("is no string")
	}
	start := r.pos + 1
	for at := start; at < len(r.data); at++ {
		switch c := r.data[at]; {
		case c == '"':
			r.pos = at + 1
			return string(r.data[start:at]), nil
		case c == '\\':
			return r.escapedText(start, at)
		case c < ' ':
			return "", r.fail("is a string with a control character")
		}
	}
	return "", r.fail("is a string without an end")
}

func (r *reader) escapedText(start, at int) (string, error) {
	out := append(make([]byte, 0, at-start+32), r.data[start:at]...)
	for at < len(r.data) {
		c := r.data[at]
		switch {
		case c == '"':
			r.pos = at + 1
			return string(out), nil
		case c < ' ':
			return "", r.fail("is a string with a control character")
		case c != '\\':
			out = append(out, c)
			at++
		default:
			var size int
			if out, size = unescape(out, r.data[at:]); size == 0 {
				return "", r.fail("is a string with a wrong escape")
			}
			at += size
		}
	}
	return "", r.fail("is a string without an end")
}

var simpleEscapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unescape appends what the escape at the start of text means, and tells its length; 0 where it is wrong.
func unescape(out, text []byte) ([]byte, int) {
	if len(text) < 2 {
		return out, 0
	}
	if plain, ok := simpleEscapes[text[1]]; ok {
		return append(out, plain), 2
	}
	unit, ok := hexUnit(text)
	if !ok {
		return out, 0
	}
	if unit >= 0xD800 && unit < 0xDC00 {
		if low, ok := hexUnit(text[6:]); ok && low >= 0xDC00 && low < 0xE000 {
			return utf8.AppendRune(out, (unit-0xD800)<<10|(low-0xDC00)+0x10000), 12
		}
	}
	if unit >= 0xD800 && unit < 0xE000 {
		return append(out, 0xED, byte(0x80|unit>>6&0x3F), byte(0x80|unit&0x3F)), 6
	}
	return utf8.AppendRune(out, unit), 6
}

func hexUnit(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(unit), err == nil
}
