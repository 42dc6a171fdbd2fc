//go:build go1.25

package hostile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// sides are a book's levels in a few words.
func sides(state StreamBookState) string {
	text := fmt.Sprint(state.Sequence)
	for _, side := range [][]StreamBookLevel{state.Bids, state.Asks} {
		text += " |"
		for _, level := range side {
			text += fmt.Sprintf(" %s@%s", level.Quantity, level.Price)
		}
	}
	return text
}

// steady is a book once nothing more happens to it for now.
func steady(t *testing.T, fake *fakeStreams, change ...func(*streamBookRules)) (*StreamBook, func()) {
	t.Helper()
	known := *exchangeStreams.book
	for _, each := range change {
		each(exchangeStreams.book)
	}
	client := streamClient(t, fake)
	book, err := client.Streams.Book(context.Background(), "A")
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(5 * time.Second)
	synctest.Wait()
	return book, func() {
		book.Close()
		client.Close()
		synctest.Wait()
		*exchangeStreams.book = known
	}
}

func TestABookFollowsTheStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeStreams{manners: []func(*peer){obliging(
			deltaOf(5, `["9","9"]`, ""), deltaOf(6, `["1.5","6"]`, ""),
			snapshotOf(5, `["1","1"],["1.50","2"],["0.5","3"]`, `["2","1"],["1.9","0.5"],["10","4"]`),
			deltaOf(5, `["9","9"]`, ""), deltaOf(7, `["1","0"],["1.2","0.10"]`, `["1.90","0.0"],["3","1"]`),
		)}}
		book, end := steady(t, fake)
		defer end()
		state := book.State()
		if got := sides(state); got != "7 | 6@1.5 0.10@1.2 3@0.5 | 1@2 1@3 4@10" || !state.Synced || state.Resyncs != 0 || state.Symbol != "A" {
			t.Error(got, state)
		}
		given, err := book.Next(context.Background())
		if err != nil || given.Sequence != 7 {
			t.Error("a slow reader gets the newest state", given, err)
		}
		ctx, stop := context.WithTimeout(context.Background(), time.Second)
		defer stop()
		if _, err := book.Next(ctx); KindOf(err) != KindTimeout {
			t.Error(err)
		}
		go func() {
			time.Sleep(time.Second)
			book.Close()
		}()
		for range book.All() {
			t.Error("nothing new came")
		}
		if _, err := book.Next(context.Background()); !errors.Is(err, ErrStreamClosed) {
			t.Error(err)
		}
	})
}

func TestWhatFollowsAGapBeforeTheSnapshotIsKeptForTheNextOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		subscriptions := 0
		fake := &fakeStreams{manners: []func(*peer){func(p *peer) {
			for {
				text, ok := p.hear()
				switch {
				case !ok:
					return
				case !p.confirm(text):
				case subscriptions == 0:
					subscriptions++
					p.say(deltaOf(5, `["1","5"]`, ""), deltaOf(7, `["1","7"]`, ""), deltaOf(8, `["1","8"]`, ""), snapshotOf(4, "", ""))
				default:
					subscriptions++
					p.say(snapshotOf(6, "", ""), deltaOf(9, `["2","9"]`, ""))
				}
			}
		}}}
		book, end := steady(t, fake)
		defer end()
		state := book.State()
		if got := sides(state); got != "9 | 9@2 8@1 |" || !state.Synced || state.Resyncs != 0 || subscriptions != 2 {
			t.Error("nobody saw the book that did not fit", got, state, subscriptions)
		}
	})
}

func TestAWrongBookIsThrownAway(t *testing.T) {
	for name, each := range map[string]struct {
		breaks  string
		numbers string
	}{
		"a gap":                        {deltaOf(4, `["0.5","9"]`, ""), "consecutive"},
		"a crossed book":               {deltaOf(2, `["5","1"]`, ""), "consecutive"},
		"a touching book":              {deltaOf(2, `["2","1"]`, ""), "consecutive"},
		"no number":                    {`{"type":"delta","symbol":"A","bids":[]}`, "consecutive"},
		"a wrong level":                {deltaOf(2, `["x","1"]`, ""), "consecutive"},
		"a level without quantity":     {deltaOf(2, `["1"]`, ""), "consecutive"},
		"levels that are no list":      {`{"type":"delta","symbol":"A","n":2,"bids":{}}`, "consecutive"},
		"another message was before":   {deltaOf(3, "", "", `,"prev":2`), "previous"},
		"a range that begins later":    {deltaOf(4, "", "", `,"first":3`), "range"},
		"a range that begins nowhere":  {deltaOf(4, "", ""), "range"},
		"a previous that is not there": {deltaOf(4, "", ""), "previous"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				subscriptions := 0
				fake := &fakeStreams{manners: []func(*peer){func(p *peer) {
					for {
						text, ok := p.hear()
						if !ok {
							return
						}
						if !p.confirm(text) {
							continue
						}
						subscriptions++
						p.say(snapshotOf(1+10*(subscriptions-1), `["1","1"]`, `["2","1"]`))
						if subscriptions == 1 {
							p.say(each.breaks)
						}
					}
				}}}
				book, end := steady(t, fake, func(rules *streamBookRules) { rules.numbering = each.numbers })
				defer end()
				if state := book.State(); sides(state) != "11 | 1@1 | 1@2" || !state.Synced || state.Resyncs != 1 || subscriptions != 2 {
					t.Error(sides(state), state.Resyncs, subscriptions)
				}
			})
		})
	}
}

func TestNumbersAreFollowedAsTheExchangeGivesThem(t *testing.T) {
	for name, each := range map[string]struct {
		numbering string
		deltas    []string
		want      string
	}{
		"previous": {"previous", []string{deltaOf(9, `["1","2"]`, "", `,"prev":4`), deltaOf(9, "", "", `,"prev":9`), deltaOf(8, `["1","3"]`, "", `,"prev":9`), deltaOf(7, `["1","9"]`, "", `,"prev":1`)}, "8 | 3@1 |"},
		"previous, which straddles the snapshot": {"previous", []string{deltaOf(9, `["1","2"]`, "", `,"prev":2,"first":3`), deltaOf(12, `["1","3"]`, "", `,"prev":9`)}, "12 | 3@1 |"},
		"previous, which names no first and began before the snapshot": {"previous", []string{deltaOf(9, `["1","2"]`, "", `,"prev":2`), deltaOf(12, `["1","3"]`, "", `,"prev":9`)}, "12 | 3@1 |"},
		"range":   {"range", []string{deltaOf(6, `["1","2"]`, "", `,"first":3`), deltaOf(8, `["1","3"]`, "", `,"first":7`), deltaOf(8, `["1","9"]`, "", `,"first":7`)}, "8 | 3@1 |"},
		"growing": {"growing", []string{deltaOf(9, `["1","2"]`, ""), deltaOf(7, `["1","9"]`, ""), deltaOf(99, `["1","3"]`, "")}, "99 | 3@1 |"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				messages := append([]string{snapshotOf(4, `["1","1"]`, "")}, each.deltas...)
				book, end := steady(t, &fakeStreams{manners: []func(*peer){obliging(messages...)}}, func(rules *streamBookRules) { rules.numbering = each.numbering })
				defer end()
				if state := book.State(); sides(state) != each.want || state.Resyncs != 0 {
					t.Error(sides(state), state.Resyncs)
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		// A snapshot without a number: the first change after it gives one.
		book, end := steady(t, &fakeStreams{manners: []func(*peer){obliging(`{"type":"snapshot","symbol":"A","bids":[["1","1"]],"asks":[]}`)}})
		book.rules.operationNumber = ""
		book.load(newStreamMessage([]byte(`{"bids":[["1","1"]]}`)), "bids", "asks", "")
		book.change(newStreamMessage([]byte(deltaOf(7, `["1","2"]`, ""))))
		book.change(newStreamMessage([]byte(deltaOf(8, `["1","3"]`, ""))))
		if got := sides(book.State()); got != "8 | 3@1 |" || !book.State().Synced {
			t.Error(got)
		}
		end()
	})
	synctest.Test(t, func(t *testing.T) {
		unnumbered := func(rules *streamBookRules) { rules.sequence = "" }
		book, end := steady(t, &fakeStreams{manners: []func(*peer){obliging(snapshotOf(4, "", ""), deltaOf(1, `["1","2"]`, ""))}}, unnumbered)
		defer end()
		if got := sides(book.State()); got != "0 | 2@1 |" {
			t.Error(got)
		}
	})
}

func TestAStuckNumberIsNoBookForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		messages := []string{snapshotOf(4, "", "")}
		for range mostStale {
			messages = append(messages, deltaOf(4, "", ""))
		}
		book, end := steady(t, &fakeStreams{manners: []func(*peer){obliging(messages...)}})
		defer end()
		if state := book.State(); state.Resyncs == 0 {
			t.Error(state)
		}
	})
}

func TestABookIsLostWithItsConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first := func(p *peer) {
			text, _ := p.hear()
			p.confirm(text)
			p.say(snapshotOf(4, `["1","1"]`, ""))
			time.Sleep(time.Second)
		}
		second := func(p *peer) {
			time.Sleep(time.Second)
			obliging(snapshotOf(9, `["1","2"]`, ""))(p)
		}
		client := streamClient(t, &fakeStreams{manners: []func(*peer){first, second}})
		book, err := client.Streams.Book(context.Background(), "A")
		if err != nil {
			t.Fatal(err)
		}
		var seen []string
		for state, err := range book.All() {
			if seen = append(seen, sides(state), fmt.Sprint(state.Synced)); len(seen) == 6 || err != nil {
				break
			}
		}
		if fmt.Sprint(seen) != "[4 | 1@1 | true 0 | | false 9 | 2@1 | true]" {
			t.Error(seen)
		}
		client.Close()
		for range book.All() {
			t.Error("a closed book gives nothing")
		}
	})
}

func TestASnapshotIsAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rest := &fakeExchange{takes: time.Second, answers: []fakeAnswer{
			says(400, "poor"), {status: 200, body: `{"last":2,"data":{"b":[["1","1"]],"a":[]}}`}, {status: 200, body: `{"last":6,"data":{"b":[["1","1"]],"a":[["7","7"]]}}`},
		}}
		fake := &fakeStreams{rest: rest, manners: []func(*peer){obliging(deltaOf(5, `["9","9"]`, ""), deltaOf(6, `["9","9"]`, ""), deltaOf(7, `["1","5"]`, ""), deltaOf(8, `["2","6"]`, ""))}}
		book, end := steady(t, fake, func(rules *streamBookRules) {
			rules.snapshot, rules.operation, rules.asked = nil, &operationListOrders, [][2]string{{"query.cursor", "{symbol}"}, {"query.page", "50"}}
			rules.params = func() any { return &ListOrdersParams{} }
			rules.operationBids, rules.operationAsks, rules.operationNumber = "data.b", "data.a", "last"
		})
		defer end()
		time.Sleep(20 * time.Second)
		synctest.Wait()
		state := book.State()
		if sides(state) != "6 | 1@1 | 7@7" && sides(state) != "8 | 6@2 5@1 | 7@7" || !state.Synced || rest.requests[0].URL.Query().Get("cursor") != "A" || rest.requests[0].URL.Query().Get("page") != "50" {
			t.Error(sides(state), state.Resyncs, len(rest.requests))
		}
	})
}

func TestALateBookAsksForItsSnapshot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := streamClient(t, &fakeStreams{manners: []func(*peer){obliging(snapshotOf(4, `["1","1"]`, ""))}})
		stream := depthOf(t, client)
		if got := next(stream, 1); got != "snapshot 4" {
			t.Error(got)
		}
		book, err := client.Streams.Book(context.Background(), "A")
		if err != nil {
			t.Fatal(err)
		}
		if state, err := book.Next(context.Background()); err != nil || sides(state) != "4 | 1@1 |" {
			t.Error(state, err)
		}
		if got := next(stream, 1); got != "snapshot 4" {
			t.Error(got)
		}
		client.Close()
		<-book.done
	})
}

func TestDecimalsCompareByValue(t *testing.T) {
	for _, each := range []struct {
		a, b string
		want int
	}{
		{"1", "1.0", 0}, {"1.10", "1.1", 0}, {"9", "10", -1}, {"0.09", "0.1", -1}, {"10.01", "10.001", 1}, {"0", "0.000", 0}, {"-1", "1", -1}, {"-1", "-2", 1},
		{"1e2", "100", 0}, {"1e-2", "0.01", 0}, {"123456789012345678901234567890.1", "123456789012345678901234567890.10", 0},
	} {
		if got := MustDecimal(each.a).Cmp(MustDecimal(each.b)); got != each.want {
			t.Errorf("%s %s: %d", each.a, each.b, got)
		}
	}
	for text, want := range map[string]bool{"0": true, "0.00": true, "-0.0": true, "0e5": true, "0.01": false, "1": false, "1e0": false} {
		if MustDecimal(text).isZero() != want {
			t.Error(text)
		}
	}
}

func TestAChangeCanBeOneLevelByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		messages := []string{
			`{"type":"snap\"shot` + "`" + `","symbol":"A","n":1,"bids":[{"p":1,"q":2}],"asks":[{"p":3,"q":4}]}`,
			`{"type":"delta","symbol":"A","n":2,"s":"B","p":2,"q":1}`,
			`{"type":"delta","symbol":"A","n":9,"s":"S","p":3,"q":0}`,
		}
		book, end := steady(t, &fakeStreams{manners: []func(*peer){obliging(messages...)}}, func(rules *streamBookRules) {
			rules.side, rules.bid, rules.price, rules.quantity, rules.numbering = "s", "B", "p", "q", "growing"
		})
		defer end()
		if state := book.State(); sides(state) != "9 | 1@2 2@1 |" || state.Resyncs != 0 {
			t.Error(sides(state), state.Resyncs)
		}
		if book.put(&streamMessage{text: json.RawMessage(`{"p":3,"q":0}`)}) == nil {
			t.Error("a change that does not tell its side is no change")
		}
	})
}
