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
		pairs := strings.FieldsFunc(string(w.body), func(c rune) bool { return c == '&' })
		w.body = []byte(strings.Join(withPair(pairs, p.name, text), "&"))
		return nil
	}
	var members Map[json.RawMessage]
	if !w.json || Unmarshal(w.body, &members) != nil {
		return nil
	}
	kept := make(Map[json.RawMessage], 0, len(members)+1)
	for _, member := range members {
		if member.Key != p.name {
			kept = append(kept, member)
		}
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
	w.body, err = Marshal(append(kept, Entry[json.RawMessage]{Key: p.name, Value: value}))
	return err
}

// withPair puts a pair last, instead of those of the same name. The names before it are our own writing, so they compare as written.
func withPair(pairs []string, name, text string) []string {
	kept := make([]string, 0, len(pairs)+1)
	for _, other := range pairs {
		if known, _, _ := strings.Cut(other, "="); known != percentEncoded(name) {
			kept = append(kept, other)
		}
	}
	return append(kept, pair(name, text))
}
