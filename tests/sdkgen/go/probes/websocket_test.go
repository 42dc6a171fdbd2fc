//go:build go1.25

package hostile

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// ends are the two ends of a connection.
func ends() (*socket, *peer) {
	ours, theirs := net.Pipe()
	return &socket{stream: ours, reader: bufio.NewReader(ours), heard: func() {}}, &peer{conn: theirs, reader: bufio.NewReader(theirs)}
}

func TestMessagesAreRead(t *testing.T) {
	for _, length := range []int{0, 1, 125, 126, 65535, 65536, 200_000} {
		s, p := ends()
		text := strings.Repeat("é", length/2) + strings.Repeat("x", length%2)
		go p.say(text)
		if got, err := s.read(); string(got) != text || err != nil {
			t.Errorf("%d bytes: %d, %v", length, len(got), err)
		}
		sent := make(chan error)
		go func() { sent <- s.write(frameText, []byte(text)) }()
		if got, ok := p.hear(); got != text || !ok || <-sent != nil {
			t.Errorf("%d bytes arrive as %d", length, len(got))
		}
		s.end()
	}
}

func TestFragmentsAreJoinedAndPingsAnswered(t *testing.T) {
	s, p := ends()
	defer s.end()
	heard := 0
	s.heard = func() { heard++ }
	go func() {
		_ = p.frame(frameText, "a\xc3")
		_ = p.frame(0x80|framePing, "now")
		_, content, _ := p.read()
		_ = p.frame(0x80|framePong, "unasked")
		_ = p.frame(frameContinuation, "\xa9b")
		_ = p.frame(0x80|frameContinuation, content)
		_ = p.frame(0x80|frameBinary, "\xff")
	}()
	if got, err := s.read(); string(got) != "aébnow" || err != nil || heard != 5 {
		t.Errorf("%q %v %d", got, err, heard)
	}
	if got, err := s.read(); string(got) != "\xff" || err != nil {
		t.Errorf("%q %v", got, err)
	}
}

func TestWhatBreaksTheProtocolEndsTheConnection(t *testing.T) {
	for name, frames := range map[string][]struct {
		first   byte
		content string
	}{
		"reserved bit":            {{0x81 | 0x40, "a"}},
		"unknown kind":            {{0x83, "a"}},
		"unknown control":         {{0x8B, "a"}},
		"fragmented control":      {{framePing, "a"}},
		"long control":            {{0x80 | framePing, strings.Repeat("a", 126)}},
		"continuation of nothing": {{0x80 | frameContinuation, "a"}},
		"text in a text":          {{frameText, "a"}, {0x81, "b"}},
		"no UTF-8":                {{0x81, "\xff"}},
		"masked":                  {{0x81, ""}},
	} {
		s, p := ends()
		go func() {
			for _, frame := range frames {
				if name == "masked" {
					_, _ = p.conn.Write([]byte{0x81, 0x80, 0, 0, 0, 0})
				} else if p.frame(frame.first, frame.content) != nil {
					return
				}
			}
		}()
		if got, err := s.read(); err == nil {
			t.Errorf("%s is read as %q", name, got)
		}
		if _, err := s.stream.Write([]byte("x")); err == nil {
			t.Errorf("%s leaves the connection open", name)
		}
	}
	s, p := ends()
	go func() { _, _ = p.conn.Write([]byte{0x82, 127, 0, 0, 0, 0, 0x40, 0, 0, 0}) }()
	if _, err := s.read(); err == nil || !strings.Contains(err.Error(), "larger") {
		t.Error(err)
	}
}

func TestACloseIsAnswered(t *testing.T) {
	s, p := ends()
	answered := make(chan string)
	go func() {
		_ = p.frame(0x80|frameClose, "\x03\xe9why")
		_, content, _ := p.read()
		answered <- content
	}()
	_, err := s.read()
	if content := <-answered; !errors.Is(err, errSocketClosed) || content != "\x03\xe9why" {
		t.Error(err, content)
	}
}

func TestClosingDoesNotWaitForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, p := ends()
		go func() { _, _, _ = p.read() }()
		begun, done := time.Now(), make(chan struct{})
		go func() {
			defer close(done)
			_, _ = s.read()
		}()
		s.close(done)
		if took := time.Since(begun); took != closeWait {
			t.Error(took)
		}
	})
}

func TestWhatIsNoWebSocketIsNotTakenForOne(t *testing.T) {
	pipe, _ := net.Pipe()
	for name, answer := range map[string]*http.Response{
		"a page":       {StatusCode: 200, Header: http.Header{}, Body: http.NoBody},
		"no upgrade":   {StatusCode: 101, Header: http.Header{"Sec-Websocket-Accept": {"x"}}, Body: pipe},
		"a wrong hash": {StatusCode: 101, Header: http.Header{"Upgrade": {"websocket"}, "Sec-Websocket-Accept": {"x"}}, Body: pipe},
	} {
		client := &http.Client{Transport: answering{answer}}
		if _, err := dialSocket(context.Background(), client, "ws://x", nil); err == nil {
			t.Errorf("%s is taken for a WebSocket", name)
		}
	}
	if _, err := dialSocket(context.Background(), http.DefaultClient, "ws://\x7f", nil); KindOf(err) != KindConfiguration {
		t.Error(err)
	}
	if acceptOf("dGhlIHNhbXBsZSBub25jZQ==") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Error("the hash is not that of RFC 6455")
	}
}

type answering struct{ answer *http.Response }

func (a answering) RoundTrip(*http.Request) (*http.Response, error) { return a.answer, nil }

