// SPDX-License-Identifier: Apache-2.0

package collector_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"

	"didsms_exporter/collector"
	"didsms_exporter/internal/sms"
)

// clock is a time that tests move by hand.
type clock struct{ now time.Time }

func newClock() *clock { return &clock{time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time       { return c.now }
func (c *clock) pass(d time.Duration) { c.now = c.now.Add(d) }
func usd(t *testing.T, s string) sms.Money {
	t.Helper()
	amount, err := sms.ParseMoney(s)
	if err != nil {
		t.Fatal(err)
	}
	return amount
}

// defaults are the settings of one account and no configured number.
func defaults() collector.Settings {
	return collector.Settings{
		Accounts:  []collector.Account{{Name: "main", Currency: "USD", Zone: "+08:00", Signature: "auto"}},
		MaxDIDs:   400,
		BirthHold: 30 * time.Second,
		Exemplars: true,

		MonthToDate: true,
	}
}

func newTestCollector(t testing.TB, settings collector.Settings, c *clock) *collector.Collector {
	t.Helper()
	created, err := collector.New(collector.Config{
		Settings: settings,
		Now:      c.Now,
		Store: collector.NewStore(func() collector.StoreStats { return collector.StoreStats{Up: true} },
			[]string{"full", "io", "locked", "unreachable", "other"}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return created
}

// newMO and newDR are events of the main account with a price of 0.036 a segment.
func newMO(c *clock, did string) *sms.Event {
	return &sms.Event{
		Account: "main", Currency: "USD", Kind: sms.KindMO, MessageID: "m1",
		DID: sms.Number(did), Peer: "447700900123", ArrivedAt: c.now, SignedAt: c.now.Add(-time.Second),
		ReceiveTime: c.now.Add(-2 * time.Second), Price: mustMoney("0.036"), HasPrice: true, Size: 1, HasSize: true,
	}
}

func newDR(c *clock, did string, status sms.Status) *sms.Event {
	event := newMO(c, did)
	event.Kind, event.Status, event.StatusWord = sms.KindDR, status, status.String()
	return event
}

func mustMoney(text string) sms.Money {
	amount, err := sms.ParseMoney(text)
	if err != nil {
		panic(err) // a literal of a test
	}
	return amount
}

// first is the claim of a message's first event.
func first(e *sms.Event) sms.Claim {
	amount, _ := e.Amount()
	return sms.Claim{FirstOfMessage: true, FirstFinal: e.Status.Outcome().Final(), MessageAmount: amount}
}

// samples gathers everything of the families with this prefix as
// name{label="value",...} → value; histograms give their _count and _sum.
func samples(t testing.TB, c *collector.Collector, prefix string) map[string]float64 {
	t.Helper()
	families, err := c.Gatherer().Gather()
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]float64)
	for _, family := range families {
		if !strings.HasPrefix(family.GetName(), prefix) {
			continue
		}
		for _, metric := range family.GetMetric() {
			labels := labelText(metric)
			switch {
			case metric.Counter != nil:
				found[family.GetName()+labels] = metric.GetCounter().GetValue()
			case metric.Gauge != nil:
				found[family.GetName()+labels] = metric.GetGauge().GetValue()
			case metric.Histogram != nil:
				found[family.GetName()+"_count"+labels] = float64(metric.GetHistogram().GetSampleCount())
				found[family.GetName()+"_sum"+labels] = metric.GetHistogram().GetSampleSum()
			}
		}
	}
	return found
}

func labelText(metric *dto.Metric) string {
	pairs := make([]string, 0, len(metric.GetLabel()))
	for _, pair := range metric.GetLabel() {
		pairs = append(pairs, pair.GetName()+`="`+pair.GetValue()+`"`)
	}
	slices.Sort(pairs)
	return "{" + strings.Join(pairs, ",") + "}"
}

// expect compares the samples named in want, and complains of one that is absent.
func expect(t testing.TB, c *collector.Collector, want map[string]float64) {
	t.Helper()
	got := samples(t, c, "")
	for _, name := range slices.Sorted(maps.Keys(want)) {
		value, present := got[name]
		if !present {
			t.Errorf("%s: absent, want %v", name, want[name])
		} else if value != want[name] {
			t.Errorf("%s: got %v, want %v", name, value, want[name])
		}
	}
}

// record counts an event as the public door does: placed, then recorded.
func record(exporter *collector.Collector, e *sms.Event, claim sms.Claim) {
	exporter.Ledger.Place(e)
	exporter.Ledger.Record(e, claim)
}
