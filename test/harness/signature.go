// SPDX-License-Identifier: Apache-2.0

package harness

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// Account is the pair that a console account of the vendor signs with.
type Account struct {
	AccessKey string
	Secret    string
}

// TestAccount is the account the tests configure and sign with.
var TestAccount = Account{AccessKey: "fme2na3kdi3ki", Secret: "end-to-end-secret"}

// Callback is one push of the vendor.
type Callback struct {
	Action    string // mo or dr
	Body      []byte
	Algorithm string    // header; empty sends none and signs with md5, as the vendor does
	At        time.Time // ts header; now when zero
}

// Sign gives the signature of a callback with a ts header. It is written from the
// vendor's page and on purpose shares nothing with the product: an error in one
// of the two shows as a refusal.
func (a Account) Sign(c Callback, ts string) string {
	text := "accessKey=" + a.AccessKey + "&action=" + c.Action + "&bizType=4&ts=" + ts
	if len(c.Body) > 0 {
		text += "&body=" + string(c.Body)
	}
	text += "&accessSecret=" + a.Secret
	if c.Algorithm == "sha256" {
		sum := sha256.Sum256([]byte(text))
		return hex.EncodeToString(sum[:])
	}
	sum := md5.Sum([]byte(text)) // the vendor's default algorithm
	return hex.EncodeToString(sum[:])
}

// Header gives the headers of a callback, in the lower case of the vendor's
// example (Go's client sends its own case; servers must not care).
func (a Account) Header(c Callback) http.Header {
	at := c.At
	if at.IsZero() {
		at = time.Now()
	}
	ts := strconv.FormatInt(at.UnixMilli(), 10)
	header := http.Header{}
	header.Set("Content-Type", "application/json")
	header.Set("accesskey", a.AccessKey)
	header.Set("biztype", "4")
	header.Set("action", c.Action)
	header.Set("ts", ts)
	header.Set("sign", a.Sign(c, ts))
	if c.Algorithm != "" {
		header.Set("algorithm", c.Algorithm)
	}
	return header
}

// Answer is what came back for a callback.
type Answer struct {
	Status int
	Word   string
}

// Success and Unauthorized are the two answers that the tests ask for most.
var (
	Success      = Answer{http.StatusOK, "success"}
	Unauthorized = Answer{http.StatusUnauthorized, "error"}
)

// Post sends a body with headers and reads the whole answer. With an error, the
// answer has a status if one was received before the rest of it broke off.
func Post(ctx context.Context, client *http.Client, url string, header http.Header, body []byte) (Answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return Answer{}, err
	}
	request.Header = header
	response, err := client.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	word, err := io.ReadAll(response.Body)
	if err != nil {
		err = fmt.Errorf("read the answer: %w", err)
	}
	return Answer{response.StatusCode, string(word)}, err
}
