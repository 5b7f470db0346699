// SPDX-License-Identifier: Apache-2.0

package inspect_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"didsms_exporter/internal/inspect"
)

// wide is a body whose text is not ASCII; quoted in it is what a shell minds.
const wide = `{"messageId":"m1","toPhone":"18184505018","content":"Grüße, it's 牛","size":"1","price":"0.0360"}`

// plainLong is longer than a line of curl's trace.
const plainLong = `{"messageId":"m1","toPhone":"18184505018","content":"hello to everybody who reads this","size":"1","price":"0.0360"}`

// prefixed puts something in front of each line.
func prefixed(text, prefix string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return prefix + strings.ReplaceAll(text, "\n", "\n"+prefix) + "\n"
}

// withLength announces the length of the body.
func withLength(r *request) *request { return r.set("Content-Length", fmt.Sprint(len(r.body))) }

// traced writes what curl --trace-ascii, or --trace, would.
func traced(raw string, exact bool) string {
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	var out strings.Builder
	out.WriteString("12:00:00.1 == Info: Connected to x (10.0.0.1) port 80\n")
	for _, section := range [][2]string{{"header", head + "\r\n\r\n"}, {"data", body}} {
		text := section[1]
		fmt.Fprintf(&out, "=> Send %s, %d bytes (0x%x)\n", section[0], len(text), len(text))
		for at := 0; at < len(text); {
			end, next := min(at+64, len(text)), min(at+64, len(text))
			if exact {
				end, next = min(at+16, len(text)), min(at+16, len(text))
				fmt.Fprintf(&out, "%04x: %-48s%s\n", at, fmt.Sprintf("% x ", text[at:end]), strings.Repeat(".", end-at))
			} else {
				if line := strings.Index(text[at:], "\r\n"); line >= 0 && at+line <= end {
					end, next = at+line, at+line+2
				}
				fmt.Fprintf(&out, "%04x: %s\n", at, dotted(text[at:end]))
			}
			at = next
		}
	}
	return out.String() + "<= Recv header, 17 bytes (0x11)\n0000: HTTP/1.0 200 OK\n<= Recv data, 7 bytes (0x7)\n0000: success\n"
}

// dotted prints a dot for every byte that is not ASCII.
func dotted(text string) string {
	out := []byte(text)
	for n, c := range out {
		if c >= 0x80 {
			out[n] = '.'
		}
	}
	return string(out)
}

// verbose is what curl -v shows of a request.
func verbose(raw string) string {
	head, _, _ := strings.Cut(raw, "\r\n\r\n")
	return "* Connected to x (10.0.0.1) port 80\n" + prefixed(head+"\n", "> ") +
		"* upload completely sent off\n< HTTP/1.1 401 Unauthorized\n< Content-Length: 5\n< \nerror"
}

// headOf is a request up to its body.
func headOf(raw string) string {
	head, _, _ := strings.Cut(raw, "\r\n\r\n")
	return head + "\r\n\r\n"
}

func archive(t *testing.T, requests ...*request) string {
	t.Helper()
	entries := []any{map[string]any{"request": map[string]any{"method": "GET", "headers": []any{map[string]string{"name": "Accept", "value": "*/*"}}}}}
	for n, r := range requests {
		headers := []any{map[string]string{"name": ":authority", "value": "x"}}
		for _, header := range r.headers {
			headers = append(headers, map[string]string{"name": header[0], "value": header[1]})
		}
		post := map[string]string{"text": r.body}
		if n%2 == 1 {
			post = map[string]string{"text": base64.StdEncoding.EncodeToString([]byte(r.body)), "encoding": "base64"}
		}
		entries = append(entries, map[string]any{"request": map[string]any{"method": r.method, "headers": headers, "postData": post}})
	}
	out, err := json.MarshalIndent(map[string]any{"log": map[string]any{"entries": entries}}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func curlLine(r *request, data string) string {
	line := "curl -sS 'http://x/callback'"
	for _, header := range r.headers {
		line += " \\\n  -H '" + header[0] + ": " + header[1] + "'"
	}
	return line + " \\\n  " + data + "\n"
}

// TestRecordingsByTools: a genuine callback verifies from what each tool shows.
func TestRecordingsByTools(t *testing.T) {
	inspector := newInspector(t, nil)
	r := signed(wide)
	quoted := strings.ReplaceAll(wide, "'", `'\''`)
	var octal strings.Builder
	for _, c := range []byte(wide) {
		fmt.Fprintf(&octal, `\%03o`, c)
	}
	headers, _, _ := strings.Cut(r.String(), "\r\n\r\n")
	_, headers, _ = strings.Cut(headers, "\r\n")
	for name, raw := range map[string]string{
		"four spaces":          prefixed(withLength(signed(wide)).String(), "    "),
		"one space":            prefixed(withLength(signed(wide)).String(), " "),
		"quoted":               prefixed(withLength(signed(wide)).String(), "> "),
		"bar":                  prefixed(withLength(signed(wide)).String(), "| "),
		"compose":              "receiver | listening\n" + prefixed(withLength(signed(wide)).String(), "receiver | "),
		"spaces, trimmed":      strings.ReplaceAll(prefixed(withLength(signed(wide)).String(), "    "), "    \n", "\n"),
		"no request line":      prefixed(headers+"\n", "  ") + "  " + wide,
		"trace-ascii":          traced(signed(plainLong).set("x", strings.Repeat("y", 100)).String(), false),
		"trace":                traced(r.String(), true),
		"verbose with a body":  strings.Replace(verbose(r.String()), "* upload", wide+"\n* upload", 1),
		"archive":              archive(t, r),
		"curl":                 curlLine(r, "--data-raw '"+quoted+"'"),
		"curl, short options":  curlLine(r, "-XPOST -d'"+quoted+"'"),
		"curl, double quotes":  "$ " + curlLine(r, `--data-binary "`+strings.ReplaceAll(wide, `"`, `\"`)+`"`),
		"curl of a browser":    curlLine(r, `--data-raw $'`+strings.NewReplacer("'", `\'`, "ü", `\u00fc`).Replace(wide)+"'"),
		"curl with a pipe":     "printf '" + octal.String() + "' | " + curlLine(r, "--data-binary @-"),
		"headers, then curl":   headers + "\n\n" + curlLine(r, "--data-raw '"+quoted+"'"),
		"dots for CR":          "E..@.P.x.." + strings.ReplaceAll(headOf(withLength(signed(plainLong)).String()), "\r\n", ".\n") + plainLong + "\n",
		"a capital in front":   "E..P.XPOST" + strings.TrimPrefix(r.String(), "POST"),
		"letters of an answer": "HTTP/1.1 200 OK\n\nOKPOST" + strings.TrimPrefix(r.String(), "POST"),
	} {
		if report := inspectText(t, inspector, raw); !report.Verifies {
			t.Errorf("%s: %+v\n%s", name, report, raw)
		}
	}
}

// TestRecordingsAtFault: where the recording lost something, that is said before
// the secret is suspected.
func TestRecordingsAtFault(t *testing.T) {
	inspector := newInspector(t, nil)
	packet := "21:40:29.043 IP 10.0.0.1.4444 > 10.0.0.2.8080: Flags [P.], length 600: HTTP: POST /callback HTTP/1.1\nE..X.@.@.........P.....POST"
	r := signed(wide)
	for name, test := range map[string]struct{ raw, cause, says string }{
		"tcpdump":          {packet + strings.TrimPrefix(dotted(r.String()), "POST"), "dots", "a tool that prints a dot"},
		"garbage alone":    {"E..X.@.@.........P.....POST" + strings.TrimPrefix(dotted(r.String()), "POST"), "dots", "a tool that prints a dot"},
		"dots alone":       {dotted(r.String()), "dots", "tcpdump -A prints a dot"},
		"trace-ascii":      {traced(r.String(), false), "dots", "curl --trace-ascii"},
		"a price has one":  {signed(vendorBody).withBody(strings.Replace(vendorBody, "0.0360", "0.0001", 1)).String(), "unexplained", "None of the usual"},
		"verbose":          {verbose(withLength(signed(wide)).String()), "no-body", "curl -v"},
		"curl with a file": {curlLine(r, "--data-binary @body.json"), "no-body", "in a file"},
		"folded":           {strings.Replace(strings.ReplaceAll(r.String(), "\r\n", "\r\n "), "\r\n Host", "\r\nHost", 1), "unread-headers", "could not be read"},
		"other names":      {strings.NewReplacer("accesskey:", "access-key:", "biztype:", "biz-type:", "\r\naction:", "\r\nx:", "\r\nts:", "\r\ny:", "\r\nsign:", "\r\nz:").Replace(r.String()), "unread-headers", "other names"},
	} {
		report := inspectText(t, inspector, test.raw)
		if report.Verifies || report.Causes[0].Proven || report.Causes[0].Name != test.cause || !strings.Contains(report.Causes[0].What, test.says) {
			t.Errorf("%s: %+v\n%s", name, report, test.raw)
		}
		for _, note := range report.Notes {
			if name == "verbose" && strings.Contains(note, "shorter") {
				t.Errorf("%s: %s", name, note)
			}
		}
	}
	if _, err := inspect.Parse([]byte(`{"headers": {"accesskey": "k"}}`)); !errors.Is(err, inspect.ErrUnreadable) {
		t.Errorf("headers as JSON: %v", err)
	}
}

// TestFolds: what goes on in further lines is one value, whatever stands between.
func TestFolds(t *testing.T) {
	capture, err := inspect.Parse([]byte("POST / HTTP/1.1\nts: 1\nts: 2\n  3\n;\n\t4 \nx: 5\n 6\n\n{}"))
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(capture.Header); got != "map[Ts:[1 2 3 4] X:[5 6]]" || len(capture.Header["Ts"]) != 2 {
		t.Error(got)
	}
}

// TestInterrupted: the end of the context ends the reading and the judging.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	raw := signed(vendorBody).String()
	if _, err := inspect.ParseAll(ctx, []byte(raw)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	capture, err := inspect.Parse([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := newInspector(t, nil).InspectAll(ctx, []*inspect.Capture{capture}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
