// SPDX-License-Identifier: Apache-2.0

package traffic_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/traffic"
)

const (
	testKey    = "kSim8key"
	testSecret = "not-a-real-secret"
)

var testStart = time.Date(2026, 11, 24, 9, 30, 15, 250e6, time.UTC)

// newTestConfig is a minute of traffic with everything in it. Its zone is not the
// default one, so that a mix-up shows.
func newTestConfig() traffic.Config {
	return traffic.Config{
		URL:        "http://127.0.0.1:1/callback",
		Account:    traffic.Account{AccessKey: testKey, Secret: []byte(testSecret)},
		Zone:       time.FixedZone("+02:00", 2*60*60),
		Rate:       100,
		DayLength:  10 * time.Minute,
		Duration:   time.Minute,
		Duplicates: 0.05,
		Forgeries:  0.10,
		Unreadable: true,
		Seed:       7,
		Now:        func() time.Time { return testStart },
	}
}

// book is a second, naive opinion on what the traffic must have been counted as:
// it keeps every authentic event in order and adds up at the end.
type book struct {
	keyring *nxcloud.Keyring
	decoder *nxcloud.Decoder

	mu        sync.Mutex
	callbacks map[traffic.Callback]uint64
	seen      map[string]bool
	events    []*sms.Event
}

func newTestBook(t *testing.T, algorithm nxcloud.Algorithm) *book {
	t.Helper()
	keyring, err := nxcloud.NewKeyring([]nxcloud.Account{{
		Name: "sim", AccessKey: testKey, Secrets: [][]byte{[]byte(testSecret)},
		Algorithm: algorithm, Zone: time.FixedZone("+02:00", 2*60*60),
	}})
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := nxcloud.NewDecoder([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	return &book{
		keyring: keyring, decoder: decoder,
		callbacks: map[traffic.Callback]uint64{}, seen: map[string]bool{},
	}
}

// take verifies, decodes and counts one delivery.
func (b *book) take(header http.Header, body []byte, now time.Time) (*sms.Event, sms.Result) {
	delivery := &nxcloud.Delivery{Header: header, Body: body, ArrivedAt: now}
	caller, err := b.keyring.Verify(delivery, now)
	var event *sms.Event
	if err == nil {
		event, err = b.decoder.Decode(delivery, caller)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	result := sms.ResultAccepted
	var refusal *nxcloud.Refusal
	switch {
	case errors.As(err, &refusal):
		result = refusal.Result
	case b.seen[event.Kind.String()+event.MessageID+event.Status.String()]:
		result = sms.ResultDuplicate
	default:
		b.seen[event.Kind.String()+event.MessageID+event.Status.String()] = true
		b.events = append(b.events, event)
	}
	nameless := caller.Account == nil && result != sms.ResultUnknownKey
	b.callbacks[traffic.Callback{Kind: caller.Kind, Result: result, Nameless: nameless}]++
	return event, result
}

// totals adds up what was taken, message by message.
func (b *book) totals() map[sms.Number]traffic.Totals {
	b.mu.Lock()
	defer b.mu.Unlock()
	totals := map[sms.Number]traffic.Totals{}
	paid, decided := map[string]bool{}, map[string]bool{}
	for _, e := range b.events {
		sum, id := totals[e.DID], e.Kind.String()+e.MessageID // the same id of another action is another message
		direction := sms.Inbound
		if e.Kind == sms.KindDR {
			direction = sms.Outbound
			sum.Receipts[e.Status]++
			if paid[id] {
				sum.StatusChanges++
			}
		} else {
			sum.Messages++
		}
		amount := sms.Money{}
		if e.HasPrice && e.HasSize {
			for range e.Size {
				amount = amount.Add(e.Price)
			}
		}
		if !paid[id] {
			paid[id] = true
			sum.Spend[direction] = sum.Spend[direction].Add(amount)
			if e.HasSize {
				sum.Segments[direction] += uint64(e.Size)
			}
		}
		if final := e.Status.Outcome().Final(); final && !decided[id] {
			decided[id] = true
			if e.Status.Outcome() == sms.OutcomeUndelivered {
				sum.Undelivered = sum.Undelivered.Add(amount)
			}
		}
		totals[e.DID] = sum
	}
	return totals
}

// handler answers as the contract asks.
func (b *book) handler() http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
			reply(w, http.StatusBadRequest, "error")
			return
		}
		switch _, result := b.take(r.Header, body, time.Now()); result {
		case sms.ResultAccepted, sms.ResultDuplicate:
			reply(w, http.StatusOK, "success")
		case sms.ResultMalformed:
			reply(w, http.StatusBadRequest, "error")
		default:
			reply(w, http.StatusUnauthorized, "error")
		}
	}
}

func reply(w http.ResponseWriter, status int, body string) {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func newTestServer(t *testing.T, handler http.Handler) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

func newTestSimulator(t *testing.T, config traffic.Config) *traffic.Simulator {
	t.Helper()
	simulator, err := traffic.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return simulator
}
