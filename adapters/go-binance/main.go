// The harness program (sdkgen/HARNESS.md, protocol 3) for adshao/go-binance.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"reflect"
	"sort"
	"time"

	binance "github.com/adshao/go-binance/v2"
	"github.com/adshao/go-binance/v2/common"
)

const version = "v2.8.7"

type document = map[string]any

// A refusal of this program's: the SDK has no such thing.
type refused struct{ message string }

func (r refused) Error() string { return r.message }

type harness struct {
	client  *binance.Client
	streams *streams
	talks   bool
}

func described() document {
	operations := make([]string, 0, len(services))
	for name := range services {
		operations = append(operations, name)
	}
	sort.Strings(operations)
	return document{
		"protocol": 3, "language": "go", "package": "github.com/adshao/go-binance/v2", "version": version,
		"operations": operations, "types": []string{}, "capabilities": []string{"base_path", "log", "streams", "timeout"},
	}
}

// A new client, as the SDK's README makes it, with a time limit of its HTTP client.
func (h *harness) configure(settings document) document {
	key, _ := settings["key"].(string)
	secret, _ := settings["secret"].(string)
	limit, _ := settings["timeout_ms"].(json.Number).Int64()
	h.client = binance.NewClient(key, secret)
	h.client.BaseURL, _ = settings["base_url"].(string)
	h.client.HTTPClient = &http.Client{Timeout: time.Duration(limit) * time.Millisecond}
	h.talks, _ = settings["log"].(bool)
	h.client.Debug = h.talks
	address, _ := settings["stream_url"].(string)
	h.streams = newStreams(address)
	return document{"configured": document{}}
}

// One call: its service, a setter for each argument, and Do.
func (h *harness) call(asked document) (document, error) {
	name, _ := asked["operation"].(string)
	service, known := services[name]
	if !known {
		return nil, refused{"no service for " + name}
	}
	given := document{}
	for _, place := range []string{"path", "query", "body"} {
		arguments, _ := asked[place].(document)
		for argument, value := range arguments {
			given[argument] = value
		}
	}
	made := reflect.ValueOf(service.new(h.client))
	for argument, value := range given {
		if err := set(made, argument, value); err != nil {
			return nil, err
		}
	}
	value, err := do(made, service.method)
	if err != nil {
		return nil, err
	}
	return document{"returned": document{"status": nil, "value": asAnswered(value, given)}}, nil
}

func do(service reflect.Value, method string) (any, error) {
	if method == "" {
		method = "Do"
	}
	results := service.MethodByName(method).Call([]reflect.Value{reflect.ValueOf(context.Background())})
	if err, failed := results[len(results)-1].Interface().(error); failed {
		return nil, err
	}
	if len(results) == 1 {
		return document{}, nil
	}
	return results[0].Interface(), nil
}

// What the user holds, by its names on the wire. One market's figures come in a list of one, and a book's levels as structs.
func asAnswered(value any, given document) any {
	switch held := value.(type) {
	case int64:
		return document{"serverTime": held}
	case string:
		return document{"listenKey": held}
	case *binance.DepthResponse:
		return document{"lastUpdateId": held.LastUpdateID, "bids": levels(held.Bids), "asks": levels(held.Asks)}
	}
	list := reflect.ValueOf(value)
	if _, one := given["symbol"]; one && list.Kind() == reflect.Slice && list.Len() == 1 && singles[list.Type().Elem()] {
		return list.Index(0).Interface()
	}
	return value
}

func levels(held []common.PriceLevel) [][2]string {
	told := make([][2]string, len(held))
	for i, level := range held {
		told[i] = [2]string{level.Price, level.Quantity}
	}
	return told
}

func raised(err error) document {
	found := document{"kind": "unexpected", "status": nil, "code": nil, "message": fmt.Sprintf("%T: %v", err, err), "retry_after_ms": nil}
	var refusal *common.APIError
	var syntax *json.SyntaxError
	var misfit *json.UnmarshalTypeError
	var broken *url.Error
	switch {
	case errors.As(err, &refusal):
		found["kind"], found["code"], found["message"] = "api", fmt.Sprint(refusal.Code), refusal.Error()
	case errors.As(err, &broken) && broken.Timeout(), errors.Is(err, context.DeadlineExceeded), os.IsTimeout(err):
		found["kind"] = "timeout"
	case errors.As(err, &broken), errors.Is(err, io.ErrUnexpectedEOF):
		found["kind"] = "transport"
	case errors.As(err, &syntax), errors.As(err, &misfit), errors.Is(err, io.EOF):
		found["kind"] = "decode"
	}
	for name, value := range (document{"refusal": nil, "attempts": 1, "may_have_happened": true, "repeated": false}) {
		found[name] = value
	}
	return found
}

func (h *harness) answer(asked document) (document, error) {
	for kind, content := range asked {
		told, _ := content.(document)
		switch kind {
		case "describe":
			return document{"described": described()}, nil
		case "configure":
			return h.configure(told), nil
		case "call":
			return h.call(told)
		case "subscribe":
			return h.streams.subscribe(told)
		case "hear":
			return h.streams.hear(told)
		case "unsubscribe":
			return h.streams.leave(), nil
		}
	}
	return nil, refused{"this adapter calls operations and hears books"}
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	h := &harness{}
	for {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			h.write(line)
		}
		if err != nil {
			return
		}
	}
}

// Numbers keep their digits: what comes in is read as text, and what goes out is what the SDK's structs hold.
func (h *harness) write(line []byte) {
	reader := json.NewDecoder(bytes.NewReader(line))
	reader.UseNumber()
	asked := document{}
	if err := reader.Decode(&asked); err != nil {
		return
	}
	answer, err := h.answer(asked)
	var no refused
	if errors.As(err, &no) {
		answer = document{"refused": document{"message": no.message}}
	} else if err != nil {
		if h.talks {
			fmt.Fprintln(os.Stderr, err)
		}
		answer = document{"raised": raised(err)}
	}
	answer["id"] = asked["id"]
	out, _ := json.Marshal(answer)
	fmt.Printf("%s\n", out)
}
