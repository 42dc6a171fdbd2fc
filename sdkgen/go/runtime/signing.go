package sdk

import (
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
	within               string // the object of a JSON body that takes it, "" for the body itself
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
	nonces    *nonces

	mutex sync.Mutex
	key   *signingKey
}

func newSigner(clock func() time.Time, nonce func() string) *signer {
	if clock == nil {
		clock = time.Now
	}
	return &signer{clock: clock, makeNonce: nonce, nonces: &nonces{last: map[string]int64{}}}
}

// beside makes one for another recipe of the same client.
func (s *signer) beside() *signer {
	return &signer{clock: s.clock, makeNonce: s.makeNonce, nonces: s.nonces}
}

// nonces are the clock-made ones of one client: they only grow, whatever they are for.
type nonces struct {
	mutex sync.Mutex
	last  map[string]int64
}

func (n *nonces) next(format string, now int64) int64 {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	n.last[format] = max(now, n.last[format]+1)
	return n.last[format]
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
