// SPDX-License-Identifier: Apache-2.0

package inspect_test

import (
	"fmt"
	"strings"
	"testing"

	"didsms_exporter/internal/inspect"
	"didsms_exporter/internal/nxcloud"
)

// TestSeveralRequests: each request of a recording is found.
func TestSeveralRequests(t *testing.T) {
	one, two := withLength(signed(vendorBody)), withLength(signed(wide))
	bad := withLength(newRequest(wide).sign(nxcloud.AlgorithmMD5, "strange"))
	chunked := func(r *request) string {
		c := *r
		c.body = fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(r.body), r.body)
		return strings.Replace(c.String(), "content-type", "transfer-encoding: chunked\r\ncontent-type", 1)
	}
	answer := "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess"
	packet := "18:02:00.1 IP a.1 > b.2: Flags [P.], length 9: HTTP: POST /callback HTTP/1.1\nE..@.P.x.."
	form := "POST /callback HTTP/1.1\r\nContent-Length: 4\r\n\r\na=b&"
	probe := "GET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n"
	for name, test := range map[string]struct {
		raw    string
		want   string
		others int
	}{
		"dump":          {one.String() + two.String() + bad.String() + one.String(), "++-+", 0},
		"no length":     {signed(vendorBody).String() + signed(wide).String() + "\r\n\r\n" + signed(vendorBody).String(), "+++", 0},
		"with answers":  {one.String() + answer + two.String() + answer, "++", 0},
		"chunked":       {chunked(signed(vendorBody)) + answer + chunked(signed(wide)), "++", 0},
		"packets":       {packet + one.String() + "\n" + packet + two.String(), "++", 0},
		"indented":      {prefixed(one.String()+"\n"+two.String(), "    "), "++", 0},
		"verbose":       {strings.Replace(verbose(one.String()), "* upload", vendorBody+"\n* upload", 1) + "\n" + verbose(two.String()), "+-", 0},
		"archive":       {archive(t, one, two, bad), "++-", 1},
		"curl":          {curlLine(one, "-d '"+vendorBody+"'") + curlLine(one, "-d 'x'"), "+-", 0},
		"probes":        {probe + one.String() + probe + bad.String() + probe, "+-", 3},
		"short forms":   {form + form + one.String(), "--+", 0},
		"a probe alone": {probe, "-", 0},
	} {
		recording, err := inspect.ParseAll(t.Context(), []byte(test.raw))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, explained := "", 0
		reports, err := newInspector(t, nil).InspectAll(t.Context(), recording.Captures)
		if err != nil {
			t.Fatal(err)
		}
		for _, report := range reports {
			explained += min(1, len(report.Causes))
			if report.Verifies {
				got += "+"
			} else {
				got += "-"
			}
		}
		if got != test.want || recording.Others != test.others || recording.LeftOut != 0 || explained != min(1, strings.Count(got, "-")) {
			t.Errorf("%s: got %s, %d others, %d left out, %d explained", name, got, recording.Others, recording.LeftOut, explained)
		}
	}
}

// TestRequestInText: a text that names a request does not end a body.
func TestRequestInText(t *testing.T) {
	if report := inspectText(t, newInspector(t, nil), signed("{\n see GET / HTTP/1.1\nthere}").String()); !report.Authentic {
		t.Errorf("%+v", report)
	}
}

// TestManyRequests: what is too much is counted, and soon.
func TestManyRequests(t *testing.T) {
	line := withLength(signed(vendorBody)).String()
	for raw, want := range map[string][2]int{
		strings.Repeat(line, inspect.MaxRequests):                                   {inspect.MaxRequests, 0},
		strings.Repeat(line, inspect.MaxRequests+7):                                 {inspect.MaxRequests, 7},
		strings.Repeat(curlLine(signed("x"), "-d 'x'"), inspect.MaxRequests+3):      {inspect.MaxRequests, 3},
		line + strings.Repeat("GET / HTTP/1.1\n", 200_000):                          {1, 0},
		line + strings.Repeat("GET / HTTP/1.1\n\n", 200_000):                        {1, 0},
		line + strings.Repeat("x GET / HTTP/1.1 ", 200_000):                         {1, 0},
		line[:len(line)-1] + strings.Repeat("'", 400_000):                           {1, 0},
		"curl -H 'ts: 1' " + strings.Repeat("\ncurl -H \"'", 100_000):               {1, 0},
		"=> Send header, 9 bytes\n" + strings.Repeat("0000: ts: 1\n", 100_000):      {1, 0},
		"> GET / HTTP/1.1\n> ts: 1\n> \n" + strings.Repeat("> GET / HTTP/1.1\n", 9): {1, 0},
	} {
		recording, err := inspect.ParseAll(t.Context(), []byte(raw))
		if err != nil || len(recording.Captures) != want[0] || recording.LeftOut != want[1] {
			t.Errorf("%.40q: %v, %+v", raw, err, recording)
		}
	}
}
