// SPDX-License-Identifier: Apache-2.0

package nxcloud_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// The signed text is joined without escaping. Each forgery below hashes to the
// signature of a genuine delivery, so the form of the headers alone refuses it.
func TestVerifyRefusesMovedBoundaries(t *testing.T) {
	keyring := newTestKeyring(t, newTestAccounts()...)
	genuine := newTestDelivery(request{body: `{"messageId":"m-1","content":"x&body={}"}`})
	sign := genuine.Header.Get("sign")
	if _, got := verdict(t, keyring, genuine, testNow); got != verified {
		t.Fatalf("genuine: %v", &got)
	}
	for _, c := range []struct {
		name                           string
		key, action, bizType, ts, body string
		want                           nxcloud.Refusal
	}{
		{"all of the body in ts", testKey, "dr", "4", testTS + "&body=" + string(genuine.Body), "", tsForm},
		{"the head of the body in ts", testKey, "dr", "4", testTS + `&body={"messageId":"m-1","content":"x`, `{}"}`, tsForm},
		{"ts in bizType", testKey, "dr", "4&ts=" + testTS, "", "", misshapen},
		{"bizType and ts in action", testKey, "dr&bizType=4&ts=" + testTS, "4", testTS, "", misshapen},
		{"action in accessKey", testKey + "&action=dr", "dr", "4", testTS, string(genuine.Body), keyUnknown},
		{"a digit of ts in bizType", testKey, "dr", "41", testTS[1:], string(genuine.Body), bizTypeOther},
		{"a digit of ts in the body", testKey, "dr", "4", testTS[:12], "4" + string(genuine.Body), tsForm},
	} {
		header := make(http.Header)
		header.Set("accesskey", c.key)
		header.Set("action", c.action)
		header.Set("biztype", c.bizType)
		header.Set("ts", c.ts)
		header.Set("sign", sign)
		_, got := verdict(t, keyring, &nxcloud.Delivery{Header: header, Body: []byte(c.body)}, testNow)
		if got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, &got, &c.want)
		}
	}
}

func TestVerifySignsRawBytes(t *testing.T) {
	keyring := newTestKeyring(t, newTestAccounts()...)
	body := "{\"a\": 1,\r\n \"b\":\"\xff\\u003c<\"}\n"
	if _, got := verdict(t, keyring, newTestDelivery(request{body: body}), testNow); got != verified {
		t.Fatalf("odd bytes: %v", &got)
	}
	for i := range len(body) {
		d := newTestDelivery(request{body: body})
		d.Body[i] ^= 1
		if _, got := verdict(t, keyring, d, testNow); got != signWrong {
			t.Errorf("byte %d changed: got %v, want %v", i, &got, &signWrong)
		}
	}
	for _, changed := range []string{body[:len(body)-1], body + "\n", " " + body, "", strings.ReplaceAll(body, "\r", "")} {
		d := newTestDelivery(request{body: body})
		d.Body = []byte(changed)
		if _, got := verdict(t, keyring, d, testNow); got != signWrong {
			t.Errorf("body %q: got %v, want %v", changed, &got, &signWrong)
		}
	}
}

// An empty body leaves its whole piece out of the text. Such a delivery is
// authentic, and then unreadable.
func TestVerifyEmptyBody(t *testing.T) {
	keyring := newTestKeyring(t, newTestAccounts()...)
	for _, body := range [][]byte{nil, {}} {
		d := newTestDelivery(request{})
		d.Body = body
		caller, got := verdict(t, keyring, d, testNow)
		if got != verified {
			t.Fatalf("empty body: got %v, want verified", &got)
		}
		_, err := newTestDecoder(t).Decode(d, caller)
		wantMalformed(t, "empty body", err)
	}
}

func TestIdentifyClaimsWithoutProof(t *testing.T) {
	keyring := newTestKeyring(t, newTestAccounts()...)
	for _, c := range []struct {
		header  http.Header
		account string
		kind    sms.Kind
	}{
		{http.Header{}, "unknown", sms.KindUnknown},
		{http.Header{"Accesskey": {testKey}, "Action": {"mo"}}, "main", sms.KindMO},
		{http.Header{"Accesskey": {testKey}}, "main", sms.KindUnknown},
		{http.Header{"Accesskey": {"x"}, "Action": {"dr"}}, "unknown", sms.KindDR},
		{http.Header{"Accesskey": {testKey, testKey}, "Action": {"dr", "dr"}}, "unknown", sms.KindUnknown},
		{http.Header{"Accesskey": {testKey}, "Action": {"mtsend"}}, "main", sms.KindUnknown},
		{http.Header{"Accesskey": {}, "Action": {}}, "unknown", sms.KindUnknown},
	} {
		caller := keyring.Identify(c.header)
		if caller.AccountName() != c.account || caller.Kind != c.kind || !caller.SignedAt.IsZero() {
			t.Errorf("Identify(%v) = %s, %v, %v", c.header, caller.AccountName(), caller.Kind, caller.SignedAt)
		}
	}
}

// Buffers are shared through a pool: what one delivery leaves in its buffer must
// not reach the signature of another.
func TestVerifyConcurrently(t *testing.T) {
	keyring := newTestKeyring(t, newTestAccounts()...)
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 200 {
				body := fmt.Sprintf(`{"messageId":"%d-%d","content":"%s"}`, worker, i, strings.Repeat("x", (worker*37+i*101)%2000))
				d := newTestDelivery(request{body: body})
				if _, err := keyring.Verify(d, testNow); err != nil {
					t.Errorf("worker %d: %v", worker, err)
				}
				d.Body = append(d.Body, ' ')
				if _, err := keyring.Verify(d, testNow); err == nil {
					t.Errorf("worker %d: a changed body verified", worker)
				}
			}
		})
	}
	group.Wait()
}

// A memory dump of an idle program should not find secrets in spare buffers.
func TestVerifyLeavesNoSecretInThePool(t *testing.T) {
	accounts := newTestAccounts()
	keyring := newTestKeyring(t, accounts...)
	// A pool may drop what it is given, and does so at random under the race
	// detector; some of many rounds see a used buffer.
	used := 0
	for range 200 {
		if _, got := verdict(t, keyring, newTestDelivery(request{body: testBody}), testNow); got != verified {
			t.Fatal(&got)
		}
		text := keyring.PooledText()
		if len(text) > 0 {
			used++
		}
		for _, secret := range accounts[0].Secrets {
			// Shorter secrets overwrite the head of longer ones: look for the tail.
			if tail := secret[len(secret)/2:]; bytes.Contains(text, tail) {
				t.Fatalf("the pool holds %q", tail)
			}
		}
	}
	if used == 0 {
		t.Fatal("no used buffer was seen")
	}
}
