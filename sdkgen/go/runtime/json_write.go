package sdk

import (
	"strings"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// writer builds one JSON text without white space.
type writer struct {
	data  []byte
	depth int
	// whole refuses lone surrogates, which can stand in JSON but nowhere else.
	whole bool
}

// text writes a string; it is the inverse of reader.text, lone surrogates included.
func (w *writer) text(s string) error {
	w.data = append(w.data, '"')
	for at := 0; at < len(s); {
		c := s[at]
		switch {
		case c == '"' || c == '\\':
			w.data = append(w.data, '\\', c)
			at++
		case c < ' ':
			w.control(c)
			at++
		case c < utf8.RuneSelf:
			w.data = append(w.data, c)
			at++
		default:
			size := w.rune(s[at:])
			if size == 0 {
				return &ConfigurationError{Problem: "a string is no valid UTF-8"}
			}
			at += size
		}
	}
	w.data = append(w.data, '"')
	return nil
}

func (w *writer) control(c byte) {
	if at := strings.IndexByte("\b\f\n\r\t", c); at >= 0 {
		w.data = append(w.data, '\\', "bfnrt"[at])
		return
	}
	w.data = append(w.data, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// rune writes the first character of s and tells its length; 0 where it is none.
func (w *writer) rune(s string) int {
	if _, size := utf8.DecodeRuneInString(s); size > 1 {
		w.data = append(w.data, s[:size]...)
		return size
	}
	if w.whole || len(s) < 3 || s[0] != 0xED || s[1] < 0xA0 || s[1] > 0xBF || s[2] < 0x80 || s[2] > 0xBF {
		return 0
	}
	unit := 0xD000 | int(s[1]&0x3F)<<6 | int(s[2]&0x3F)
	w.data = append(w.data, '\\', 'u', hexDigits[unit>>12], hexDigits[unit>>8&15], hexDigits[unit>>4&15], hexDigits[unit&15])
	return 3
}

// raw writes a JSON text that is not our own, checked, in our own spelling: no white space, no needless escapes, plain numbers.
func (w *writer) raw(text []byte) error {
	if len(text) == 0 {
		w.data = append(w.data, "null"...)
		return nil
	}
	r, err := newReader(text)
	if err != nil {
		return err
	}
	if err := w.copy(r); err != nil {
		return err
	}
	return r.end()
}

func (w *writer) copy(r *reader) error {
	switch c := r.peek(); c {
	case '{':
		w.data = append(w.data, '{')
		err := r.object(func(key string) error {
			if err := w.key(key); err != nil {
				return err
			}
			return w.copy(r)
		})
		w.data = append(w.data, '}')
		return err
	case '[':
		w.data = append(w.data, '[')
		err := r.array(func(int) error {
			w.comma('[')
			return w.copy(r)
		})
		w.data = append(w.data, ']')
		return err
	case '"':
		text, err := r.text()
		if err != nil {
			return err
		}
		return w.text(text)
	case 't', 'f', 'n':
		start := r.pos
		err := r.skip()
		w.data = append(w.data, r.data[start:r.pos]...)
		return err
	}
	text, err := r.number("JSON value")
	w.data = append(w.data, plainNumber(text)...)
	return err
}

// key writes the comma, where one is due, and an object's key.
func (w *writer) key(name string) error {
	w.comma('{')
	if err := w.text(name); err != nil {
		return err
	}
	w.data = append(w.data, ':')
	return nil
}

// comma writes a comma unless the last byte opened the array or object.
func (w *writer) comma(opening byte) {
	if last := w.data[len(w.data)-1]; last != opening {
		w.data = append(w.data, ',')
	}
}

func (w *writer) open(mark byte) error {
	w.data = append(w.data, mark)
	if w.depth++; w.depth > maxDepth {
		return &ConfigurationError{Problem: "a value nests too deep"}
	}
	return nil
}

func (w *writer) close(mark byte) {
	w.data = append(w.data, mark)
	w.depth--
}
