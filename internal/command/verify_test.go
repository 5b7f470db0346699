// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"didsms_exporter/internal/nxcloud"
)

// The account of these tests, and the vendor's example in its compact form.
const (
	verifyKey    = "kGp5uFHN"
	verifySecret = "Zq-secret-8d1c"
	verifyTS     = "1690361994834"
	verifyNow    = "2023-07-26T09:00:00Z" // five seconds later
	verifyBody   = `{"messageId":"fcf3432fd1834ccdac807a7cfb2d1fdf","toPhone":"18184505018","fromPhone":"12347200160",` +
		`"content":"sunt non nisi","size":"1","price":"0.0360","receiveTime":"2021-02-07 14:54:00","smsStatus":"DELIVRD"}`
)

func verifyEnvironment(name string) string {
	return map[string]string{"DIDSMS_ACCESS_KEY": verifyKey, "DIDSMS_ACCESS_SECRET": verifySecret}[name]
}

// runWith runs the command line with an account in its environment.
func runWith(ctx context.Context, getenv func(string) string, in string, arguments ...string) (code int, stdout, stderr string) {
	var out, errors bytes.Buffer
	code = Run(ctx, append([]string{"didsms_exporter"}, arguments...), Streams{
		In: strings.NewReader(in), Out: &out, Err: &errors, Getenv: getenv,
	})
	return code, out.String(), errors.String()
}

// recording is a signed request as a proxy would log it.
func recording(signedBody, sentBody string, parameters nxcloud.Parameters) string {
	sign := nxcloud.Sign(nxcloud.AlgorithmMD5, parameters, []byte(signedBody), []byte(verifySecret))
	return "POST /callback HTTP/1.1\r\nHost: didsms.example.com\r\nContent-Type: application/json\r\n" +
		"accesskey: " + parameters.AccessKey + "\r\naction: " + parameters.Action + "\r\nbiztype: " + parameters.BizType +
		"\r\nts: " + parameters.Timestamp + "\r\nsign: " + sign + "\r\n\r\n" + sentBody
}

func verifyParameters() nxcloud.Parameters {
	return nxcloud.Parameters{AccessKey: verifyKey, Action: "dr", BizType: "4", Timestamp: verifyTS}
}

// fitsScreen fails for a line that the plainest terminal would break.
func fitsScreen(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if width := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); width > screenWidth {
			t.Errorf("%d columns: %s", width, line)
		}
	}
}

// TestSigningToolsHelp keeps the help of send, sign and verify.
func TestSigningToolsHelp(t *testing.T) {
	for _, name := range []string{"send", "sign", "verify"} {
		code, out, errors := run(t.Context(), name, "--help")
		if code != 0 || errors != "" || strings.Count(out[strings.Index(out, "EXAMPLES:"):], "didsms_exporter") != 2 {
			t.Errorf("%s: exit %d, standard error %q", name, code, errors)
		}
		fitsScreen(t, out)
		golden(t, "help-"+name+".txt", out)
	}
}

// TestVerifyScreens keeps what people see.
func TestVerifyScreens(t *testing.T) {
	p := verifyParameters()
	var fields map[string]any
	if err := json.Unmarshal([]byte(verifyBody), &fields); err != nil {
		t.Fatal(err)
	}
	pretty, err := json.MarshalIndent(fields, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for file, test := range map[string]struct {
		in   string
		now  string
		code int
	}{
		"verify-ok.txt":        {recording(verifyBody, verifyBody, p), verifyNow, 0},
		"verify-old.txt":       {recording(verifyBody, verifyBody, p), "2024-01-01T00:00:00Z", 0},
		"verify-line-end.txt":  {recording(verifyBody, verifyBody+"\n", p), verifyNow, 1},
		"verify-rewritten.txt": {recording(verifyBody, string(pretty), p), verifyNow, 1},
		"verify-unsigned.txt":  {"POST /callback HTTP/1.1\ncontent-type: application/x-www-form-urlencoded\n\nmessageId=m1&toPhone=%2B18184505018", verifyNow, 1},
		"verify-altered.txt":   {recording(verifyBody, strings.Replace(verifyBody, "0.0360", "0.0001", 1), p), verifyNow, 1},
	} {
		code, out, errors := runWith(t.Context(), verifyEnvironment, test.in, "verify", "--now", test.now)
		if code != test.code || (code == 0) != (errors == "") {
			t.Errorf("%s: exit %d, standard error %q", file, code, errors)
		}
		fitsScreen(t, out)
		golden(t, file, out)
		_, asJSON, _ := runWith(t.Context(), verifyEnvironment, test.in, "verify", "--now", test.now, "--json")
		if out += asJSON; strings.Contains(out, verifySecret) || regexp.MustCompile(`[0-9a-fA-F]{25}`).MatchString(out) {
			t.Errorf("%s shows a secret or a signature", file)
		}
	}
}

// TestVerifySources: a file, standard input, and headers one by one say the same.
func TestVerifySources(t *testing.T) {
	raw := recording(verifyBody, verifyBody, verifyParameters())
	folder := t.TempDir()
	file, body := filepath.Join(folder, "captured.txt"), filepath.Join(folder, "body.json")
	writeFile(t, file, raw)
	writeFile(t, body, verifyBody)
	headers := []string{"verify", "--json"}
	for line := range strings.SplitSeq(raw[:strings.Index(raw, "\r\n\r\n")], "\r\n") {
		if strings.Contains(line, ": ") && !strings.HasPrefix(line, "Content-Type") {
			headers = append(headers, "--header", line)
		}
	}
	for name, test := range map[string]struct {
		in        string
		arguments []string
	}{
		"file":             {"", []string{"verify", "--json", file}},
		"standard input":   {raw, []string{"verify", "--json"}},
		"dash":             {raw, []string{"verify", "--json", "-"}},
		"headers":          {"", slices.Concat(headers, []string{"--body", body})},
		"headers and dash": {verifyBody, slices.Concat(headers, []string{"--body", "-"})},
	} {
		code, out, errors := runWith(t.Context(), verifyEnvironment, test.in, test.arguments...)
		var report struct {
			Verifies bool
			Account  string
			Causes   []any
		}
		if err := json.Unmarshal([]byte(out), &report); err != nil || code != 0 || errors != "" || !report.Verifies || report.Account != "main" || report.Causes == nil {
			t.Errorf("%s: exit %d, %v, %q, %s", name, code, err, errors, out)
		}
	}
}

// TestVerifyVectors: the vendor's published example, with the flag and without.
func TestVerifyVectors(t *testing.T) {
	getenv := func(name string) string {
		return map[string]string{"DIDSMS_ACCESS_KEY": "fme2na3kdi3ki", "DIDSMS_ACCESS_SECRET": "abciiiko2k3"}[name]
	}
	for sign, body := range map[string]string{
		"87c3560d3331ae23f1021e2025722354": `{"name":"牛小信","id":10001}`,
		"7750759da06333f20d0640be09355e34": `{"id":10001,"name":"牛小信"}`,
		"d0c24a9886c629330d7f3f2056c65bc2": `{"id": 10001, "name": "牛小信"}`,
	} {
		raw := "accesskey: fme2na3kdi3ki\naction: send\nbizType: 1\nts: 1655710885431\nsign: " + sign + "\n\n" + body
		code, out, errors := runWith(t.Context(), getenv, raw, "verify", "--any-action")
		if code != 0 || errors != "" || !strings.HasPrefix(out, "OK, but serve would refuse it now: ts is ") {
			t.Errorf("%s: exit %d, %q, %s", body, code, errors, out)
		}
		if code, out, _ := runWith(t.Context(), getenv, raw, "verify"); code != 1 || !strings.Contains(strings.Join(strings.Fields(out), " "), "number check") {
			t.Errorf("%s without the flag: exit %d, %s", body, code, out)
		}
	}
}

// TestSigningToolsMistakes: wrong usage exits with 2 and says what to do.
func TestSigningToolsMistakes(t *testing.T) {
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "one"), "secret one")
	two := filepath.Join(folder, "two.yml")
	writeFile(t, two, "accounts:\n  - {name: a, access_key: a, secret_files: [one]}\n  - {name: b, access_key: b, secret_files: [one], algorithm: sha256}\n")
	large := filepath.Join(folder, "large")
	writeFile(t, large, strings.Repeat("x", maxInput+1))
	for name, test := range map[string]struct {
		arguments []string
		want      string
	}{
		"send without url":    {[]string{"send"}, "--url is missing"},
		"send to a path":      {[]string{"send", "--url", "/callback"}, "http://127.0.0.1:8080/callback"},
		"send words":          {[]string{"send", "now"}, "takes no arguments"},
		"send both bodies":    {[]string{"send", "--url", "http://x/", "--body", "-", "--did", "1"}, "--did has no place"},
		"send no timeout":     {[]string{"send", "--url", "http://x/", "--timeout", "0s"}, "--timeout"},
		"action":              {[]string{"sign", "--action", "mt"}, "mo or dr"},
		"algorithm":           {[]string{"sign", "--algorithm", "sha1"}, "md5 or sha256"},
		"ts":                  {[]string{"sign", "--ts", "1690361994"}, "13 digits"},
		"ts and now":          {[]string{"sign", "--ts", verifyTS, "--now", verifyNow}, "one of them"},
		"now":                 {[]string{"sign", "--now", "yesterday"}, "--now"},
		"curl and json":       {[]string{"sign", "--curl", "--json"}, "exclude each other"},
		"sign url":            {[]string{"sign", "--url", "x"}, "--url must be"},
		"no such body":        {[]string{"sign", "--body", "no-such-file"}, "no-such-file"},
		"large body":          {[]string{"sign", "--body", large}, "8 MiB"},
		"body is a folder":    {[]string{"sign", "--body", folder}, "directory"},
		"two accounts":        {[]string{"sign", "--config.file", two}, "--account: a, b"},
		"no such account":     {[]string{"sign", "--config.file", two, "--account", "c"}, "there are: a, b"},
		"pinned algorithm":    {[]string{"sign", "--config.file", two, "--account", "b", "--algorithm", "md5"}, "set to sha256"},
		"verify two files":    {[]string{"verify", "a", "--json"}, "flags before it"},
		"verify nothing":      {[]string{"verify"}, "the capture is empty"},
		"verify no such file": {[]string{"verify", "no-such-file"}, "no-such-file"},
		"header alone":        {[]string{"verify", "--header", "ts: 1"}, "--body"},
		"body alone":          {[]string{"verify", "--body", "-"}, "--header"},
		"header and file":     {[]string{"verify", "--header", "ts: 1", "--body", "-", "x"}, "exclude each other"},
		"no header":           {[]string{"verify", "--header", "ts", "--body", "-"}, "name:value"},
		"unknown flag":        {[]string{"verify", "--stricd"}, `Did you mean "--strict"?`},
	} {
		t.Run(name, func(t *testing.T) {
			getenv := verifyEnvironment
			if contains := strings.Join(test.arguments, " "); strings.Contains(contains, two) {
				getenv = func(string) string { return "" }
			}
			code, out, errors := runWith(t.Context(), getenv, "", test.arguments...)
			if code != 2 || out != "" || !strings.Contains(errors, test.want) {
				t.Errorf("exit %d, %q, %q", code, out, errors)
			}
		})
	}
	for _, arguments := range [][]string{{"sign"}, {"verify"}, {"send", "--url", "http://127.0.0.1:1/"}} {
		if code, out, errors := run(t.Context(), arguments...); code != 2 || out != "" || !strings.Contains(errors, "DIDSMS_ACCESS_KEY") {
			t.Errorf("%v without an account: exit %d, %q, %q", arguments, code, out, errors)
		}
	}
}

// TestVerifyAgreesWithServe sends the same recordings to a running exporter: its
// answer is the one that verify foretells.
func TestVerifyAgreesWithServe(t *testing.T) {
	i := newTestInstance(t, "")
	start(t, i)
	fields := nxcloud.Parameters{AccessKey: "key", Action: "mo", BizType: "4", Timestamp: strconv.FormatInt(time.Now().UnixMilli(), 10)}
	old, ahead, product, stranger := fields, fields, fields, fields
	old.Timestamp, ahead.Timestamp, product.BizType, stranger.AccessKey = verifyTS, "4000000000000", "3", "stranger"
	signed := func(p nxcloud.Parameters, body string, more ...string) string {
		sign := nxcloud.Sign(nxcloud.AlgorithmMD5, p, []byte(body), []byte(oldSecret))
		text := "POST /callback HTTP/1.1\r\nHost: x\r\nConnection: close\r\naccesskey: " + p.AccessKey + "\r\naction: " + p.Action +
			"\r\nbiztype: " + p.BizType + "\r\nts: " + p.Timestamp + "\r\nsign: " + sign + "\r\n"
		if len(more) == 0 {
			more = []string{"content-type: application/json"}
		}
		return text + strings.Join(more, "\r\n") + fmt.Sprintf("\r\ncontent-length: %d\r\n\r\n", len(body)) + body
	}
	body := `{"messageId":"%d","toPhone":"18184505018"}`
	n := 0
	next := func() string { n++; return fmt.Sprintf(body, n) }
	for name, raw := range map[string]string{
		"good":           signed(fields, next()),
		"stale":          signed(old, next()),
		"future":         signed(ahead, next()),
		"other product":  signed(product, next()),
		"unknown key":    signed(stranger, next()),
		"altered":        strings.Replace(signed(fields, next()), "18184505018", "18184505019", 1),
		"malformed":      signed(fields, "[]"),
		"empty":          signed(fields, ""),
		"no messageId":   signed(fields, "{}"),
		"form":           signed(fields, next(), "content-type: application/x-www-form-urlencoded"),
		"no type":        signed(fields, next(), "x: y"),
		"gzip":           signed(fields, next(), "content-type: application/json", "content-encoding: gzip"),
		"GET":            strings.Replace(signed(fields, next()), "POST", "GET", 1),
		"repeated":       signed(fields, next(), "content-type: application/json", "accesskey: key"),
		"hash":           signed(fields, next(), "content-type: application/json", "algorithm: sha256"),
		"no such hash":   signed(fields, next(), "content-type: application/json", "algorithm: sha1"),
		"64 lines":       signed(fields, next(), append([]string{"content-type: application/json"}, strings.Split(strings.Repeat("x: y\n", 56)+"x: y", "\n")...)...),
		"65 lines":       signed(fields, next(), append([]string{"content-type: application/json"}, strings.Split(strings.Repeat("x: y\n", 57)+"x: y", "\n")...)...),
		"too large":      signed(fields, strings.Repeat(" ", 65537)),
		"at the limit":   signed(fields, `{"messageId":"large"}`+strings.Repeat(" ", 65536-21)),
		"joined":         strings.Replace(signed(fields, next()), "action: mo", "action: mo, mo", 1),
		"capital action": strings.Replace(signed(fields, next()), "action: mo", "action: MO", 1),
	} {
		connection, err := net.Dial("tcp", i.public.listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(connection, raw); err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(bufio.NewReader(connection), nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		word, _ := io.ReadAll(response.Body)
		_ = connection.Close()
		_, out, _ := runWith(t.Context(), func(string) string { return "" }, raw, "verify", "--json", "--strict", "--config.file", i.settings.source.File)
		var report struct {
			Verifies bool
			Answer   struct {
				Status int
				Word   string
			}
		}
		if err := json.Unmarshal([]byte(out), &report); err != nil {
			t.Fatal(name, err)
		}
		if report.Answer.Status != response.StatusCode || report.Answer.Word != string(word) || report.Verifies != (response.StatusCode == 200) {
			t.Errorf("%s: serve answers %d %s, verify says %s", name, response.StatusCode, word, out)
		}
	}
}
