// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/traffic"
)

// rawServer answers every connection with the same bytes.
func rawServer(t *testing.T, answer string) (url string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = connection.Close() }()
				_, _ = connection.Read(make([]byte, 64<<10))
				_, _ = io.WriteString(connection, answer)
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// TestSimulateHostileWords: nothing that a receiver or a page says reaches the
// terminal as an order.
func TestSimulateHostileWords(t *testing.T) {
	t.Parallel()
	const evil = "\x1b]0;owned\x07"
	fine := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "success") }))
	t.Cleanup(fine.Close)
	page := func(lines string) string {
		return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(lines), lines)
	}
	for name, test := range map[string]struct {
		receiver, metrics string // empty: harmless
		want              string
	}{
		"status of the page":     {"", "HTTP/1.1 500 " + evil + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", `500 \x1b]0;owned`},
		"header of the page":     {"", "HTTP/1.1 200 OK\r\n" + evil + "\r\n\r\n", `\x1b]0;owned`},
		"line of the page":       {"", page("didsms_" + evil + " 1\n"), "not a page of metrics"},
		"label name":             {"", page(`didsms_spend_total{account="main","` + evil + `"="` + evil + "\"} 1\n"), "Metrics: "},
		"body of the receiver":   {page(evil), "", `200 "\x1b]0;owned`},
		"header of the receiver": {"HTTP/1.1 200 OK\r\n" + evil + "\r\n\r\n", "", `\x1b]0;owned`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := fine.URL
			if test.receiver != "" {
				target = rawServer(t, test.receiver)
			}
			arguments := []string{"--url", target, "--rate", "50", "--duration", "300ms", "--seed", "3"}
			if test.metrics != "" {
				arguments = append(arguments, "--expect-metrics", rawServer(t, test.metrics))
			}
			var out, errs bytes.Buffer
			screen := simulateTo(t.Context(), Streams{Out: &out, Err: &errs}, nil, arguments...)
			said := out.String() + errs.String()
			if screen != exitNo || strings.ContainsAny(said, "\x1b\x07") || !strings.Contains(said, test.want) {
				t.Errorf("exit %d, want %q:\n%q", screen, test.want, said)
			}
			code, json, _ := simulateAs(t.Context(), nil, append(arguments, "--json")...)
			if code != exitNo || strings.ContainsAny(json, "\x1b\x07") {
				t.Errorf("exit %d, %q", code, json)
			}
		})
	}
	left := traffic.Summary{LastError: evil}
	left.Kinds[traffic.ShotMO] = traffic.Count{Sent: 1, Unanswered: 1}
	if faults := fmt.Sprint(faultsOf(&left, nil, false)); strings.ContainsAny(faults, "\x1b\x07") || !strings.Contains(faults, `\x1b]0;owned`) {
		t.Errorf("%q", faults)
	}
	if got, want := seriesOf("x", map[string]string{evil: evil, "did": "1"}), `x{"\x1b]0;owned\a"="\x1b]0;owned\a",did="1"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// endless repeats a text up to a size.
type endless struct {
	text string
	left int
	at   int
}

func (e *endless) Read(into []byte) (n int, err error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	for n < len(into) && e.left > 0 {
		copied := copy(into[n:], e.text[e.at:])
		n, e.left, e.at = n+copied, e.left-copied, (e.at+copied)%len(e.text)
	}
	return n, nil
}

// TestSimulateHostilePages: a page may be anything, and costs little.
func TestSimulateHostilePages(t *testing.T) {
	for name, test := range map[string]struct {
		page io.Reader
		want string
	}{
		"endless":               {&endless{text: "some_metric{with=\"a label\"} 1\n", left: 1 << 30}, "it is larger than 16 MiB"},
		"endless of one family": {&endless{text: "didsms_spend_total{account=\"main\",did=\"1\"} 1\n", left: 1 << 30}, "it is larger than 16 MiB"},
		"endless line":          {&endless{text: "a", left: 1 << 30}, "line 1 is longer than 64 KiB"},
		"broken off":            {strings.NewReader("a 1\ndidsms_spend_total{account=\"main\"} 1"), "line 2 breaks off"},
		"no sample":             {strings.NewReader("# nothing\n\na 1\nHello, world\n"), "line 4: "},
		"a page for people":     {strings.NewReader("<html>\n"), "line 1: "},
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		page, err := newMetricsSource("http://h", "main").parse(test.page)
		runtime.GC()
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
		if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 200<<20 {
			t.Errorf("%s: the heap grew by %d MiB", name, grown>>20)
		}
		runtime.KeepAlive(page)
	}
}

// TestSimulateInterruptedHanging: Ctrl-C against a receiver that never answers ends
// soon, with a summary.
func TestSimulateInterruptedHanging(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-release
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	for _, json := range []bool{false, true} {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		arguments := []string{"--url", server.URL, "--rate", "100"}
		want := ", interrupted."
		if json {
			arguments, want = append(arguments, "--json"), `"interrupted":true`
		}
		began := time.Now()
		code, out, errs := simulateAs(ctx, nil, arguments...)
		if code != exitInterrupted || errs != "" || !strings.Contains(out, want) {
			t.Errorf("exit %d, %q\n%s", code, errs, out)
		}
		if took := time.Since(began); took > 9*time.Second {
			t.Errorf("took %v", took)
		}
		for _, wrong := range []string{"not compared", "Fault:", "keeps the contract"} {
			if strings.Contains(out, wrong) {
				t.Errorf("says %q:\n%s", wrong, out)
			}
		}
		cancel()
	}
}
