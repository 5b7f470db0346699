// SPDX-License-Identifier: Apache-2.0

package receiver_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/recent"
	"didsms_exporter/internal/sms"
)

// TestReplyTable sends every row of the interface's table over a real connection
// and checks the answer, the counter, the debug page and that nothing else moved.
func TestReplyTable(t *testing.T) {
	good := signed("dr", vendorBody)
	changed := good
	changed.body = strings.Replace(changed.body, "0.0360", "0.0361", 1)
	get := good
	get.method = "GET"
	elsewhere := good
	elsewhere.path = "/"
	subpath := good
	subpath.path = testPath + "/"
	announced := good
	announced.length, announced.body = "65537", ""
	manyHeaders := good
	for n := range 60 {
		manyHeaders = manyHeaders.with("x-filler-"+string(rune('a'+n%26))+string(rune('a'+n/26)), "1")
	}
	for name, test := range map[string]struct {
		send   request
		status int
		word   string
		count  string // account/kind/result, or empty where the table counts nothing
		allow  string
		closed bool
	}{
		"good and new":          {send: good, status: 200, word: "success", count: "main/dr/accepted"},
		"no access key":         {send: good.with("accesskey"), status: 401, word: "error", count: "unknown/unknown/unknown_key"},
		"unknown access key":    {send: good.with("accesskey", "other"), status: 401, word: "error", count: "unknown/unknown/unknown_key"},
		"access key twice":      {send: good.with("accesskey", testKey, testKey), status: 401, word: "error", count: "unknown/unknown/bad_signature"},
		"one byte changed":      {send: changed, status: 401, word: "error", count: "main/dr/bad_signature"},
		"no sign":               {send: good.with("sign"), status: 401, word: "error", count: "main/dr/bad_signature"},
		"sign twice":            {send: good.with("sign", good.headers["sign"][0], good.headers["sign"][0]), status: 401, word: "error", count: "main/dr/bad_signature"},
		"unknown algorithm":     {send: good.with("algorithm", "none"), status: 401, word: "error", count: "main/dr/bad_signature"},
		"misshapen ts":          {send: good.with("ts", "1690361994834&body={}"), status: 401, word: "error", count: "main/dr/bad_signature"},
		"stale":                 {send: signedAt("mo", vendorBody, time.Now().Add(-25*time.Hour)), status: 401, word: "error", count: "main/mo/stale"},
		"future":                {send: signedAt("mo", vendorBody, time.Now().Add(6*time.Minute)), status: 401, word: "error", count: "main/mo/future"},
		"another action":        {send: good.with("action", "mtsend"), status: 401, word: "error", count: "main/unknown/unsupported"},
		"another bizType":       {send: good.with("biztype", "3"), status: 401, word: "error", count: "main/dr/unsupported"},
		"not an object":         {send: signed("dr", `["messageId"]`), status: 400, word: "error", count: "main/dr/malformed"},
		"duplicate name":        {send: signed("dr", `{"messageId":"1","messageId":"2"}`), status: 400, word: "error", count: "main/dr/malformed"},
		"bad UTF-8":             {send: signed("dr", "{\"messageId\":\"\xff\"}"), status: 400, word: "error", count: "main/dr/malformed"},
		"33 levels":             {send: signed("dr", `{"messageId":"1","x":`+strings.Repeat("[", 33)+strings.Repeat("]", 33)+`}`), status: 400, word: "error", count: "main/dr/malformed"},
		"no messageId":          {send: signed("dr", `{"price":"1"}`), status: 400, word: "error", count: "main/dr/malformed"},
		"empty body":            {send: signed("dr", ""), status: 400, word: "error", count: "main/dr/malformed"},
		"body over the limit":   {send: signed("dr", `{"content":"`+strings.Repeat("x", 65536)+`"}`), status: 413, word: "error", count: "main/dr/too_large", closed: true},
		"announced over limit":  {send: announced, status: 413, word: "error", count: "main/dr/too_large", closed: true},
		"too many header lines": {send: manyHeaders, status: 431, word: "error", closed: true},
		"GET":                   {send: get, status: 405, word: "error", allow: "POST"},
		"form":                  {send: good.with("Content-Type", "application/x-www-form-urlencoded"), status: 415, word: "error", count: "main/dr/malformed"},
		"no content type":       {send: good.with("Content-Type"), status: 415, word: "error", count: "main/dr/malformed"},
		"gzip":                  {send: good.with("Content-Encoding", "gzip"), status: 415, word: "error", count: "main/dr/malformed"},
		"identity encoding":     {send: good.with("Content-Encoding", "identity"), status: 415, word: "error", count: "main/dr/malformed"},
		"JSON with a charset":   {send: good.with("Content-Type", "application/json;charset=UTF-8"), status: 200, word: "success", count: "main/dr/accepted"},
		"another path":          {send: elsewhere, status: 404},
		"a path below":          {send: subpath, status: 404},
		"upper-case signature":  {send: good.with("sign", strings.ToUpper(good.headers["sign"][0])), status: 200, word: "success", count: "main/dr/accepted"},
		"unknown fields, nulls": {send: signed("mo", `{"messageId":7,"toPhone":18184505018,"price":null,"size":null,"new":{"a":[1]}}`), status: 200, word: "success", count: "main/mo/accepted"},
		"odd price, size, time": {send: signed("mo", `{"messageId":"7","toPhone":"1","price":"NaN","size":-1,"receiveTime":"soon"}`), status: 200, word: "success", count: "main/mo/accepted"},
		"unknown status":        {send: signed("dr", `{"messageId":"7","fromPhone":"1","smsStatus":"EXPLODED"}`), status: 200, word: "success", count: "main/dr/accepted"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newTestParts(t)
			p.open(t)
			got := p.send(t, test.send.String())
			if got.status != test.status || got.body != test.word {
				t.Errorf("answer: got %d %q, want %d %q", got.status, got.body, test.status, test.word)
			}
			if test.word != "" && got.header.Get("Content-Type") != "text/plain; charset=utf-8" {
				t.Errorf("content type: got %q", got.header.Get("Content-Type"))
			}
			if allow := got.header.Get("Allow"); allow != test.allow {
				t.Errorf("Allow: got %q, want %q", allow, test.allow)
			}
			if got.closed != test.closed {
				t.Errorf("connection closed: got %t, want %t", got.closed, test.closed)
			}
			want := map[string]float64{}
			if test.count != "" {
				want[test.count] = 1
			}
			if counts := p.counts(t); !maps.Equal(counts, want) {
				t.Errorf("counted: got %v, want %v", counts, want)
			}
			if accepted := test.word == "success"; accepted != (len(p.totals()) > 0) {
				t.Errorf("ledger: got %v, want an entry: %t", p.totals(), accepted)
			}
			checkRemembered(t, p, test.count)
		})
	}
}

// checkRemembered: what is counted is on the debug page, with its reason and
// without anything a forger could use.
func checkRemembered(t *testing.T, p *parts, count string) {
	t.Helper()
	records, _, err := p.memory.Find(recent.Filter{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	if count == "" {
		if len(records) != 0 {
			t.Errorf("remembered: got %v, want nothing", records)
		}
		return
	}
	if len(records) != 1 {
		t.Fatalf("remembered: got %d records, want 1", len(records))
	}
	record := records[0]
	if got := record.Account + "/" + record.Action + "/" + record.Result; got != count && record.Account != "unknown" {
		t.Errorf("remembered: got %s, want %s", got, count)
	}
	if refused := record.Result != "accepted"; refused != (record.Reason != "") {
		t.Errorf("remembered: result %s with reason %q", record.Result, record.Reason)
	}
	if record.Content != "" || strings.Contains(record.Peer, "12347200160") || strings.Contains(record.Peer, "18184505018") {
		t.Errorf("remembered personal data: %+v", record)
	}
}

// TestSeenBefore: the vendor's page example, twice, both ways round.
func TestSeenBefore(t *testing.T) {
	p := newTestParts(t)
	p.open(t)
	for _, send := range []struct{ action, did string }{{"dr", "12347200160"}, {"mo", "18184505018"}} {
		for range 2 {
			if got := p.send(t, signed(send.action, vendorBody).String()); got.status != 200 || got.body != "success" {
				t.Errorf("%s: got %d %q", send.action, got.status, got.body)
			}
		}
		totals := p.totals()[send.did]
		if got := totals.Messages + totals.ReceiptsBy(sms.OutcomeDelivered); got != 1 {
			t.Errorf("%s: counted %d times under %s", send.action, got, send.did)
		}
	}
	want := map[string]float64{
		"main/dr/accepted": 1, "main/dr/duplicate": 1, "main/mo/accepted": 1, "main/mo/duplicate": 1,
	}
	if counts := p.counts(t); !maps.Equal(counts, want) {
		t.Errorf("counted: got %v, want %v", counts, want)
	}
}

// TestOwnFailures: a store that cannot commit and a panic behind the door.
func TestOwnFailures(t *testing.T) {
	for name, test := range map[string]struct {
		fault  func() error
		status int
		retry  string
	}{
		"storage cannot commit": {func() error { return errors.New("disk full") }, 503, "5"},
		"panic":                 {func() error { panic("a fault of ours") }, 500, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := newTestParts(t)
			p.store = &faultyStore{fault: test.fault}
			p.open(t)
			for range 3 { // the door stays open, and no place in work is lost
				got := p.send(t, signed("dr", vendorBody).String())
				if got.status != test.status || got.body != "error" || got.header.Get("Retry-After") != test.retry {
					t.Errorf("got %d %q, Retry-After %q", got.status, got.body, got.header.Get("Retry-After"))
				}
			}
			if counts := p.counts(t); !maps.Equal(counts, map[string]float64{"main/dr/error": 3}) {
				t.Errorf("counted: %v", counts)
			}
			// The number has its place already, at 0.
			for did, totals := range p.totals() {
				if totals.Messages+totals.ReceiptsBy(sms.OutcomeDelivered) != 0 || len(totals.LastEvent) != 0 {
					t.Errorf("%s: counted, although the commit failed", did)
				}
			}
		})
	}
}
