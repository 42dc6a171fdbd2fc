package sdk

import (
	"strconv"
	"strings"
	"time"
)

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
	return strconv.FormatInt(s.nonces.next(format, unit()), 10)
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
	case "pairs":
		return pairsText(m.wire.body, part.literal), nil
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
