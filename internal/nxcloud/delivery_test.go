// SPDX-License-Identifier: Apache-2.0

package nxcloud_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

const (
	testKey    = "fme2na3kdi3ki"
	testSecret = "abciiiko2k3"
	testTS     = "1690361994834"
	testBody   = `{"messageId":"m-1","content":"a&body=b"}`
)

// testNow is the moment of testTS; no test looks at the real clock.
var testNow = time.UnixMilli(1690361994834)

// Every refusal that Verify may give. A reason is shown to people, so it must
// be one of these words and never hold a header, a digest or a secret.
var (
	keyUnknown     = refusal(sms.ResultUnknownKey, "no accessKey header, or one that is not configured")
	keyRepeated    = refusal(sms.ResultBadSignature, "accessKey header repeated")
	actionCount    = refusal(sms.ResultBadSignature, "action header missing or repeated")
	bizTypeCount   = refusal(sms.ResultBadSignature, "bizType header missing or repeated")
	misshapen      = refusal(sms.ResultBadSignature, "action or bizType header misshapen")
	actionOther    = refusal(sms.ResultUnsupported, "action is neither mo nor dr")
	bizTypeOther   = refusal(sms.ResultUnsupported, "bizType is not 4")
	tsCount        = refusal(sms.ResultBadSignature, "ts header missing or repeated")
	tsForm         = refusal(sms.ResultBadSignature, "ts header is not 13 digits")
	algorithmCount = refusal(sms.ResultBadSignature, "algorithm header repeated or empty")
	algorithmWord  = refusal(sms.ResultBadSignature, "algorithm header is neither md5 nor sha256")
	algorithmOther = refusal(sms.ResultBadSignature, "algorithm header differs from the account's algorithm")
	signCount      = refusal(sms.ResultBadSignature, "sign header missing or repeated")
	signLength     = refusal(sms.ResultBadSignature, "sign header has the wrong length for its algorithm")
	signForm       = refusal(sms.ResultBadSignature, "sign header is not hexadecimal")
	signWrong      = refusal(sms.ResultBadSignature, "signature does not match")
	tsStale        = refusal(sms.ResultStale, "ts is older than the account's max_age")
	tsFuture       = refusal(sms.ResultFuture, "ts is more than five minutes ahead of our clock")
	verified       = nxcloud.Refusal{}
)

var verifyRefusals = make(map[nxcloud.Refusal]bool)

func refusal(result sms.Result, reason string) nxcloud.Refusal {
	r := nxcloud.Refusal{Result: result, Reason: reason}
	verifyRefusals[r] = true
	return r
}

func newTestKeyring(t testing.TB, accounts ...nxcloud.Account) *nxcloud.Keyring {
	t.Helper()
	keyring, err := nxcloud.NewKeyring(accounts)
	if err != nil {
		t.Fatal(err)
	}
	return keyring
}

func newTestAccount(name, key string, algorithm nxcloud.Algorithm, secrets ...string) nxcloud.Account {
	account := nxcloud.Account{Name: name, AccessKey: key, Algorithm: algorithm}
	for _, secret := range secrets {
		account.Secrets = append(account.Secrets, []byte(secret))
	}
	return account
}

// newTestAccounts has one account of each algorithm. They share a secret, so that
// the access key alone tells them apart.
func newTestAccounts() []nxcloud.Account {
	return []nxcloud.Account{
		newTestAccount("main", testKey, nxcloud.AlgorithmAuto, "previous-secret-that-is-longer", testSecret, "next"),
		newTestAccount("pinned-md5", "key.md5", nxcloud.AlgorithmMD5, testSecret),
		newTestAccount("pinned-sha256", "key-sha256_", nxcloud.AlgorithmSHA256, testSecret),
	}
}

// request is a callback before it is signed. The zero value of a field is that
// of a good delivery receipt of the account main.
type request struct {
	key, action, bizType, ts, body, secret string
	header                                 string // algorithm header
	algorithm                              nxcloud.Algorithm
}

func newTestDelivery(r request) *nxcloud.Delivery {
	for _, d := range []struct {
		field *string
		value string
	}{{&r.key, testKey}, {&r.action, "dr"}, {&r.bizType, "4"}, {&r.ts, testTS}, {&r.secret, testSecret}} {
		if *d.field == "" {
			*d.field = d.value
		}
	}
	p := nxcloud.Parameters{AccessKey: r.key, Action: r.action, BizType: r.bizType, Timestamp: r.ts}
	header := make(http.Header)
	// Lower case, as on the wire.
	header.Set("accesskey", r.key)
	header.Set("action", r.action)
	header.Set("biztype", r.bizType)
	header.Set("ts", r.ts)
	header.Set("sign", nxcloud.Sign(r.algorithm, p, []byte(r.body), []byte(r.secret)))
	if r.header != "" {
		header.Set("algorithm", r.header)
	}
	return &nxcloud.Delivery{Header: header, Body: []byte(r.body), ArrivedAt: testNow}
}

// verdict runs Verify and returns its refusal, after checking what holds for
// every answer.
func verdict(t *testing.T, keyring *nxcloud.Keyring, d *nxcloud.Delivery, now time.Time) (nxcloud.Caller, nxcloud.Refusal) {
	t.Helper()
	body := string(d.Body)
	caller, err := keyring.Verify(d, now)
	if string(d.Body) != body {
		t.Error("Verify changed the body")
	}
	if err == nil {
		if caller.Account == nil || caller.Kind == sms.KindUnknown || caller.SignedAt.IsZero() {
			t.Errorf("verified, yet the caller is %+v", caller)
		}
		return caller, verified
	}
	got, ok := err.(*nxcloud.Refusal)
	if !ok {
		t.Fatalf("Verify gave a %T: %v", err, err)
	}
	if !verifyRefusals[*got] {
		t.Errorf("refusal %q is not of the closed set", got)
	}
	if want := got.Result.String() + ": " + got.Reason; got.Error() != want {
		t.Errorf("Error() = %q, want %q", got.Error(), want)
	}
	if freshness := got.Result == sms.ResultStale || got.Result == sms.ResultFuture; freshness == caller.SignedAt.IsZero() {
		t.Errorf("%v: SignedAt is %v, which only a matching signature may set", got, caller.SignedAt)
	}
	return caller, *got
}

func upper(header http.Header, name string) { header.Set(name, strings.ToUpper(header.Get(name))) }
