// SPDX-License-Identifier: Apache-2.0

package inspect_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"didsms_exporter/internal/inspect"
	"didsms_exporter/internal/nxcloud"
)

// everything is all that anybody could show of a report.
func everything(t testing.TB, report *inspect.Report) string {
	t.Helper()
	out, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s\n%+v", out, report)
}

var digits13 = regexp.MustCompile(`[0-9]{13}`)

// forgeries are the signatures that the keyring would accept for a body, under any
// header values that stand in the capture or that somebody would try.
func forgeries(raw string, body []byte) []string {
	stamps := append(digits13.FindAllString(raw, 16), testTS, testTS[:10]+"000")
	var signs []string
	for _, account := range testAccounts() {
		for _, secret := range account.Secrets {
			for _, action := range []string{"mo", "dr"} {
				for _, ts := range stamps {
					for _, algorithm := range []nxcloud.Algorithm{nxcloud.AlgorithmMD5, nxcloud.AlgorithmSHA256} {
						p := nxcloud.Parameters{AccessKey: account.AccessKey, Action: action, BizType: "4", Timestamp: ts}
						signs = append(signs, nxcloud.Sign(algorithm, p, body, secret))
					}
				}
			}
		}
	}
	return signs
}

// checkNoLeak holds a report to the promise of the package. Nothing that looks
// like a signature may stand in it at all, so that no unusual one slips through.
func checkNoLeak(t testing.TB, raw string, capture *inspect.Capture, report *inspect.Report) {
	t.Helper()
	shown := everything(t, report)
	lower := strings.ToLower(shown)
	for _, sign := range forgeries(raw, capture.Body) {
		if strings.Contains(lower, sign) {
			t.Errorf("shows a signature that would be accepted:\n%s", shown)
		}
	}
	if run := regexp.MustCompile(`[0-9a-f]{25,}`).FindString(lower); run != "" {
		t.Errorf("shows %q:\n%s", run, shown)
	}
	for _, account := range testAccounts() {
		for _, secret := range account.Secrets {
			if strings.Contains(shown, string(secret)) {
				t.Errorf("shows a secret:\n%s", shown)
			}
		}
	}
	for _, text := range planted() {
		if strings.Contains(shown, text) && !strings.Contains(fmt.Sprint(capture.Header), text) {
			t.Errorf("shows %q, which somebody wrote or is called by:\n%s", text, shown)
		}
	}
	texts := append([]string{report.Account, report.Action, report.Answer.Reason}, report.SignedText...)
	for _, rule := range report.Rules {
		texts = append(texts, rule.Detail)
	}
	for _, cause := range report.Causes {
		texts = append(texts, cause.What, cause.Do)
	}
	for _, text := range append(texts, report.Notes...) {
		if strings.ContainsFunc(text, func(char rune) bool { return !unicode.IsPrint(char) }) {
			t.Errorf("shows something that a terminal may obey: %q", text)
		}
	}
}

// planted is what people wrote in the bodies of these tests, and their numbers, in
// pieces that stand nowhere else.
func planted() []string {
	return []string{"sunt", "nisi", "12347200160", "2347200", "hush", "4711", "Bob", "555-0143", "202-555", "0143", "1234567", "2025550", "Grüße", "Anna"}
}

// bodiesOfPeople hold planted texts and numbers in every way that a body goes
// wrong.
func bodiesOfPeople() []string {
	bodies := []string{
		`{"content":"x& my hush 4711 Bob"}`, `{\"content\":\"my hush\"}`, `{\"content\":\"Bob\",\"toPhone\":\"+1 202-555-0143\"}`, `{'content':'it\'s my hush','toPhone':'1234567'}`,
		`{"text":{"body":"my hush 4711"}}`, `{"text":["Bob",["my hush"]]}`, `{"type":["Bob"]}`, `{"type":{"x":"Bob"}}`,
		`{"toPhone":"+1 202-555-0143"}`, `{"toPhone":"1234567"}`, `{"toPhone":1234567}`, `{"toPhone":" (202) 555 0143"}`, `{"toPhone":"202.555.0143"}`,
		`+1 202-555-0143`, `1234567`, `"1234567"`, `Bob`, `4711`, `Bob: my hush is 4711`, `"Bob"`, `"hush`,
		`{"content":"my "hush" 4711 Bob"}`, `{"content":"my hush`, `{"content":my hush 4711}`, `content=my+hush+4711&toPhone=%2B1234567`, `content=my%20hush`,
		`{"smsStatus":"my hush","price":"Anna","size":"4711","receiveTime":"Bob","messageId":"Anna 4711","type":"Bob","action":"my hush"}`,
		`{"smsStatus":1234567,"messageId":"Bob","price":1234567}`, `{"Bob 4711":1}`, `{"1234567":"x"}`,
		"<sms><content>my hush</content><to>1234567</to></sms>", `{"content":"Grüße, Anna"}`, `{'content':'Grüße, Anna'}`,
		"\ufeff" + `{"content":"my hush"}`, "Content-Disposition: form-data; name=\"content\"\n\nBob\n", `{"content":"\u0042ob","x":"\"hush\""}`,
		`[{"content":"my hush"}]`, `"{\"content\":\"my hush\"}"`, `{"content"   :                     "Bob"}`, `{"content"                     :"Bob"}`,
	}
	for _, body := range slices.Clip(bodies) {
		bodies = append(bodies, body+"\n", "x\n"+body, body[:len(body)-1], strings.Repeat(" ", 5000)+body, body+strings.Repeat(" ", 5000), strconv.Quote(body), "{"+body)
	}
	return bodies
}

// TestNoLeak: neither a report on a planted mistake, nor one on a capture that
// holds secrets and signatures in the wrong places, gives anything away.
func TestNoLeak(t *testing.T) {
	raws := make(map[string]string)
	for name, m := range mistakes(t) {
		raws[name] = m.request.String()
	}
	sign := signed(vendorBody).get("sign")
	for _, header := range []string{"accesskey", "action", "biztype", "ts", "sign"} {
		raws["secret in "+header] = signed(vendorBody).set(header, testSecret).String()
		raws["secret within "+header] = signed(vendorBody).set(header, "a."+otherSecret+".b").String()
		raws["sign in "+header] = signed(vendorBody).set(header, sign).String()
		raws["sha256 in "+header] = signed(vendorBody).set(header, strings.Repeat(sign, 2)).String()
		raws["escape in "+header] = signed(vendorBody).set(header, "\x1b[2J\u202e").String()
	}
	raws["secret in body"] = signed(vendorBody).withBody(testSecret).String()
	raws["secret at the cut"] = signed(vendorBody).withBody(strings.Repeat(" ", 20) + testSecret + strings.Repeat("x", 200)).String()
	raws["secret at the end"] = signed(vendorBody).withBody(strings.Repeat("x", 5000) + testSecret).String()
	raws["sign in body"] = signed(vendorBody).withBody(sign).String()
	raws["sign in JSON"] = signed(`{"messageId":"` + sign + `"}`).String()
	for _, body := range bodiesOfPeople() {
		raws["body "+body] = newRequest(body).md5().String()
		raws["body changed "+body] = signed(vendorBody).withBody(body).String()
	}
	for name, raw := range raws {
		t.Run(name, func(t *testing.T) {
			for _, loose := range []bool{false, true} {
				inspector := newInspector(t, func(c *inspect.Config) { c.AnyAction, c.Strict = loose, !loose })
				capture, err := inspect.Parse([]byte(raw))
				if err != nil {
					t.Fatal(err)
				}
				checkNoLeak(t, raw, capture, inspector.Inspect(capture))
			}
		})
	}
}

// TestHostile: captures that nobody sends by mistake end quickly and quietly.
func TestHostile(t *testing.T) {
	var many strings.Builder
	for n := range 10_000 {
		fmt.Fprintf(&many, "x-%d: %d\r\nsign: %d\r\n", n, n, n)
	}
	deep := strings.Repeat(`{"a":[`, 3000)
	inspector := newInspector(t, nil)
	for name, raw := range map[string]string{
		"10,000 headers":     "POST / HTTP/1.1\r\n" + many.String() + "\r\n{}",
		"huge body":          signed(vendorBody).withBody(strings.Repeat("x", 4<<20)).String(),
		"body at the limit":  signed(vendorBody).withBody(`{"a":"` + strings.Repeat("ü&/1", 13_000) + `"}`).String(),
		"numbers":            signed(vendorBody).withBody(`{"a":[` + strings.Repeat("1,", 8000) + `1]}`).String(),
		"deep":               signed(vendorBody).withBody(deep).String(),
		"huge header":        signed(vendorBody).set("sign", strings.Repeat(",", 1<<20)).String(),
		"binary":             "\x00\xff\x1f\x8b:\x00\n\n" + strings.Repeat("\x00\x80\xff", 1000),
		"no empty line":      "POST / HTTP/1.1\nsign: 1",
		"request line alone": "POST / HTTP/1.1",
		"gzip bomb":          signed(vendorBody).withBody(gzipped(strings.Repeat("\n", 40<<20))).String(),
		"length overflow":    signed(vendorBody).add("content-length", "99999999999999999999999").withBody("{}").String(),
		"negative chunk":     signed(vendorBody).add("transfer-encoding", "chunked").withBody("-1\r\nx\r\n0\r\n\r\n").String(),
		"endless chunk":      signed(vendorBody).add("transfer-encoding", "chunked").withBody("7fffffff\r\nx").String(),
		"folds first":        " folded\n\tagain\nts: 1\n\n",
		"many folds":         "POST / HTTP/1.1\r\nts: 1\r\n" + strings.Repeat(" folded\r\n", 300_000) + "\r\n{}",
		"folds between":      "POST / HTTP/1.1\r\nts: 1\r\n" + strings.Repeat("\tx\n;\n", 300_000) + "\r\n{}",
		"colons":             ":::::\n::\n:\nts:\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			capture, err := inspect.Parse([]byte(raw))
			if err != nil {
				return
			}
			report := inspector.Inspect(capture)
			if report.Verifies || len(report.Causes) == 0 {
				t.Errorf("%+v", report)
			}
			checkNoLeak(t, "", capture, report)
			if took := time.Since(began); took > 2*time.Minute {
				t.Errorf("took %s", took)
			}
			t.Logf("%s, %v", time.Since(began), report.Causes[0].Name)
		})
	}
}

// FuzzInspect: whatever is captured, the report gives nothing away and agrees
// with the keyring.
func FuzzInspect(f *testing.F) {
	t := &testing.T{}
	for _, m := range mistakes(t) {
		f.Add([]byte(m.request.String()))
	}
	f.Add([]byte(signed(vendorBody).String()))
	f.Add([]byte(signed(vendorBody).add("transfer-encoding", "chunked").withBody("2\r\n{}\r\n0\r\n\r\n").String()))
	keyring, err := nxcloud.NewKeyring(testAccounts())
	if err != nil {
		f.Fatal(err)
	}
	strict := newInspector(f, func(c *inspect.Config) { c.Strict = true })
	loose := newInspector(f, func(c *inspect.Config) { c.AnyAction = true })
	strict.LimitEffort(1 << 20)
	loose.LimitEffort(1 << 20)
	f.Fuzz(func(t *testing.T, raw []byte) {
		capture, err := inspect.Parse(raw)
		if err != nil {
			return
		}
		report := strict.Inspect(capture)
		checkNoLeak(t, string(raw), capture, report)
		checkNoLeak(t, string(raw), capture, loose.Inspect(capture))
		_, refusal := keyring.Verify(&nxcloud.Delivery{Header: capture.Header, Body: capture.Body}, testNow)
		if report.Verifies && refusal != nil || refusal == nil && !report.Authentic {
			t.Errorf("keyring %v, report %+v", refusal, report)
		}
		if report.Answer.Status == http.StatusUnauthorized && refusal.Error() != report.Answer.Result+": "+report.Answer.Reason {
			t.Errorf("keyring %v, report %+v", refusal, report.Answer)
		}
		if report.Verifies != (len(report.Causes) == 0) {
			t.Errorf("verifies %t, causes %+v", report.Verifies, report.Causes)
		}
	})
}
