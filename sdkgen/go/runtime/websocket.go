package sdk

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 6455 asks for it, and it protects nothing
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	// maxMessage is how many bytes a message may have.
	maxMessage = 16 << 20
	// closeWait is how long a closing connection waits for the other side.
	closeWait = 2 * time.Second

	socketGUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
)

// The kinds of frames (RFC 6455, section 5.2).
const (
	frameContinuation = 0x0
	frameText         = 0x1
	frameBinary       = 0x2
	frameClose        = 0x8
	framePing         = 0x9
	framePong         = 0xA
)

// socket is the client's end of a WebSocket connection (RFC 6455). One goroutine reads; any may write.
type socket struct {
	stream io.ReadWriteCloser
	reader *bufio.Reader
	heard  func() // told of every frame

	mutex sync.Mutex // of writing
	ended sync.Once
}

// dialSocket opens a WebSocket through the HTTP client, so that its proxies and TLS settings hold.
func dialSocket(ctx context.Context, client *http.Client, address string, header http.Header) (*socket, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http"+strings.TrimPrefix(address, "ws"), nil)
	if err != nil {
		return nil, &ConfigurationError{Problem: "its address can't be connected to"}
	}
	key := socketKey()
	request.Header = header.Clone()
	if request.Header == nil {
		request.Header = http.Header{}
	}
	for name, value := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key, "User-Agent": userAgent,
	} {
		request.Header.Set(name, value)
	}
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	stream, ok := answer.Body.(io.ReadWriteCloser)
	if answer.StatusCode != http.StatusSwitchingProtocols || !ok || !strings.EqualFold(answer.Header.Get("Upgrade"), "websocket") ||
		answer.Header.Get("Sec-WebSocket-Accept") != acceptOf(key) {
		_ = answer.Body.Close()
		return nil, fmt.Errorf("the exchange answered %d and opened no WebSocket", answer.StatusCode)
	}
	return &socket{stream: stream, reader: bufio.NewReaderSize(stream, 1<<16), heard: func() {}}, nil
}

func socketKey() string {
	var content [16]byte
	_, _ = rand.Read(content[:])
	return base64.StdEncoding.EncodeToString(content[:])
}

func acceptOf(key string) string {
	sum := sha1.Sum([]byte(key + socketGUID)) //nolint:gosec // see above
	return base64.StdEncoding.EncodeToString(sum[:])
}

// read returns the next message. It answers pings and the closing of the other side.
func (s *socket) read() ([]byte, error) {
	var message []byte
	begun := byte(0)
	for {
		kind, final, content, err := s.frame(maxMessage - len(message))
		if err != nil {
			return nil, err
		}
		s.heard()
		switch {
		case kind >= frameClose:
			if err := s.control(kind, content); err != nil {
				return nil, err
			}
			continue
		case (kind == frameContinuation) != (begun != 0):
			return nil, s.broken("its fragments are out of order")
		case kind != frameContinuation:
			begun = kind
		}
		if message = append(message, content...); !final {
			continue
		}
		if begun == frameText && !utf8.Valid(message) {
			return nil, s.broken("a text is no valid UTF-8")
		}
		return message, nil
	}
}

var errSocketClosed = errors.New("the exchange closed the connection")

func (s *socket) control(kind byte, content []byte) error {
	switch kind {
	case framePing:
		return s.write(framePong, content)
	case frameClose:
		_ = s.write(frameClose, content)
		_ = s.stream.Close()
		return errSocketClosed
	}
	return nil
}

// frame reads one frame, whose content may have so many bytes.
func (s *socket) frame(most int) (kind byte, final bool, content []byte, err error) {
	var head [8]byte
	if _, err = io.ReadFull(s.reader, head[:2]); err != nil {
		return 0, false, nil, err
	}
	final, kind = head[0]&0x80 != 0, head[0]&0x0F
	length := uint64(head[1] & 0x7F)
	control := kind >= frameClose
	switch {
	case head[0]&0x70 != 0 || head[1]&0x80 != 0 || kind > framePong || kind > frameBinary && !control:
		return 0, false, nil, s.broken("a frame breaks RFC 6455")
	case control && (!final || length > 125):
		return 0, false, nil, s.broken("a control frame breaks RFC 6455")
	case length == 126:
		_, err = io.ReadFull(s.reader, head[:2])
		length = uint64(binary.BigEndian.Uint16(head[:2]))
	case length == 127:
		_, err = io.ReadFull(s.reader, head[:8])
		length = binary.BigEndian.Uint64(head[:8])
	}
	if err != nil {
		return 0, false, nil, err
	}
	if length > uint64(most) {
		return 0, false, nil, s.broken("a message is larger than this client reads")
	}
	content = make([]byte, length)
	_, err = io.ReadFull(s.reader, content)
	return kind, final, content, err
}

// broken ends a connection whose other side breaks the protocol.
func (s *socket) broken(problem string) error {
	_ = s.stream.Close()
	return errors.New(problem)
}

// write sends one frame, masked as the RFC wants it of clients.
func (s *socket) write(kind byte, content []byte) error {
	out := make([]byte, 0, len(content)+14)
	out = append(out, 0x80|kind)
	switch {
	case len(content) < 126:
		out = append(out, 0x80|byte(len(content)))
	case len(content) < 1<<16:
		out = binary.BigEndian.AppendUint16(append(out, 0x80|126), uint16(len(content)))
	default:
		out = binary.BigEndian.AppendUint64(append(out, 0x80|127), uint64(len(content)))
	}
	var mask [4]byte
	_, _ = rand.Read(mask[:])
	out = append(out, mask[:]...)
	for index, c := range content {
		out = append(out, c^mask[index%4])
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	_, err := s.stream.Write(out)
	return err
}

// end drops the connection.
func (s *socket) end() { s.ended.Do(func() { _ = s.stream.Close() }) }

// close says goodbye, and drops the connection when the other side did or has had its time. The reader goes on until then.
func (s *socket) close(done <-chan struct{}) {
	timer := time.AfterFunc(closeWait, s.end)
	defer timer.Stop()
	defer s.end()
	if s.write(frameClose, []byte{0x03, 0xE8}) == nil {
		<-done
	}
}
