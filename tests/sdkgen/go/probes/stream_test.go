//go:build go1.25

package hostile

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func depthOf(t *testing.T, client *Client) *StreamOf[DepthEvent] {
	t.Helper()
	stream, err := client.Streams.Depth(context.Background(), DepthChannelParams{Symbol: "A"})
	if err != nil {
		t.Fatal(err)
	}
	return stream
}

// shown is an event in a few words.
func shown(event DepthEvent, err error) string {
	switch {
	case err != nil:
		return "error " + err.Error()
	case event.Reconnected:
		return "reconnected"
	case event.Dropped > 0:
		return fmt.Sprint("dropped ", event.Dropped)
	case event.Unknown != nil:
		return "unknown " + string(event.Unknown)
	case event.Snapshot != nil:
		return "snapshot " + event.Snapshot.N.String()
	}
	return "delta " + event.Delta.N.String()
}

func next(stream *StreamOf[DepthEvent], count int) string {
	var texts []string
	for range count {
		texts = append(texts, shown(stream.Next(context.Background())))
	}
	return strings.Join(texts, "; ")
}

func TestASubscriptionGivesItsChannelsMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeStreams{manners: []func(*peer){obliging(
			snapshotOf(1, "", ""), `{"symbol":"B","type":"delta","n":9}`, `{"symbol":"A","type":"new"}`, deltaOf(2, `["1","2"]`, ""), `{"symbol":"A","type":"delta","n":"x"}`, "no JSON", deltaOf(3, "", ""),
		)}}
		client := streamClient(t, fake)
		stream := depthOf(t, client)
		got := next(stream, 6)
		want := `snapshot 1; unknown {"symbol":"A","type":"new"}; delta 2; error depth: $.n is no integer: "x"}; error depth: $ is no JSON: no JSON; delta 3`
		if got != want {
			t.Errorf("%s", got)
		}
		if opened := fake.opened[0]; opened.URL.String() != "https://stream.test/base/v1/stream" || opened.Header.Get("Sec-WebSocket-Version") != "13" {
			t.Error(opened.URL, opened.Header)
		}
		again := depthOf(t, client)
		if fake.count() != 1 {
			t.Error("two subscriptions to one address share a connection")
		}
		again.Close()
		late, stop := context.WithTimeout(context.Background(), time.Second)
		defer stop()
		if _, err := stream.Next(late); KindOf(err) != KindTimeout {
			t.Error(err)
		}
		stream.Close()
		stream.Close()
		if _, err := stream.Next(context.Background()); !errors.Is(err, ErrStreamClosed) {
			t.Error(err)
		}
		for range stream.All() {
			t.Error("a closed stream gives nothing")
		}
		client.Close()
		if _, err := client.Streams.Depth(context.Background(), DepthChannelParams{Symbol: "A"}); !errors.Is(err, ErrStreamClosed) {
			t.Error(err)
		}
	})
}

func TestABrokenConnectionIsMadeAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		breaking := func(p *peer) {
			text, _ := p.hear()
			p.confirm(text)
			p.say(deltaOf(1, "", ""))
		}
		silent := func(p *peer) {
			_, _ = p.hear()
			_, _ = p.hear()
		}
		fake := &fakeStreams{manners: []func(*peer){breaking, nil, silent, breaking, obliging(deltaOf(2, "", ""))}}
		client := streamClient(t, fake)
		begun := time.Now()
		stream := depthOf(t, client)
		if got := next(stream, 5); got != "delta 1; reconnected; delta 1; reconnected; delta 2" {
			t.Error(got)
		}
		// 125 ms after the first end, 250 ms after what could not be opened, 500 ms after what nobody confirmed for 10 s, then from anew.
		if took := time.Since(begun); took != 11*time.Second {
			t.Error(took)
		}
		client.Close()
		for _, err := range stream.All() {
			t.Error(err)
		}
	})
}

func TestTheFirstOpeningIsNoReconnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refusing := func(p *peer) {
			text, _ := p.hear()
			id := strings.Split(text, `"id":`)[1]
			p.say(fmt.Sprintf(`{"no":"sub","id":%s,"code":"poor","message":"no kkkk"}`, id[:strings.IndexByte(id, ',')]))
			_, _ = p.hear()
		}
		mute := func(p *peer) {
			for {
				if _, ok := p.hear(); !ok {
					return
				}
			}
		}
		gone := func(p *peer) { _, _ = p.hear() }
		for name, each := range map[string]struct {
			manner func(*peer)
			kind   ErrorKind
		}{"refused": {refusing, KindUnprocessable}, "mute": {mute, KindTimeout}, "gone": {gone, KindTransport}, "not there": {nil, KindTransport}} {
			fake := &fakeStreams{manners: []func(*peer){each.manner}}
			client := streamClient(t, fake)
			_, err := client.Streams.Depth(context.Background(), DepthChannelParams{Symbol: "A"})
			if KindOf(err) != each.kind || strings.Contains(err.Error(), "kkkk") {
				t.Errorf("%s: %v", name, err)
			}
			if name == "refused" && !errors.Is(err, RefusalInsufficientFunds) {
				t.Error(err)
			}
			client.Close()
		}
		client := streamClient(t, &fakeStreams{manners: []func(*peer){obliging()}}, func(c *Config) { c.Credentials = Credentials{} })
		if _, err := client.Streams.TraDes(context.Background(), TraDesChannelParams{}); KindOf(err) != KindConfiguration {
			t.Error(err)
		}
		if _, err := client.Streams.Depth(context.Background(), DepthChannelParams{}); KindOf(err) != KindConfiguration {
			t.Error(err)
		}
	})
}

func TestALoginIsSigned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var login string
		fake := &fakeStreams{manners: []func(*peer){func(p *peer) {
			login, _ = p.hear()
			p.confirm(login)
			obliging()(p)
		}}}
		client := streamClient(t, fake, func(c *Config) { c.Clock = func() time.Time { return time.UnixMilli(1700000000123) } })
		stream, err := client.Streams.TraDes(context.Background(), TraDesChannelParams{})
		if err != nil {
			t.Fatal(err)
		}
		key, err := newSigningKey("hmac-sha256", "text", "ssss")
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		raw, _ := key.sign([]byte("1700000000123LOGIN"))
		want := `{"op":"login","key":"kkkk","at":1700000000123,"signature":"` + string(encoded("hex", raw)) + "\",\"quote\\\"\\n`\":\"1\"}"
		if login != want {
			t.Error(login)
		}
		stream.Close()
	})
}

func TestASilentConnectionIsDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var pings []time.Duration
		begun := time.Now()
		dying := func(p *peer) {
			text, _ := p.hear()
			p.confirm(text)
			for {
				if _, ok := p.hear(); !ok {
					return
				}
				pings = append(pings, time.Since(begun))
			}
		}
		stream := depthOf(t, streamClient(t, &fakeStreams{manners: []func(*peer){dying, obliging(deltaOf(7, "", ""))}}))
		got := next(stream, 2)
		synctest.Wait()
		if got != "reconnected; delta 7" || fmt.Sprint(pings) != "[15s 30s]" || time.Since(begun).Round(time.Second) != 45*time.Second {
			t.Error(got, pings, time.Since(begun))
		}
		stream.Close()
	})
}

func TestSignsOfLifeAreGivenAndTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var answer string
		fake := &fakeStreams{manners: []func(*peer){func(p *peer) {
			text, _ := p.hear()
			p.confirm(text)
			p.say(`{"ask":7}`)
			answer, _ = p.hear()
			for {
				time.Sleep(40 * time.Second)
				if p.frame(0x80|framePing, "") != nil {
					return
				}
				if kind, _, _ := p.read(); kind != framePong {
					_, _, _ = p.read()
				}
			}
		}}}
		known := exchangeStreams.heartbeat
		defer func() {
			synctest.Wait()
			exchangeStreams.heartbeat = known
		}()
		exchangeStreams.heartbeat.every = time.Hour
		client := streamClient(t, fake)
		stream := depthOf(t, client)
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if answer != `{"alive":7}` || fake.count() != 1 {
			t.Error(answer, fake.count())
		}
		stream.Close()
		time.Sleep(time.Minute)
		for _, send := range []string{"", "ping"} {
			exchangeStreams.heartbeat = streamHeartbeat{send: send, every: time.Second, silence: time.Minute}
			fake := &fakeStreams{manners: []func(*peer){func(p *peer) {
				text, _ := p.hear()
				p.confirm(text)
				kind, content, _ := p.read()
				p.say("pong", deltaOf(int(kind), "", ""), content)
				obliging()(p)
			}}}
			stream := depthOf(t, streamClient(t, fake))
			if got, want := next(stream, 1), map[string]string{"": "error depth: $ is no JSON: pong", "ping": "delta 1"}[send]; got != want {
				t.Errorf("%q: %s", send, got)
			}
			stream.Close()
		}
	})
}

func TestASlowReaderLosesTheOldest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var many []string
		for number := range 9 {
			many = append(many, deltaOf(number, "", ""))
		}
		small := func(c *Config) { c.StreamQueue = 3 }
		stream := depthOf(t, streamClient(t, &fakeStreams{manners: []func(*peer){obliging(many...)}}, small))
		synctest.Wait()
		if got := next(stream, 4); got != "dropped 6; delta 6; delta 7; delta 8" {
			t.Error(got)
		}
		stream.Close()
		failing := func(c *Config) { c.StreamOverflow = FailStream }
		stream = depthOf(t, streamClient(t, &fakeStreams{manners: []func(*peer){obliging(many...)}}, small, failing))
		synctest.Wait()
		var got []string
		for event, err := range stream.All() {
			got = append(got, shown(event, err))
		}
		if len(got) != 5 || !strings.Contains(got[4], "was not read in time") {
			t.Error(got)
		}
		stream.Close()
	})
}

func TestAnOwnConnectionIsOpenedAtItsAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		talking := func(p *peer) {
			p.say(`[1,"x"]`, `{"a":1}`, `{"a":1,"b":2}`, `"?"`)
			obliging()(p)
		}
		fake := &fakeStreams{manners: []func(*peer){talking}}
		client := streamClient(t, fake)
		params := BookChannelParams{ID: "a b@/é", Zone: "eu", Level: Some(NewInteger(5)), Q: Some("&"), XTrace: Some("t")}
		stream, err := client.Streams.BookChannel(context.Background(), params)
		if err != nil {
			t.Fatal(err)
		}
		opened := fake.opened[0]
		if opened.URL.String() != "https://stream.test/eu/raw/a%20b@%2F%C3%A9?level=5&q%22=%26" || opened.Header["X-Trace"][0] != "t" {
			t.Error(opened.URL, opened.Header)
		}
		var got []string
		for event, err := range stream.All() {
			switch {
			case err != nil:
				got = append(got, string(KindOf(err)))
				stream.Close()
			case event.List != nil:
				got = append(got, "list "+event.List.Item1)
			case event.Small != nil:
				got = append(got, "small")
			case event.Large != nil:
				got = append(got, "large")
			}
		}
		if fmt.Sprint(got) != "[list x small large decode]" {
			t.Error(got)
		}
		for _, wrong := range []BookChannelParams{{ID: "x"}, {Zone: "y"}, {ID: "..", Zone: "z"}, {ID: "\xff", Zone: "z"}, {ID: "a", Zone: "z", XTrace: Some("\n")}} {
			if _, err := client.Streams.BookChannel(context.Background(), wrong); KindOf(err) != KindConfiguration {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		elsewhere := streamClient(t, fake, func(c *Config) { c.StreamURL = "http://127.0.0.1:1/" })
		stream, err = elsewhere.Streams.BookChannel(context.Background(), params)
		if err != nil || fake.opened[1].URL.Host != "127.0.0.1:1" || !strings.HasPrefix(fake.opened[1].URL.Path, "/raw/") {
			t.Error(err, fake.opened[1].URL)
		}
		ctx, cancel := context.WithCancel(context.Background())
		ended, err := elsewhere.Streams.BookChannel(ctx, params)
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		synctest.Wait()
		for {
			if _, err = ended.Next(context.Background()); errors.Is(err, ErrStreamClosed) {
				break
			}
		}
		stream.Close()
		for _, wrong := range []string{"x", "ftp://x", "ws://a:b@c", "ws://"} {
			if _, err := NewClient(Config{StreamURL: wrong}); KindOf(err) != KindConfiguration {
				t.Error(wrong, err)
			}
		}
	})
}

func TestAListenKeyIsKeptAlive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rest := &fakeExchange{answers: []fakeAnswer{{status: 200, body: `{"t":11}`}, {status: 200, body: `{}`}, says(400, "poor"), {status: 200, body: `{"t":12}`}}}
		fake := &fakeStreams{rest: rest, manners: []func(*peer){func(p *peer) {
			p.say(`{"o":{"x":"NEW"}}`)
			obliging()(p)
		}}}
		known := exchangeStreams.heartbeat
		defer func() {
			synctest.Wait()
			exchangeStreams.heartbeat = known
		}()
		exchangeStreams.heartbeat.silence, exchangeStreams.heartbeat.every = 1000*time.Hour, 1000*time.Hour
		stream, err := streamClient(t, fake).Streams.User(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(61 * time.Minute)
		if event, err := stream.Next(context.Background()); err != nil || event.Order == nil {
			t.Error(event, err)
		}
		if event, _ := stream.Next(context.Background()); !event.Reconnected {
			t.Error(event)
		}
		if len(fake.opened) != 2 || fake.opened[0].URL.Path != "/base/ws/11" || fake.opened[1].URL.Path != "/base/ws/12" || rest.requests[1].URL.Query().Get("cursor") != "11" {
			t.Error(fake.opened[0].URL, rest.requests)
		}
		stream.Close()
		made := exchangeStreams.listenKey.keepAlive
		exchangeStreams.listenKey.keepAlive = nil // it lasts as long as its connection
		rest.answers, rest.requests = []fakeAnswer{{status: 200, body: `{"t":13}`}}, nil
		if stream, err = streamClient(t, fake).Streams.User(context.Background()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(61 * time.Minute)
		if len(rest.requests) != 1 {
			t.Error(rest.requests)
		}
		stream.Close()
		exchangeStreams.listenKey.keepAlive = made
		rest.answers, rest.requests = []fakeAnswer{{status: 200, body: `{}`}}, nil
		if _, err = streamClient(t, fake).Streams.User(context.Background()); KindOf(err) != KindDecode {
			t.Error(err)
		}
	})
}

func TestARequestGetsItsOwnReply(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said string
		fake := &fakeStreams{manners: []func(*peer){func(p *peer) {
			said, _ = p.hear()
			p.say(`{"told":1,"meta":{"id":"99"}}`, `{"told":1.10,"error":{ },"meta":{"id":"1"}}`)
			_, _ = p.hear()
			p.say(`{"kind":"bad","code":"poor","meta":{"id":"2"}}`)
			_, _ = p.hear()
			p.say(`{"kind":"other","meta":{"id":"3"}}`)
			_, _ = p.hear()
			p.say(`{"told":2,"error":"why","meta":{"id":"4"}}`)
			_, _ = p.hear()
		}, obliging()}}
		client := streamClient(t, fake)
		ctx := context.Background()
		told, err := client.Streams.RequestAskOne(ctx, AskMessage{What: Some("x")})
		synctest.Wait()
		if err != nil || told.Told.String() != "1.10" || said != `{"what":"x","meta":{"id":"1"}}` {
			t.Error(told, err, said)
		}
		if _, err = client.Streams.RequestAskOne(ctx, AskMessage{}); !errors.Is(err, RefusalInsufficientFunds) || OutcomeOf(err).MayHaveHappened {
			t.Error(err)
		}
		if reply, err := client.Streams.RequestAskAny(ctx, AskMessage{}); err != nil || reply.Other == nil || reply.Told != nil {
			t.Error(reply, err)
		}
		if _, err := client.Streams.RequestAskAny(ctx, AskMessage{}); KindOf(err) != KindBadRequest {
			t.Error(err)
		}
		_, err = client.Streams.RequestAskOne(ctx, AskMessage{})
		if known := OutcomeOf(err); KindOf(err) != KindTransport || !known.MayHaveHappened || known.Operation != "ask one" || known.Attempts != 1 {
			t.Errorf("%v %+v", err, known)
		}
		if _, err = client.Streams.RequestAskOne(ctx, AskMessage{}); KindOf(err) != KindTimeout || !OutcomeOf(err).MayHaveHappened {
			t.Error(err)
		}
		client.Close()
		_, err = client.Streams.RequestAskOne(ctx, AskMessage{})
		if known := OutcomeOf(err); !errors.Is(err, ErrStreamClosed) || KindOf(err) != KindTransport || known.MayHaveHappened || known.Operation != "ask one" {
			t.Errorf("%v %+v", err, known)
		}
		nowhere := streamClient(t, &fakeStreams{manners: []func(*peer){nil}})
		for range 2 {
			if _, err = nowhere.Streams.RequestAskOne(ctx, AskMessage{}); KindOf(err) != KindTransport || OutcomeOf(err).MayHaveHappened {
				t.Error(err)
			}
		}
	})
}

func TestARepliesKindIsToldByItsTypeWhereNothingElseTells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeStreams{manners: []func(*peer){func(p *peer) {
			_, _ = p.hear()
			p.say(`{"code":"poor","meta":{"id":"1"}}`)
			_, _ = p.hear()
			p.say(`{"told":1,"meta":{"id":"2"}}`)
			_, _ = p.hear()
			p.say(`{"price":"1"}`, `{"bare":7}`)
			_, _ = p.hear()
		}}}
		client := streamClient(t, fake)
		ctx := context.Background()
		if _, err := client.Streams.RequestAskPlain(ctx, AskMessage{}); !errors.Is(err, RefusalInsufficientFunds) || OutcomeOf(err).MayHaveHappened {
			t.Error(err)
		}
		if told, err := client.Streams.RequestAskPlain(ctx, AskMessage{}); err != nil || told.Told.String() != "1" {
			t.Error(told, err)
		}
		if told, err := client.Streams.RequestAskBare(ctx, BareMessage{}); err != nil || told.Bare.String() != "7" {
			t.Error(told, err)
		}
		client.Close()
	})
}

func TestARequestThatIsGivenUpLeavesTheOthersOfItsConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var heard []string
		fake := &fakeStreams{manners: []func(*peer){func(p *peer) {
			first, _ := p.hear()
			heard = append(heard, first)
			time.Sleep(5 * time.Second)
			p.say(`{"told":1,"meta":{"id":"1"}}`)
			for {
				text, ok := p.hear()
				if !ok {
					return
				}
				heard = append(heard, text)
			}
		}}}
		client := streamClient(t, fake)
		first := make(chan error, 1)
		go func() {
			_, err := client.Streams.RequestAskOne(context.Background(), AskMessage{What: Some("first")})
			first <- err
		}()
		synctest.Wait()
		client.Streams.streams.mutex.Lock()
		for _, each := range client.Streams.streams.lines {
			each.turn <- struct{}{} // as while another logs in
			defer func() { <-each.turn }()
		}
		client.Streams.streams.mutex.Unlock()
		short, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if _, err := client.Streams.RequestAskOne(short, AskMessage{What: Some("late")}); KindOf(err) != KindTimeout || OutcomeOf(err).MayHaveHappened {
			t.Error(err)
		}
		if err := <-first; err != nil || fake.count() != 1 || len(heard) != 1 {
			t.Error(err, fake.count(), heard)
		}
		client.Close()
	})
}

func TestARequestOfAnEndedContextIsNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		heard := 0
		fake := &fakeStreams{manners: []func(*peer){func(p *peer) {
			for {
				if _, ok := p.hear(); !ok {
					return
				}
				heard++
				p.say(fmt.Sprintf(`{"told":1,"meta":{"id":"%d"}}`, heard))
			}
		}}}
		client := streamClient(t, fake)
		if _, err := client.Streams.RequestAskOne(context.Background(), AskMessage{}); err != nil {
			t.Error(err)
		}
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		for range 8 {
			if _, err := client.Streams.RequestAskOne(ended, AskMessage{}); err == nil || OutcomeOf(err).MayHaveHappened {
				t.Error(err)
			}
		}
		synctest.Wait()
		if heard != 1 {
			t.Error(heard)
		}
		client.Close()
	})
}

func TestTemplatesAreFilled(t *testing.T) {
	known := words{"a": `x"`, "n": "12", "t": "no"}
	for template, want := range map[string]string{
		`{"k":"{a}","n":"{n#}","m":"{n}","t":"{t#}","l":["{a}-{n}",1.50,null,true],"o":{}}`: `{"k":"x\"","n":12,"m":"12","t":"no","l":["x\"-12",1.50,null,true],"o":{}}`,
		`{"k":"{missing}"}`: "", `{`: "",
	} {
		if got, err := known.document(template); string(got) != want || (err == nil) != (want != "") {
			t.Errorf("%s: %s %v", template, got, err)
		}
	}
	message := newStreamMessage([]byte(`{"a":{"b":["x"]},"n":1,"z":null}`))
	for _, each := range []struct {
		match streamMatch
		want  bool
	}{
		{streamMatch{{"a.b[]", "x"}, {"n", "{n}"}}, true}, {streamMatch{{"n", "*"}}, true}, {streamMatch{{"z", "*"}}, false}, {streamMatch{{"n", "{none}"}}, false},
		{streamMatch{{"n", "2"}}, false}, {streamMatch{}, true}, {nil, false}, {streamMatch{{"a", "*"}}, false},
	} {
		if each.match.holds(message, words{"n": "1"}) != each.want {
			t.Errorf("%+v", each)
		}
	}
	if list := newStreamMessage([]byte(`[7,"x"]`)); !list.sound || !(streamMatch{{"[1]", "x"}, {"0", "7"}}).holds(list, nil) {
		t.Error("a list's places are not found")
	}
	for _, broken := range []string{"", "{", "{}x", "\xff", `{"a":1,"a":2}`} {
		if newStreamMessage([]byte(broken)).sound {
			t.Errorf("%q is taken for JSON", broken)
		}
	}
}

var _ http.RoundTripper = (*fakeStreams)(nil)

func TestAddressesKeepTheMarksOfStreamNames(t *testing.T) {
	for template, want := range map[string]string{
		"/ws/{name}":            "/ws/btc@depth%2F!a:b,c%20d%3F",
		"/all?of={name}":        "/all?of=btc@depth/!a:b,c%20d%3F",
		"/{name}/all?of={name}": "/btc@depth%2F!a:b,c%20d%3F/all?of=btc@depth/!a:b,c%20d%3F",
	} {
		if got := inAddress(template, "name", "btc@depth/!a:b,c d?"); got != want {
			t.Error(got)
		}
	}
}
