//go:build go1.25

package hostile

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
)

type summedCase struct {
	Name string
	Rule struct {
		Place, Joining, Written, Separator string
		Levels                             int
	}
	Bids, Asks [][2]string
	Checksum   string
}

// summedCases are the examples of exchanges' documentation.
func summedCases(t *testing.T) []summedCase {
	t.Helper()
	text, err := os.ReadFile("checksums.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []summedCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

// summedMessage is a message of a book without numbers.
func summedMessage(kind string, bids, asks [][2]string, checksum string) string {
	if checksum == "" {
		checksum = "null"
	}
	marks, _ := json.Marshal(kind)
	both, _ := json.Marshal([][][2]string{bids, asks})
	var sides []json.RawMessage
	_ = json.Unmarshal(both, &sides)
	return fmt.Sprintf(`{"type":%s,"symbol":"A","bids":%s,"asks":%s,"checksum":%s}`, marks, sides[0], sides[1], checksum)
}

func (c summedCase) rules(rules *streamBookRules) {
	rules.sequence = ""
	rules.checksum = &streamChecksum{place: c.Rule.Place, levels: c.Rule.Levels, joining: c.Rule.Joining, digits: c.Rule.Written == "digits", separator: c.Rule.Separator}
}

func TestABookIsTheOneThatItsMessagesSumUp(t *testing.T) {
	const snapshot = "snap\"shot`"
	for _, each := range summedCases(t) {
		told, _ := strconv.ParseInt(each.Checksum, 10, 64)
		first := each.Bids[0]
		stale := append([][2]string{{first[0], "999"}}, each.Bids[1:]...)
		whole := summedMessage(snapshot, stale, each.Asks, "")
		for name, try := range map[string]struct {
			messages []string
			sound    bool
		}{
			"as written":       {[]string{whole, summedMessage("delta", [][2]string{first}, nil, each.Checksum)}, true},
			"unsigned":         {[]string{whole, summedMessage("delta", [][2]string{first}, nil, strconv.FormatUint(uint64(uint32(told)), 10))}, true},
			"signed, as text":  {[]string{whole, summedMessage("delta", [][2]string{first}, nil, strconv.Quote(strconv.Itoa(int(int32(told)))))}, true},
			"another":          {[]string{whole, summedMessage("delta", [][2]string{first}, nil, strconv.FormatInt(told+1, 10))}, false},
			"a change is lost": {[]string{whole, summedMessage("delta", nil, nil, each.Checksum)}, false},
			"a whole book":     {[]string{summedMessage(snapshot, each.Bids, each.Asks, each.Checksum)}, true},
			"half a book":      {[]string{summedMessage(snapshot, each.Bids, each.Asks[1:], each.Checksum)}, false},
			"older than it":    {[]string{summedMessage("delta", [][2]string{{"0.001", "1"}}, nil, "1"), summedMessage(snapshot, each.Bids, each.Asks, each.Checksum)}, true},
		} {
			synctest.Test(t, func(t *testing.T) {
				book, end := steady(t, &fakeStreams{manners: []func(*peer){obliging(try.messages...)}}, each.rules)
				defer end()
				state := book.State()
				if sound := state.Synced && state.Resyncs == 0; sound != try.sound {
					t.Errorf("%s, %s: %s, %v %d", each.Name, name, sides(state), state.Synced, state.Resyncs)
				}
			})
		}
	}
}

func TestSidesMayFollowEachOtherAndNumbersAreWrittenOut(t *testing.T) {
	levels := func(texts ...string) []StreamBookLevel {
		var made []StreamBookLevel
		for at := 0; at < len(texts); at += 2 {
			made = append(made, StreamBookLevel{MustDecimal(texts[at]), MustDecimal(texts[at+1])})
		}
		return made
	}
	for joining, want := range map[string]string{"bids_asks": "9:2:8:1:10:1", "asks_bids": "10:1:9:2:8:1", "in_turn": "9:2:10:1:8:1"} {
		rule := streamChecksum{joining: joining, separator: ":"}
		if got := rule.text(levels("9", "2", "8", "1"), levels("10", "1")); got != want {
			t.Error(joining, got)
		}
	}
	rule := streamChecksum{joining: "bids_asks", digits: true}
	if got := rule.text(levels("1.0e-3", "0.050"), nil); got != "1050" {
		t.Error(got)
	}
}

func TestLevelsBeyondTheDepthAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		messages := []string{
			snapshotOf(1, `["3","1"],["2","1"]`, `["7","1"],["8","1"]`), deltaOf(2, `["4","1"]`, `["6","1"]`), deltaOf(3, `["4","0"]`, `["6","0"]`),
		}
		book, end := steady(t, &fakeStreams{manners: []func(*peer){obliging(messages...)}}, func(rules *streamBookRules) { rules.depth = 1 })
		defer end()
		if state := book.State(); sides(state) != "3 | |" || state.Resyncs != 0 {
			t.Error(sides(state), state.Resyncs)
		}
	})
}
