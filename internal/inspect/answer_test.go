// SPDX-License-Identifier: Apache-2.0

package inspect_test

import (
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/inspect"
	"didsms_exporter/internal/sms"
)

// TestKeyOrders: a sorted body is undone for every order in which somebody signs,
// and a guess for any other.
func TestKeyOrders(t *testing.T) {
	inspector := newInspector(t, nil)
	for want, bodies := range map[string][]string{
		"re-serialised": {
			`{"messageId":"m","type":"0","toPhone":"1","fromPhone":"2","content":"c","size":"1","price":"1","receiveTime":"r","smsStatus":"s"}`, // simulate
			`{"messageId":"m","toPhone":"1","fromPhone":"2","content":"c","size":"1","price":"1","receiveTime":"r","smsStatus":"s"}`,            // send, sign
			`{"messageId":"m","fromPhone":"2","toPhone":"1","content":"c","size":"1","price":"1","receiveTime":"r","smsStatus":"s"}`,            // demo
			`{"messageId":"m","toPhone":"1","fromPhone":"2","content":"c","receiveTime":"r","size":"1","price":"1","smsStatus":"s","type":"0"}`, // the contract's table
		},
		"sorted-keys": {`{"messageId":"m","price":"1","toPhone":"1","content":"c"}`},
	} {
		for _, body := range bodies {
			report := inspectText(t, inspector, signed(body).withBody(remarshal(t, body, "")).String())
			if len(report.Causes) != 1 || report.Causes[0].Name != want || report.Causes[0].Proven != (want == "re-serialised") {
				t.Errorf("%s: %+v", body, report.Causes)
			}
		}
	}
}

// TestWouldCount: what a callback that verifies would count.
func TestWouldCount(t *testing.T) {
	configured := func(numbers ...string) func(*inspect.Config) {
		return func(c *inspect.Config) {
			c.Accounts[0].Currency = "USD"
			for _, number := range numbers {
				c.Numbers = append(c.Numbers, inspect.Number{Account: "main", Number: sms.ParseNumber(number)})
			}
		}
	}
	mo := newRequest(vendorBody).set("action", "mo").md5()
	for name, test := range map[string]struct {
		r          *request
		change     func(*inspect.Config)
		want, note string
	}{
		"dr":            {signed(vendorBody), configured("12347200160"), "dr for number 12347200160 (fromPhone), DELIVRD, 1 × 0.036 USD", ""},
		"mo":            {mo, configured("18184505018"), "mo for number 18184505018 (toPhone), 1 × 0.036 USD", ""},
		"no list":       {signed(vendorBody), nil, "dr for number 1234…0160 (fromPhone), DELIVRD, 1 × 0.036", ""},
		"other field":   {signed(vendorBody), configured("18184505018"), "dr for number +1********60 (fromPhone), DELIVRD, 1 × 0.036 USD", "dr_did: to for account main"},
		"mo from ours":  {mo, configured("12347200160"), "mo for number +1********18 (toPhone), 1 × 0.036 USD", "or action wrong?"},
		"allowlist":     {mo, func(c *inspect.Config) { c.Allowlist = true }, "mo for number 1818…5018 (toPhone), 1 × 0.036", `did="other"`},
		"little":        {signed(`{"messageId":"m","smsStatus":"NEW","price":"x"}`), nil, "dr for number unknown (fromPhone), other, no size × no price, price unparsable", "holds no number"},
		"other account": {mo, func(c *inspect.Config) { c.Numbers = []inspect.Number{{Account: "second", Number: "18184505018"}} }, "mo for number 1818…5018 (toPhone), 1 × 0.036", ""},
	} {
		raw := test.r.String()
		report := inspectText(t, newInspector(t, test.change), raw)
		if report.WouldCount != test.want || !strings.Contains(strings.Join(report.Notes, " "), test.note) || test.note == "" && len(report.Notes) > 0 {
			t.Errorf("%s: %q, notes %q", name, report.WouldCount, report.Notes)
		}
	}
	if report := inspectText(t, newInspector(t, nil), signed(vendorBody).withBody("{}").String()); report.WouldCount != "" {
		t.Errorf("counts what does not verify: %q", report.WouldCount)
	}
}

// TestRefusedNow: a genuine callback that serve would refuse says so.
func TestRefusedNow(t *testing.T) {
	for now, want := range map[time.Duration]string{
		time.Hour:        "",
		27 * time.Hour:   "ts is 3h0m too old",
		-time.Hour:       "ts is 1h0m in the future",
		1000 * time.Hour: "ts is 40 days too old",
	} {
		at := time.UnixMilli(1690361994834).Add(now)
		report := inspectText(t, newInspector(t, func(c *inspect.Config) { c.Now = at }), signed(vendorBody).String())
		if !report.Verifies || report.RefusedNow != want {
			t.Errorf("%s: %q, want %q", now, report.RefusedNow, want)
		}
	}
}

// TestNotesCountWell: one byte is a byte.
func TestNotesCountWell(t *testing.T) {
	line := withLength(signed(vendorBody)).String()
	for raw, want := range map[string]string{
		line + "\n":        "1 byte after the announced end of the body was left out.",
		line + "\n\n":      "2 bytes after the announced end of the body were left out.",
		"x\n" + line:       "1 line before the request line was skipped.",
		line[:len(line)-1]: "The body is 1 byte shorter than Content-Length says.",
	} {
		capture, err := inspect.Parse([]byte(raw))
		if err != nil || len(capture.Notes) != 1 || capture.Notes[0] != want {
			t.Errorf("%v, %q, want %q", err, capture.Notes, want)
		}
	}
}
