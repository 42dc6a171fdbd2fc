package sdk

import (
	"bytes"
	"reflect"
	"strings"
)

// separator begins each value of a JSON text sequence (RFC 7464).
const separator = "\x1e"

// listOf puts the values of a body, which stand in lines or in a JSON text sequence, into one JSON array. Lines without a value are passed over.
func listOf(body []byte) ([]byte, error) {
	mark := "\n"
	if bytes.HasPrefix(body, []byte(separator)) {
		mark = separator
	}
	list := []byte{'['}
	count := 0
	for _, piece := range bytes.Split(body, []byte(mark)) {
		text := bytes.Trim(piece, " \t\r\n")
		if len(text) == 0 {
			continue
		}
		if err := checkLine(text, mark == separator && bytes.HasSuffix(piece, text)); err != nil {
			return nil, withinItem(err, count)
		}
		if count++; count > 1 {
			list = append(list, ',')
		}
		list = append(list, text...)
	}
	return append(list, ']'), nil
}

// checkLine makes sure that a text is one JSON value. Where nothing ends it, it must end by itself: without the white space after it, a number
// may have lost digits (RFC 7464, section 2.4).
func checkLine(text []byte, open bool) error {
	r, err := newReader(text)
	if err != nil {
		return err
	}
	if open && !bytes.ContainsRune([]byte(`"]}`), rune(text[len(text)-1])) {
		return r.fail("may be cut off")
	}
	if err := r.skip(); err != nil {
		return err
	}
	return r.end()
}

// linesOf writes a list as a body of values, one after the other.
func linesOf(v reflect.Value, mediaType string) ([]byte, error) {
	text, err := (&writer{}).value(v)
	if err != nil {
		return nil, err
	}
	before := ""
	if strings.HasSuffix(bareMediaType(mediaType), "json-seq") {
		before = separator
	}
	body := []byte{}
	r := &reader{data: text}
	err = r.array(func(int) error {
		item, err := r.raw()
		body = append(append(append(body, before...), item...), '\n')
		return err
	})
	return body, err
}
