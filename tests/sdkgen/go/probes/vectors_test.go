package hostile

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

// vectorCase is one shared signing vector as the Python side hands it over.
type vectorCase struct {
	Name         string
	Scheme       string
	Method       string
	Host         string
	Path         string
	Query        string
	Headers      [][2]string
	Body         string
	FormBody     bool
	Key          string
	Secret       string
	Passphrase   string
	NowMS        int64
	Nonce        *string
	Placed       []int
	SignsNothing bool
}

type signedCase struct {
	Query   string
	Headers [][2]string
	Body    string
}

// TestVectors signs every vector and leaves what came of it in a file.
func TestVectors(t *testing.T) {
	text, err := os.ReadFile("vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []vectorCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	results := map[string]signedCase{}
	for _, each := range cases {
		results[each.Name] = signCase(t, each)
	}
	text, err = json.Marshal(results)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("signed.json", text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func signCase(t *testing.T, each vectorCase) signedCase {
	wire := &wireRequest{
		method: each.Method, scheme: "https", host: each.Host, path: each.Path,
		body: []byte(each.Body), begun: each.Body != "", form: each.FormBody, json: !each.FormBody,
	}
	if each.Query != "" {
		wire.query = strings.Split(each.Query, "&")
	}
	for _, header := range each.Headers {
		wire.headers = append(wire.headers, headerField{header[0], header[1]})
		if header[0] == "Content-Type" {
			wire.begun = true
			wire.form = strings.Contains(header[1], "form")
			wire.json = !wire.form
		}
	}
	var nonce func() string
	if each.Nonce != nil {
		nonce = func() string { return *each.Nonce }
	}
	signer := newSigner(func() time.Time { return time.UnixMilli(each.NowMS) }, nonce)
	credentials := &Credentials{Key: each.Key, Secret: each.Secret, Passphrase: each.Passphrase}
	if err := signer.sign(vectorRecipes[each.Name], credentials, wire, each.Placed); err != nil {
		t.Fatalf("%s: %v", each.Name, err)
	}
	result := signedCase{Query: strings.Join(wire.query, "&"), Body: string(wire.body)}
	for _, field := range wire.headers {
		result.Headers = append(result.Headers, [2]string{strings.ToLower(field.name), field.value})
	}
	return result
}
