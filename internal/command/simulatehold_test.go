// SPDX-License-Identifier: Apache-2.0

package command

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/traffic"
)

// TestSimulateWaitsForHeldNumbers: the hold is longer than a page may lag, so without
// the wait nothing would agree.
func TestSimulateWaitsForHeldNumbers(t *testing.T) {
	t.Parallel()
	i := newTestInstance(t, "series_birth_hold: 5s\n")
	start(t, i)
	code, out, errs := i.simulate(t.Context(), "--json", "--rate", "100", "--duration", "1s", "--seed", "7")
	var report struct {
		Metrics reconciliation `json:"metrics"`
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if code != exitDone || errs != "" || report.Metrics.Waited < 2 || report.Metrics.StillHeld {
		t.Errorf("exit %d, %q, waited %g s\n%s", code, errs, report.Metrics.Waited, out)
	}
}

// TestSimulateMetricsGone: that the page is gone at the end is no sound receiver, and
// the summary is there all the same.
func TestSimulateMetricsGone(t *testing.T) {
	t.Parallel()
	scrapes := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/metrics" {
			_, _ = io.Copy(io.Discard, r.Body)
			fmt.Fprint(w, "success")
		} else if scrapes++; scrapes > 1 { // one after the other
			w.WriteHeader(http.StatusBadGateway)
		}
	}))
	t.Cleanup(server.Close)
	arguments := []string{"--url", server.URL, "--expect-metrics", server.URL, "--duration", "300ms", "--rate", "50", "--bad-signatures", "0"}
	code, out, errs := simulateAs(t.Context(), nil, arguments...)
	if code != exitNo || !strings.Contains(errs, "502") || !strings.Contains(out, "Sent ") || strings.Contains(out, "keeps the contract") {
		t.Errorf("exit %d, %q\n%s", code, errs, out)
	}
	scrapes = 0
	if code, out, _ := simulateAs(t.Context(), nil, append(arguments, "--json")...); code != exitNo || !strings.Contains(out, `"error":"--expect-metrics: the page answers 502`) {
		t.Errorf("exit %d\n%s", code, out)
	}
}

// TestSimulateWrongPath: the most likely cause of a 404 is named.
func TestSimulateWrongPath(t *testing.T) {
	t.Parallel()
	i := newTestInstance(t, "")
	start(t, i)
	code, out, _ := simulateAs(t.Context(), nil, "--url", i.public.url("/another-path"), "--duration", "300ms", "--rate", "50")
	if code != exitNo || !strings.Contains(strings.ReplaceAll(out, "\n", " "), "is the path of --url right?") {
		t.Errorf("exit %d\n%s", code, out)
	}
	checkColumns(t, out)
}

// TestSimulateUnsent: what was not sent is said, and is no fault.
func TestSimulateUnsent(t *testing.T) {
	t.Parallel()
	var summary traffic.Summary
	summary.Kinds[traffic.ShotMO] = traffic.Count{Sent: 7, AsPlanned: 7, Unsent: 12}
	var out strings.Builder
	report := newSimulateReport(&simulation{inFlight: 512}, summary)
	(&simulateScreen{out: &quietWriter{to: &out}}).farewell(report)
	if !strings.Contains(out.String(), "Not sent: 12 callbacks, whose time came while 512 requests") || report.Total.Unsent != 12 {
		t.Errorf("unsent %d\n%s", report.Total.Unsent, out.String())
	}
	checkColumns(t, out.String())
}

// TestSimulateProgressFits: a line that is wider than the terminal could not be taken
// back.
func TestSimulateProgressFits(t *testing.T) {
	t.Parallel()
	summary := traffic.Summary{Elapsed: 30 * time.Second, LastError: "dial tcp: \x1b[31m" + strings.Repeat("refused ", 20)}
	for columns, want := range map[string]int{"40": 40, "": safeWidth, "x": safeWidth, "0": safeWidth, "132": 132} {
		width := terminalWidth(Streams{Getenv: func(string) string { return columns }})
		if width != want {
			t.Errorf("COLUMNS=%s: %d columns", columns, width)
		}
		for _, line := range []string{progressLine(summary, time.Minute, width), strings.Repeat("世", 100)} {
			if line = fit(line, width); displayWidth(line) >= width || strings.Contains(line, "\x1b") {
				t.Errorf("%d columns: %q", width, line)
			}
		}
	}
}
