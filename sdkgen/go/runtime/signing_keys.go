package sdk

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"hash"
	"strings"
)

// signingKey is a secret made ready for its algorithm. Its errors never hold the secret.
type signingKey struct {
	sign func(message []byte) ([]byte, error)
}

func newSigningKey(algorithm, encoding, secret string) (*signingKey, error) {
	if secret == "" {
		return nil, &ConfigurationError{Problem: "needs a secret, and the credentials have none"}
	}
	hashes := map[string]func() hash.Hash{"hmac-sha256": sha256.New, "hmac-sha384": sha512.New384, "hmac-sha512": sha512.New,
		"jwt-hs256": sha256.New, "jwt-hs512": sha512.New}
	if newHash, ok := hashes[algorithm]; ok {
		key, err := secretBytes(encoding, secret)
		return &signingKey{func(message []byte) ([]byte, error) {
			mac := hmac.New(newHash, key)
			mac.Write(message)
			return mac.Sum(nil), nil
		}}, err
	}
	switch algorithm {
	case "ed25519", "jwt-eddsa":
		key, err := ed25519Key(encoding, secret)
		return &signingKey{func(message []byte) ([]byte, error) { return ed25519.Sign(key, message), nil }}, err
	case "rsa-pkcs1v15-sha256", "rsa-pss-sha256":
		return rsaKey(algorithm, secret)
	case "jwt-es256":
		return p256Key(secret)
	}
	return nil, &ConfigurationError{Problem: "its signing recipe names an unknown algorithm"}
}

func rsaKey(algorithm, secret string) (*signingKey, error) {
	key, ok := privateKey(secret).(*rsa.PrivateKey)
	if !ok {
		return nil, &ConfigurationError{Problem: "needs an unencrypted RSA key in PEM, and the secret is none"}
	}
	return &signingKey{func(message []byte) ([]byte, error) {
		sum := sha256.Sum256(message)
		if algorithm == "rsa-pss-sha256" {
			return rsa.SignPSS(rand.Reader, key, crypto.SHA256, sum[:], &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		}
		return rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	}}, nil
}

func p256Key(secret string) (*signingKey, error) {
	key, ok := privateKey(secret).(*ecdsa.PrivateKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, &ConfigurationError{Problem: "needs an unencrypted key on the curve P-256 in PEM, and the secret is none"}
	}
	return &signingKey{func(message []byte) ([]byte, error) {
		sum := sha256.Sum256(message)
		r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
		if err != nil {
			return nil, err
		}
		// RFC 7518, section 3.4: the two numbers in 32 bytes each.
		raw := make([]byte, 64)
		r.FillBytes(raw[:32])
		s.FillBytes(raw[32:])
		return raw, nil
	}}, nil
}

func ed25519Key(encoding, secret string) (ed25519.PrivateKey, error) {
	if encoding == "pem" {
		if key, ok := privateKey(secret).(ed25519.PrivateKey); ok {
			return key, nil
		}
		return nil, &ConfigurationError{Problem: "needs an unencrypted Ed25519 key in PEM, and the secret is none"}
	}
	seed, err := secretBytes(encoding, secret)
	if err != nil {
		return nil, err
	}
	if len(seed) != ed25519.SeedSize && len(seed) != ed25519.PrivateKeySize {
		return nil, &ConfigurationError{Problem: "needs an Ed25519 key of 32 bytes, or 64 with its public half, and the secret is none"}
	}
	return ed25519.NewKeyFromSeed(seed[:ed25519.SeedSize]), nil
}

func secretBytes(encoding, secret string) ([]byte, error) {
	var key []byte
	var err error
	switch encoding {
	case "base64":
		key, err = base64.StdEncoding.DecodeString(strings.TrimSpace(secret))
	case "hex":
		key, err = hex.DecodeString(strings.TrimSpace(secret))
	default:
		key = []byte(secret)
	}
	if err != nil {
		return nil, &ConfigurationError{Problem: "needs a secret in " + encoding + ", and the secret is none"}
	}
	return key, nil
}

// privateKey reads PKCS#8, PKCS#1 or SEC1 in PEM; nil where it is none of them. Line breaks may be written as \n, as
// environment variables often hold them.
func privateKey(secret string) any {
	block, _ := pem.Decode([]byte(strings.TrimSpace(strings.ReplaceAll(secret, `\n`, "\n"))))
	if block == nil {
		return nil
	}
	if key, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		return key
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key
	}
	if key, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
		return key
	}
	return nil
}

func hashed(digest string, content []byte) []byte {
	if digest == "sha512" {
		sum := sha512.Sum512(content)
		return sum[:]
	}
	sum := sha256.Sum256(content)
	return sum[:]
}

func encoded(encoding string, content []byte) []byte {
	switch encoding {
	case "hex":
		return []byte(hex.EncodeToString(content))
	case "base64":
		return []byte(base64.StdEncoding.EncodeToString(content))
	case "base64url":
		return []byte(base64.RawURLEncoding.EncodeToString(content))
	}
	return content
}

func randomHex() string {
	content := make([]byte, 16)
	if _, err := rand.Read(content); err != nil {
		panic(err) // a nonce that is not random must not be used
	}
	return hex.EncodeToString(content)
}

func randomUUID() string {
	content := make([]byte, 16)
	if _, err := rand.Read(content); err != nil {
		panic(err) // a nonce that is not random must not be used
	}
	content[6] = content[6]&0x0F | 0x40
	content[8] = content[8]&0x3F | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", content[:4], content[4:6], content[6:8], content[8:10], content[10:])
}
