// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/traffic"
)

// parsing guards the library's global flag for help, which each run writes while
// it parses. Once the environment is read, parsing is over.
var parsing sync.Mutex

// simulateTo runs the command with the account of newTestInstance, or with what
// the environment says otherwise.
func simulateTo(ctx context.Context, streams Streams, environment map[string]string, arguments ...string) int {
	parsed := sync.OnceFunc(parsing.Unlock)
	defer parsed()
	parsing.Lock()
	streams.Getenv = func(name string) string {
		parsed()
		if value, found := environment[name]; found {
			return value
		}
		return map[string]string{"DIDSMS_ACCESS_KEY": "key", "DIDSMS_ACCESS_SECRET": oldSecret}[name]
	}
	return Run(ctx, append([]string{"didsms_exporter", "simulate"}, arguments...), streams)
}

func simulateAs(ctx context.Context, environment map[string]string, arguments ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = simulateTo(ctx, Streams{Out: &out, Err: &errs}, environment, arguments...)
	return code, out.String(), errs.String()
}

func (i *instance) simulate(ctx context.Context, arguments ...string) (code int, stdout, stderr string) {
	return simulateAs(ctx, nil, append([]string{
		"--url", i.public.url("/callback"), "--expect-metrics", i.private.url("/metrics"),
	}, arguments...)...)
}

// TestSimulateReconciles: everything that chaos sends at a real exporter is
// counted as it should be, to the last event, also beyond the limit of numbers
// and behind the birth hold.
func TestSimulateReconciles(t *testing.T) {
	t.Parallel()
	var running sync.WaitGroup
	defer running.Wait()
	for name, test := range map[string]struct {
		configuration string
		arguments     []string
	}{
		"chaos":    {"series_birth_hold: 1s\n", []string{"--scenario", "chaos", "--rate", "120"}},
		"overflow": {"max_dids: 5\nseries_birth_hold: 0s\n", []string{"--scenario", "mixed", "--dids", "40", "--rate", "100"}},
		"sha256":   {"series_birth_hold: 0s\n", []string{"--algorithm", "sha256", "--rate", "50"}},
		"form":     {"", []string{"--form", "--rate", "50"}},
	} {
		i := newTestInstance(t, test.configuration)
		start(t, i)
		running.Go(func() { // all at once, for they mostly wait
			code, out, errs := i.simulate(t.Context(), append(test.arguments, "--duration", "2s", "--seed", "7")...)
			if code != exitDone || errs != "" {
				t.Errorf("%s: exit %d, standard error %q", name, code, errs)
			}
			for _, want := range []string{"series moved as they should", "The receiver keeps the contract."} {
				if !strings.Contains(out, want) {
					t.Errorf("%s: output lacks %q:\n%s", name, want, out)
				}
			}
			checkColumns(t, out)
		})
	}
}

func checkColumns(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if displayWidth(strings.TrimSuffix(line, "\n")) > columns && !strings.Contains(line, `{account="`) {
			t.Errorf("does not fit a terminal: %s", line)
		}
	}
}

// TestSimulateRotates: the receiver knows both secrets, so nobody notices.
func TestSimulateRotates(t *testing.T) {
	t.Parallel()
	i := newTestInstance(t, "series_birth_hold: 0s\n")
	writeFile(t, filepath.Join(i.folder(), "next"), newSecret+"\n")
	writeFile(t, i.settings.source.File, "accounts:\n  - {name: main, access_key: key, secret_files: [secret, next], currency: USD}\nseries_birth_hold: 0s\n")
	start(t, i)
	environment := map[string]string{envNextSecretFile: filepath.Join(i.folder(), "next")}
	arguments := []string{"--url", i.public.url("/callback"), "--scenario", "rotate", "--rate", "100", "--duration", "1s"}
	if code, out, _ := simulateAs(t.Context(), environment, arguments...); code != exitNo || !strings.Contains(out, "are key, secret and") {
		t.Errorf("before the receiver knows the next secret: exit %d\n%s", code, out)
	}
	if status := i.post(t); status != http.StatusOK {
		t.Fatalf("reload: %d", status)
	}
	if code, out, errs := simulateAs(t.Context(), environment, arguments...); code != exitDone || !strings.Contains(out, "rotate: the next secret signs from 500ms") {
		t.Errorf("exit %d, %s\n%s", code, errs, out)
	}
}

// TestSimulateRepeats: the same seed and the same clock give the same bytes.
func TestSimulateRepeats(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "success") }))
	t.Cleanup(server.Close)
	dump := func(seed string) []byte {
		file := filepath.Join(t.TempDir(), "dump")
		code, out, _ := simulateAs(t.Context(), nil, "--url", server.URL+"/callback", "--scenario", "chaos", "--rate", "400", "--duration", "500ms",
			"--seed", seed, "--now", "2026-11-24T09:30:00Z", "--dump", file)
		if code != exitNo { // forgeries are accepted here
			t.Errorf("exit %d\n%s", code, out)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("the dump can be read by others: %v, %v", info.Mode(), err)
		}
		return content
	}
	first, again, other := dump("7"), dump("7"), dump("8")
	if bytes.Count(first, []byte("POST /callback HTTP/1.1\r\n")) < 100 || !bytes.Equal(first, again) {
		t.Errorf("%d and %d bytes, not the same", len(first), len(again))
	}
	if bytes.Equal(first, other) {
		t.Error("another seed gave the same bytes")
	}
	if bytes.Contains(first, []byte(oldSecret)) {
		t.Error("the dump holds the secret")
	}
}

// TestSimulateInterrupted: Ctrl-C prints the summary so far and exits with 130.
func TestSimulateInterrupted(t *testing.T) {
	t.Parallel()
	i := newTestInstance(t, "")
	start(t, i)
	ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
	defer cancel()
	code, out, errs := i.interrupted(ctx)
	if code != exitInterrupted || errs != "" || !strings.Contains(out, "interrupted.") || !strings.Contains(out, "200 success") {
		t.Errorf("exit %d, %q\n%s", code, errs, out)
	}
}

// interrupted runs until the context ends, as Ctrl-C ends it.
func (i *instance) interrupted(ctx context.Context) (code int, stdout, stderr string) {
	canceled, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	context.AfterFunc(ctx, cancel)
	return simulateAs(canceled, nil, "--url", i.public.url("/callback"), "--rate", "100")
}

// brokenPipe is an output whose reader has seen enough after some writes.
type brokenPipe struct{ left int }

func (b *brokenPipe) Write(text []byte) (int, error) {
	if b.left--; b.left < 0 {
		return 0, errors.New("broken pipe")
	}
	return len(text), nil
}

// TestSimulateClosedPipe: nobody reads any more, so it ends, and says nothing.
func TestSimulateClosedPipe(t *testing.T) {
	t.Parallel()
	i := newTestInstance(t, "")
	start(t, i)
	var errs bytes.Buffer
	began := time.Now()
	code := simulateTo(t.Context(), Streams{Out: &brokenPipe{1}, Err: &errs}, nil, "--url", i.public.url("/callback"))
	if code != exitDone || errs.Len() > 0 || time.Since(began) > 9*time.Second {
		t.Errorf("exit %d after %v, %q", code, time.Since(began), errs.String())
	}
}

func TestSimulateJSON(t *testing.T) {
	t.Parallel()
	i := newTestInstance(t, "series_birth_hold: 0s\n")
	start(t, i)
	code, out, errs := i.simulate(t.Context(), "--json", "--duration", "500ms", "--rate", "100", "--seed", "9")
	var report struct {
		Seed    uint64            `json:"seed"`
		Total   answerCounts      `json:"total"`
		Answers map[string]uint64 `json:"answers"`
		Metrics *reconciliation   `json:"metrics"`
		Faults  []string          `json:"faults"`
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || strings.Count(out, "\n") != 1 {
		t.Fatalf("%v\n%s", err, out)
	}
	if code != exitDone || errs != "" || report.Seed != 9 || report.Total.Sent == 0 || report.Total.AsAsked != report.Total.Sent ||
		report.Faults == nil || len(report.Faults) != 0 || report.Metrics == nil || report.Metrics.Series < 50 {
		t.Errorf("exit %d, %q, %s", code, errs, out)
	}
}

// TestSimulateNothingThere: nobody answers, or nobody shows metrics.
func TestSimulateNothingThere(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/metrics" {
			fmt.Fprint(w, "<html>")
			return
		}
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(page.Close)
	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "5")
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, "error")
	}))
	t.Cleanup(busy.Close)
	quick := []string{"--duration", "200ms", "--rate", "100"}
	for name, test := range map[string]struct {
		arguments []string
		want      string
	}{
		"no receiver":     {[]string{"--url", server.URL + "/hush-hush"}, "connection refused"},
		"always busy":     {[]string{"--url", busy.URL}, "refused for now"},
		"no metrics":      {[]string{"--url", page.URL, "--expect-metrics", server.URL}, "--expect-metrics: dial tcp"},
		"another page":    {[]string{"--url", page.URL, "--expect-metrics", page.URL}, "not a page of metrics"},
		"needs a sign-in": {[]string{"--url", page.URL, "--expect-metrics", page.URL + "/other"}, "answers 401"},
		"no dump":         {[]string{"--url", page.URL, "--dump", filepath.Join(t.TempDir(), "none", "dump")}, "--dump"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, errs := simulateAs(t.Context(), nil, append(test.arguments, quick...)...)
			if code != exitNo || !strings.Contains(errs, test.want) {
				t.Errorf("exit %d, %q, want %q", code, errs, test.want)
			}
			if strings.Contains(out+errs, "hush") {
				t.Errorf("shows the path of the URL:\n%s%s", out, errs)
			}
		})
	}
}

// TestSimulateMistakes: wrong usage exits with 2 and says what to do.
func TestSimulateMistakes(t *testing.T) {
	t.Parallel()
	none := map[string]string{"DIDSMS_ACCESS_KEY": "", "DIDSMS_ACCESS_SECRET": ""}
	const url = "http://127.0.0.1:1/callback"
	for name, test := range map[string]struct {
		environment map[string]string
		arguments   []string
		want        string
	}{
		"no URL":            {nil, nil, "--url http://"},
		"no scheme":         {nil, []string{"--url", "127.0.0.1:8080"}, "--url must be"},
		"no account":        {none, []string{"--url", url}, "DIDSMS_ACCESS_SECRET_FILE"},
		"no secret":         {map[string]string{"DIDSMS_ACCESS_SECRET": ""}, []string{"--url", url}, "DIDSMS_ACCESS_SECRET: not set"},
		"no such file":      {map[string]string{"DIDSMS_ACCESS_SECRET": "", "DIDSMS_ACCESS_SECRET_FILE": "/none"}, []string{"--url", url}, "DIDSMS_ACCESS_SECRET_FILE: "},
		"no next file":      {map[string]string{envNextSecretFile: "/none"}, []string{"--url", url}, envNextSecretFile + ": "},
		"nothing to rotate": {nil, []string{"--url", url, "--scenario", "rotate"}, envNextSecretFile},
		"scenario":          {nil, []string{"--url", url, "--scenario", "spikes"}, "steady, spike, silence"},
		"rate":              {nil, []string{"--url", url, "--rate", "NaN"}, "--rate"},
		"tiny rate":         {nil, []string{"--url", url, "--rate", "1e-12"}, "--rate must be from 0.001 to 20000"},
		"no numbers":        {nil, []string{"--url", url, "--dids", "0"}, "--dids"},
		"none fails":        {nil, []string{"--url", url, "--scenario", "spike", "--failing", "0"}, "--failing must be from 1 to the 12 of --dids"},
		"too many fail":     {nil, []string{"--url", url, "--scenario", "spike", "--dids", "3", "--failing", "4"}, "--failing must be from 1 to the 3"},
		"nothing fails":     {nil, []string{"--url", url, "--failing", "2"}, "in scenario steady no numbers fail"},
		"too few numbers":   {nil, []string{"--url", url, "--dids", "1", "--scenario", "silence"}, "at least 2 numbers"},
		"duration":          {nil, []string{"--url", url, "--duration", "-1s"}, "--duration"},
		"duplicates":        {nil, []string{"--url", url, "--duplicates", "5"}, "--duplicates"},
		"all forged":        {nil, []string{"--url", url, "--bad-signatures", "0.97"}, "room for genuine"},
		"forged form":       {nil, []string{"--url", url, "--form", "--bad-signatures", "0.1"}, "not signed"},
		"expect form":       {nil, []string{"--url", url, "--expect-form"}, "--form"},
		"now":               {nil, []string{"--url", url, "--now", "noon"}, "2026-11-24T09:30:00Z"},
		"shape":             {nil, []string{"--url", url, "--fast-forward", "week"}, "7d"},
		"endless shape":     {nil, []string{"--url", url, "--fast-forward", "7d"}, "--duration"},
		"tiny shape":        {nil, []string{"--url", url, "--fast-forward", "10y", "--duration", "1s"}, "does not fit"},
		"algorithm":         {nil, []string{"--url", url, "--algorithm", "auto"}, "md5 or sha256"},
		"metrics":           {nil, []string{"--url", url, "--duration", "1s", "--expect-metrics", "9911"}, "--expect-metrics"},
		"endless metrics":   {nil, []string{"--url", url, "--expect-metrics", url}, "--duration"},
		"auth file":         {nil, []string{"--url", url, "--duration", "1s", "--expect-metrics", url, "--web.auth-file", "/none"}, "--web.auth-file"},
		"words behind":      {nil, []string{"--url", url, "now"}, "takes no arguments"},
		"a secret flag":     {nil, []string{"--secret", "x"}, "flag provided but not defined"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := simulateAs(t.Context(), test.environment, test.arguments...)
			if code != exitUsage || out != "" || !strings.Contains(errs, test.want) {
				t.Errorf("exit %d, %q, standard error lacks %q:\n%s", code, out, test.want, errs)
			}
		})
	}
}

// TestSimulateWelcome: what is out of the ordinary is said beforehand.
func TestSimulateWelcome(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnsupportedMediaType)
		fmt.Fprint(w, "error")
	}))
	t.Cleanup(server.Close)
	code, out, errs := simulateAs(t.Context(), map[string]string{"DIDSMS_ACCESS_KEY": "", "DIDSMS_ACCESS_SECRET": ""},
		"--url", server.URL+"/hush-hush", "--form", "--scenario", "spike", "--fast-forward", "7d", "--now", "2026-11-24T09:30:00Z",
		"--duration", "400ms", "--rate", "200", "--seed", "5", "--bad-signatures", "0")
	if code != exitDone || errs != "" {
		t.Errorf("exit %d, %q\n%s", code, errs, out)
	}
	golden(t, "simulate-welcome.txt", strings.ReplaceAll(out[:strings.Index(out, "\n\n")+1], server.URL, "http://127.0.0.1:8080"))
	checkColumns(t, out)
	// The form variant is welcome here, says the caller, and is wrong.
	code, out, _ = simulateAs(t.Context(), nil, "--url", server.URL, "--form", "--expect-form", "--duration", "200ms", "--rate", "100")
	if code != exitNo || !strings.Contains(out, `refuses genuine callbacks with 415 "error"`) {
		t.Errorf("exit %d\n%s", code, out)
	}
}

// TestSimulateSummary keeps what people see at the end.
func TestSimulateSummary(t *testing.T) {
	t.Parallel()
	run := &simulation{config: traffic.Config{Scenario: traffic.Chaos, Seed: 7}}
	sound := traffic.Summary{
		Elapsed:   8012 * time.Millisecond,
		Answers:   map[traffic.Answer]uint64{{Status: 200, Word: "success"}: 1602, {Status: 401, Word: "error"}: 30, {Status: 503, Word: "error"}: 3},
		Callbacks: map[traffic.Callback]uint64{{Kind: sms.KindMO, Result: sms.ResultAccepted}: 600},
	}
	sound.Kinds[traffic.ShotMO] = traffic.Count{Sent: 603, AsPlanned: 600, Overloaded: 3}
	sound.Kinds[traffic.ShotDR] = traffic.Count{Sent: 1002, AsPlanned: 1002}
	sound.Kinds[traffic.ShotWrongSecret] = traffic.Count{Sent: 30, AsPlanned: 30}

	faulty := sound
	faulty.Kinds[traffic.ShotAlteredBody] = traffic.Count{Sent: 12, AsPlanned: 2, Broken: 9, Unanswered: 1}
	faulty.LastError = "context deadline exceeded"
	faulty.Breaks = []traffic.Break{{
		Kind: traffic.ShotAlteredBody, Want: traffic.Answer{Status: 401, Word: "error"},
		Answer: traffic.Answer{Status: 200, Word: "success"}, Got: `200 "success"`, Count: 9, MessageID: strings.Repeat("5e", 16),
	}}
	for name, test := range map[string]struct {
		summary traffic.Summary
		metrics *reconciliation
	}{
		"simulate-sound.txt": {sound, &reconciliation{Series: 214, Waited: 30.1}},
		"simulate-faulty.txt": {faulty, &reconciliation{Series: 214, Waited: 45, StillHeld: true, Differences: []difference{
			{`didsms_callbacks_total{account="main",kind="mo",result="accepted"}`, 600, 609},
			{`didsms_mo_messages_total{account="main",did="12125550134"}`, 200, 209},
			{`didsms_spend_total{account="main",did="12125550134",direction="inbound"}`, 1.4999, 1.5674},
		}}},
	} {
		var out bytes.Buffer
		screen := &simulateScreen{out: &quietWriter{to: &out}}
		report := newSimulateReport(run, test.summary)
		report.Metrics = test.metrics
		report.Faults = faultsOf(&test.summary, test.metrics, false)
		screen.farewell(report)
		golden(t, name, out.String())
		checkColumns(t, out.String())
	}
}

// TestSimulateHelp keeps the help, which fits a terminal.
func TestSimulateHelp(t *testing.T) {
	t.Parallel()
	code, out, errs := simulateAs(t.Context(), nil, "--help")
	if code != exitDone || errs != "" || !strings.Contains(out, "EXAMPLES:") {
		t.Errorf("exit %d, %q", code, errs)
	}
	golden(t, "help-simulate.txt", out)
	checkColumns(t, out)
}

// TestSimulateProgress: one line that fits, however long the run.
func TestSimulateProgress(t *testing.T) {
	t.Parallel()
	summary := traffic.Summary{Elapsed: 99 * time.Hour}
	summary.Kinds[traffic.ShotMO] = traffic.Count{Sent: 99_999_999, AsPlanned: 9_999_999, Broken: 9_999}
	for duration, want := range map[time.Duration]string{
		0:               "356400s sent 99999999, as asked 9999999, wrong 9999, p99 0s",
		198 * time.Hour: "[##########----------]  50% 356400s sent 99999999",
		time.Hour:       "[####################] 100% ",
	} {
		line := progressLine(summary, duration, columns)
		if !strings.HasPrefix(line, want) || len(line) >= columns+10 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
}
