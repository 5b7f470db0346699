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

func TestVerifyHeaders(t *testing.T) {
	long := strings.Repeat("7", 65)
	huge := strings.Repeat("a", 1<<16)
	set := func(name string, values ...string) func(http.Header) {
		return func(h http.Header) {
			h.Del(name)
			for _, value := range values {
				h.Add(name, value)
			}
		}
	}
	twice := func(name string) func(http.Header) {
		return func(h http.Header) { h.Add(name, h.Get(name)) }
	}
	for _, c := range []struct {
		name   string
		change func(http.Header)
		want   nxcloud.Refusal
	}{
		{"nothing changed", func(http.Header) {}, verified},
		{"no header at all", func(h http.Header) { clear(h) }, keyUnknown},

		{"accessKey missing", set("accesskey"), keyUnknown},
		{"accessKey empty", set("accesskey", ""), keyUnknown},
		{"accessKey twice", twice("accesskey"), keyRepeated},
		{"accessKey twice, one strange", set("accesskey", testKey, "stranger"), keyRepeated},
		{"accessKey twice, both strange", set("accesskey", "stranger", "stranger"), keyRepeated},
		{"accessKey joined by a proxy", set("accesskey", testKey+", "+testKey), keyUnknown},
		{"accessKey misshapen", set("accesskey", testKey+" "), keyUnknown},
		{"accessKey in another case", set("accesskey", strings.ToUpper(testKey)), keyUnknown},
		{"accessKey cut short", set("accesskey", testKey[:len(testKey)-1]), keyUnknown},
		{"accessKey oversized", set("accesskey", huge), keyUnknown},
		{"accessKey not configured", set("accesskey", "kGp5uFHN"), keyUnknown},
		// The stand-in for strangers must not be an account of that name.
		{"accessKey unknown", set("accesskey", "unknown"), keyUnknown},
		{"accessKey of another account", set("accesskey", "key.md5"), signWrong},

		{"action missing", set("action"), actionCount},
		{"action empty", set("action", ""), actionCount},
		{"action twice", twice("action"), actionCount},
		{"action twice, different", set("action", "dr", "mo"), actionCount},
		{"action misshapen", set("action", "dr&"), misshapen},
		{"action with a space", set("action", "dr "), misshapen},
		{"action with a colon", set("action", "a:b"), misshapen},
		{"action oversized", set("action", long), misshapen},
		{"action huge", set("action", huge), misshapen},
		{"action mtsend", set("action", "mtsend"), actionOther},
		{"action of 64 letters", set("action", huge[:64]), actionOther},
		{"action in capitals", set("action", "DR"), actionOther},
		{"action of the other direction", set("action", "mo"), signWrong},

		{"bizType missing", set("biztype"), bizTypeCount},
		{"bizType empty", set("biztype", ""), bizTypeCount},
		{"bizType twice", twice("biztype"), bizTypeCount},
		{"bizType misshapen", set("biztype", "4 x"), misshapen},
		{"bizType oversized", set("biztype", long), misshapen},
		{"bizType 3", set("biztype", "3"), bizTypeOther},
		{"bizType 04", set("biztype", "04"), bizTypeOther},
		{"bizType under another name", func(h http.Header) { h.Del("biztype"); h.Set("biz_type", "4") }, bizTypeCount},
		{"action mtsend, but bizType misshapen", func(h http.Header) { h.Set("action", "mtsend"); h.Set("biztype", "4=") }, misshapen},
		{"action mtsend, but bizType missing", func(h http.Header) { h.Set("action", "mtsend"); h.Del("biztype") }, bizTypeCount},

		{"ts missing", set("ts"), tsCount},
		{"ts empty", set("ts", ""), tsCount},
		{"ts twice", twice("ts"), tsCount},
		{"ts of 12 digits", set("ts", testTS[:12]), tsForm},
		{"ts of 14 digits", set("ts", testTS+"0"), tsForm},
		{"ts with a letter", set("ts", "169036199483x"), tsForm},
		{"ts with a plus sign", set("ts", "+690361994834"), tsForm},
		{"ts with a minus sign", set("ts", "-690361994834"), tsForm},
		{"ts with an underscore", set("ts", "1690361_94834"), tsForm},
		{"ts hexadecimal", set("ts", "0x90361994834"), tsForm},
		{"ts with a space", set("ts", " 690361994834"), tsForm},
		{"ts fractional", set("ts", "1690361994.83"), tsForm},
		{"ts of 13 bytes that are digits elsewhere", set("ts", "\u0661\u0662\u0663\u0664\u0665\u06661"), tsForm},
		{"ts huge", set("ts", huge), tsForm},
		{"ts another", set("ts", "1690361994835"), signWrong},

		{"algorithm md5", set("algorithm", "md5"), verified},
		{"algorithm MD5", set("algorithm", "MD5"), verified},
		{"algorithm empty", set("algorithm", ""), algorithmCount},
		{"algorithm twice", set("algorithm", "md5", "md5"), algorithmCount},
		{"algorithm none", set("algorithm", "none"), algorithmWord},
		{"algorithm auto", set("algorithm", "auto"), algorithmWord},
		{"algorithm with a space", set("algorithm", "md5 "), algorithmWord},
		{"algorithm SHA-256", set("algorithm", "SHA-256"), algorithmWord},
		{"algorithm oversized", set("algorithm", huge), algorithmWord},
		{"algorithm sha256 with a signature of md5", set("algorithm", "sha256"), signLength},

		{"sign missing", set("sign"), signCount},
		{"sign empty", set("sign", ""), signCount},
		{"sign twice", twice("sign"), signCount},
		{"sign in capitals", func(h http.Header) { upper(h, "sign") }, verified},
		{"sign cut to 1", func(h http.Header) { h.Set("sign", h.Get("sign")[:1]) }, signLength},
		{"sign cut to 8", func(h http.Header) { h.Set("sign", h.Get("sign")[:8]) }, signLength},
		{"sign cut to 31", func(h http.Header) { h.Set("sign", h.Get("sign")[:31]) }, signLength},
		{"sign cut to 30", func(h http.Header) { h.Set("sign", h.Get("sign")[:30]) }, signLength},
		{"sign one longer", func(h http.Header) { h.Set("sign", h.Get("sign")+"0") }, signLength},
		{"sign doubled", func(h http.Header) { h.Set("sign", h.Get("sign")+h.Get("sign")) }, signLength},
		{"sign huge", set("sign", huge), signLength},
		{"sign not hexadecimal", func(h http.Header) { h.Set("sign", h.Get("sign")[:31]+"g") }, signForm},
		{"sign with a line end", func(h http.Header) { h["Sign"] = []string{h.Get("sign")[:31] + "\n"} }, signForm},
		{"sign of zeros", set("sign", strings.Repeat("0", 32)), signWrong},
	} {
		d := newTestDelivery(request{body: testBody})
		c.change(d.Header)
		caller, got := verdict(t, newTestKeyring(t, newTestAccounts()...), d, testNow)
		if got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, &got, &c.want)
		}
		if got == keyUnknown && caller.AccountName() != "unknown" || got == verified && caller.AccountName() != "main" {
			t.Errorf("%s: account is %s", c.name, caller.AccountName())
		}
	}
}

// One digit wrong anywhere must refuse: a comparison of a part would not.
func TestVerifyComparesTheWholeSignature(t *testing.T) {
	keyring := newTestKeyring(t, newTestAccounts()...)
	for _, r := range []request{
		{body: testBody},
		{body: testBody, header: "sha256", algorithm: nxcloud.AlgorithmSHA256},
	} {
		good := newTestDelivery(r).Header.Get("sign")
		for i := range len(good) {
			digit := "0"
			if good[i] == '0' {
				digit = "1"
			}
			d := newTestDelivery(r)
			d.Header.Set("sign", good[:i]+digit+good[i+1:])
			if _, got := verdict(t, keyring, d, testNow); got != signWrong {
				t.Errorf("digit %d of %d changed: got %v, want %v", i, len(good), &got, &signWrong)
			}
		}
	}
}

func TestVerifyAlgorithms(t *testing.T) {
	const md5, sha256 = nxcloud.AlgorithmMD5, nxcloud.AlgorithmSHA256
	for _, c := range []struct {
		name string
		r    request
		want nxcloud.Refusal
	}{
		{"auto, no header, md5", request{algorithm: md5}, verified},
		{"auto, no header, sha256", request{algorithm: sha256}, signLength},
		{"auto, sha256", request{header: "sha256", algorithm: sha256}, verified},
		{"auto, SHA256", request{header: "SHA256", algorithm: sha256}, verified},
		{"md5 pinned, no header", request{key: "key.md5", algorithm: md5}, verified},
		{"md5 pinned, md5", request{key: "key.md5", header: "md5", algorithm: md5}, verified},
		{"md5 pinned, sha256", request{key: "key.md5", header: "sha256", algorithm: sha256}, algorithmOther},
		{"md5 pinned, none", request{key: "key.md5", header: "none", algorithm: md5}, algorithmWord},
		{"sha256 pinned, no header", request{key: "key-sha256_", algorithm: sha256}, verified},
		{"sha256 pinned, sha256", request{key: "key-sha256_", header: "Sha256", algorithm: sha256}, verified},
		{"sha256 pinned, no header, md5", request{key: "key-sha256_", algorithm: md5}, signLength},
		{"sha256 pinned, downgrade to md5", request{key: "key-sha256_", header: "md5", algorithm: md5}, algorithmOther},
	} {
		_, got := verdict(t, newTestKeyring(t, newTestAccounts()...), newTestDelivery(c.r), testNow)
		if got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, &got, &c.want)
		}
	}
}

// A valid signature of the wrong thing: the customer's own calls are signed with
// the same text and key.
func TestVerifyRefusesSignedCallsOfOtherKinds(t *testing.T) {
	keyring := newTestKeyring(t, newTestAccounts()...)
	for _, c := range []struct {
		r    request
		want nxcloud.Refusal
	}{
		{request{action: "mtsend"}, actionOther},
		{request{action: "mtsend", bizType: "3"}, actionOther},
		{request{action: "DR"}, actionOther},
		{request{bizType: "3"}, bizTypeOther},
		{request{bizType: "2"}, bizTypeOther},
		{request{key: "stranger"}, keyUnknown},
		{request{key: "stranger", action: "mtsend"}, keyUnknown},
		{request{key: "stranger", ts: "1"}, keyUnknown},
		{request{action: "mo"}, verified},
	} {
		caller, got := verdict(t, keyring, newTestDelivery(c.r), testNow)
		if got != c.want {
			t.Errorf("%+v: got %v, want %v", c.r, &got, &c.want)
		}
		if wantKind, _ := sms.ParseKind(c.r.action); c.r.action != "" && caller.Kind != wantKind {
			t.Errorf("%+v: kind %v, want %v", c.r, caller.Kind, wantKind)
		}
	}
}

func TestVerifySecretsOfARotation(t *testing.T) {
	keyring := newTestKeyring(t, newTestAccounts()...)
	for _, c := range []struct {
		secret string
		want   nxcloud.Refusal
	}{
		{"previous-secret-that-is-longer", verified},
		{testSecret, verified},
		{"next", verified},
		{"nex", signWrong},
		{"next2", signWrong},
		{"Next", signWrong},
		{testSecret + "next", signWrong},
	} {
		if _, got := verdict(t, keyring, newTestDelivery(request{secret: c.secret, body: testBody}), testNow); got != c.want {
			t.Errorf("secret %q: got %v, want %v", c.secret, &got, &c.want)
		}
	}
	// A pinned account knows testSecret alone.
	_, got := verdict(t, keyring, newTestDelivery(request{key: "key.md5", secret: "next"}), testNow)
	if got != signWrong {
		t.Errorf("secret of another account: got %v, want %v", &got, &signWrong)
	}
}

func TestVerifyFreshness(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name        string
		maxAge, age time.Duration
		want        nxcloud.Refusal
	}{
		{"now", 0, 0, verified},
		{"default, just in time", 0, nxcloud.DefaultMaxAge, verified},
		{"default, stale", 0, nxcloud.DefaultMaxAge + ms, tsStale},
		{"an hour, just in time", time.Hour, time.Hour, verified},
		{"an hour, stale", time.Hour, time.Hour + ms, tsStale},
		{"ahead, just in time", 0, -5 * time.Minute, verified},
		{"ahead, future", 0, -5*time.Minute - ms, tsFuture},
		{"a max_age below the tolerance ahead", time.Second, -5 * time.Minute, verified},
		{"centuries old", 0, 100 * 365 * 24 * time.Hour, tsStale},
		{"centuries ahead", 0, -200 * 365 * 24 * time.Hour, tsFuture},
	} {
		account := newTestAccount("main", testKey, nxcloud.AlgorithmAuto, testSecret)
		account.MaxAge = c.maxAge
		caller, got := verdict(t, newTestKeyring(t, account), newTestDelivery(request{body: testBody}), testNow.Add(c.age))
		if got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, &got, &c.want)
		}
		if !caller.SignedAt.Equal(testNow) {
			t.Errorf("%s: signed at %v, want %v", c.name, caller.SignedAt, testNow)
		}
	}
	// Whether ts is fresh must not show to somebody without the secret.
	d := newTestDelivery(request{body: testBody, secret: "guess"})
	if _, got := verdict(t, newTestKeyring(t, newTestAccounts()...), d, testNow.Add(48*time.Hour)); got != signWrong {
		t.Errorf("stale and forged: got %v, want %v", &got, &signWrong)
	}
}
