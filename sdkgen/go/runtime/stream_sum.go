package sdk

import (
	"hash/crc32"
	"strconv"
	"strings"
)

// streamChecksum is how messages sum a book up: with a CRC-32 over its best levels.
type streamChecksum struct {
	place     string
	levels    int
	joining   string // "asks_bids", "bids_asks" or "in_turn"
	digits    bool   // whether numbers lose their point and the zeros that they then begin with
	separator string
}

// summed tells whether the book, without what nobody goes on telling of, is the one that the message sums up; the caller holds the mutex.
func (b *StreamBook) summed(message *streamMessage) bool {
	if depth := b.rules.depth; depth > 0 {
		b.bids.list, b.asks.list = best(b.bids.list, depth), best(b.asks.list, depth)
	}
	rule := b.rules.checksum
	if rule == nil {
		return true
	}
	told, ok := message.textAt(rule.place)
	if !ok || told == "" || told == "null" {
		return true
	}
	right := crc32.ChecksumIEEE([]byte(rule.text(best(b.bids.list, rule.levels), best(b.asks.list, rule.levels))))
	return told == strconv.FormatUint(uint64(right), 10) || told == strconv.FormatInt(int64(right)-1<<32, 10)
}

// text is what the checksum is of; both sides are best first.
func (r *streamChecksum) text(bids, asks []StreamBookLevel) string {
	var texts []string
	add := func(levels []StreamBookLevel) {
		for _, level := range levels {
			texts = append(texts, r.written(level.Price), r.written(level.Quantity))
		}
	}
	switch r.joining {
	case "asks_bids":
		add(asks)
		add(bids)
	case "bids_asks":
		add(bids)
		add(asks)
	default:
		for at := range max(len(bids), len(asks)) {
			add(best(bids[min(at, len(bids)):], 1))
			add(best(asks[min(at, len(asks)):], 1))
		}
	}
	return strings.Join(texts, r.separator)
}

func (r *streamChecksum) written(number Decimal) string {
	text := number.text
	if strings.ContainsAny(text, "eE") {
		text = number.parts().decimal().text
	}
	if r.digits {
		text = strings.TrimLeft(strings.Replace(text, ".", "", 1), "0")
	}
	return text
}

func best(levels []StreamBookLevel, most int) []StreamBookLevel {
	return levels[:min(most, len(levels))]
}
