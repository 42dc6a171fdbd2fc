//go:build go1.25

package hostile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// fakeExchange answers each request with the next of its answers, and the last one from then on.
type fakeExchange struct {
	mutex    sync.Mutex
	answers  []fakeAnswer
	requests []*http.Request
	at       []time.Time
	takes    time.Duration
}

type fakeAnswer struct {
	status int
	body   string
	header map[string]string
	err    error
}

func (f *fakeExchange) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := sleep(request.Context(), f.takes); err != nil {
		return nil, err
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	answer := f.answers[min(len(f.requests), len(f.answers)-1)]
	f.requests, f.at = append(f.requests, request), append(f.at, time.Now())
	if answer.err != nil {
		return nil, answer.err
	}
	header := http.Header{}
	for name, value := range answer.header {
		header.Set(name, value)
	}
	return &http.Response{StatusCode: answer.status, Header: header, Body: io.NopCloser(strings.NewReader(answer.body))}, nil
}

// pauses are the times between requests.
func (f *fakeExchange) pauses() []time.Duration {
	var pauses []time.Duration
	for index := 1; index < len(f.at); index++ {
		pauses = append(pauses, f.at[index].Sub(f.at[index-1]))
	}
	return pauses
}

func fakeClient(t *testing.T, fake *fakeExchange, change ...func(*Config)) *Client {
	t.Helper()
	config := Config{
		BaseURL: "http://exchange.test", HTTPClient: &http.Client{Transport: fake}, Credentials: Credentials{Key: "kkkk", Secret: "ssss"},
		Random: func() float64 { return 0.5 },
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

var (
	refused = fakeAnswer{err: &net.OpError{Op: "dial", Err: errors.New("connection refused")}}
	reset   = fakeAnswer{err: &net.OpError{Op: "read", Err: errors.New("connection reset")}}
	good    = fakeAnswer{status: 200, body: `{"id":1,"price":1,"quantity":null,"side":"BUY","raw":{}}`}
)

func says(status int, code string) fakeAnswer {
	return fakeAnswer{status: status, body: fmt.Sprintf(`{"code":%q,"message":"m"}`, code)}
}

func TestWhatIsTriedAgain(t *testing.T) {
	download := func(c *Client) error { _, err := c.Type.Download(context.Background()); return err }
	place := func(c *Client) error { _, err := c.Orders.PlaceOrder(context.Background(), PlaceOrderParams{}); return err }
	named := func(c *Client) error {
		_, err := c.Orders.PlaceOrder(context.Background(), PlaceOrderParams{Body: NewOrder{Note: Some("mine")}})
		return err
	}
	cancel := func(c *Client) error { return c.Orders.CancelAll(context.Background(), CancelAllParams{}) }
	for name, each := range map[string]struct {
		call     func(*Client) error
		answers  []fakeAnswer
		requests int
		kind     ErrorKind
		unknown  bool
		repeated bool
	}{
		"a refused connection, whatever the call":     {place, []fakeAnswer{refused, refused, good}, 3, "", false, false},
		"a refused connection, three times":           {place, []fakeAnswer{refused}, 3, KindTransport, false, false},
		"a reset, where twice is once by method":      {download, []fakeAnswer{reset, good}, 2, "", false, false},
		"a reset, where the behaviour says so":        {cancel, []fakeAnswer{reset, {status: 204}}, 2, "", false, false},
		"a reset, where there is an order id":         {named, []fakeAnswer{reset, good}, 2, "", false, false},
		"no reset of an order":                        {place, []fakeAnswer{reset, good}, 1, KindTransport, true, false},
		"no 503 of an order":                          {place, []fakeAnswer{says(503, ""), good}, 1, KindServer, true, false},
		"a 503 that means that nothing was done":      {place, []fakeAnswer{says(503, "busy"), good}, 2, "", false, false},
		"a 200 that means the same":                   {place, []fakeAnswer{{status: 200, body: `{"ok":false,"code":"busy"}`}, good}, 2, "", false, false},
		"429":                                         {place, []fakeAnswer{says(429, ""), says(418, ""), good}, 3, "", false, false},
		"no 400":                                      {download, []fakeAnswer{says(400, ""), good}, 1, KindBadRequest, false, false},
		"no 501":                                      {download, []fakeAnswer{says(501, ""), good}, 1, KindServer, false, false},
		"a 500 whatever its code means":               {named, []fakeAnswer{says(500, "poor"), good}, 2, "", false, false},
		"no such 500 of an order":                     {place, []fakeAnswer{says(500, "poor"), good}, 1, KindServer, true, false},
		"a duplicate is an earlier attempt":           {named, []fakeAnswer{reset, says(409, "used")}, 2, KindConflict, true, true},
		"a duplicate at once is none":                 {named, []fakeAnswer{says(409, "used")}, 1, KindConflict, false, false},
		"what is not known stays so":                  {named, []fakeAnswer{reset, says(400, "poor")}, 2, KindBadRequest, true, false},
		"no answer that can't be read":                {named, []fakeAnswer{{status: 200, body: "<html>"}, good}, 1, KindDecode, true, false},
		"no clock beyond the first correction":        {place, []fakeAnswer{says(400, "late"), {status: 200, body: `{"t":1000}`}, says(400, "late"), good}, 3, KindBadRequest, false, false},
		"the clock":                                   {place, []fakeAnswer{says(400, "late"), {status: 200, body: `{"t":1000}`}, good}, 3, "", false, false},
		"no clock where the exchange does not tell it": {place, []fakeAnswer{says(400, "late"), says(404, "")}, 2, KindBadRequest, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := &fakeExchange{answers: each.answers}
				err := each.call(fakeClient(t, fake))
				known := OutcomeOf(err)
				if KindOf(err) != each.kind || known.MayHaveHappened != each.unknown || known.Repeated != each.repeated {
					t.Errorf("%v %+v", err, known)
				}
				if len(fake.requests) != each.requests {
					t.Errorf("%d requests", len(fake.requests))
				}
				if err != nil && each.kind != KindBadRequest && known.Attempts != each.requests {
					t.Errorf("%d attempts", known.Attempts)
				}
			})
		})
	}
}

func TestPausesDoubleAndAreRandom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeExchange{answers: []fakeAnswer{refused}}
		client := fakeClient(t, fake, func(c *Config) { c.Retries = Some(8) })
		if _, err := client.Type.Download(context.Background()); OutcomeOf(err).Attempts != 9 {
			t.Error(err)
		}
		ms := time.Millisecond
		want := []time.Duration{125 * ms, 250 * ms, 500 * ms, 1000 * ms, 2000 * ms, 4000 * ms, 4000 * ms, 4000 * ms}
		if got := fake.pauses(); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Error(got)
		}
		for range 100 {
			if client = fakeClient(t, fake, func(c *Config) { c.Random = nil }); client.core.random() >= 1 || client.core.random() < 0 {
				t.Error("random numbers are from 0 up to 1")
			}
		}
	})
}

func TestWhatAnAnswerAsksToWaitIsWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := fakeAnswer{status: 429, header: map[string]string{"Retry-After": "20"}}
		fake := &fakeExchange{answers: []fakeAnswer{slow, good}}
		client := fakeClient(t, fake)
		done := make(chan error)
		go func() { done <- client.Orders.CancelAll(context.Background(), CancelAllParams{}) }()
		synctest.Wait()
		// What comes meanwhile waits too.
		_, err := client.Type.Download(context.Background())
		if first := <-done; first != nil || err != nil {
			t.Error(first, err)
		}
		if fmt.Sprint(fake.pauses()) != "[20s 0s]" {
			t.Error(fake.pauses())
		}
		fake.answers, fake.requests = []fakeAnswer{{status: 429, header: map[string]string{"Retry-After": "31"}}}, nil
		_, err = client.Type.Download(context.Background())
		var said *StatusError
		if !errors.As(err, &said) || said.RetryAfter.Or(0) != 31*time.Second || len(fake.requests) != 1 {
			t.Errorf("what takes longer than the client waits is an error at once: %v", err)
		}
		_, err = client.Type.Download(context.Background())
		if !errors.As(err, &said) || said.Status != 0 || said.Attempts != 0 || said.MayHaveHappened || !errors.Is(err, KindRateLimit) || len(fake.requests) != 1 {
			t.Errorf("nothing more is sent meanwhile: %v", err)
		}
		if strings.HasPrefix(err.Error(), "download: 0") {
			t.Error(err)
		}
		unlimited := fakeClient(t, fake, func(c *Config) { c.RateLimits = Some(false); c.MaxWait = time.Second; c.Retries = Some(0) })
		for range 2 {
			if _, err = unlimited.Type.Download(context.Background()); !errors.As(err, &said) || said.Status != 429 {
				t.Error(err)
			}
		}
	})
}

func TestTheCallersContextEndsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeExchange{answers: []fakeAnswer{reset}}
		client := fakeClient(t, fake)
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		begun := time.Now()
		_, err := client.Type.Download(ctx)
		if KindOf(err) != KindTimeout || !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != 100*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
		if known := OutcomeOf(err); known.Attempts != 1 || !known.MayHaveHappened {
			t.Errorf("%+v", known)
		}
		fake.takes = time.Hour
		begun = time.Now()
		if _, err = client.Type.Download(context.Background()); KindOf(err) != KindTimeout || OutcomeOf(err).Attempts != 3 {
			t.Error(err)
		}
		if took := time.Since(begun); took != 30*time.Second+375*time.Millisecond {
			t.Errorf("a time-out counts for an attempt, not %v for all", took)
		}
		cancelled, stop := context.WithCancel(context.Background())
		go func() {
			time.Sleep(time.Second)
			stop()
		}()
		if _, err = client.Type.Download(cancelled); KindOf(err) != KindTransport || OutcomeOf(err).Attempts != 1 {
			t.Error(err)
		}
	})
}

func TestLimitsAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeExchange{answers: []fakeAnswer{{status: 204}}}
		client := fakeClient(t, fake)
		begun := time.Now()
		var wait sync.WaitGroup
		for range 25 {
			wait.Go(func() {
				if err := client.Orders.CancelAll(context.Background(), CancelAllParams{}); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		counts := map[time.Duration]int{}
		for _, at := range fake.at {
			counts[at.Sub(begun)]++
		}
		if fmt.Sprint(counts) != "map[0s:10 1s:10 2s:5]" {
			t.Error(counts)
		}
	})
}

func TestAnOperationWeighsWhatItWeighs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeExchange{answers: []fakeAnswer{good}}
		var told []CallEvent
		client := fakeClient(t, fake, func(c *Config) { c.Hooks.OnRequest = func(e CallEvent) { told = append(told, e) } })
		for range 3 {
			if _, err := client.Orders.PlaceOrder(context.Background(), PlaceOrderParams{}); err != nil {
				t.Error(err)
			}
		}
		if fmt.Sprint(fake.pauses()) != "[0s 1s]" || told[0].Weight != 5 {
			t.Error(fake.pauses(), told)
		}
		weights := client.core.limiter.weigh(&operationDownload, client.core.signs(&operationDownload))
		if fmt.Sprint(weights) != "[1 0]" {
			t.Errorf("an unsigned call does not count where only signed ones do: %v", weights)
		}
	})
}

func TestWaitingCallsGoInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeExchange{answers: []fakeAnswer{good}}
		client := fakeClient(t, fake)
		var wait sync.WaitGroup
		for index := range 40 {
			wait.Go(func() {
				_, err := client.Linux.EchoParameters(context.Background(), EchoParametersParams{Plain: fmt.Sprint(index), Label: []string{"a"}, Matrix: []Integer{NewInteger(1)}})
				if err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		wait.Wait()
		// Ten go at once; the network may mix those.
		for index, request := range fake.requests {
			var number int
			if _, err := fmt.Sscanf(request.URL.Path, "/echo/%d/", &number); err != nil || number/10 != index/10 {
				t.Fatalf("%s is number %d", request.URL.Path, index)
			}
		}
	})
}

func TestAFullLimitIsAnErrorWhereTheWaitIsTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeExchange{answers: []fakeAnswer{{status: 204, header: map[string]string{"X-Left": "0"}}}}
		client := fakeClient(t, fake)
		cancel := func() error { return client.Orders.CancelAll(context.Background(), CancelAllParams{}) }
		if err := cancel(); err != nil {
			t.Error(err)
		}
		err := cancel()
		if !errors.Is(err, KindRateLimit) || len(fake.requests) != 1 || !strings.Contains(err.Error(), `"signed"`) {
			t.Errorf("what is left corrects the count: %v", err)
		}
		ctx, stop := context.WithTimeout(context.Background(), time.Second)
		defer stop()
		client.core.maxWait = time.Hour
		if err := client.Orders.CancelAll(ctx, CancelAllParams{}); KindOf(err) != KindTimeout || OutcomeOf(err).Attempts != 0 {
			t.Error(err)
		}
		waiting := make(chan error, 2)
		go func() { waiting <- cancel() }()
		synctest.Wait()
		if err := client.Orders.CancelAll(ctx, CancelAllParams{}); KindOf(err) != KindTimeout {
			t.Errorf("who queues can be stopped: %v", err)
		}
		client.core.maxWait = time.Second
		if err := cancel(); !errors.Is(err, KindRateLimit) {
			t.Errorf("who queues does not wait for ever: %v", err)
		}
		if err := <-waiting; err != nil {
			t.Error(err)
		}
	})
}

func TestHeadersMakeACountStricterAndSayWhenAWindowEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter([]rateLimit{{name: "n", requests: 10, per: time.Minute, weight: 1, usedHeader: "U", remainingHeader: "R", resetHeader: "E", resetUnit: time.Second}})
		w := l.windows[0]
		now := time.Now()
		one := []int{1}
		say := func(used, left, reset string) {
			l.correct(one, http.Header{"U": {used}, "R": {left}, "E": {reset}}, now)
		}
		l.tryTake(one)
		for _, each := range []struct {
			used, left, reset string
			want              int
			ends              time.Duration
		}{
			{"0", "10", "1", 1, time.Second},
			{"3.5", "", "x", 4, time.Second},
			{"", "6.5", "", 4, time.Second},
			{"-1", "5", "-1", 5, time.Second},
			{"99999999999999999999", "99999999999999999999", "NaN", 5, time.Second},
			{"7", "x", "1e300", 7, time.Second},
			{"1000", "", fmt.Sprint(now.Add(time.Hour).Unix()), 10, time.Minute},
		} {
			if say(each.used, each.left, each.reset); w.used != each.want || w.ends.Sub(now) != each.ends {
				t.Errorf("%+v: %d until %v", each, w.used, w.ends.Sub(now))
			}
		}
		time.Sleep(30 * time.Second)
		if say("", "", fmt.Sprint(now.Add(80*time.Second).Unix())); w.ends.Sub(now) != 90*time.Second && w.ends.Sub(now) != 110*time.Second {
			t.Errorf("a window can end later than we thought, not %v", w.ends.Sub(now))
		}
		time.Sleep(2 * time.Minute)
		for _, each := range [][3]string{{"", "", ""}, {"0", "10", "30"}, {"", "", "30"}} {
			if say(each[0], each[1], each[2]); time.Now().Before(w.ends) {
				t.Errorf("a late answer that tells of no use begins no window: %v", each)
			}
		}
		if say("", "0", ""); w.used != 10 || time.Until(w.ends) != time.Minute {
			t.Errorf("a late answer that tells of some begins one: %d until %v", w.used, w.ends)
		}
		if l.correct([]int{0}, http.Header{"E": {"1"}}, now); time.Until(w.ends) != time.Minute {
			t.Error("an answer to a request that does not count says nothing")
		}
		time.Sleep(2 * time.Minute)
		if wait, _ := l.tryTake([]int{20}); wait > 0 || w.used != 20 {
			t.Error("what weighs more than a window holds has one of its own")
		}
		time.Sleep(2 * time.Minute)
		l.tryTake(one)
		if say("9", "", ""); w.used != 9 {
			t.Error("a late answer makes the window that is running stricter")
		}
	})
}

func TestTheClockIsCorrected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		fake := &fakeExchange{takes: 200 * time.Millisecond, answers: []fakeAnswer{{status: 200, body: fmt.Sprintf(`{"t":%d}`, now.Add(time.Hour).UnixMilli())}}}
		client := fakeClient(t, fake)
		offset, err := client.SyncClock(context.Background())
		if err != nil || offset != time.Hour-100*time.Millisecond {
			t.Error(offset, err)
		}
		if signedAt := client.core.signer.clock(); signedAt.Sub(now) != time.Hour+100*time.Millisecond {
			t.Error(signedAt.Sub(now))
		}
		for _, wrong := range []string{`{}`, `{"t":"x"}`, `{"t":null}`, `{"t":1e400}`} {
			fake.answers = []fakeAnswer{{status: 200, body: wrong}}
			if again, err := client.SyncClock(context.Background()); KindOf(err) != KindDecode || again != offset {
				t.Error(wrong, again, err)
			}
		}
		defer func(known *clockSource) { exchangeBehaviour.clock = known }(exchangeBehaviour.clock)
		exchangeBehaviour.clock = nil
		if _, err := client.SyncClock(context.Background()); KindOf(err) != KindConfiguration {
			t.Error(err)
		}
	})
	for format, text := range map[string]string{
		"seconds": "1700000000.123", "milliseconds": "1700000000123", "microseconds": "1700000000123000", "nanoseconds": "1700000000123000000",
		"decimal-seconds": "1700000000.123", "iso-milliseconds": "2023-11-14T22:13:20.123Z",
	} {
		if instant, ok := instantOf(format, text); !ok || instant.UnixMilli() != 1700000000123 {
			t.Error(format, instant, ok)
		}
	}
}

func TestRefusalsAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeExchange{answers: []fakeAnswer{{status: 200, body: `{"ok":false,"code":"poor","message":"no ssss"}`}}}
		client := fakeClient(t, fake)
		_, err := client.Orders.PlaceOrder(context.Background(), PlaceOrderParams{})
		var said *StatusError
		if !errors.Is(err, RefusalInsufficientFunds) || !errors.Is(err, KindUnprocessable) || errors.Is(err, RefusalClock) || !errors.As(err, &said) {
			t.Fatal(err)
		}
		if said.Status != 200 || said.Message != "no ****"[:6] || RefusalOf(fmt.Errorf("x: %w", err)) != RefusalInsufficientFunds || err.Error() != "placeOrder: 200 unprocessable: poor: no ***" {
			t.Errorf("%+v", said)
		}
		if errors.Is(err, Refusal("")) || RefusalOf(nil) != "" || OutcomeOf(nil) != (CallOutcome{}) {
			t.Error("nothing is no refusal")
		}
		fake.answers = []fakeAnswer{{status: 200, body: `{"ok":fal`}}
		if _, err := client.Orders.PlaceOrder(context.Background(), PlaceOrderParams{}); KindOf(err) != KindDecode {
			t.Error("half a refusal is none", err)
		}
		defer func(known behaviour) { exchangeBehaviour = known }(exchangeBehaviour)
		exchangeBehaviour.code, exchangeBehaviour.message = places{"x", "error[].id", "header.X-Code"}, places{"error[1]"}
		exchangeBehaviour.success = []condition{{place: "header.X-Ok", texts: []string{"1"}}}
		for _, each := range []struct{ body, header, code, message string }{
			{`{"error":[{"id":7},"text"]}`, "", "7", "text"},
			{`{"x":null,"error":{"id":1}}`, "h", "h", ""},
			{`{"x":{},"error":[]}`, "", "", ""},
			{`not json`, "", "", ""},
			{`{"x":"","error":["a",2]}`, "", "", "2"},
		} {
			fake.answers = []fakeAnswer{{status: 200, body: each.body, header: map[string]string{"X-Code": each.header, "X-Ok": "0"}}}
			_, err := client.Type.Download(context.Background())
			if !errors.As(err, &said) || said.Code != each.code || said.Message != each.message || said.Kind != KindBadRequest {
				t.Errorf("%+v: %v", each, err)
			}
		}
		for refusal, kind := range map[Refusal]ErrorKind{
			RefusalAuthentication: KindAuthentication, RefusalPermission: KindPermissionDenied, RefusalRateLimit: KindRateLimit,
			RefusalUnavailable: KindServer, RefusalUnknownOutcome: KindServer, RefusalUnknownOrder: KindNotFound, RefusalUnknownSymbol: KindNotFound,
			RefusalDuplicateOrder: KindConflict, RefusalInvalidOrder: KindUnprocessable, RefusalMarketClosed: KindBadRequest, "": KindBadRequest,
		} {
			if refusal.kind() != kind {
				t.Error(refusal, refusal.kind())
			}
		}
	})
}

func TestHooksAreToldWithoutSecrets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeExchange{answers: []fakeAnswer{says(429, ""), {status: 204}}, takes: time.Second}
		var told []string
		note := func(name string) func(CallEvent) {
			return func(e CallEvent) { told = append(told, fmt.Sprintf("%s %+v", name, e)) }
		}
		client := fakeClient(t, fake, func(c *Config) { c.Hooks = Hooks{note("request"), note("response"), note("retry")} })
		if err := client.Orders.CancelAll(context.Background(), CancelAllParams{Symbol: Some("A")}); err != nil {
			t.Error(err)
		}
		want := []string{
			"request {Operation:cancel all Method:DELETE Path:/orders Attempt:1 Status:0 Elapsed:0s Weight:1 Kind: Pause:0s}",
			"response {Operation:cancel all Method:DELETE Path:/orders Attempt:1 Status:429 Elapsed:1s Weight:1 Kind:rate_limit Pause:0s}",
			"retry {Operation:cancel all Method:DELETE Path:/orders Attempt:1 Status:429 Elapsed:1s Weight:1 Kind:rate_limit Pause:125ms}",
			"request {Operation:cancel all Method:DELETE Path:/orders Attempt:2 Status:0 Elapsed:0s Weight:1 Kind: Pause:0s}",
			"response {Operation:cancel all Method:DELETE Path:/orders Attempt:2 Status:204 Elapsed:1s Weight:1 Kind: Pause:0s}",
		}
		if strings.Join(told, "\n") != strings.Join(want, "\n") {
			t.Error(strings.Join(told, "\n"))
		}
	})
}

func TestAnythingCanBeAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := &fakeExchange{answers: []fakeAnswer{reset, {status: 200, body: `{"x":1.10}`}}}
		client := fakeClient(t, fake)
		answer, err := client.Request(context.Background(), RawRequest{Path: "/x/a%20b", Query: Map[string]{{"a b", "ü"}}})
		if err != nil || string(answer.Body) != `{"x":1.10}` || len(fake.requests) != 2 {
			t.Error(answer, err)
		}
		if asked := fake.requests[1]; asked.URL.String() != "http://exchange.test/x/a%20b?a%20b=%C3%BC" || asked.Header.Get("X-Key") != "" {
			t.Error(asked.URL, asked.Header)
		}
		if _, err = client.Request(context.Background(), RawRequest{Method: "post", Path: "/y", Body: []byte(`{"p": 1.10}`), Signed: true}); err != nil {
			t.Error(err)
		}
		text, _ := io.ReadAll(fake.requests[2].Body)
		if fake.requests[2].Method != "POST" || !strings.HasPrefix(string(text), `{"p":1.10,"signature":"`) || fake.requests[2].Header.Get("X-Key") != "kkkk" {
			t.Errorf("%s", text)
		}
		fake.answers = []fakeAnswer{reset}
		if _, err = client.Request(context.Background(), RawRequest{Method: "POST", Path: "/y"}); OutcomeOf(err).Attempts != 1 || !OutcomeOf(err).MayHaveHappened {
			t.Errorf("what nobody described is not sent twice: %v", err)
		}
		for _, wrong := range []RawRequest{{Path: ""}, {Path: "x"}, {Path: "http://evil.test/"}, {Path: "//evil.test/x?y"}, {Path: "/a b"}, {Path: "/a?b=1"}, {Path: "/../a"}, {Path: "/a", Body: []byte("{")}, {Method: "A B", Path: "/a"}} {
			if _, err := client.Request(context.Background(), wrong); KindOf(err) != KindConfiguration && KindOf(err) != KindDecode {
				t.Errorf("%+v is sent: %v", wrong, err)
			}
		}
	})
	r := &recipe{placements: []placement{
		{carrier: "header", value: "key"}, {carrier: "query", value: "timestamp"}, {carrier: "body", value: "timestamp"}, {carrier: "query", value: "signature"},
	}}
	if with, without := rawPlaced(r, true), rawPlaced(r, false); fmt.Sprint(with, without) != "[0 2 3] [0 1 3]" || rawPlaced(nil, true) != nil {
		t.Error(with, without)
	}
}
