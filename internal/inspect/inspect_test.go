// SPDX-License-Identifier: Apache-2.0

package inspect_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"didsms_exporter/internal/inspect"
	"didsms_exporter/internal/nxcloud"
)

const (
	testKey     = "kGp5uFHN"
	testSecret  = "Zq-first-8d1c"
	nextSecret  = "Zq-second-77"
	otherKey    = "xT2other"
	otherSecret = "Zq-of-the-other-account"
)

// testNow is shortly after testTS.
var testNow = time.UnixMilli(1690361994834).Add(time.Minute)

const testTS = "1690361994834"

// vendorBody is the example of the vendor's page in its compact form.
const vendorBody = `{"messageId":"fcf3432fd1834ccdac807a7cfb2d1fdf","toPhone":"18184505018","fromPhone":"12347200160",` +
	`"content":"sunt non nisi","size":"1","price":"0.0360","receiveTime":"2021-02-07 14:54:00","smsStatus":"DELIVRD"}`

// oddBody has everything that serialisers and converters disagree about.
const oddBody = `{"messageId":"m1","toPhone":"18184505018","content":"Grüße & <b>/ok</b>","size":1,"price":"0.0360"}`

func testAccounts() []nxcloud.Account {
	return []nxcloud.Account{
		{Name: "main", AccessKey: testKey, Secrets: [][]byte{[]byte(testSecret), []byte(nextSecret)}},
		{Name: "second", AccessKey: otherKey, Secrets: [][]byte{[]byte(otherSecret)}},
		{Name: "pinned", AccessKey: "pinnedKey", Secrets: [][]byte{[]byte("Zq-pinned")}, Algorithm: nxcloud.AlgorithmSHA256},
		{Name: "quoted", AccessKey: "quotedKey", Secrets: [][]byte{[]byte(`"Zq-quoted"`)}},
	}
}

func newInspector(t testing.TB, change func(*inspect.Config)) *inspect.Inspector {
	t.Helper()
	config := inspect.Config{Accounts: testAccounts(), Now: testNow, MaxBodyBytes: 64 << 10}
	if change != nil {
		change(&config)
	}
	inspector, err := inspect.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return inspector
}

// request is a capture in the making. Its signature is of the values that it has
// when sign is called; what is changed afterwards is a mistake on the way.
type request struct {
	method  string
	headers [][2]string
	body    string
	crlf    bool
}

func newRequest(body string) *request {
	r := &request{method: "POST", body: body, crlf: true, headers: [][2]string{
		{"Host", "exporter.example.com"},
		{"content-type", "application/json"},
		{"accesskey", testKey},
		{"action", "dr"},
		{"biztype", "4"},
		{"ts", testTS},
		{"sign", ""},
	}}
	return r
}

func (r *request) get(name string) string {
	for _, header := range r.headers {
		if header[0] == name {
			return header[1]
		}
	}
	return ""
}

func (r *request) set(name, value string) *request {
	for n := range r.headers {
		if r.headers[n][0] == name {
			r.headers[n][1] = value
			return r
		}
	}
	return r.add(name, value)
}

func (r *request) add(name, value string) *request {
	r.headers = append(r.headers, [2]string{name, value})
	return r
}

func (r *request) drop(names ...string) *request {
	kept := r.headers[:0]
	for _, header := range r.headers {
		if !slices.Contains(names, header[0]) {
			kept = append(kept, header)
		}
	}
	r.headers = kept
	return r
}

func (r *request) exchange(a, b string) *request {
	first, second := r.get(a), r.get(b)
	return r.set(a, second).set(b, first)
}

func (r *request) parameters() nxcloud.Parameters {
	return nxcloud.Parameters{AccessKey: r.get("accesskey"), Action: r.get("action"), BizType: r.get("biztype"), Timestamp: r.get("ts")}
}

func (r *request) sign(algorithm nxcloud.Algorithm, secret string) *request {
	return r.set("sign", nxcloud.Sign(algorithm, r.parameters(), []byte(r.body), []byte(secret)))
}

func (r *request) md5() *request { return r.sign(nxcloud.AlgorithmMD5, testSecret) }

func (r *request) withBody(body string) *request { r.body = body; return r }

func (r *request) String() string {
	end := "\n"
	if r.crlf {
		end = "\r\n"
	}
	var text strings.Builder
	text.WriteString(r.method + " /callback HTTP/1.1" + end)
	for _, header := range r.headers {
		text.WriteString(header[0] + ": " + header[1] + end)
	}
	return text.String() + end + r.body
}

func inspectText(t testing.TB, inspector *inspect.Inspector, raw string) *inspect.Report {
	t.Helper()
	capture, err := inspect.Parse([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return inspector.Inspect(capture)
}

func signed(body string) *request { return newRequest(body).md5() }

func gzipped(body string) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write([]byte(body)) // into memory
	_ = w.Close()
	return out.String()
}

func utf16LE(body string) string {
	out := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(body)) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return string(out)
}

func latin1(body string) string {
	out := make([]byte, 0, len(body))
	for _, char := range body {
		out = append(out, byte(char))
	}
	return string(out)
}

// remarshal reads and writes JSON as an application in front would.
func remarshal(t *testing.T, body, indent string) string {
	t.Helper()
	var fields map[string]any
	if err := json.Unmarshal([]byte(body), &fields); err != nil {
		t.Fatal(err)
	}
	if indent == "" {
		out, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	out, err := json.MarshalIndent(fields, "", indent)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// mistake is one that was made on purpose, and the names that must be given.
type mistake struct {
	request *request
	want    []string
	proven  bool
}

func mistakes(t *testing.T) map[string]mistake {
	t.Helper()
	shuffled := `{"toPhone":"18184505018","messageId":"m1"}`
	long := signed(`{"messageId":"m1","content":"Grüße an alle"}`)
	base64Sign := signed(vendorBody)
	raw, err := hex.DecodeString(base64Sign.get("sign"))
	if err != nil {
		t.Fatal(err)
	}
	base64Sign.set("sign", base64.StdEncoding.EncodeToString(raw))
	pretty := strings.ReplaceAll(remarshal(t, vendorBody, "  "), "\n", "\r\n")
	one := func(r *request, want ...string) mistake { return mistake{r, want, true} }
	guess := func(r *request, want ...string) mistake { return mistake{r, want, false} }
	return map[string]mistake{
		"trailing LF":                  one(signed(vendorBody).withBody(vendorBody+"\n"), "final-line-end"),
		"trailing CRLF":                one(signed(vendorBody).withBody(vendorBody+"\r\n"), "final-line-end"),
		"several trailing LF":          one(signed(vendorBody).withBody(vendorBody+"\n\n\n"), "final-line-end"),
		"missing LF":                   one(signed(vendorBody+"\n").withBody(vendorBody), "missing-line-end"),
		"missing CRLF":                 one(signed(vendorBody+"\r\n").withBody(vendorBody), "missing-line-end"),
		"CRLF to LF":                   one(signed(pretty).withBody(strings.ReplaceAll(pretty, "\r\n", "\n")), "line-ends"),
		"LF to CRLF":                   one(signed("{\n\"messageId\":\"m\"\n}").withBody("{\r\n\"messageId\":\"m\"\r\n}"), "line-ends"),
		"key order":                    one(signed(vendorBody).withBody(remarshal(t, vendorBody, "")), "re-serialised"),
		"spaces":                       one(signed(vendorBody).withBody(strings.ReplaceAll(strings.ReplaceAll(vendorBody, `":"`, `": "`), `","`, `", "`)), "re-serialised"),
		"spaces taken away":            one(signed(`{"messageId": "m1", "size": 1}`).withBody(`{"messageId":"m1","size":1}`), "re-serialised"),
		"pretty print, sorted":         one(signed(vendorBody).withBody(remarshal(t, vendorBody, "    ")), "re-serialised"),
		"pretty print undone":          one(signed("{\n    \"messageId\": \"m1\",\n    \"size\": \"1\"\n}").withBody(`{"messageId":"m1","size":"1"}`), "re-serialised"),
		"unicode escapes":              one(signed(oddBody).withBody(strings.ReplaceAll(strings.ReplaceAll(oddBody, "ü", `\u00fc`), "ß", `\u00df`)), "re-serialised"),
		"unicode escapes undone":       one(signed(`{"messageId":"m","content":"\u00FC\u725B"}`).withBody(`{"messageId":"m","content":"ü牛"}`), "re-serialised"),
		"html escapes":                 one(signed(oddBody).withBody(strings.NewReplacer("&", `\u0026`, "<", `\u003c`, ">", `\u003e`).Replace(oddBody)), "re-serialised"),
		"slash escapes":                one(signed(oddBody).withBody(strings.ReplaceAll(oddBody, "/", `\/`)), "re-serialised"),
		"numbers":                      one(signed(oddBody).withBody(strings.Replace(oddBody, `"size":1`, `"size":"1"`, 1)), "re-serialised"),
		"sha256 without header":        one(newRequest(vendorBody).sign(nxcloud.AlgorithmSHA256, testSecret), "other-hash"),
		"sha256 announced, md5 used":   one(signed(vendorBody).add("algorithm", "sha256"), "other-hash"),
		"md5 where sha256 is pinned":   one(newRequest(vendorBody).set("accesskey", "pinnedKey").sign(nxcloud.AlgorithmMD5, "Zq-pinned"), "other-hash"),
		"secret of another account":    one(newRequest(vendorBody).sign(nxcloud.AlgorithmMD5, otherSecret), "other-secret"),
		"key of another account":       one(signed(vendorBody).set("accesskey", otherKey), "other-key"),
		"mistyped key":                 one(newRequest(vendorBody).set("accesskey", "kGp5uFHn").md5(), "mistyped-key"),
		"key and secret the other way": one(newRequest(vendorBody).set("accesskey", otherSecret).sign(nxcloud.AlgorithmMD5, otherKey), "key-is-secret"),
		"sign and ts exchanged":        one(signed(vendorBody).exchange("sign", "ts"), "exchanged-headers"),
		"accesskey and sign exchanged": one(signed(vendorBody).exchange("sign", "accesskey"), "exchanged-headers"),
		"action and biztype exchanged": one(signed(vendorBody).exchange("action", "biztype"), "exchanged-headers"),
		"joined":                       one(joined(signed(vendorBody), "sign", "ts"), "joined-header"),
		"all joined":                   one(joined(signed(vendorBody), "accesskey", "action", "biztype", "ts", "sign"), "joined-header"),
		"repeated":                     one(signed(vendorBody).add("ts", testTS), "repeated-header"),
		"repeated with another value":  one(signed(vendorBody).add("accesskey", "proxy"), "repeated-header"),
		"seconds, signed so":           one(newRequest(vendorBody).set("ts", testTS[:10]).md5(), "ts-unit"),
		"seconds, cut afterwards":      one(newRequest(vendorBody).set("ts", "1690361994000").md5().set("ts", "1690361994"), "ts-unit"),
		"nanoseconds":                  one(newRequest(vendorBody).set("ts", testTS+"123456").md5(), "ts-unit"),
		"form body":                    one(newRequest("messageId=m1&toPhone=%2B18184505018").set("content-type", "application/x-www-form-urlencoded").drop("accesskey", "action", "biztype", "ts", "sign"), "form"),
		"wrong content type":           one(signed(vendorBody).set("content-type", "text/plain"), "content-type"),
		"form content type":            one(signed(vendorBody).set("content-type", "application/x-www-form-urlencoded"), "content-type"),
		"no content type":              one(signed(vendorBody).drop("content-type"), "content-type"),
		"empty body":                   guess(signed(vendorBody).withBody(""), "empty-body"),
		"body not signed":              one(newRequest("").md5().withBody(vendorBody), "body-not-signed"),
		"byte order mark":              one(signed(vendorBody).withBody("\ufeff"+vendorBody), "byte-order-mark"),
		"gzip":                         one(signed(vendorBody).add("content-encoding", "gzip").withBody(gzipped(vendorBody)), "compressed"),
		"gzip without header":          one(signed(vendorBody).withBody(gzipped(vendorBody)), "compressed"),
		"encoding header alone":        one(signed(vendorBody).add("content-encoding", "identity"), "encoding"),
		"UTF-8 to Latin-1":             one(signed(oddBody).withBody(latin1(oddBody)), "charset"),
		"UTF-8 read as Latin-1":        one(signed(oddBody).withBody(strings.NewReplacer("ü", "Ã¼", "ß", "Ã\u009f").Replace(oddBody)), "charset"),
		"UTF-16":                       one(signed(oddBody).withBody(utf16LE(oddBody)), "charset"),
		"replacement characters":       guess(signed(oddBody).withBody(strings.ReplaceAll(oddBody, "ü", "\ufffd")), "charset"),
		"Content-Length in characters": one(long.add("content-length", strconv.Itoa(len([]rune(long.body)))), "content-length"),
		"capture cut short":            guess(signed(vendorBody).add("content-length", strconv.Itoa(len(vendorBody))).withBody(vendorBody[:100]), "truncated"),
		"action in capitals":           one(newRequest(vendorBody).set("action", "DR").md5(), "action-case"),
		"action changed to capitals":   one(signed(vendorBody).set("action", "DR"), "action-case"),
		"another product":              one(newRequest(vendorBody).set("biztype", "3").set("action", "mt").md5(), "other-product"),
		"quotes around the secret":     one(newRequest(vendorBody).set("accesskey", "quotedKey").sign(nxcloud.AlgorithmMD5, "Zq-quoted"), "secret-space"),
		"line end behind the secret":   one(newRequest(vendorBody).sign(nxcloud.AlgorithmMD5, testSecret+"\n"), "secret-space"),
		"quoted header":                one(signed(vendorBody).set("biztype", `"4"`), "quoted-header"),
		"base64":                       one(base64Sign, "sign-base64"),
		"chunks left in":               one(signed(vendorBody).withBody(fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(vendorBody), vendorBody)), "chunked"),
		"escaped in a log":             one(signed(vendorBody).withBody(strings.ReplaceAll(vendorBody, `"`, `\"`)), "escaped"),
		"escaped by nginx":             one(signed(vendorBody).withBody(strings.ReplaceAll(vendorBody, `"`, `\x22`)), "escaped"),
		"escaped in HTML":              one(signed(vendorBody).withBody(strings.ReplaceAll(vendorBody, `"`, `&#34;`)), "escaped"),
		"GET":                          one(get(signed(vendorBody)), "method"),
		"missing biztype":              one(signed(vendorBody).drop("biztype"), "missing-header"),
		"missing key and action":       one(signed(vendorBody).drop("accesskey").set("action", ""), "missing-header"),
		"missing ts":                   guess(signed(vendorBody).drop("ts"), "missing-header"),
		"unsigned":                     guess(signed(vendorBody).drop("accesskey", "action", "biztype", "ts", "sign"), "unsigned"),
		"unknown key":                  guess(newRequest(vendorBody).set("accesskey", "stranger").sign(nxcloud.AlgorithmMD5, "strange"), "unknown-key"),
		"wrong secret":                 guess(newRequest(vendorBody).sign(nxcloud.AlgorithmMD5, "strange"), "unexplained"),
		"changed body":                 guess(signed(vendorBody).withBody(strings.Replace(vendorBody, "0.0360", "0.0001", 1)), "unexplained"),
		"sign cut short":               guess(signed(vendorBody).set("sign", signed(vendorBody).get("sign")[:20]), "sign-form"),
		"malformed":                    one(signed(shuffled+"x"), "malformed"),
		"two: LF and hash":             one(newRequest(vendorBody).sign(nxcloud.AlgorithmSHA256, testSecret).withBody(vendorBody+"\n"), "other-hash", "final-line-end"),
		"two: account and JSON":        one(newRequest(vendorBody).sign(nxcloud.AlgorithmMD5, otherSecret).withBody(remarshal(t, vendorBody, "")), "other-secret", "re-serialised"),
		"two: LF and content type":     one(signed(vendorBody).withBody(vendorBody+"\n").set("content-type", "text/plain"), "final-line-end", "content-type"),
	}
}

func joined(r *request, names ...string) *request {
	for _, name := range names {
		r.set(name, r.get(name)+", "+r.get(name))
	}
	return r
}

func get(r *request) *request { r.method = "GET"; return r }

// TestMistakes plants each mistake: it must be named, and no other.
func TestMistakes(t *testing.T) {
	inspector := newInspector(t, nil)
	for name, m := range mistakes(t) {
		t.Run(name, func(t *testing.T) {
			report := inspectText(t, inspector, m.request.String())
			if report.Verifies || report.Answer.Word != "error" || report.Answer.Status < 400 {
				t.Errorf("verifies %t, answer %+v", report.Verifies, report.Answer)
			}
			var got []string
			for _, cause := range report.Causes {
				got = append(got, cause.Name)
				if cause.Proven != m.proven || cause.What == "" || cause.Do == "" {
					t.Errorf("cause %+v", cause)
				}
			}
			if strings.Join(got, " ") != strings.Join(m.want, " ") {
				t.Errorf("got %v, want %v\n%+v", got, m.want, report)
			}
		})
	}
}

// TestVectors: the vendor's published signatures verify once action and bizType,
// which are another product's, are let pass; and only then.
func TestVectors(t *testing.T) {
	for name, v := range map[string]struct{ body, sign string }{
		"V1": {`{"name":"牛小信","id":10001}`, "87c3560d3331ae23f1021e2025722354"},
		"V2": {`{"id":10001,"name":"牛小信"}`, "7750759da06333f20d0640be09355e34"},
		"V3": {`{"id": 10001, "name": "牛小信"}`, "d0c24a9886c629330d7f3f2056c65bc2"},
	} {
		r := newRequest(v.body).set("accesskey", "fme2na3kdi3ki").set("action", "send").set("biztype", "1").
			set("ts", "1655710885431").set("sign", v.sign)
		for _, anyAction := range []bool{true, false} {
			inspector := newInspector(t, func(c *inspect.Config) {
				c.AnyAction = anyAction
				c.Accounts = []nxcloud.Account{{Name: "demo", AccessKey: "fme2na3kdi3ki", Secrets: [][]byte{[]byte("abciiiko2k3")}}}
			})
			report := inspectText(t, inspector, r.String())
			if report.Verifies != anyAction || report.Authentic != anyAction {
				t.Errorf("%s, any action %t: %+v", name, anyAction, report)
			}
			if !anyAction && (report.Answer.Result != "unsupported" || report.Causes[0].Name != "other-product") {
				t.Errorf("%s: %+v", name, report)
			}
			altered := *r
			altered.body += " "
			if report := inspectText(t, inspector, altered.String()); report.Verifies {
				t.Errorf("%s altered: %+v", name, report)
			}
		}
	}
}

// TestRecordings: one genuine callback in every form in which people have it.
func TestRecordings(t *testing.T) {
	inspector := newInspector(t, nil)
	plain := signed(vendorBody)
	lf := *plain
	lf.crlf = false
	upper := strings.NewReplacer("accesskey", "ACCESSKEY", "biztype", "BizType", "sign:", "SIGN:").Replace(plain.String())
	headers, _, _ := strings.Cut(plain.String(), "\r\n\r\n")
	_, bare, _ := strings.Cut(headers, "\r\n")
	length := fmt.Sprintf("content-length: %d\r\n", len(vendorBody))
	chunked := headers + "\r\nTransfer-Encoding: chunked\r\n\r\n" +
		fmt.Sprintf("10;x=y\r\n%s\r\n%x\r\n%s\r\n0\r\nTrailer: x\r\n\r\n", vendorBody[:16], len(vendorBody)-16, vendorBody[16:])
	for name, raw := range map[string]string{
		"wire":              plain.String(),
		"LF":                lf.String(),
		"other case":        upper,
		"sign in capitals":  signed(vendorBody).set("sign", strings.ToUpper(plain.get("sign"))).String(),
		"next secret":       newRequest(vendorBody).sign(nxcloud.AlgorithmMD5, nextSecret).String(),
		"sha256":            newRequest(vendorBody).add("algorithm", "SHA256").sign(nxcloud.AlgorithmSHA256, testSecret).String(),
		"chunked":           chunked,
		"chunks gone":       headers + "\r\ntransfer-encoding: chunked\r\n\r\n" + vendorBody,
		"HTTP/2":            ":method: POST\n:scheme: https\n:path: /callback\n:authority: x\n" + strings.ReplaceAll(bare, "\r", "") + "\n\n" + vendorBody,
		"no request line":   bare + "\r\n\r\n" + vendorBody,
		"more behind it":    headers + "\r\n" + length + "\r\n" + vendorBody + "\n\n18:02:00.1 IP a.1 > b.2: Flags [.], length 0\n",
		"tcpdump":           "18:01:02.123456 IP a.41 > b.80: Flags [P.], seq 1:511, length 510: HTTP: POST /callback HTTP/1.1\nE..b..@.@.<.\x7f\x00...P.x..POST /callback HTTP/1.1\n" + strings.ReplaceAll(bare, "\r", "") + "\n\n" + vendorBody,
		"no empty line":     headers + "\r\n" + vendorBody,
		"folded header":     strings.Replace(plain.String(), "content-type: application/json", "content-type:\r\n application/json", 1),
		"PHP variables":     "HTTP_ACCESSKEY: " + testKey + "\nHTTP_ACTION: dr\nHTTP_BIZTYPE: 4\nHTTP_TS: " + testTS + "\nHTTP_SIGN: " + plain.get("sign") + "\n\n" + vendorBody,
		"UTF-16 file":       utf16LE(plain.String()),
		"mark in front":     "\ufeff" + plain.String(),
		"empty lines first": "\r\n\n" + plain.String(),
		"charset":           signed(vendorBody).set("content-type", "Application/JSON; charset=UTF-8").String(),
	} {
		if report := inspectText(t, inspector, raw); !report.Verifies || len(report.Causes) != 0 || report.Account != "main" {
			t.Errorf("%s: %+v", name, report)
		}
	}
}

func TestNoRequest(t *testing.T) {
	for raw, want := range map[string]error{
		"":                            inspect.ErrEmpty,
		" \r\n\n":                     inspect.ErrEmpty,
		"\xd4\xc3\xb2\xa1\x02\x00":    inspect.ErrPacketFile,
		"\x0a\x0d\x0d\x0a\x02\x00":    inspect.ErrPacketFile,
		`{"messageId":"m1"}`:          inspect.ErrNoHeaders,
		"POST /callback HTTP/1.1\n\n": inspect.ErrNoHeaders,
	} {
		if _, err := inspect.Parse([]byte(raw)); !errors.Is(err, want) {
			t.Errorf("%q: got %v", raw, err)
		}
	}
	if _, err := inspect.FromParts([]string{"ts"}, nil); err == nil || strings.Contains(err.Error(), "ts\"") {
		t.Errorf("got %v", err)
	}
}

// TestFreshness: an old recording verifies, unless that is asked about.
func TestFreshness(t *testing.T) {
	for name, test := range map[string]struct {
		now    time.Time
		strict bool
		result string
	}{
		"fresh":          {testNow, true, "accepted"},
		"old":            {testNow.AddDate(1, 0, 0), false, "accepted"},
		"old, strict":    {testNow.AddDate(1, 0, 0), true, "stale"},
		"future":         {testNow.Add(-time.Hour), false, "accepted"},
		"future, strict": {testNow.Add(-time.Hour), true, "future"},
	} {
		report := inspectText(t, newInspector(t, func(c *inspect.Config) { c.Now, c.Strict = test.now, test.strict }), signed(vendorBody).String())
		if !report.Authentic || report.Verifies != (test.result == "accepted") || report.Answer.Result != test.result {
			t.Errorf("%s: %+v", name, report)
		}
		if !report.Verifies && (len(report.Causes) != 1 || report.Causes[0].Name != test.result) {
			t.Errorf("%s: %+v", name, report.Causes)
		}
	}
}

// TestAgreesWithKeyring: whatever the keyring says, the report says.
func TestAgreesWithKeyring(t *testing.T) {
	inspector := newInspector(t, func(c *inspect.Config) { c.Strict = true })
	keyring, err := nxcloud.NewKeyring(testAccounts())
	if err != nil {
		t.Fatal(err)
	}
	for name, m := range mistakes(t) {
		capture, err := inspect.Parse([]byte(m.request.String()))
		if err != nil {
			t.Fatal(err)
		}
		_, refusal := keyring.Verify(&nxcloud.Delivery{Header: capture.Header, Body: capture.Body}, testNow)
		report := inspector.Inspect(capture)
		if (refusal == nil) != report.Authentic {
			t.Errorf("%s: keyring %v, report %+v", name, refusal, report)
		}
		if http.StatusUnauthorized == report.Answer.Status && refusal.Error() != report.Answer.Result+": "+report.Answer.Reason {
			t.Errorf("%s: keyring %v, report %+v", name, refusal, report.Answer)
		}
	}
}
