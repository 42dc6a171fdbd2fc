package sdk

import (
	"encoding/json"
	"strings"
)

// plainHost is the host in lower case, with its port where that is not the scheme's own.
func (w *wireRequest) plainHost() string {
	own := map[string]string{"http": ":80", "https": ":443"}[w.scheme]
	return strings.TrimSuffix(strings.ToLower(w.host), own)
}

// put writes a text to its place, instead of what has the same name there.
func (w *wireRequest) put(p placement, text string) error {
	switch p.carrier {
	case "header":
		value, err := latin1(text)
		if err != nil {
			return &ConfigurationError{Problem: "its credentials hold characters that a header can't carry"}
		}
		w.setHeader(p.name, value)
		return nil
	case "query":
		w.query = withPair(w.query, p.name, text)
		return nil
	}
	return w.putInBody(p, text)
}

func (w *wireRequest) putInBody(p placement, text string) error {
	if !w.begun {
		w.begun = true
		mediaType := "application/json"
		if w.form {
			mediaType = "application/x-www-form-urlencoded"
		} else {
			w.body = []byte("{}")
		}
		w.setHeader("Content-Type", mediaType)
	}
	if w.form {
		w.body = []byte(strings.Join(withPair(w.formPairs(), p.name, text), "&"))
		return nil
	}
	members, ok := w.membersBut(p.name)
	if !ok {
		return nil
	}
	value := json.RawMessage(text)
	if !p.number {
		quoted := &writer{}
		if err := quoted.text(text); err != nil {
			return err
		}
		value = quoted.data
	}
	var err error
	w.body, err = Marshal(append(members, Entry[json.RawMessage]{Key: p.name, Value: value}))
	return err
}

// clear takes off what stands at a place.
func (w *wireRequest) clear(p placement) error {
	switch {
	case p.carrier == "header":
		w.dropHeader(p.name)
	case p.carrier == "query":
		w.query = withoutPair(w.query, p.name)
	case w.begun && w.form:
		w.body = []byte(strings.Join(withoutPair(w.formPairs(), p.name), "&"))
	case w.begun:
		if members, ok := w.membersBut(p.name); ok {
			var err error
			w.body, err = Marshal(members)
			return err
		}
	}
	return nil
}

func (w *wireRequest) formPairs() []string {
	return strings.FieldsFunc(string(w.body), func(c rune) bool { return c == '&' })
}

// membersBut returns the JSON body's members without one, and whether the body is a JSON object.
func (w *wireRequest) membersBut(name string) (Map[json.RawMessage], bool) {
	var members Map[json.RawMessage]
	if !w.json || Unmarshal(w.body, &members) != nil {
		return nil, false
	}
	kept := make(Map[json.RawMessage], 0, len(members)+1)
	for _, member := range members {
		if member.Key != name {
			kept = append(kept, member)
		}
	}
	return kept, true
}

// withPair puts a pair last, instead of those of the same name.
func withPair(pairs []string, name, text string) []string {
	return append(withoutPair(pairs, name), pair(name, text))
}

// withoutPair leaves out the pairs of one name. The names are our own writing, so they compare as written.
func withoutPair(pairs []string, name string) []string {
	kept := make([]string, 0, len(pairs)+1)
	for _, other := range pairs {
		if known, _, _ := strings.Cut(other, "="); known != percentEncoded(name) {
			kept = append(kept, other)
		}
	}
	return kept
}
