package sdk

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

var (
	holes    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{([^{}]+)\}`) })
	anyValue = "*"
)

// words are what is filled into templates.
type words map[string]string

// with is a copy that knows more.
func (w words) with(more ...string) words {
	made := make(words, len(w)+len(more)/2)
	for name, text := range w {
		made[name] = text
	}
	for at := 0; at+1 < len(more); at += 2 {
		made[more[at]] = more[at+1]
	}
	return made
}

// text fills a text.
func (w words) text(template string) (string, error) {
	var missing error
	filled := holes().ReplaceAllStringFunc(template, func(hole string) string {
		name := strings.TrimSuffix(hole[1:len(hole)-1], "#")
		text, ok := w[name]
		if !ok {
			missing = &ConfigurationError{Problem: "misses what its stream's protocol calls " + strconv.Quote(name)}
		}
		return text
	})
	return filled, missing
}

// document fills a JSON document: every string in it, a string that is all of one {name#} as a number.
func (w words) document(template string) ([]byte, error) {
	r, err := newReader([]byte(template))
	if err != nil {
		return nil, err
	}
	out := &writer{}
	if err := w.fill(out, r); err != nil {
		return nil, err
	}
	return out.data, nil
}

func (w words) fill(out *writer, r *reader) error {
	switch r.peek() {
	case '{':
		out.data = append(out.data, '{')
		err := r.object(func(key string) error {
			if err := out.key(key); err != nil {
				return err
			}
			return w.fill(out, r)
		})
		out.data = append(out.data, '}')
		return err
	case '[':
		out.data = append(out.data, '[')
		err := r.array(func(int) error {
			out.comma('[')
			return w.fill(out, r)
		})
		out.data = append(out.data, ']')
		return err
	case '"':
		text, err := r.text()
		if err != nil {
			return err
		}
		return w.fillText(out, text)
	}
	return out.copy(r)
}

func (w words) fillText(out *writer, template string) error {
	filled, err := w.text(template)
	if err != nil {
		return err
	}
	number := strings.HasSuffix(template, "#}") && strings.Count(template, "{") == 1 && template[0] == '{'
	if number && numberLength(filled) == len(filled) && filled != "" {
		out.data = append(out.data, filled...)
		return nil
	}
	return out.text(filled)
}

// holds tells whether a message is meant.
func (m streamMatch) holds(message *streamMessage, known words) bool {
	for _, each := range m {
		text, ok := message.textAt(each.place)
		if !ok {
			return false
		}
		if each.text == anyValue {
			continue
		}
		wanted := each.text
		if strings.IndexByte(wanted, '{') >= 0 {
			filled, err := known.text(wanted)
			if err != nil {
				return false
			}
			wanted = filled
		}
		if wanted != text {
			return false
		}
	}
	return m != nil
}

// fits tells whether all of a kind's marks stand in a message.
func (k *streamKind) fits(message *streamMessage) bool {
	for _, mark := range k.marks {
		found, ok := message.at(mark.path)
		if !ok || !mark.has(found) {
			return false
		}
	}
	return true
}

func (m *streamMark) has(found json.RawMessage) bool {
	for _, value := range m.values {
		if value == string(found) || value[0] == '"' && plainText(found) == plainText(json.RawMessage(value)) && found[0] == '"' {
			return true
		}
	}
	return false
}

// streamMessage is one message, whose members are found once, however many ask for them.
type streamMessage struct {
	text    json.RawMessage
	sound   bool // whether it is JSON
	members map[string]json.RawMessage
}

func newStreamMessage(text []byte) *streamMessage {
	m := &streamMessage{text: text}
	r, err := newReader(text)
	if err != nil {
		return m
	}
	if r.peek() != '{' {
		m.sound = r.skip() == nil && r.end() == nil
		return m
	}
	m.members = map[string]json.RawMessage{}
	err = r.object(func(key string) error {
		r.space()
		start := r.pos
		err := r.skip()
		m.members[key] = r.data[start:r.pos]
		return err
	})
	m.sound = err == nil && r.end() == nil
	return m
}

func (m *streamMessage) at(path []string) (json.RawMessage, bool) {
	if m.members == nil || len(path) == 0 {
		return valueAtSteps(m.text, path)
	}
	member, ok := m.members[path[0]]
	if !ok || len(path) == 1 {
		return member, ok
	}
	return valueAtSteps(member, path[1:])
}

// textAt returns the text at a place, and whether one stands there: no null, no object, no list.
func (m *streamMessage) textAt(place string) (string, bool) {
	var found json.RawMessage
	var ok bool
	if m.members != nil && !strings.ContainsAny(place, ".[") {
		found, ok = m.members[place]
	} else {
		found, ok = m.at(stepsOf(place))
	}
	if !ok || len(found) == 0 || strings.IndexByte("{[n", found[0]) >= 0 {
		return "", false
	}
	return plainText(found), true
}

// moment fills in what a message that is sent says of itself: its number and the time.
func (c *core) moment(known words, id int64, format string) words {
	if format == "" && signingRecipe != nil {
		format = signingRecipe.timestamp
	}
	return known.with("id", strconv.FormatInt(id, 10), "timestamp", instantText(format, c.now()), "nonce", strconv.FormatInt(time.Now().UnixNano(), 10))
}
