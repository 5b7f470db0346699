// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/store"
	"didsms_exporter/internal/traffic"
)

// borderDoor is a receiver in memory whose clock stands at a month's end. What it
// takes goes into a real store, and as raw bytes into a record of its own.
type borderDoor struct {
	now     func() time.Time
	keyring *nxcloud.Keyring
	decoder *nxcloud.Decoder
	store   *store.SQLite

	mu   sync.Mutex // held from arrival to commit, so that the record has the store's order
	took []taken
}

type taken struct {
	at     time.Time
	action string
	body   []byte
}

func (d *borderDoor) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	delivery := &nxcloud.Delivery{Header: request.Header, Body: body, ArrivedAt: d.now()}
	status, word := http.StatusUnauthorized, "error"
	if caller, err := d.keyring.Verify(delivery, delivery.ArrivedAt); err == nil {
		event, err := d.decoder.Decode(delivery, caller)
		if err != nil {
			return nil, err
		}
		event.Label = "other" // a bill names each number all the same
		if _, err := d.store.Commit(request.Context(), event); err != nil {
			return nil, err
		}
		d.took = append(d.took, taken{delivery.ArrivedAt, request.Header.Get("action"), body})
		status, word = http.StatusOK, "success"
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(word)), Request: request, ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

// secondSum is one number's figures of one direction in the second computation, which
// shares no code with the first: amounts are big rationals.
type secondSum struct {
	messages, segments                       uint64
	delivered, undelivered, pending, unknown uint64
	amount, lost                             *big.Rat
}

// second adds up the record by the month's first instant after the border.
func second(t *testing.T, record []taken, border time.Time) (before, after map[string]*secondSum) {
	t.Helper()
	type message struct {
		statuses map[string]bool
		final    bool
		amount   *big.Rat
	}
	outcomes := map[string]string{
		"DELIVRD": "delivered", "UNDELIV": "undelivered", "UNDELIVR": "undelivered", "UNDELIVRD": "undelivered", "UNDELIVERED": "undelivered",
		"REJECTD": "undelivered", "EXPIRED": "undelivered", "DELETED": "undelivered", "DND": "undelivered",
		"ACCEPTD": "pending", "ENROUTE": "pending", "BUFFERED": "pending", "SUBMITTED": "pending",
	}
	messages := map[string]*message{}
	before, after = map[string]*secondSum{}, map[string]*secondSum{}
	for _, taken := range record {
		var fields struct {
			MessageID   string          `json:"messageId"`
			To          string          `json:"toPhone"`
			From        string          `json:"fromPhone"`
			Price, Size json.RawMessage // strings, numbers or null
			Status      string          `json:"smsStatus"`
		}
		if err := json.Unmarshal(taken.body, &fields); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(fields.Status, "UNDELIV") { // one status, whatever its spelling
			fields.Status = "UNDELIV"
		}
		did, outcome := fields.To, ""
		if taken.action == "dr" {
			did, outcome = fields.From, outcomes[fields.Status]
			if outcome == "" {
				outcome = "unknown"
			}
		}
		key := taken.action + " " + fields.MessageID
		m := messages[key]
		if m != nil && m.statuses[fields.Status] {
			continue
		}
		book := after
		if taken.at.Before(border) {
			book = before
		}
		key2 := strings.TrimPrefix(did, "+") + " " + taken.action
		s := book[key2]
		if s == nil {
			s = &secondSum{amount: new(big.Rat), lost: new(big.Rat)}
			book[key2] = s
		}
		if m == nil {
			m = &message{statuses: map[string]bool{}, amount: new(big.Rat)}
			messages[key] = m
			price, priced := new(big.Rat).SetString(strings.Trim(string(fields.Price), `"`))
			size, err := strconv.Atoi(strings.Trim(string(fields.Size), `"`))
			if err == nil {
				s.segments += uint64(size)
			}
			if err == nil && priced {
				m.amount.Mul(price, big.NewRat(int64(size), 1))
			}
			s.amount.Add(s.amount, m.amount)
		}
		m.statuses[fields.Status] = true
		switch outcome {
		case "":
			s.messages++
		case "delivered":
			s.delivered++
		case "undelivered":
			s.undelivered++
			if !m.final {
				s.lost.Add(s.lost, m.amount)
			}
		case "pending":
			s.pending++
		default:
			s.unknown++
		}
		m.final = m.final || outcome == "delivered" || outcome == "undelivered"
	}
	return before, after
}

func (s *secondSum) equal(e *jsonEntry) bool {
	exact := func(want *big.Rat, got *sms.Money) bool {
		if got == nil {
			return want.Sign() == 0
		}
		rat, ok := new(big.Rat).SetString(got.String())
		return ok && rat.Cmp(want) == 0
	}
	messages := uint64(0)
	if e.Messages != nil {
		messages = *e.Messages
	}
	return messages == s.messages && e.Segments == s.segments && exact(s.amount, &e.Amount) && exact(s.lost, e.Undelivered) &&
		e.Receipts["delivered"] == s.delivered && e.Receipts["undelivered"] == s.undelivered &&
		e.Receipts["pending"] == s.pending && e.Receipts["unknown"] == s.unknown
}

// oneAtATime is held around commands: their library writes to a global when one
// begins.
var oneAtATime sync.Mutex

// TestReportIsExact: for both sides of a month's end in the account's zone, the
// report equals a second computation over the bytes that the simulator sent, to the
// last decimal: while the exporter runs, and when it has stopped.
func TestReportIsExact(t *testing.T) {
	for _, c := range []struct{ zone, border, before, after string }{
		{"+08:00", "2026-11-30T16:00:00Z", "2026-11", "2026-12"},
		{"-05:00", "2027-01-01T05:00:00Z", "2026-12", "2027-01"},
		{"America/New_York", "2026-11-01T04:00:00Z", "2026-10", "2026-11"}, // summer time, until later that day
		{"Europe/Berlin", "2027-03-31T22:00:00Z", "2027-03", "2027-04"},
	} {
		t.Run(c.zone, func(t *testing.T) {
			t.Parallel()
			border, err := time.Parse(time.RFC3339, c.border)
			if err != nil {
				t.Fatal(err)
			}
			folder := t.TempDir()
			writeFile(t, filepath.Join(folder, "didsms.yml"),
				fmt.Sprintf("accounts:\n  - {name: main, access_key: key, secret_files: [unreadable], currency: EUR, time_zone: %q}\n", c.zone))
			door, stop := bordered(t, folder, c.zone, border)
			simulateAcross(t, door)
			before, after := second(t, door.took, border)
			if len(before) < 4 || len(after) < 4 {
				t.Fatalf("%d and %d entries: the traffic does not span the border", len(before), len(after))
			}
			oneAtATime.Lock()
			defer oneAtATime.Unlock()
			for _, state := range []string{"running", "stopped"} {
				compareReport(t, state, folder, c.before, before)
				compareReport(t, state, folder, c.after, after)
				stop()
			}
		})
	}
}

func bordered(t *testing.T, folder, zone string, border time.Time) (*borderDoor, func()) {
	t.Helper()
	began := time.Now()
	now := func() time.Time { return border.Add(time.Since(began) - 1500*time.Millisecond) }
	durable, err := store.Open(store.Config{
		Folder: filepath.Join(folder, "data"), Retention: 30 * 24 * time.Hour, Now: now, Metrics: deafMetrics{},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- durable.Run(ctx) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := durable.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	location, err := time.LoadLocation(zone)
	if err != nil {
		offset, err := time.Parse("-07:00", zone)
		if err != nil {
			t.Fatal(err)
		}
		location = offset.Location()
	}
	keyring, err := nxcloud.NewKeyring([]nxcloud.Account{{
		Name: "main", AccessKey: "key", Secrets: [][]byte{[]byte(oldSecret)}, Currency: "EUR", Zone: location,
	}})
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := nxcloud.NewDecoder(durable.IDKey())
	if err != nil {
		t.Fatal(err)
	}
	return &borderDoor{now: now, keyring: keyring, decoder: decoder, store: durable}, stop
}

func simulateAcross(t *testing.T, door *borderDoor) {
	t.Helper()
	simulator, err := traffic.New(traffic.Config{
		URL: "http://127.0.0.1:1/callback", Account: traffic.Account{AccessKey: "key", Secret: []byte(oldSecret)},
		Rate: 300, DayLength: time.Minute, Duration: 3 * time.Second, Duplicates: 0.1, Forgeries: 0.05, BadAfter: time.Second, Seed: 7,
		Now: door.now, Client: &http.Client{Transport: door, Timeout: 2 * time.Minute},
	})
	if err != nil {
		t.Fatal(err)
	}
	summary, err := simulator.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if total := summary.Total(); total.AsPlanned != total.Sent || total.Sent < 200 {
		t.Fatalf("of %d shots %d were answered as planned: %v", total.Sent, total.AsPlanned, summary.Breaks)
	}
}

func compareReport(t *testing.T, state, folder, month string, want map[string]*secondSum) {
	t.Helper()
	arguments := []string{
		"report", "--month", month, "--storage.path", filepath.Join(folder, "data"), "--config.file", filepath.Join(folder, "didsms.yml"),
	}
	code, out, errors := run(t.Context(), append(arguments, "--json")...)
	var got jsonReport
	if err := json.Unmarshal([]byte(out), &got); code != 0 || errors != "" || err != nil || len(got.Accounts) != 1 {
		t.Fatalf("%s, %s: exit %d, %q, %v", state, month, code, errors, err)
	}
	if got.InUse != (state == "running") {
		t.Errorf("%s, but the report says %v", state, got.InUse)
	}
	account := got.Accounts[0]
	if len(account.Numbers) != len(want) {
		t.Errorf("%s, %s: %d entries, want %d", state, month, len(account.Numbers), len(want))
	}
	actions := map[string]string{"inbound": "mo", "outbound": "dr"}
	totals := map[string]*big.Rat{}
	for _, entry := range account.Numbers {
		s := want[entry.DID+" "+actions[entry.Direction]]
		if s == nil || !s.equal(&entry) || entry.Currency != "EUR" {
			t.Errorf("%s, %s: got %+v, want %+v", state, month, entry, s)
			continue
		}
		if totals[entry.Direction] == nil {
			totals[entry.Direction] = new(big.Rat)
		}
		totals[entry.Direction].Add(totals[entry.Direction], s.amount)
	}
	for _, total := range account.Totals {
		if rat, _ := new(big.Rat).SetString(total.Amount.String()); rat.Cmp(totals[total.Direction]) != 0 {
			t.Errorf("%s, %s: total %s %s, want %s", state, month, total.Direction, total.Amount, totals[total.Direction])
		}
	}
	compareCSV(t, append(arguments, "--csv"), account.Numbers)
}

// compareCSV holds the two formats for machines against each other.
func compareCSV(t *testing.T, arguments []string, entries []jsonEntry) {
	t.Helper()
	_, out, _ := run(t.Context(), arguments...)
	lines, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(lines) != len(entries)+1 {
		t.Fatalf("%d lines for %d entries, %v", len(lines), len(entries), err)
	}
	column := func(name string) int { return slices.Index(lines[0], name) }
	for n, entry := range entries {
		line := lines[n+1]
		if line[column("did")] != entry.DID || line[column("amount")] != entry.Amount.String() || line[column("segments")] != fmt.Sprint(entry.Segments) {
			t.Errorf("CSV has %v, JSON %+v", line, entry)
		}
		if entry.Undelivered != nil && line[column("undelivered_amount")] != entry.Undelivered.String() {
			t.Errorf("CSV has %v, JSON %+v", line, entry)
		}
	}
	if strings.Count(out, "\r\n") != len(lines) || bytes.Contains([]byte(out), []byte("\n\n")) {
		t.Error("lines do not end as RFC 4180 has it")
	}
}

type deafMetrics struct{}

func (deafMetrics) Committed(time.Duration)   {}
func (deafMetrics) CommitFailed(store.Reason) {}
