package hostile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestDecimalsAreExact(t *testing.T) {
	a, b := MustDecimal("1.10"), MustDecimal("0.0000000000000000000001")
	for _, each := range []struct{ got, want string }{
		{a.String(), "1.10"},
		{a.Add(b).String(), "1.1000000000000000000001"},
		{a.Sub(a).String(), "0.00"},
		{a.Sub(MustDecimal("2")).String(), "-0.90"},
		{a.Mul(b).String(), "0.000000000000000000000110"},
		{a.Neg().String(), "-1.10"},
		{MustDecimal("1.5e3").String(), "1500"},
		{MustDecimal("-1.5E-3").String(), "-0.0015"},
		{MustDecimal("1e500").String(), "1e500"},
		{MustDecimal("1e2").Add(a).String(), "101.10"},
		{NewDecimal(-5, 3).String(), "-0.005"},
		{NewDecimal(5, -2).String(), "500"},
		{Decimal{}.Add(a).String(), "1.10"},
		{a.Rat().RatString(), "11/10"},
		{MustDecimal("1e2").Rat().RatString(), "100"},
		{fmt.Sprint(a), "1.10"},
	} {
		if each.got != each.want {
			t.Errorf("got %s, want %s", each.got, each.want)
		}
	}
	if a.Cmp(MustDecimal("1.1")) != 0 || a.Cmp(b) != 1 || b.Cmp(a) != -1 || a.Sign() != 1 {
		t.Error("decimals compare by value")
	}
	for _, wrong := range []string{"", "1.", ".1", "01", "+1", "NaN", "1e", "1e1000000", "0x1", " 1"} {
		if _, err := ParseDecimal(wrong); err == nil {
			t.Errorf("%q is taken for a decimal", wrong)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("MustDecimal takes anything")
		}
	}()
	MustDecimal("x")
}

func TestIntegersAreExact(t *testing.T) {
	huge, err := ParseInteger("18446744073709551616")
	if err != nil {
		t.Fatal(err)
	}
	if _, fits := huge.Int64(); fits || huge.Cmp(NewInteger(-1)) != 1 || huge.Big().Cmp(new(big.Int).Lsh(big.NewInt(1), 64)) != 0 {
		t.Error("2^64 is not what it was")
	}
	if small, fits := NewInteger(-7).Int64(); small != -7 || !fits || (Integer{}).String() != "0" || (Integer{}).Big().Sign() != 0 {
		t.Error("small integers are not what they were")
	}
	if whole, err := ParseInteger("1.50e1"); err != nil || whole.Cmp(NewInteger(15)) != 0 {
		t.Error("15 is whole however it is written")
	}
	for _, wrong := range []string{"", "1.5", "1e-1", "x", "1e999999"} {
		if _, err := ParseInteger(wrong); err == nil {
			t.Errorf("%q is taken for an integer", wrong)
		}
	}
}

func TestOptionalsKnowThreeStates(t *testing.T) {
	var value Optional[string]
	if _, ok := value.Get(); ok || !value.IsAbsent() || value.IsNull() || value.Or("x") != "x" || value.String() != "" {
		t.Error("the zero value is not absent")
	}
	if null := Null[string](); !null.IsNull() || null.IsAbsent() || null.String() != "null" {
		t.Error("null is not null")
	}
	value.Set("there")
	if text, ok := value.Get(); !ok || text != "there" || value.Or("x") != "there" || value.String() != "there" {
		t.Error("a value is not there")
	}
	own := struct{ A, B, C Optional[int64] }{A: Some[int64](1), B: Null[int64]()}
	text, err := json.Marshal(own)
	if err != nil || string(text) != `{"A":1,"B":null,"C":null}` {
		t.Errorf("%s %v", text, err)
	}
	if err := json.Unmarshal([]byte(`{"A":2,"B":null}`), &own); err != nil || own.A.Or(0) != 2 || !own.B.IsNull() {
		t.Errorf("%+v %v", own, err)
	}
	if json.Unmarshal([]byte(`{"A":"2"}`), &own) == nil {
		t.Error("text is taken for an integer")
	}
}

func TestMapsKeepTheirOrder(t *testing.T) {
	var balances Map[Decimal]
	if err := json.Unmarshal([]byte(`{"z":1.0,"a":2}`), &balances); err != nil {
		t.Fatal(err)
	}
	balances.Set("b", MustDecimal("3"))
	balances.Set("z", MustDecimal("4"))
	text, err := json.Marshal(balances)
	if err != nil || string(text) != `{"z":4,"a":2,"b":3}` {
		t.Errorf("%s %v", text, err)
	}
	if _, ok := balances.Get("c"); ok || len(balances.Index()) != 3 {
		t.Error("what is not there is found")
	}
	if _, err := Marshal(Map[string]{{"a", "1"}, {"a", "2"}}); KindOf(err) != KindConfiguration {
		t.Errorf("a key twice is written: %v", err)
	}
}

func TestTypesWorkWithEncodingJSON(t *testing.T) {
	var orders []Order
	text := `[{"id":1,"price":1.10,"quantity":null,"side":"BUY","m":"lower","M":true,"raw":{},"level":3,"z":1e2}]`
	if err := json.Unmarshal([]byte(text), &orders); err != nil {
		t.Fatal(err)
	}
	order := orders[0]
	if order.M.Or("") != "lower" || !order.MUpper.Or(false) || !order.Side.Known() || order.Level.Or("").Known() {
		t.Errorf("%+v", order)
	}
	back, err := json.Marshal(orders)
	if want := strings.Replace(text, "1e2", "100", 1); err != nil || string(back) != want {
		t.Errorf("%s %v", back, err)
	}
}

func TestWhatCantBeWrittenIsRefused(t *testing.T) {
	for name, value := range map[string]any{
		"null where none may be": NewOrder{Price: Null[Decimal]()},
		"no UTF-8":               NewOrder{Symbol: "\xff"},
		"no JSON":                Order{Raw: json.RawMessage("{")},
		"an extra known key":     NewOrder{Extra: Map[json.RawMessage]{{"symbol", json.RawMessage("1")}}},
		"no variant":             Fee{},
		"two variants":           Choice{String: Some("a"), Integer: Some(NewInteger(1))},
		"a required nil":         Node{},
		"no number":              Level("x"),
		"a foreign type":         struct{ A int }{},
		"a channel":              make(chan int),
		"too many missing":       Candle{Missing: 9},
		"missing before further": Candle{Missing: 1, Rest: []json.RawMessage{json.RawMessage("1")}},
	} {
		if text, err := Marshal(value); KindOf(err) != KindConfiguration && KindOf(err) != KindDecode {
			t.Errorf("%s: %s %v", name, text, err)
		}
	}
	if text, err := Marshal(nil); err != nil || string(text) != "null" {
		t.Error(string(text), err)
	}
	var order Order
	for _, into := range []any{nil, order, (*Order)(nil)} {
		if KindOf(Unmarshal([]byte("{}"), into)) != KindConfiguration {
			t.Errorf("%T is read into", into)
		}
	}
}

func TestACyclicTypeCanBeFilled(t *testing.T) {
	node := Node{Next: &Link{Node: &Node{}}}
	if _, err := Marshal(node); KindOf(err) != KindConfiguration || !strings.Contains(err.Error(), "$.next.node.next") {
		t.Error(err)
	}
	tree := Tree{Extra: Map[Tree]{{"leaf", Tree{}}}}
	text, err := Marshal(tree)
	if err != nil || string(text) != `{"leaf":{}}` {
		t.Error(string(text), err)
	}
}

func TestCredentialsNeverShow(t *testing.T) {
	secret := Credentials{Key: "kkkkkk", Secret: "ssssss", Passphrase: "pppppp"}
	config := Config{BaseURL: "http://127.0.0.1:9", Credentials: secret}
	client, err := NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	var logged strings.Builder
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "c", secret, "config", config, "client", client)
	shown := logged.String()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		shown += fmt.Sprintf(verb, secret) + fmt.Sprintf(verb, &secret) + fmt.Sprintf(verb, config) + fmt.Sprintf(verb, client) + fmt.Sprintf(verb, *client)
	}
	text, err := json.Marshal(config.Credentials)
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Linux.Begin(context.Background())
	shown += string(text) + fmt.Sprintf("%v %+v %#v", err, err, err)
	for _, hidden := range []string{"kkkkkk", "ssssss", "pppppp", "6b6b6b6b", "73737373", "signature="} {
		if strings.Contains(shown, hidden) {
			t.Errorf("%s shows in %s", hidden, shown)
		}
	}
}

func TestWrongSecretsAreRefusedWithoutShowingThem(t *testing.T) {
	for _, each := range [][2]string{
		{"rsa-pss-sha256", "pem"}, {"rsa-pkcs1v15-sha256", "pem"}, {"jwt-es256", "pem"}, {"jwt-eddsa", "pem"}, {"ed25519", "text"},
		{"ed25519", "hex"}, {"hmac-sha256", "base64"}, {"hmac-sha512", "hex"}, {"unheard-of", "text"},
	} {
		for _, secret := range []string{"no secret of that kind!", "", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"} {
			_, err := newSigningKey(each[0], each[1], secret)
			if KindOf(err) != KindConfiguration || secret != "" && strings.Contains(err.Error(), secret) {
				t.Errorf("%v %q: %v", each, secret, err)
			}
		}
	}
}

func TestNoncesAndInstants(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		for _, nonce := range []string{randomHex(), randomUUID()} {
			if seen[nonce] || len(nonce) != 32 && (len(nonce) != 36 || nonce[14] != '4' || !strings.ContainsRune("89ab", rune(nonce[19]))) {
				t.Fatal(nonce)
			}
			seen[nonce] = true
		}
	}
	s := newSigner(func() time.Time { return time.UnixMilli(5) }, nil)
	var wait sync.WaitGroup
	nonces := make(chan string, 200)
	for range 100 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			made, err := s.begin(&recipe{algorithm: "none", nonce: "microseconds"}, &Credentials{}, nil)
			if err != nil {
				t.Error(err)
				return
			}
			nonces <- made.nonce
		}()
	}
	wait.Wait()
	close(nonces)
	for nonce := range nonces {
		if seen[nonce] {
			t.Errorf("%s comes twice", nonce)
		}
		seen[nonce] = true
	}
	if text := instantText("decimal-seconds", time.UnixMilli(7)); text != "0.007" {
		t.Error(text)
	}
}

func TestErrorsHaveKindsAndCauses(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Used-Weight", r.Header.Get("X-Custom"))
		if r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusTeapot)
			_, _ = w.Write([]byte(`{"code":"slow","message":"down"}`))
			return
		}
		_, _ = w.Write([]byte("file"))
	}))
	defer server.Close()
	client, err := NewClient(Config{
		BaseURL: server.URL + "/", HTTPClient: server.Client(), Header: http.Header{"X-Custom": {"7"}}, Credentials: Credentials{Key: "k", Secret: "s"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var response Response
	content, err := client.Type.Download(CaptureResponse(context.Background(), &response))
	if err != nil || string(content) != "file" || response.Status != 200 || response.Header.Get("X-Used-Weight") != "7" {
		t.Errorf("%s %+v %v", content, response, err)
	}
	err = client.Orders.CancelAll(context.Background(), CancelAllParams{Symbol: Some("A")})
	var said *StatusError
	if !errors.As(err, &said) || said.Kind != KindRateLimit || said.Code != "slow" || KindOf(fmt.Errorf("wrapped: %w", err)) != KindRateLimit {
		t.Errorf("%v", err)
	}
	var described Error
	if err := said.Decode(&described); err != nil || described.Message.Or("") != "down" {
		t.Errorf("%+v %v", described, err)
	}
	if err.Error() != "cancel all: 418 rate_limit: slow: down" {
		t.Error(err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err = client.Type.Download(cancelled); KindOf(err) != KindTransport || !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	late, cancel := context.WithTimeout(context.Background(), time.Nanosecond)
	defer cancel()
	if _, err = client.Type.Download(late); KindOf(err) != KindTimeout || !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if KindOf(errors.New("other")) != "" || KindOf(nil) != "" {
		t.Error("an error that is not ours has a kind")
	}
}

func TestADefaultBaseURLIsUsed(t *testing.T) {
	client, err := NewClient(Config{})
	if err != nil || client.core.base.String() != DefaultBaseURL {
		t.Errorf("%v %v", client, err)
	}
	if _, err := NewClient(Config{BaseURL: "://"}); KindOf(err) != KindConfiguration {
		t.Error(err)
	}
}
