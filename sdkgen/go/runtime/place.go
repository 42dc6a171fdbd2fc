package sdk

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// headerPlace begins the places that are headers.
const headerPlace = "header."

var errFound = errors.New("found")

// textAt returns the text that stands at a place of the answer, and whether there is one: no null, no object, no list.
func (r *Response) textAt(place string) (string, bool) {
	if name, ok := strings.CutPrefix(place, headerPlace); ok {
		text := r.Header.Get(name)
		return text, text != ""
	}
	found, ok := valueAt(r.Body, place)
	if !ok || strings.IndexByte("{[n", found[0]) >= 0 {
		return "", false
	}
	return plainText(found), true
}

// valueAt finds what stands at a place of a JSON text, such as data.list[].id or error[0]: keys and items by turns, [] the first
// item. The place "" is the text itself. What comes after the place is not looked at.
func valueAt(text []byte, place string) (json.RawMessage, bool) {
	return valueAtSteps(text, stepsOf(place))
}

func valueAtSteps(text []byte, steps []string) (json.RawMessage, bool) {
	r := &reader{data: text}
	for _, step := range steps {
		if !r.stepInto(step) {
			return nil, false
		}
	}
	found, err := r.raw()
	return found, err == nil && len(found) > 0
}

func (r *reader) stepInto(step string) bool {
	switch r.peek() {
	case '{':
		err := r.object(func(key string) error {
			if key == step {
				return errFound
			}
			return r.skip()
		})
		return errors.Is(err, errFound)
	case '[':
		wanted, err := strconv.Atoi(step)
		if err != nil {
			return false
		}
		err = r.array(func(item int) error {
			if item == wanted {
				return errFound
			}
			return r.skip()
		})
		return errors.Is(err, errFound)
	}
	return false
}

// stepsOf takes a place apart; an item's step is its number.
func stepsOf(place string) []string {
	var steps []string
	for _, part := range strings.Split(place, ".") {
		key, items, _ := strings.Cut(part, "[")
		if key != "" {
			steps = append(steps, key)
		}
		for items != "" {
			var item string
			item, items, _ = strings.Cut(items, "]")
			if item == "" {
				item = "0"
			}
			steps = append(steps, item)
			items = strings.TrimPrefix(items, "[")
		}
	}
	return steps
}
