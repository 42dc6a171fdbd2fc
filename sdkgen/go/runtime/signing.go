package sdk

import (
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// recipe is how the exchange wants a request signed. The order of work: every placement that is not made from the payload goes
// into the request; the payload's parts are joined from the bytes that go on the wire, hashed as asked and signed; payload and
// signature go into their places, the signature last.
type recipe struct {
	algorithm      string
	secretEncoding string
	output         string
	prehash        string
	timestamp      string
	nonce          string
	window         int64
	lifetime       int64
	payload        []payloadPart
	placements     []placement
	jwtHeader      []claim
	jwtClaims      []claim
}

type payloadPart struct {
	value, literal        string
	parts                 []payloadPart
	digest, encoding      string
	prefix, suffix, strip string
	decoded, optional     bool
}

type placement struct {
	carrier, name, value string
	literal, prefix      string
	strip                string
	number               bool
}

type claim struct {
	name   string
	parts  []payloadPart
	number bool
}

func (p placement) late() bool { return p.value == "signature" || p.value == "payload" }

// signer makes signatures for one client. No two of its requests have the same nonce.
type signer struct {
	clock     func() time.Time
	makeNonce func() string

	mutex sync.Mutex
	last  int64
	key   *signingKey
}

func newSigner(clock func() time.Time, nonce func() string) *signer {
	if clock == nil {
		clock = time.Now
	}
	return &signer{clock: clock, makeNonce: nonce}
}

// signature is the making of one: what it is made from, each text once for the whole request.
type signature struct {
	recipe      *recipe
	credentials *Credentials
	key         *signingKey
	wire        *wireRequest
	timestamp   string
	expires     string
	nonce       string
}

func (s *signer) sign(r *recipe, credentials *Credentials, wire *wireRequest, placed []int) error {
	made, err := s.begin(r, credentials, wire)
	if err != nil {
		return err
	}
	placements := r.placements
	if placed != nil {
		placements = make([]placement, 0, len(placed))
		for _, index := range placed {
			placements = append(placements, r.placements[index])
		}
	}
	for _, p := range placements {
		if p.late() {
			// What a caller put there must not be signed: it gives way to the signature afterwards.
			if err := wire.clear(p); err != nil {
				return err
			}
			continue
		}
		text, err := made.content(payloadPart{value: p.value, literal: p.literal, strip: p.strip})
		if err != nil {
			return err
		}
		if err := wire.put(p, p.prefix+string(text)); err != nil {
			return err
		}
	}
	return made.placeLate(placements)
}

func (s *signer) begin(r *recipe, credentials *Credentials, wire *wireRequest) (*signature, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.key == nil && r.algorithm != "none" {
		key, err := newSigningKey(r.algorithm, r.secretEncoding, credentials.Secret)
		if err != nil {
			return nil, err
		}
		s.key = key
	}
	instant := s.clock()
	made := &signature{
		recipe: r, credentials: credentials, key: s.key, wire: wire,
		timestamp: instantText(r.timestamp, instant),
		expires:   instantText(r.timestamp, instant.Add(time.Duration(r.lifetime)*time.Millisecond)),
	}
	made.nonce = s.nonceText(r.nonce, instant)
	return made, nil
}

func (s *signer) nonceText(format string, instant time.Time) string {
	switch {
	case s.makeNonce != nil:
		return s.makeNonce()
	case format == "uuid":
		return randomUUID()
	case format == "hex":
		return randomHex()
	}
	units := map[string]func() int64{"microseconds": instant.UnixMicro, "nanoseconds": instant.UnixNano}
	unit := units[format]
	if unit == nil {
		unit = instant.UnixMilli
	}
	s.last = max(unit(), s.last+1)
	return strconv.FormatInt(s.last, 10)
}

func instantText(format string, instant time.Time) string {
	switch format {
	case "seconds":
		return strconv.FormatInt(instant.Unix(), 10)
	case "microseconds":
		return strconv.FormatInt(instant.UnixMicro(), 10)
	case "nanoseconds":
		return strconv.FormatInt(instant.UnixNano(), 10)
	case "decimal-seconds":
		text := strconv.FormatInt(instant.UnixMilli(), 10)
		text = strings.Repeat("0", max(4-len(text), 0)) + text
		return text[:len(text)-3] + "." + text[len(text)-3:]
	case "iso-milliseconds":
		return instant.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	return strconv.FormatInt(instant.UnixMilli(), 10)
}

func (m *signature) placeLate(placements []placement) error {
	payload, err := m.join(m.recipe.payload)
	if err != nil {
		return err
	}
	for _, value := range []string{"payload", "signature"} {
		for _, p := range placements {
			if p.value != value {
				continue
			}
			text := payload
			if value == "signature" {
				if text, err = m.sign(payload); err != nil {
					return err
				}
			}
			if !utf8.Valid(text) {
				return &ConfigurationError{Problem: "its signature can't be placed as text; the recipe must encode it"}
			}
			if err := m.wire.put(p, p.prefix+string(text)); err != nil {
				return err
			}
		}
	}
	return nil
}

// sign returns the signature's text over the payload, or the whole token.
func (m *signature) sign(payload []byte) ([]byte, error) {
	if strings.HasPrefix(m.recipe.algorithm, "jwt-") {
		return m.token()
	}
	if m.recipe.prehash != "" {
		payload = hashed(m.recipe.prehash, payload)
	}
	raw, err := m.key.sign(payload)
	return encoded(m.recipe.output, raw), err
}

// token makes a JSON Web Token (RFC 7515, section 5.1).
func (m *signature) token() ([]byte, error) {
	names := map[string]string{"jwt-es256": "ES256", "jwt-eddsa": "EdDSA", "jwt-hs256": "HS256", "jwt-hs512": "HS512"}
	algorithm := names[m.recipe.algorithm]
	header, err := m.members([]byte(`{"alg":"`+algorithm+`","typ":"JWT"`), m.recipe.jwtHeader)
	if err != nil {
		return nil, err
	}
	claims, err := m.members([]byte{'{'}, m.recipe.jwtClaims)
	if err != nil {
		return nil, err
	}
	input := append(append(encoded("base64url", header), '.'), encoded("base64url", claims)...)
	raw, err := m.key.sign(input)
	return append(append(input, '.'), encoded("base64url", raw)...), err
}

func (m *signature) members(begun []byte, claims []claim) ([]byte, error) {
	w := &writer{data: begun}
	for _, claim := range claims {
		text, err := m.join(claim.parts)
		if err != nil {
			return nil, err
		}
		if len(text) == 0 {
			continue
		}
		if err := w.key(claim.name); err != nil {
			return nil, err
		}
		if claim.number {
			w.data = append(w.data, text...)
		} else if err := w.text(string(text)); err != nil {
			return nil, err
		}
	}
	return append(w.data, '}'), nil
}

// join makes the payload's parts one after the other; one that comes out empty loses prefix and suffix.
func (m *signature) join(parts []payloadPart) ([]byte, error) {
	var joined []byte
	for _, part := range parts {
		text, err := m.content(part)
		if err != nil {
			return nil, err
		}
		if part.decoded {
			text = percentDecoded(text)
		}
		if part.digest != "" && (len(text) > 0 || !part.optional) {
			text = hashed(part.digest, text)
		}
		if text = encoded(part.encoding, text); len(text) > 0 {
			joined = append(append(append(joined, part.prefix...), text...), part.suffix...)
		}
	}
	return joined, nil
}

func (m *signature) content(part payloadPart) ([]byte, error) {
	switch part.value {
	case "method":
		return []byte(m.wire.method), nil
	case "host":
		return []byte(m.wire.plainHost()), nil
	case "path":
		return []byte(strings.TrimPrefix(m.wire.path, part.strip)), nil
	case "query":
		return []byte(strings.Join(m.wire.query, "&")), nil
	case "body":
		return m.wire.body, nil
	case "group":
		return m.join(part.parts)
	case "members":
		return membersText(m.wire.body, part.literal), nil
	}
	text, err := m.text(part.value, part.literal)
	return []byte(text), err
}

// text is a value that does not depend on the request.
func (m *signature) text(value, literal string) (string, error) {
	switch value {
	case "key":
		return m.credentials.Key, nil
	case "timestamp":
		return m.timestamp, nil
	case "expires":
		return m.expires, nil
	case "nonce":
		return m.nonce, nil
	case "window":
		return strconv.FormatInt(m.recipe.window, 10), nil
	case "literal":
		return literal, nil
	case "passphrase", "signed-passphrase":
		if m.credentials.Passphrase == "" {
			return "", &ConfigurationError{Problem: "needs a passphrase, and the credentials have none"}
		}
		if value == "passphrase" {
			return m.credentials.Passphrase, nil
		}
		if m.key != nil {
			raw, err := m.key.sign([]byte(m.credentials.Passphrase))
			return string(encoded(m.recipe.output, raw)), err
		}
	}
	return "", &ConfigurationError{Problem: "its signing recipe can't be followed: " + value + " has no text of its own"}
}
