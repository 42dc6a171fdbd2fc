// Compiled once while the image is built, so that no job has to compile the standard library again.
package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"mime/multipart"
	"net/http"
	"net/url"
	"testing"
)

var _ = []any{
	bytes.NewReader, context.Background, ecdsa.SignASN1, ed25519.Sign, hmac.New, rsa.SignPSS, sha256.New, sha512.New,
	x509.ParsePKCS8PrivateKey, json.Marshal, pem.Decode, big.NewInt, multipart.NewWriter, http.NewRequest, url.Parse, testing.Short,
}

func main() {}
