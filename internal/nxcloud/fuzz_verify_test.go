// SPDX-License-Identifier: Apache-2.0

package nxcloud_test

import (
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

var (
	word13   = regexp.MustCompile(`^[0-9]{13}$`)
	wordKey  = regexp.MustCompile(`^[0-9A-Za-z._-]{1,64}$`)
	wordMD5  = regexp.MustCompile(`^[mM][dD]5$`)
	wordSHA  = regexp.MustCompile(`^[sS][hH][aA]256$`)
	digest32 = regexp.MustCompile(`^[0-9A-Fa-f]{32}$`)
	digest64 = regexp.MustCompile(`^[0-9A-Fa-f]{64}$`)
)

// naiveSign joins the text as the vendor's page words it.
func naiveSign(sha bool, key, action, bizType, ts, body, secret string) string {
	text := "accessKey=" + key + "&action=" + action + "&bizType=" + bizType + "&ts=" + ts
	if body != "" {
		text += "&body=" + body
	}
	text += "&accessSecret=" + secret
	if sha {
		return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
	}
	return fmt.Sprintf("%x", md5.Sum([]byte(text)))
}

// naiveVerify is a second implementation of the rules, as plain as they are
// written: no early hashing, no care for time.
func naiveVerify(accounts []nxcloud.Account, h http.Header, body string, now time.Time) sms.Result {
	once := func(name string) bool { return len(h[name]) == 1 && h[name][0] != "" }
	if len(h["Accesskey"]) > 1 {
		return sms.ResultBadSignature
	}
	var account *nxcloud.Account
	for i := range accounts {
		if accounts[i].AccessKey == h.Get("Accesskey") {
			account = &accounts[i]
		}
	}
	if account == nil {
		return sms.ResultUnknownKey
	}
	if !once("Action") || !once("Biztype") || !wordKey.MatchString(h.Get("Action")) || !wordKey.MatchString(h.Get("Biztype")) {
		return sms.ResultBadSignature
	}
	if action := h.Get("Action"); action != "mo" && action != "dr" || h.Get("Biztype") != "4" {
		return sms.ResultUnsupported
	}
	if !once("Ts") || !word13.MatchString(h.Get("Ts")) || !once("Sign") {
		return sms.ResultBadSignature
	}
	sha := account.Algorithm == nxcloud.AlgorithmSHA256
	if len(h["Algorithm"]) > 0 {
		named := wordSHA.MatchString(h.Get("Algorithm"))
		if !once("Algorithm") || !named && !wordMD5.MatchString(h.Get("Algorithm")) ||
			account.Algorithm != nxcloud.AlgorithmAuto && named != sha {
			return sms.ResultBadSignature
		}
		sha = named
	}
	if form := map[bool]*regexp.Regexp{false: digest32, true: digest64}[sha]; !form.MatchString(h.Get("Sign")) {
		return sms.ResultBadSignature
	}
	matches := false
	for _, secret := range account.Secrets {
		want := naiveSign(sha, account.AccessKey, h.Get("Action"), "4", h.Get("Ts"), body, string(secret))
		matches = matches || strings.EqualFold(want, h.Get("Sign"))
	}
	if !matches {
		return sms.ResultBadSignature
	}
	millis, _ := strconv.ParseInt(h.Get("Ts"), 10, 64)
	switch age := now.UnixMilli() - millis; {
	case age > 24*60*60*1000:
		return sms.ResultStale
	case age < -5*60*1000:
		return sms.ResultFuture
	}
	return sms.ResultAccepted
}

// FuzzVerify compares Verify with naiveVerify. The shape says how often each
// header occurs, two bits each, and how the request is signed.
func FuzzVerify(f *testing.F) {
	const once = 0b01_01_01_01_01_01 // each of the six headers
	const noAlgorithm = 0b00_01_01_01_01_01
	for signed := range uint16(16) {
		f.Add(testKey, "dr", "4", testTS, "md5", "", []byte(testBody), noAlgorithm|signed<<12, int64(0))
		f.Add("key-sha256_", "mo", "4", testTS, "SHA256", "", []byte(""), once|signed<<12, int64(-5*60*1000))
		f.Add("key.md5", "dr", "4", testTS, "md5", "", []byte("&body="), once|signed<<12, int64(24*60*60*1000))
	}
	for header := range 6 {
		f.Add(testKey, "dr", "4", testTS, "md5", "", []byte("x"), uint16(once&^(0b11<<(2*header))|1<<12), int64(1))
		f.Add(testKey, "dr", "4", testTS, "md5", "", []byte("x"), uint16(once|0b11<<(2*header)|1<<12), int64(1))
	}
	f.Add(testKey, "mtsend", "3", "+690361994834", "none", "00", []byte("x"), uint16(once), int64(0))
	f.Add("unknown", "dr", "4", testTS+"&body=x", "auto", strings.Repeat("0", 32), []byte(nil), uint16(once), int64(0))

	accounts := newTestAccounts()
	keyring := newTestKeyring(f, accounts...)
	f.Fuzz(func(t *testing.T, key, action, bizType, ts, algorithm, sign string, body []byte, shape uint16, offset int64) {
		how := shape >> 12
		if how != 0 {
			secrets := accounts[0].Secrets
			sign = naiveSign(how&8 != 0, key, action, bizType, ts, string(body), string(secrets[int(how)%len(secrets)]))
			if how&4 != 0 {
				sign = strings.ToUpper(sign)
			}
		}
		header := make(http.Header)
		for i, pair := range [][2]string{
			{"Accesskey", key}, {"Action", action}, {"Biztype", bizType}, {"Ts", ts}, {"Sign", sign}, {"Algorithm", algorithm},
		} {
			header[pair[0]] = [][]string{nil, {pair[1]}, {pair[1], "x"}, {pair[1], pair[1]}}[shape>>(2*i)&0b11]
		}
		now := testNow.Add(time.Duration(offset%math.MaxInt32) * time.Millisecond)
		caller, got := verdict(t, keyring, &nxcloud.Delivery{Header: header, Body: body}, now)
		want := naiveVerify(accounts, header, string(body), now)
		if got.Result != want {
			t.Fatalf("Verify says %v (%s), the plain rules say %v: %q %q", got.Result, got.Reason, want, header, body)
		}
		if got == verified && (caller.Account.AccessKey != key || caller.Kind.String() != action) {
			t.Fatalf("verified %q %q as %+v", key, action, caller)
		}
	})
}

// FuzzSignedBytesDoNotMove signs one delivery and then offers its signature with
// every other way of cutting the same text into headers and a body, and with
// bytes moved over each boundary. Nothing but the original may verify.
func FuzzSignedBytesDoNotMove(f *testing.F) {
	f.Add([]byte(`{"content":"a&body=b&ts=1&bizType=4&action=dr"}`), uint8(1))
	f.Add([]byte("&body=&body="), uint8(6))
	f.Add([]byte("1690361994834&body=x"), uint8(13))
	f.Add([]byte("dr&bizType=4&ts=1690361994834&body=&action=mo&bizType=4&ts=1690361994834"), uint8(2))
	f.Add([]byte(""), uint8(1))
	keyring := newTestKeyring(f,
		newTestAccount("main", testKey, nxcloud.AlgorithmAuto, testSecret),
		newTestAccount("prefix", testKey[:4], nxcloud.AlgorithmAuto, testSecret))
	f.Fuzz(func(t *testing.T, body []byte, move uint8) {
		genuine := [5]string{testKey, "dr", "4", testTS, string(body)}
		sign := naiveSign(false, genuine[0], genuine[1], genuine[2], genuine[3], genuine[4], testSecret)
		offer := func(fields [5]string) {
			d := &nxcloud.Delivery{Body: []byte(fields[4]), Header: http.Header{
				"Accesskey": {fields[0]}, "Action": {fields[1]}, "Biztype": {fields[2]}, "Ts": {fields[3]}, "Sign": {sign},
			}}
			_, got := verdict(t, keyring, d, testNow)
			if (got == verified) != (fields == genuine) {
				t.Errorf("signature of %q, offered with %q: %v", genuine, fields, got)
			}
		}
		offer(genuine)
		text := genuine[0] + "&action=" + genuine[1] + "&bizType=" + genuine[2] + "&ts=" + genuine[3]
		if len(body) > 0 {
			text += "&body=" + genuine[4]
		}
		budget := 2000 // readings; a body of markers alone has very many
		for _, fields := range readings(text, []string{"&action=", "&bizType=", "&ts=", "&body="}, &budget) {
			offer(fields)
		}
		for i := range 4 {
			if n := int(move); n > 0 && n <= len(genuine[i]) {
				fields := genuine
				cut := len(genuine[i]) - n
				fields[i], fields[i+1] = genuine[i][:cut], genuine[i][cut:]+genuine[i+1]
				offer(fields)
			}
			if n := int(move); n > 0 && n <= len(genuine[i+1]) {
				fields := genuine
				fields[i], fields[i+1] = genuine[i]+genuine[i+1][:n], genuine[i+1][n:]
				offer(fields)
			}
		}
	})
}

// readings lists the ways of cutting text at the markers, in their order. The
// last marker may be left out: such a reading has no body.
func readings(text string, markers []string, budget *int) [][5]string {
	var found [][5]string
	first := 5 - len(markers) - 1
	if len(markers) == 1 {
		found = append(found, [5]string{3: text})
	}
	for at := 0; *budget > 0; at++ {
		next := strings.Index(text[at:], markers[0])
		if next < 0 {
			break
		}
		at += next
		*budget--
		head, tail := text[:at], text[at+len(markers[0]):]
		if len(markers) == 1 {
			// An empty body signs without its marker, so a marker at the very end
			// belongs to the field before it.
			if tail != "" {
				found = append(found, [5]string{3: head, 4: tail})
			}
			continue
		}
		for _, rest := range readings(tail, markers[1:], budget) {
			rest[first] = head
			found = append(found, rest)
		}
	}
	return found
}
