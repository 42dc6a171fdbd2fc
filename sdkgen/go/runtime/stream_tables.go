package sdk

import (
	"encoding/json"
	"time"
)

// streamProtocol is how the exchange wants its streams spoken to. Without subscriptions a channel is a connection of its own.
type streamProtocol struct {
	url, privateURL string
	login           *streamLogin
	heartbeat       streamHeartbeat
	book            *streamBookRules
	listenKey       *streamListenKey
	asking          streamAsking
}

// streamAsking is how requests are signed, and how their replies are read.
type streamAsking struct {
	recipe       *recipe
	errors       *behaviour // nil where replies are refusals as answers are
	status       string     // the place of a reply's status
	retryAfter   string
	acknowledged streamMatch // what says only that the request came
}

// streamMatch is how a message is told from others: what stands at its places, "*" for any text, {name} for an argument.
type streamMatch []streamPlace

type streamPlace struct{ place, text string }

// streamChannel is one thing to listen to. Templates are JSON texts with {name} for what is filled in.
type streamChannel struct {
	id      string
	path    string
	servers []string
	// shared tells whether it shares its connection with others, by subscribing.
	shared                 bool
	private                bool
	listenKey              bool
	subscribe, unsubscribe string
	messages               []streamMatch
	confirmed, refused     streamMatch
	// heard are the kinds of messages, those with most marks first.
	heard []streamKind
}

// streamKind is one kind of message.
type streamKind struct {
	name  string
	field int // of the event's struct
	marks []streamMark
	bad   bool // whether, as a reply, it says no
	// payload is a nil pointer to the type of a reply without marks.
	payload any
}

// streamMark is a place that always holds one of few values.
type streamMark struct {
	path   []string
	values []string
}

type streamLogin struct {
	send, payload, timestamp string
	confirmed, refused       streamMatch
}

type streamHeartbeat struct {
	send           string // a JSON template, or a text; "" sends WebSocket pings
	every, silence time.Duration
	asked          streamMatch
	answer         string
}

// streamBookRules are how an order book is kept.
type streamBookRules struct {
	channel         *streamChannel
	arguments       [][2]string // the channel's arguments, and what they are for a symbol
	snapshot, delta streamMatch
	bids, asks      string
	price, quantity string
	sequence        string
	previous, first string
	side, bid       string // where a change is one level: the place of the word that tells its side, and that of bids
	numbering       string // "consecutive", "previous", "range" or "growing"
	depth           int    // how many levels of each side the stream goes on telling of; 0 for all
	checksum        *streamChecksum
	operation       *operation
	params          func() any
	asked           [][2]string // what the operation is asked with, by place
	operationBids   string
	operationAsks   string
	operationNumber string
}

type streamListenKey struct {
	create          *operation
	keepAlive       *operation // nil where the key lasts as long as the connection that was opened with it
	keepAliveParams func() any
	createParams    func() any
	place, argument string
	parameter       string
	every           time.Duration
}

// StreamSignal is what an event of a stream can be beside a message of a kind that the description names. At most one of its fields is
// set.
type StreamSignal struct {
	// Reconnected says that the connection broke and is there again: what came between is lost.
	Reconnected bool
	// Dropped is how many messages were dropped here because the reader was slow.
	Dropped int
	// Unknown is a message of a kind that the description does not name.
	Unknown json.RawMessage
}
