package sdk

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"math/big"
	"reflect"
	"strconv"
	"strings"
)

// pagination is how an operation is read to its end.
type pagination struct {
	kind     string // "cursor", "page", "offset" or "last"
	argument string
	items    string
	next     string
	first    int64
	step     int64
}

// pages gives an operation's items one by one, page after page. It ends where a page is empty, where there is no next one, or where
// a page ends as an earlier one did: an exchange's loop must not become the caller's. params points to the operation's Params, nil
// where it has none.
func pages[T any](ctx context.Context, c *core, o *operation, by *pagination, params any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		turning := &turn{pagination: by, seen: map[string]bool{}}
		err := turning.begin(params)
		for more := true; more && err == nil; {
			var items []json.RawMessage
			if items, err = turning.page(ctx, c, o); err != nil {
				break
			}
			for index, item := range items {
				var value T
				if wrong := Unmarshal(item, &value); wrong != nil {
					yield(none, turning.misfit(wrong, index, o))
					return
				}
				if !yield(value, nil) {
					return
				}
			}
			more, err = turning.next(items)
		}
		if err != nil {
			yield(none, err)
		}
	}
}

// turn is where a reader of pages is.
type turn struct {
	*pagination
	params any
	status int
	number int64  // of the page, or of the items seen
	cursor string // as the last answer gave it
	seen   map[string]bool
}

// begin copies the caller's arguments, because the iterator changes them and may be used more than once.
func (t *turn) begin(params any) error {
	t.params = copied(params)
	if t.kind != "page" && t.kind != "offset" {
		return nil
	}
	t.number = t.first
	if given := argumentAt(t.params, t.argument); given != "" && given != "0" {
		number, err := strconv.ParseInt(given, 10, 64)
		if err != nil {
			return &ConfigurationError{Path: "$." + t.argument, Problem: "is no whole number to begin with"}
		}
		t.number = number
	}
	return t.ask(strconv.FormatInt(t.number, 10))
}

func (t *turn) ask(text string) error { return setArgument(t.params, t.argument, text) }

func (t *turn) page(ctx context.Context, c *core, o *operation) ([]json.RawMessage, error) {
	var items []json.RawMessage
	err := c.tries(o, callOf(o, t.params)).run(ctx, func(response *Response) error {
		t.status, t.cursor = response.Status, ""
		if t.kind == "cursor" {
			t.cursor, _ = response.textAt(t.pagination.next)
		}
		list, ok := valueAt(response.Body, t.items)
		if !ok {
			return &DecodeError{Path: "$", Problem: "holds no list at " + t.items, Value: shorten(response.Body)}
		}
		if string(list) == "null" {
			return nil
		}
		r, err := newReader(list)
		if err != nil {
			return err
		}
		return r.array(func(int) error {
			item, err := r.raw()
			items = append(items, item)
			return err
		})
	})
	return items, err
}

// misfit is the error of an item that does not fit its type.
func (t *turn) misfit(err error, index int, o *operation) error {
	err = withinItem(err, index)
	if t.items != "" {
		err = at(err, "."+t.items)
	}
	var wrong *DecodeError
	if errors.As(err, &wrong) {
		wrong.Operation, wrong.Status = o.id, t.status
	}
	return err
}

// next turns the page; it tells whether there is one.
func (t *turn) next(items []json.RawMessage) (bool, error) {
	if len(items) == 0 {
		return false, nil
	}
	last := items[len(items)-1]
	mark := string(last)
	switch t.kind {
	case "cursor":
		mark = t.cursor
		if mark == "" {
			return false, nil
		}
	case "page":
		t.number++
	case "offset":
		t.number += int64(len(items))
	}
	if t.seen[mark] {
		return false, nil
	}
	t.seen[mark] = true
	text := strconv.FormatInt(t.number, 10)
	switch t.kind {
	case "cursor":
		text = t.cursor
	case "last":
		var err error
		if text, err = t.after(last); err != nil {
			return false, err
		}
	}
	return true, t.ask(text)
}

// after is what asks for the items after one.
func (t *turn) after(item json.RawMessage) (string, error) {
	found, ok := valueAt(item, t.pagination.next)
	text := plainText(found)
	if !ok || string(found) == "null" || text == "" {
		return "", &DecodeError{Path: "$", Problem: "the last item holds nothing at " + t.pagination.next, Value: shorten(item)}
	}
	if t.step == 0 {
		return text, nil
	}
	number, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return "", &DecodeError{Path: "$", Problem: "the last item holds no whole number at " + t.pagination.next, Value: shorten(item)}
	}
	return number.Add(number, big.NewInt(t.step)).String(), nil
}

// copied returns a pointer to a copy of the Params that params points to; nil where it is nil.
func copied(params any) any {
	if params == nil {
		return nil
	}
	fresh := reflect.New(reflect.TypeOf(params).Elem())
	fresh.Elem().Set(reflect.ValueOf(params).Elem())
	return fresh.Interface()
}

// argumentAt returns the text of an argument by its place (its carrier, a point and its name); "" where the caller did not give it.
func argumentAt(params any, place string) string {
	field, steps, ok := argumentField(params, place)
	if !ok {
		return ""
	}
	text, sent, err := argument(field)
	if err != nil || !sent {
		return ""
	}
	found, ok := valueAt(text, strings.Join(steps, "."))
	if !ok || string(found) == "null" {
		return ""
	}
	return plainText(found)
}
