//go:build go1.25

package hostile

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
)

// read collects what an iterator gives, at most so many items.
func read[T any](pages iter.Seq2[T, error], most int) (items []T, err error) {
	for item, err := range pages {
		if err != nil {
			return items, err
		}
		if items = append(items, item); len(items) == most {
			return items, nil
		}
	}
	return items, nil
}

func page(next string, names ...string) fakeAnswer {
	texts := make([]string, len(names))
	for index, name := range names {
		texts[index] = fmt.Sprintf(`{"name":%q,"limit":%d}`, name, len(name))
	}
	return fakeAnswer{status: 200, body: `{"data":{"list":[` + strings.Join(texts, ",") + `]},"next":` + next + `}`}
}

func asked(fake *fakeExchange, name string) string {
	var texts []string
	for _, request := range fake.requests {
		texts = append(texts, request.URL.Query().Get(name))
	}
	return strings.Join(texts, " ")
}

func TestPagesAreReadByCursor(t *testing.T) {
	for name, each := range map[string]struct {
		answers []fakeAnswer
		most    int
		items   int
		asked   string
		kind    ErrorKind
	}{
		"to the end":              {[]fakeAnswer{page(`"b"`, "1", "2"), page(`"c"`, "3"), page(`null`, "4")}, 99, 4, "a b c", ""},
		"to an empty cursor":      {[]fakeAnswer{page(`"b"`, "1", "2"), page(`""`, "3")}, 99, 3, "a b", ""},
		"to an empty page":        {[]fakeAnswer{page(`"b"`, "1"), page(`"c"`)}, 99, 1, "a b", ""},
		"to a null":               {[]fakeAnswer{page(`"b"`, "1"), {status: 200, body: `{"data":{"list":null}}`}}, 99, 1, "a b", ""},
		"no further than asked":   {[]fakeAnswer{page(`"b"`, "1", "2"), page(`"c"`, "3")}, 2, 2, "a", ""},
		"out of an endless loop":  {[]fakeAnswer{page(`"b"`, "1"), page(`"c"`, "2"), page(`"b"`, "3")}, 99, 3, "a b c", ""},
		"to an error":             {[]fakeAnswer{page(`"b"`, "1"), says(400, "poor")}, 99, 1, "a b", KindBadRequest},
		"to an answer without it": {[]fakeAnswer{page(`"b"`, "1"), {status: 200, body: `{}`}}, 99, 1, "a b", KindDecode},
		"to what is no list":      {[]fakeAnswer{{status: 200, body: `{"data":{"list":{}}}`}}, 99, 0, "a", KindDecode},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := &fakeExchange{answers: each.answers}
				params := ListOrdersParams{Cursor: Some("a")}
				pages := fakeClient(t, fake).Orders.IterListOrders(context.Background(), params)
				items, err := read(pages, each.most)
				if len(items) != each.items || asked(fake, "cursor") != each.asked || KindOf(err) != each.kind {
					t.Error(len(items), asked(fake, "cursor"), err)
				}
				if params.Cursor.Or("") != "a" {
					t.Error("the caller's arguments were changed")
				}
				fake.requests = nil
				if again, _ := read(pages, each.most); len(again) != each.items {
					t.Errorf("an iterator can be used again: %d", len(again))
				}
			})
		})
	}
}

func TestAnItemThatDoesNotFitNamesItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeExchange{answers: []fakeAnswer{{status: 200, body: `{"data":{"list":[{"name":"a"},{"name":1}]}}`}}}
		items, err := read(fakeClient(t, fake).Orders.IterListOrders(context.Background(), ListOrdersParams{}), 9)
		if len(items) != 1 || KindOf(err) != KindDecode || !strings.Contains(err.Error(), "listOrders: $.data.list[1].name is no string") {
			t.Error(items, err)
		}
	})
}

func TestPagesAreReadByNumber(t *testing.T) {
	for name, each := range map[string]struct {
		by     pagination
		params ListOrdersParams
		asked  string
	}{
		"page":                     {pagination{kind: "page", argument: "query.page", first: 1}, ListOrdersParams{}, "1 2 3"},
		"page, from the caller's":  {pagination{kind: "page", argument: "query.page", first: 1}, ListOrdersParams{Page: Some[int64](7)}, "7 8 9"},
		"offset":                   {pagination{kind: "offset", argument: "query.page"}, ListOrdersParams{}, "0 2 3"},
		"page, a required one":     {pagination{kind: "page", argument: "query.from", first: 1}, ListOrdersParams{From: NewInteger(0)}, "1 2 3"},
		"last":                     {pagination{kind: "last", argument: "query.from", next: "limit"}, ListOrdersParams{From: NewInteger(5)}, "5 2 3"},
		"last, which begins at it": {pagination{kind: "last", argument: "query.from", next: "limit", step: 1}, ListOrdersParams{From: NewInteger(5)}, "5 3 4"},
		"last, as text":            {pagination{kind: "last", argument: "query.cursor", next: "name"}, ListOrdersParams{}, " bb ccc"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := &fakeExchange{answers: []fakeAnswer{page("null", "a", "bb"), page("null", "ccc"), page("null")}}
				by := each.by
				by.items = "data.list"
				items, err := read(pages[Filter](context.Background(), fakeClient(t, fake).core, &operationListOrders, &by, &each.params), 99)
				if _, name, _ := strings.Cut(by.argument, "."); len(items) != 3 || err != nil || asked(fake, name) != each.asked {
					t.Error(items, err, asked(fake, name))
				}
			})
		})
	}
}

func TestTheSamePageForEverEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeExchange{answers: []fakeAnswer{{status: 200, body: `[[1],[2]]`}}}
		items, err := read(fakeClient(t, fake).RequestGroup.IterListCandles(context.Background(), ListCandlesParams{}), 99)
		if len(items) != 4 || err != nil || items[3].Item0.String() != "2" || asked(fake, "since") != " 2" {
			t.Error(items, err, asked(fake, "since"))
		}
	})
}

func TestWhatCantBeTurnedIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeExchange{answers: []fakeAnswer{page("null", "a")}}
		for _, by := range []pagination{
			{kind: "page", argument: "query.none"}, {kind: "page", argument: "query.cursor", first: 1}, {kind: "last", argument: "query.from", next: "none"},
			{kind: "last", argument: "query.from", next: "name"}, {kind: "last", argument: "query.from", next: "name", step: 1}, {kind: "page", argument: "body.nested.none"},
			{kind: "page", argument: "body.none.x"}, {kind: "offset", argument: "header.none"},
		} {
			by.items = "data.list"
			_, err := read(pages[json.RawMessage](context.Background(), fakeClient(t, fake).core, &operationListOrders, &by, &ListOrdersParams{Cursor: Some("x")}), 99)
			if kind := KindOf(err); kind != KindConfiguration && kind != KindDecode {
				t.Errorf("%+v: %v", by, err)
			}
		}
		if _, err := read(pages[json.RawMessage](context.Background(), fakeClient(t, fake).core, &operationDownload, &pagination{kind: "page"}, nil), 9); KindOf(err) != KindConfiguration {
			t.Error(err)
		}
	})
}

func TestAnArgumentInTheBodyIsSetInACopy(t *testing.T) {
	filter := Filter{Limit: Some[int64](3)}
	params := &ListOrdersParams{Body: Some(filter)}
	fresh := copied(params)
	if err := setArgument(fresh, "body.limit", "4"); err != nil || argumentAt(fresh, "body.limit") != "4" || argumentAt(params, "body.limit") != "3" {
		t.Error(err, argumentAt(fresh, "body.limit"), argumentAt(params, "body.limit"))
	}
	if err := setArgument(fresh, "body.name", "x"); err != nil || argumentAt(fresh, "body.name") != "x" || argumentAt(fresh, "body.none") != "" {
		t.Error(err)
	}
}

func TestPlacesAreFound(t *testing.T) {
	text := []byte(`{"a":{"b":[1,{"c":"x"},null]},"b.c":1,"":2,"0":[[5]]}`)
	for place, want := range map[string]string{
		"a.b[].c": "", "a.b[]": "1", "a.b[1].c": `"x"`, "a.b[2]": "null", "a.b[9]": "", "a.x": "", "a.b.x": "", "0[][]": "5", "a.b[1].c.d": "", "": string(text), "0.0.0": "5",
	} {
		if found, ok := valueAt(text, place); string(found) != want || ok != (want != "") {
			t.Errorf("%s: %s", place, found)
		}
	}
	for _, broken := range []string{"", "{", `{"a"`, `{"a":`, "[", "\xff"} {
		if _, ok := valueAt([]byte(broken), "a"); ok {
			t.Errorf("%q has a place", broken)
		}
	}
}

func TestAnOrderIDIsSeenWhereverItGoes(t *testing.T) {
	w := &wireRequest{query: []string{"a%20b=1", "empty="}, headers: []headerField{{"X-Id", "1"}}, body: []byte(`{"id":"x","none":null,"empty":""}`), json: true}
	form := &wireRequest{form: true, body: []byte("id=1&empty=")}
	for place, want := range map[string]bool{
		"query.a b": true, "query.empty": false, "query.x": false, "header.x-id": true, "header.x": false, "body.id": true, "body.none": false,
		"body.empty": false, "body.x": false, "path.id": true, "cookie.x": false,
	} {
		if w.holds(place) != want {
			t.Error(place)
		}
	}
	if !form.holds("body.id") || form.holds("body.empty") || (&wireRequest{}).holds("body.id") {
		t.Error("a form's fields are not seen")
	}
}
