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
	value := json.RawMessage(text)
	if !p.number {
		quoted := &writer{}
		if err := quoted.text(text); err != nil {
			return err
		}
		value = quoted.data
	}
	return w.changeMembers(p, func(members Map[json.RawMessage]) Map[json.RawMessage] {
		return append(members, Entry[json.RawMessage]{Key: p.name, Value: value})
	})
}

// changeMembers gives the object that takes a placement its members anew, without what had the placement's name. A body that is no JSON
// object, or has something else there, stays as it is.
func (w *wireRequest) changeMembers(p placement, changed func(Map[json.RawMessage]) Map[json.RawMessage]) error {
	var members Map[json.RawMessage]
	if !w.json || Unmarshal(w.body, &members) != nil {
		return nil
	}
	if p.within == "" {
		members = changed(members.without(p.name))
	} else {
		inner := Map[json.RawMessage]{}
		if found, ok := members.Get(p.within); ok && Unmarshal(found, &inner) != nil {
			return nil
		}
		text, err := Marshal(changed(inner.without(p.name)))
		if err != nil {
			return err
		}
		members.Set(p.within, text)
	}
	var err error
	w.body, err = Marshal(members)
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
		return w.changeMembers(p, func(members Map[json.RawMessage]) Map[json.RawMessage] { return members })
	}
	return nil
}

func (w *wireRequest) formPairs() []string {
	return strings.FieldsFunc(string(w.body), func(c rune) bool { return c == '&' })
}

// without leaves out the entry of one key.
func (m Map[T]) without(name string) Map[T] {
	kept := make(Map[T], 0, len(m)+1)
	for _, entry := range m {
		if entry.Key != name {
			kept = append(kept, entry)
		}
	}
	return kept
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
