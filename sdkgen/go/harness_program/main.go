// Command openxapi-harness exercises the SDK from outside: calls in on standard input, results out on standard output, one JSON
// document a line.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	sdk "example.com/sdk"
)

// document is a JSON object whose members stay text, so that every number keeps its digits.
type document = sdk.Map[json.RawMessage]

func main() {
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(in io.Reader, out io.Writer) error {
	lines := bufio.NewReaderSize(in, 1<<20)
	session := &session{}
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 1 {
			if _, err := out.Write(append(answer(session, line), '\n')); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// answer handles one document; whatever goes wrong in it, the program goes on.
func answer(s *session, line []byte) (text []byte) {
	id := json.RawMessage("null")
	defer func() {
		if problem := recover(); problem != nil {
			text = reply(id, refused(fmt.Errorf("the harness broke: %v", problem)))
		}
	}()
	var given document
	if err := sdk.Unmarshal(line, &given); err != nil {
		return reply(id, refused(err))
	}
	if known, ok := given.Get("id"); ok {
		id = known
	}
	done := s.handle(given)
	if s.hooks && done.name != "configured" {
		return object("id", id, done.name, done.value, "told", s.tellings())
	}
	return reply(id, done)
}

func (s *session) handle(given document) result {
	handlers := []handler{
		{"describe", describe}, {"configure", s.configure}, {"call", s.call}, {"decode", decode}, {"iterate", s.iterate},
		{"sync_clock", s.syncClock}, {"request", s.request}, {"show", s.show}, {"memory", memory},
	}
	for _, handler := range append(handlers, s.streaming()...) {
		text, ok := given.Get(handler.name)
		if !ok {
			continue
		}
		var arguments document
		if err := sdk.Unmarshal(text, &arguments); err != nil {
			return refused(err)
		}
		return handler.handle(arguments)
	}
	return refused(fmt.Errorf("the document asks for nothing that is known here"))
}

// handler is what answers one kind of document.
type handler struct {
	name   string
	handle func(document) result
}

// result is one member of a reply: what became of the document.
type result struct {
	name  string
	value json.RawMessage
}

func reply(id json.RawMessage, r result) []byte { return object("id", id, r.name, r.value) }

func refused(err error) result {
	return result{"refused", object("message", jsonOf(err.Error()))}
}

// object writes keys and their JSON texts in turn.
func object(members ...any) json.RawMessage {
	made := document{}
	for at := 0; at < len(members); at += 2 {
		text, ok := members[at+1].(json.RawMessage)
		if !ok {
			text = members[at+1].([]byte)
		}
		made.Set(members[at].(string), text)
	}
	return jsonOf(made)
}

func jsonOf(value any) json.RawMessage {
	text, err := sdk.Marshal(value)
	if err != nil {
		panic(err)
	}
	return text
}

func describe(document) result {
	names := make([]string, 0, len(operations))
	for _, each := range operations {
		names = append(names, each.id)
	}
	known := make([]string, 0, len(types))
	for _, each := range types {
		known = append(known, each.name)
	}
	return result{"described", object(
		"protocol", jsonOf(int64(2)), "language", jsonOf("go"), "package", jsonOf(packageName), "version", jsonOf(sdk.Version),
		"operations", jsonOf(names), "types", jsonOf(known),
	)}
}
