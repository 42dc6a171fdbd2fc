//go:build go1.25

package hostile

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// fakeStreams is an exchange's streams: each connection is served by the next of its manners, the last one from then on. Requests that
// open no WebSocket go to rest.
type fakeStreams struct {
	mutex   sync.Mutex
	manners []func(*peer)
	opened  []*http.Request
	rest    *fakeExchange
}

func (f *fakeStreams) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Header.Get("Upgrade") == "" {
		return f.rest.RoundTrip(request)
	}
	f.mutex.Lock()
	manner := f.manners[min(len(f.opened), len(f.manners)-1)]
	f.opened = append(f.opened, request)
	f.mutex.Unlock()
	if manner == nil {
		return nil, &net.OpError{Op: "dial", Err: io.EOF}
	}
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		manner(&peer{conn: theirs, reader: bufio.NewReader(theirs)})
	}()
	header := http.Header{"Upgrade": {"websocket"}, "Sec-Websocket-Accept": {acceptOf(request.Header.Get("Sec-WebSocket-Key"))}}
	return &http.Response{StatusCode: http.StatusSwitchingProtocols, Header: header, Body: ours}, nil
}

func (f *fakeStreams) count() int {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return len(f.opened)
}

// peer is the exchange's end of one connection.
type peer struct {
	conn   net.Conn
	reader *bufio.Reader
	mutex  sync.Mutex
}

// frame writes a frame as it is told to, sound or not.
func (p *peer) frame(first byte, content string) error {
	out := []byte{first}
	switch {
	case len(content) < 126:
		out = append(out, byte(len(content)))
	case len(content) < 1<<16:
		out = binary.BigEndian.AppendUint16(append(out, 126), uint16(len(content)))
	default:
		out = binary.BigEndian.AppendUint64(append(out, 127), uint64(len(content)))
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	_, err := p.conn.Write(append(out, content...))
	return err
}

func (p *peer) say(texts ...string) {
	for _, text := range texts {
		_ = p.frame(0x81, text)
	}
}

// hear reads the next text, or tells that there is none more. Pings are answered, a closing too.
func (p *peer) hear() (string, bool) {
	for {
		kind, content, err := p.read()
		switch {
		case err != nil:
			return "", false
		case kind == framePing:
			_ = p.frame(0x80|framePong, content)
		case kind == frameClose:
			_ = p.frame(0x80|frameClose, content)
			return "", false
		case kind == frameText:
			return content, true
		}
	}
}

func (p *peer) read() (byte, string, error) {
	var head [14]byte
	if _, err := io.ReadFull(p.reader, head[:2]); err != nil {
		return 0, "", err
	}
	if head[1]&0x80 == 0 {
		return 0, "", fmt.Errorf("a client's frame is not masked")
	}
	kind, length := head[0]&0x0F, int(head[1]&0x7F)
	switch length {
	case 126:
		_, _ = io.ReadFull(p.reader, head[:2])
		length = int(binary.BigEndian.Uint16(head[:2]))
	case 127:
		_, _ = io.ReadFull(p.reader, head[:8])
		length = int(binary.BigEndian.Uint64(head[:8]))
	}
	content := make([]byte, length+4)
	if _, err := io.ReadFull(p.reader, content); err != nil {
		return 0, "", err
	}
	for index := range length {
		content[4+index] ^= content[index%4]
	}
	return kind, string(content[4:]), nil
}

// obliging confirms what it is asked for, says more after each subscription, and stays until the client goes.
func obliging(more ...string) func(*peer) {
	return func(p *peer) {
		for {
			text, ok := p.hear()
			if !ok {
				return
			}
			if p.confirm(text) {
				p.say(more...)
			}
		}
	}
}

// confirm answers a login or subscription, and tells whether it was a subscription.
func (p *peer) confirm(text string) bool {
	var asked struct {
		Op string
		ID json.Number
	}
	_ = json.Unmarshal([]byte(text), &asked)
	switch asked.Op {
	case "login":
		p.say(`{"ok":"login"}`)
	case "sub":
		p.say(fmt.Sprintf(`{"ok":"sub","id":%q}`, asked.ID.String()))
		return true
	}
	return false
}

func streamClient(t *testing.T, fake *fakeStreams, change ...func(*Config)) *Client {
	t.Helper()
	config := Config{
		BaseURL: "http://exchange.test", HTTPClient: &http.Client{Transport: fake}, Credentials: Credentials{Key: "kkkk", Secret: "ssss"},
		Random: func() float64 { return 0.5 }, Retries: Some(0),
	}
	for _, each := range change {
		each(&config)
	}
	client, err := NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func snapshotOf(n int, bids, asks string) string {
	return fmt.Sprintf(`{"type":"snap\"shot`+"`"+`","symbol":"A","n":%d,"bids":[%s],"asks":[%s]}`, n, bids, asks)
}

func deltaOf(n int, bids, asks string, more ...string) string {
	return fmt.Sprintf(`{"type":"delta","symbol":"A","n":%d%s,"bids":[%s],"asks":[%s]}`, n, strings.Join(more, ""), bids, asks)
}
