package sdk

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// parameter is one field of an operation's Params, as its tags say: the location's name holds the wire name; `style` the OpenAPI
// style, with ",explode", where it is not the location's own; `as` is "json" where the value travels as JSON text, and "reserved" where it keeps the
// reserved characters that mean nothing in a query.
type parameter struct {
	index    int
	location string
	wire     string
	style    string
	explode  bool
	json     bool
	reserved bool
}

var locations = []string{"path", "query", "header", "cookie"}

func parametersOf(t reflect.Type) []parameter {
	var found []parameter
	for index := range t.NumField() {
		tag := t.Field(index).Tag
		for _, location := range locations {
			if wire, ok := tag.Lookup(location); ok {
				style, explode := strings.CutSuffix(tag.Get("style"), ",explode")
				if style == "" {
					explode = location == "query"
				}
				found = append(found, parameter{
					index: index, location: location, wire: wire, style: style, explode: explode, json: tag.Get("as") == "json",
					reserved: tag.Get("as") == "reserved",
				})
			}
		}
	}
	return found
}

// member is one key of an object with its value's JSON text.
type member struct {
	key   string
	value json.RawMessage
}

// shape is a JSON value taken apart as far as a parameter needs it.
type shape struct {
	null     bool
	list     []json.RawMessage
	object   []member
	isList   bool
	isObject bool
	single   string
}

func shapeOf(text json.RawMessage) (shape, error) {
	r, err := newReader(text)
	if err != nil {
		return shape{}, err
	}
	var s shape
	switch r.peek() {
	case 'n':
		s.null = true
	case '[':
		s.isList = true
		err = r.array(func(int) error {
			item, err := r.raw()
			s.list = append(s.list, item)
			return err
		})
	case '{':
		s.isObject = true
		err = r.object(func(key string) error {
			value, err := r.raw()
			s.object = append(s.object, member{key, value})
			return err
		})
	default:
		s.single = plainText(text)
	}
	return s, err
}

// texts lists what a delimited style joins: items, or keys and values in turn (each pair joined by "=" where pairs is set).
func (s shape) texts(escape func(string) string, pairs bool) []string {
	var out []string
	for _, item := range s.list {
		out = append(out, escape(plainText(item)))
	}
	for _, member := range s.object {
		key, value := escape(member.key), escape(plainText(member.value))
		if pairs {
			out = append(out, key+"="+value)
		} else {
			out = append(out, key, value)
		}
	}
	if !s.isList && !s.isObject {
		out = append(out, escape(s.single))
	}
	return out
}

func (s shape) empty() bool {
	return s.null || s.isList && len(s.list) == 0 || s.isObject && len(s.object) == 0
}

// They bring back reserved characters that neither end nor split a pair, and that no client writes anew.
var (
	reservedMarks   = []string{"%25", "%25", "%3A", ":", "%2F", "/", "%3F", "?", "%40", "@", "%21", "!", "%24", "$", "%28", "(", "%29", ")", "%2A", "*", "%3B", ";"}
	notReserved     = strings.NewReplacer(append(reservedMarks, "%2C", ",")...)
	notReservedList = strings.NewReplacer(reservedMarks...)
)

// reservedPairs writes the pairs of a query parameter that keeps such characters of its values. Commas that are no delimiters stay
// encoded where commas join.
func (p parameter) reservedPairs(text json.RawMessage) ([]string, error) {
	pairs, err := p.pairsOf(text)
	marks := notReserved
	if !p.explode && (text[0] == '[' || text[0] == '{') {
		marks = notReservedList
	}
	for index, each := range pairs {
		name, value, _ := strings.Cut(each, "=")
		pairs[index] = name + "=" + marks.Replace(value)
	}
	return pairs, err
}

// pairsOf writes a query parameter as percent-encoded pairs.
func (p parameter) pairsOf(text json.RawMessage) ([]string, error) {
	s, err := shapeOf(text)
	if err != nil || s.null {
		return nil, err
	}
	if p.json {
		return []string{pair(p.wire, string(text))}, nil
	}
	if s.empty() {
		return nil, nil
	}
	if p.style == "deepObject" && s.isObject {
		return deepPairs(nil, p.wire, text)
	}
	if p.explode || p.style == "deepObject" {
		return s.explodedPairs(p.wire), nil
	}
	delimiter := ","
	if !s.isObject {
		delimiter = map[string]string{"spaceDelimited": "%20", "pipeDelimited": "%7C"}[p.style]
		if delimiter == "" {
			delimiter = ","
		}
	}
	return []string{percentEncoded(p.wire) + "=" + strings.Join(s.texts(percentEncoded, false), delimiter)}, nil
}

// explodedPairs writes a pair for each item, or for each member that is not null.
func (s shape) explodedPairs(name string) []string {
	var out []string
	if s.isObject {
		for _, member := range s.object {
			if string(member.value) != "null" {
				out = append(out, pair(member.key, plainText(member.value)))
			}
		}
		return out
	}
	for _, text := range s.texts(percentEncoded, false) {
		out = append(out, percentEncoded(name)+"="+text)
	}
	return out
}

// deepPairs writes an object's members under names in brackets; lists repeat their name, nulls are left out.
func deepPairs(out []string, name string, text json.RawMessage) ([]string, error) {
	s, err := shapeOf(text)
	if err != nil || s.null {
		return out, err
	}
	for _, item := range s.list {
		if out, err = deepPairs(out, name, item); err != nil {
			return nil, err
		}
	}
	for _, member := range s.object {
		if out, err = deepPairs(out, name+"["+member.key+"]", member.value); err != nil {
			return nil, err
		}
	}
	if !s.isList && !s.isObject {
		out = append(out, pair(name, s.single))
	}
	return out, nil
}

// segmentOf writes a path parameter.
func (p parameter) segmentOf(text json.RawMessage) (string, error) {
	s, err := shapeOf(text)
	if err != nil {
		return "", err
	}
	if p.json {
		return percentEncoded(string(text)), nil
	}
	texts := s.texts(percentEncoded, p.explode)
	if s.empty() {
		texts = nil
	}
	switch {
	case len(texts) == 0:
		return "", nil
	case p.style == "label" && p.explode:
		return "." + strings.Join(texts, "."), nil
	case p.style == "label":
		return "." + strings.Join(texts, ","), nil
	case p.style == "matrix" && p.explode && s.isObject:
		return ";" + strings.Join(texts, ";"), nil
	case p.style == "matrix" && p.explode:
		name := percentEncoded(p.wire)
		return ";" + name + "=" + strings.Join(texts, ";"+name+"="), nil
	case p.style == "matrix":
		return ";" + percentEncoded(p.wire) + "=" + strings.Join(texts, ","), nil
	}
	return strings.Join(texts, ","), nil
}

// headerOf writes a header parameter; HTTP carries Latin-1 there.
func (p parameter) headerOf(text json.RawMessage) (value string, sent bool, err error) {
	s, err := shapeOf(text)
	if err != nil || s.empty() {
		return "", false, err
	}
	if p.json {
		value = string(text)
	} else {
		value = strings.Join(s.texts(func(text string) string { return text }, p.explode), ",")
	}
	value, err = latin1(value)
	return value, err == nil, err
}

func latin1(text string) (string, error) {
	out := make([]byte, 0, len(text))
	for _, c := range text {
		if c < ' ' || c > 0xFF || c >= 0x7F && c < 0xA0 {
			return "", &ConfigurationError{Problem: fmt.Sprintf("a header can't carry the character %U", c)}
		}
		out = append(out, byte(c))
	}
	return string(out), nil
}

func pair(name, value string) string { return percentEncoded(name) + "=" + percentEncoded(value) }

// percentEncoded escapes everything but RFC 3986's unreserved characters.
func percentEncoded(text string) string {
	const hexadecimal = "0123456789ABCDEF"
	out := make([]byte, 0, len(text)+16)
	for index := range len(text) {
		c := text[index]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			out = append(out, c)
		} else {
			out = append(out, '%', hexadecimal[c>>4], hexadecimal[c&15])
		}
	}
	return string(out)
}
