// SPDX-License-Identifier: Apache-2.0

package command

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"didsms_exporter/internal/config"
	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/store"
)

// sitting runs an exporter over a folder from one time to another, and commits
// events at its begin.
func sitting(t *testing.T, folder, from, to string, events ...*sms.Event) {
	t.Helper()
	var clock atomic.Pointer[time.Time]
	set := func(text string) {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		clock.Store(&at)
	}
	set(from)
	s, err := store.Open(store.Config{
		Folder: folder, Retention: 30 * 24 * time.Hour, Metrics: deafMetrics{}, Now: func() time.Time { return *clock.Load() },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	for n, e := range events {
		e.ArrivedAt, e.SignedAt = *clock.Load(), *clock.Load()
		if e.MessageID == "" {
			e.MessageID = fmt.Sprintf("%s-%d", from, n)
		}
		if _, err := s.Commit(ctx, e); err != nil {
			t.Fatal(err)
		}
	}
	set(to)
	cancel()
	if err := errors.Join(<-done, s.Close()); err != nil {
		t.Fatal(err)
	}
}

// inNovember is an event of November 2025 in the given currency.
func inNovember(did, currency, price string, size uint8, status sms.Status) *sms.Event {
	e := &sms.Event{
		Account: "main", Currency: currency, Kind: sms.KindMO, DID: sms.Number(did), Label: did,
		Month: "2025-11", Size: size, HasSize: true, Status: status,
	}
	e.Price, _ = sms.ParseMoney(price)
	e.HasPrice = price != ""
	if status != sms.StatusNone {
		e.Kind, e.Destination = sms.KindDR, "44"
	}
	return e
}

func inMonth(e *sms.Event, month string) *sms.Event { e.Month = month; return e }

func foldedInto(e *sms.Event) *sms.Event { e.Label = "other"; return e }

// november is a store with everything odd in it. The exporter was down over the
// begin of the month and for an hour within it.
func november(t *testing.T) (folder, file string) {
	t.Helper()
	folder = t.TempDir()
	sitting(t, folder, "2025-10-20T00:00:00Z", "2025-10-31T14:00:00Z",
		inMonth(inNovember("18184505018", "USD", "0.5", 1, sms.StatusNone), "2025-10"))
	sitting(t, folder, "2025-10-31T17:30:00Z", "2025-11-10T08:00:00Z",
		inNovember("18184505018", "USD", "0.036", 2, sms.StatusNone),
		inNovember("18184505018", "USD", "0.036", 1, sms.StatusDelivered),
		inNovember("18184505018", "USD", "0.036", 3, sms.StatusUndelivered),
		inNovember("18184505018", "EUR", "0.03", 1, sms.StatusNone),
		foldedInto(inNovember("447700900123", "USD", "123.000000001", 200, sms.StatusSubmitted)),
		foldedInto(inNovember("8613800138000", "USD", "", 1, sms.StatusNone)),
		inNovember("unknown", "USD", "0", 1, sms.StatusOther))
	second := inNovember("18184505018", "USD", "0.036", 1, sms.StatusExpired)
	second.MessageID = "2025-10-31T17:30:00Z-1" // was delivered, they said
	sitting(t, folder, "2025-11-10T09:00:00Z", "2025-12-24T18:00:00Z", second)
	file = filepath.Join(t.TempDir(), "didsms.yml")
	writeFile(t, file, `accounts:
  - {name: main, access_key: key, secret_files: [absent], currency: USD}
  - {name: second, access_key: key2, secret_files: [absent], currency: EUR, time_zone: Europe/Berlin}
dids:
  - {number: "18184505018", name: "Support 支持 for the United States of America, weekdays, weekends and all public holidays", account: main}
  - {number: "447700900123", name: "London\u001b[31m\r\nred", account: main}
  - {number: "8613800138000", name: "=HYPERLINK(\"http://evil\"; \"x\")", account: main}
  - {number: "4930123456", name: Berlin, account: second}
`)
	return folder, file
}

func TestReportGolden(t *testing.T) {
	folder, file := november(t)
	empty := t.TempDir()
	sitting(t, empty, "2025-11-10T09:00:00Z", "2025-11-24T18:00:00Z")
	for name, arguments := range map[string][]string{
		"report.txt":         {"--storage.path", folder, "--config.file", file},
		"report-plain.txt":   {"--storage.path", folder},
		"report-did.txt":     {"--storage.path", folder, "--did", "+44 7700 900123", "--account", "main"},
		"report-account.txt": {"--storage.path", folder, "--config.file", file, "--account", "second"},
		"report-empty.txt":   {"--storage.path", empty},
		"report.csv":         {"--storage.path", folder, "--config.file", file, "--csv"},
		"report.json":        {"--storage.path", folder, "--config.file", file, "--json"},
	} {
		code, out, warned := run(t.Context(), append([]string{"report", "--month", "2025-11"}, arguments...)...)
		if code != 0 || name != "report.csv" && warned != "" {
			t.Errorf("%s: exit %d, %q", name, code, warned)
		}
		if strings.HasSuffix(name, ".txt") {
			fits(t, name, out)
		}
		if name == "report.csv" {
			out += warned
		}
		golden(t, name, out)
		if again, err := os.ReadDir(folder); err != nil || len(again) != 2 { // the file and the lock
			t.Errorf("%s: the report left %v behind, %v", name, again, err)
		}
	}
}

func fits(t *testing.T, name, out string) {
	t.Helper()
	for line := range strings.Lines(out) {
		if line = strings.TrimSuffix(line, "\n"); displayWidth(line) > columns || strings.HasSuffix(line, " ") || plain(line) != line {
			t.Errorf("%s: does not fit a terminal: %q", name, line)
		}
	}
}

// TestReportTableWidths: whatever the figures are, no line is longer than 80.
func TestReportTableWidths(t *testing.T) {
	money := func(text string) sms.Money {
		amount, err := sms.ParseMoney(text)
		if err != nil {
			t.Fatal(err)
		}
		return amount
	}
	var b strings.Builder
	for _, c := range []struct {
		name, did, label, amount string
		count                    uint64
	}{
		{"usual", "18184505018", "", "44.964", 1234},
		{"long number", "12345678901234567890", "Support", "12345.678", 123456},
		{"large", "18184505018", "支持 支持 支持 支持 支持 支持 支持 支持 支持 支持 支持 支持 支持 支持 支持", "123456789.123456789", 123456789},
		{"largest", "12345678901234567890", "Support", "18446744073709551615.999999999", 1<<64 - 1},
	} {
		for _, direction := range sms.Directions() {
			f := figures{did: sms.Number(c.did), name: c.label, events: c.count, segments: c.count, amount: money(c.amount), undelivered: money("0.5")}
			for n := range f.outcomes {
				f.outcomes[n] = c.count
			}
			s := section{direction: direction, currency: "USD", numbers: []figures{f}, total: f}
			fmt.Fprintf(&b, "%s, %s\n", c.name, direction)
			s.table().write(&b)
		}
	}
	fits(t, "widths", b.String())
	golden(t, "report-widths.txt", b.String())
}

// TestReportCSVIsText: no cell begins with what a spreadsheet takes for a formula.
func TestReportCSVIsText(t *testing.T) {
	for _, name := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "a,b\"c", " =1", "Support"} {
		r := report{accounts: []accountReport{{account: "main", month: "2025-11", zoneName: "+08:00", sections: []section{{
			currency: "USD", numbers: []figures{{did: "1", name: name}},
		}}}}}
		lines, err := csv.NewReader(strings.NewReader(r.csv())).ReadAll()
		if err != nil || len(lines) != 2 {
			t.Fatalf("%q: %v, %v", name, lines, err)
		}
		for _, cell := range lines[1] {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\n") || strings.HasPrefix(cell, "＝") {
				t.Errorf("%q: a cell is %q", name, cell)
			}
		}
		if got := strings.TrimPrefix(lines[1][4], "'"); got != strings.ReplaceAll(name, "\r", "") {
			t.Errorf("%q: became %q", name, got)
		}
	}
}

// TestReportNotes: what cannot be seen in the figures is said.
func TestReportNotes(t *testing.T) {
	zone := time.FixedZone("+08:00", 8*60*60)
	day := func(d int) time.Time { return time.Date(2025, 11, d, 0, 0, 0, 0, zone) }
	a := accountReport{account: "main", month: "2025-11", zoneName: "+08:00", zone: zone, from: day(1), to: day(31)}
	for name, c := range map[string]struct {
		report       report
		want, lacked string
	}{
		"so far":                            {report{since: day(-9), lastSign: day(9), inUse: true, now: day(9)}, "not over: it is 2025-11-09 00:00:00", "began"},
		"future":                            {report{since: day(-9), lastSign: day(-1), inUse: true, now: day(-1)}, "has not begun", "not over"},
		"over":                              {report{since: day(-9), lastSign: day(40), inUse: true, now: day(40)}, "No time without", "not over"},
		"began":                             {report{since: day(5), lastSign: day(40), inUse: true, now: day(40)}, "began at 2025-11-05 00:00:00", "uses"},
		"stopped":                           {report{since: day(-9), lastSign: day(20), now: day(40)}, "sign of life is of 2025-11-20 00:00:00", "began"},
		"stopped later, which is no matter": {report{since: day(-9), lastSign: day(35), now: day(40)}, "No time without", "sign of life"},
	} {
		got := strings.Join(c.report.notes(&a), "\n")
		if !strings.Contains(got, c.want) || strings.Contains(got, c.lacked) {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

// TestGapsWithinAMonth: gaps count from the month's first instant to its last, each
// moment once.
func TestGapsWithinAMonth(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2025, 11, 1, hour, 0, 0, 0, time.UTC) }
	gaps := []store.Gap{{From: at(-5), To: at(-4)}, {From: at(-2), To: at(1)}, {From: at(3), To: at(6)}, {From: at(4), To: at(7)}, {From: at(9), To: at(20)}, {From: at(30), To: at(40)}}
	a := accountReport{gaps: clip(gaps, at(0), at(10))}
	if len(a.gaps) != 4 || a.down() != 6*time.Hour {
		t.Errorf("got %v: %v", a.down(), a.gaps)
	}
}

func TestReportMonthIsTheZones(t *testing.T) {
	file := filepath.Join(t.TempDir(), "didsms.yml")
	writeFile(t, file, "accounts:\n  - {name: west, access_key: k, secret_files: [s], time_zone: \"-05:00\"}\n")
	lookup, err := config.Source{File: file, Getenv: func(string) string { return "Asia/Tokyo" }}.Lookup()
	if err != nil {
		t.Fatal(err)
	}
	r := request{lookup: lookup, now: time.Date(2025, 11, 30, 20, 0, 0, 0, time.UTC)}
	book := &store.Book{Zones: map[string]string{"counted": "-07:00"}}
	if counted := r.monthOf(book, "counted"); counted != "2025-11" {
		t.Errorf("counted in -07:00: got %s", counted)
	}
	if west, other := r.monthOf(book, "west"), r.monthOf(book, "main"); west != "2025-11" || other != "2025-12" {
		t.Errorf("got %s and %s", west, other)
	}
}

func TestReportAndCheckHelp(t *testing.T) {
	for _, name := range []string{"report", "check"} {
		code, out, errors := run(t.Context(), name, "--help")
		if code != 0 || errors != "" || !strings.Contains(out, "EXAMPLES:") {
			t.Errorf("%s: exit %d, %q", name, code, errors)
		}
		golden(t, "help-"+name+".txt", out)
	}
}

func TestReportMistakes(t *testing.T) {
	folder, file := november(t)
	broken := filepath.Join(t.TempDir(), "broken.yml")
	writeFile(t, broken, "dids: 7\n")
	for name, c := range map[string]struct {
		code      int
		arguments []string
		want      []string
	}{
		"unknown account":    {1, []string{"--account", "mian"}, []string{`"mian" is not known`, "known: main"}},
		"unknown number":     {1, []string{"--did", "1"}, []string{"1 is not known", "18184505018, 447700900123, 8613800138000, unknown"}},
		"of another account": {1, []string{"--config.file", file, "--account", "second", "--did", "18184505018"}, []string{"known: 4930123456"}},
		"no number":          {2, []string{"--did", "all"}, []string{"--did", `"all"`}},
		"no month":           {2, []string{"--month", "2025-13"}, []string{"--month", "2026-11"}},
		"both formats":       {2, []string{"--csv", "--json"}, []string{"exclude"}},
		"memory":             {2, []string{"--storage.path", ""}, []string{"no store"}},
		"nowhere":            {2, []string{"--storage.path", filepath.Join(folder, "none")}, []string{"does not exist"}},
		"no store":           {1, []string{"--storage.path", filepath.Dir(file)}, []string{"no store in"}},
		"broken file":        {2, []string{"--config.file", broken}, []string{broken + ":1: dids", "must be a list"}},
		"misspelt flag":      {2, []string{"--mont", "2025-11"}, []string{`Did you mean "--month"`, "report --help"}},
	} {
		code, out, errors := run(t.Context(), append([]string{"report", "--storage.path", folder}, c.arguments...)...)
		if code != c.code || out != "" {
			t.Errorf("%s: exit %d, %q", name, code, out)
		}
		for _, want := range c.want {
			if !strings.Contains(errors, want) {
				t.Errorf("%s: %q lacks %q", name, errors, want)
			}
		}
	}
}

// TestReportClosedPipe: a reader that has seen enough is no failure.
func TestReportClosedPipe(t *testing.T) {
	folder, _ := november(t)
	for _, format := range []string{"--csv", "--json", "--month=2025-11"} {
		reader, writer, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		_ = reader.Close()
		var said strings.Builder
		code := Run(t.Context(), []string{"didsms_exporter", "report", "--storage.path", folder, format}, Streams{
			Out: writer, Err: &said, Getenv: func(string) string { return "" },
		})
		if code != 0 || strings.Contains(said.String(), "pipe") {
			t.Errorf("%s: exit %d, %q", format, code, said.String())
		}
		_ = writer.Close()
	}
}

// TestReportDamage: a flipped bit is an error and never a wrong figure.
func TestReportDamage(t *testing.T) {
	folder, _ := november(t)
	path := filepath.Join(folder, store.FileName)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	code, whole, _ := run(t.Context(), "report", "--storage.path", folder, "--month", "2025-11", "--json")
	if code != 0 || !json.Valid([]byte(whole)) {
		t.Fatalf("exit %d", code)
	}
	for at := 4096 + 50; at < len(content); at += 4096 {
		content[at] ^= 1
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		code, out, said := run(t.Context(), "report", "--storage.path", folder, "--month", "2025-11", "--json")
		want[fmt.Sprint(code)] = true
		if code == 0 && out != whole || code != 0 && !strings.Contains(said, "damaged") {
			t.Errorf("byte %d: exit %d, %q", at, code, said)
		}
		content[at] ^= 1
	}
	if !want["1"] {
		t.Error("no damage was noticed")
	}
}

// Where clocks go forward at midnight of the first, as in Asuncion in 2023, the
// month begins an hour later and not a day earlier.
func TestMonthBeginsWhereMidnightIsMissing(t *testing.T) {
	zone, err := time.LoadLocation("America/Asuncion")
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[time.Time]string{
		time.Date(2023, 10, 1, 0, 0, 0, 0, time.UTC): "2023-10-01T01:00:00-03:00",
		time.Date(2023, 11, 1, 0, 0, 0, 0, time.UTC): "2023-11-01T00:00:00-03:00",
	} {
		if got := firstInstant(day, zone).Format(time.RFC3339); got != want {
			t.Errorf("%s begins at %s, want %s", day.Format(time.DateOnly), got, want)
		}
	}
}

func TestReportLastMonth(t *testing.T) {
	for month, now := range map[string]time.Time{
		"2026-11": time.Date(2026, 12, 31, 12, 0, 0, 0, time.UTC),
		"2026-12": time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC),
	} {
		r := &request{month: lastMonth, now: now}
		if r.resolveMonth(); r.month != month {
			t.Errorf("last month at %s is %s, want %s", now, r.month, month)
		}
	}
}
