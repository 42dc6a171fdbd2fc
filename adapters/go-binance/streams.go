package main

import (
	"encoding/json"
	"regexp"
	"time"

	binance "github.com/adshao/go-binance/v2"
)

var diffDepth = regexp.MustCompile(`^([a-z0-9]+)@depth@100ms$`)

// The one stream that this adapter opens for each client.
type streams struct {
	heard chan document
	stop  chan struct{}
}

// The SDK has one address for all streams of the process.
func newStreams(address string) *streams {
	if address != "" {
		binance.BaseWsMainURL = address + "/ws"
	}
	return &streams{heard: make(chan document, 10000)}
}

func (s *streams) subscribe(asked document) (document, error) {
	arguments, _ := asked["arguments"].(document)
	name, _ := arguments["streamName"].(string)
	named := diffDepth.FindStringSubmatch(name)
	if named == nil {
		return nil, refused{"this adapter hears changes of books every 100 ms"}
	}
	receive := func(event *binance.WsDepthEvent) {
		value := document{"e": event.Event, "E": event.Time, "s": event.Symbol, "u": event.LastUpdateID, "U": event.FirstUpdateID}
		value["b"], value["a"] = levels(event.Bids), levels(event.Asks)
		s.heard <- document{"type": "WsDepthEvent", "value": value}
	}
	fail := func(err error) {
		s.heard <- document{"type": "DecodeError", "value": document{"path": "$", "problem": err.Error()}}
	}
	done, stop, err := binance.WsDepthServe100Ms(named[1], receive, fail)
	if err != nil {
		return nil, err
	}
	s.stop = stop
	// The SDK closes this channel when the stream is over: so its user is told.
	go func() {
		<-done
		s.heard <- document{"type": "Ended", "value": nil}
	}()
	return document{"subscribed": document{"stream": 1}}, nil
}

func (s *streams) hear(asked document) (document, error) {
	count, _ := asked["count"].(json.Number).Int64()
	limit, _ := asked["timeout_ms"].(json.Number).Int64()
	timer := time.After(time.Duration(limit) * time.Millisecond)
	messages := []document{}
	for int64(len(messages)) < count {
		select {
		case item := <-s.heard:
			messages = append(messages, item)
			if item["type"] == "Ended" {
				return document{"heard": document{"messages": messages}}, nil
			}
		case <-timer:
			return document{"heard": document{"messages": messages}}, nil
		}
	}
	return document{"heard": document{"messages": messages}}, nil
}

func (s *streams) leave() document {
	if s.stop != nil {
		close(s.stop)
		s.stop = nil
	}
	return document{"unsubscribed": document{}}
}
