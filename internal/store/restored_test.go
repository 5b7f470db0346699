// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"didsms_exporter/internal/sms"
)

// TestRestored: what a restart gives back is what was recorded, to the billionth,
// over many batches and over amounts that carry from billionths into units.
func TestRestored(t *testing.T) {
	disk := newCrashDisk("")
	d, closeIt := inMemory(t, disk)
	m := newModel()
	events := []*sms.Event{
		newEvent("carry1", costing(0, 999_999_999, 1)),
		newEvent("carry2", costing(0, 1, 1)), // exactly one unit
		newEvent("carry3", costing(0, 999_999_999, 255)),
		newEvent("carry4", costing(7, 999_999_999, 3), withStatus(sms.StatusUndelivered)),
		newEvent("carry5", costing(0, 999_999_999, 2), withStatus(sms.StatusUndelivered)),
		newEvent("large1", costing(1_000_000, 0, 255), from("123")),
		newEvent("large2", costing(999_999, 999_999_999, 255), from("123")),
		newEvent("free", func(e *sms.Event) { e.HasPrice = false }),
		newEvent("unsized", func(e *sms.Event) { e.HasSize = false }, costing(3, 0, 0)),
		newEvent("mo", inbound),
		newEvent("many", func(e *sms.Event) { e.DID, e.Label = "999", "other" }),
		newEvent("more", func(e *sms.Event) { e.DID, e.Label = "998", "other" }),
		newEvent("none", func(e *sms.Event) { e.DID, e.Label = sms.NumberUnknown, string(sms.NumberUnknown) }),
		newEvent("shown", from("456"), func(e *sms.Event) { e.Shown = true }),
		newEvent("shown", from("456"), withStatus(sms.StatusExpired)),
		newEvent("second", func(e *sms.Event) { e.Account, e.Currency = "second", "EUR" }),
		newEvent("odd", withStatus(sms.StatusOther), func(e *sms.Event) {
			e.StatusWord = "WEIRD"
			e.FieldErrors = []sms.FieldError{{Field: sms.FieldReceiveTime, Problem: sms.FieldTooOld}, {Field: sms.FieldPrice, Problem: sms.FieldUnparsable}}
		}),
		newEvent("december", func(e *sms.Event) { e.Month = "2026-12" }),
	}
	for i, e := range events {
		e.ArrivedAt = noon().Add(time.Duration(i) * time.Minute)
		m.commit(e)
	}
	commitAll(t, d, events[:5]...)
	for _, e := range events[5:] {
		commitAll(t, d, e)
	}
	marked := []sms.TotalKey{events[0].TotalKey(), events[9].TotalKey(), {Account: "main", Label: "nobody", Kind: sms.KindMO, Currency: "USD"}}
	if err := d.markShown(marked); err != nil {
		t.Fatal(err)
	}
	m.markShown(marked[:2])
	key, since := string(d.hasher.key), d.since
	closeIt()

	d, _ = inMemory(t, disk)
	if got, err := dump(d); err != nil || got != m.String() {
		t.Errorf("got\n%s\nerror %v, want\n%s", got, err, m)
	}
	if err := audit(d.conn, false); err != nil {
		t.Error(err)
	}
	if string(d.hasher.key) != key || len(key) != 32 || !d.since.Equal(since) || !since.Equal(noon()) {
		t.Errorf("got a key of %d bytes, the same: %t, since %s; want the same 32 and %s", len(key), string(d.hasher.key) == key, d.since, since)
	}
	restored, err := d.restored()
	if err != nil {
		t.Fatal(err)
	}
	if restored.Events != len(m.messages) || !maps.Equal(restored.Counters, m.counters) {
		t.Errorf("got %d messages and counters %v, want %d and %v", restored.Events, restored.Counters, len(m.messages), m.counters)
	}
	for _, total := range restored.Totals {
		if want := m.totals[total.TotalKey]; total.Spend != want.Spend || !total.FirstAt.Equal(want.FirstAt) {
			t.Errorf("%+v: got %s since %s, want %s since %s", total.TotalKey, total.Spend, total.FirstAt, want.Spend, want.FirstAt)
		}
	}
	// Exact by hand: 0.999999999 + 0.000000001 + 255 * 0.999999999 and twice 0.072,
	// the free one left out.
	sum := sms.Money{}
	for _, total := range restored.Totals {
		if total.Label == "18184505018" && total.Status == sms.StatusDelivered && total.Account == "main" {
			sum = sum.Add(total.Spend)
		}
	}
	if want := amount(t, "256.071999745"); sum != want {
		t.Errorf("got %s, want %s", sum, want)
	}
}

// TestMonths: spend is kept per calendar month of the account's zone and per real
// number, and the newest four months come back at the start.
func TestMonths(t *testing.T) {
	zone := time.FixedZone("+08:00", 8*3600)
	disk := newCrashDisk("")
	d, closeIt := inMemory(t, disk)
	end := time.Date(2026, 11, 30, 15, 59, 59, 999_000_000, time.UTC) // 23:59:59.999 there
	for i, at := range []time.Time{end.Add(-time.Hour), end, end.Add(time.Millisecond), end.Add(9 * time.Hour)} {
		commitAll(t, d, newEvent(fmt.Sprint(i), arriving(at), costing(1, 0, 1), func(e *sms.Event) {
			e.Month, e.DID, e.Label = at.In(zone).Format("2006-01"), sms.Number(fmt.Sprint(100+i)), "other"
		}))
	}
	commitAll(t, d, newEvent("x", costing(5, 0, 1), func(e *sms.Event) { e.Account = "second" }))
	for _, month := range []string{"2026-10", "2026-09", "2026-08"} {
		commitAll(t, d, newEvent(month, costing(9, 0, 1), func(e *sms.Event) { e.Month = month }))
	}
	closeIt()
	d, _ = inMemory(t, disk)
	restored, err := d.restored()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, month := range restored.Months {
		key := month.Account + " " + month.Month + " " + month.Currency
		sum := amount(t, "0"+got[key]).Add(month.Spend)
		got[key] = sum.String()
	}
	if want := map[string]string{
		"main 2026-12 USD": "2", "main 2026-11 USD": "2", "second 2026-11 USD": "5", "main 2026-10 USD": "9", "main 2026-09 USD": "9",
	}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	n, err := queryInt(d.conn, "SELECT count(*) FROM months WHERE account = 'main' AND did IN ('100', '101', '102', '103')")
	if err != nil || n != 4 {
		t.Errorf("got %d rows of the real numbers, %v; want 4", n, err)
	}
	n, err = queryInt(d.conn, "SELECT events FROM totals WHERE account = 'main' AND label = 'other'")
	if err != nil || n != 4 {
		t.Errorf("got %d events of other, %v; want 4", n, err)
	}
}

// TestGaps: the first start has no gap; later ones record the time since the last
// sign of life, from one second on, and the sum of it is the downtime.
func TestGaps(t *testing.T) {
	folder := t.TempDir()
	now := noon()
	clock := func() time.Time { return now }
	downtime := time.Duration(0)
	for i, c := range []struct {
		name  string
		pass  time.Duration
		event bool // the last sign of life is an event
		gap   bool
	}{
		{"first start", 0, false, false},
		{"a restart", 999 * time.Millisecond, false, false},
		{"a second", time.Second, false, true},
		{"an hour", time.Hour, true, true},
		{"after an event", time.Minute, false, true},
		{"clock set back", -time.Hour, false, false},
	} {
		now = now.Add(c.pass)
		s := opened(t, Config{Folder: folder, Now: clock})
		if c.gap {
			downtime += c.pass
		}
		if got := s.Restored().Downtime; got != downtime {
			t.Errorf("%s: downtime is %s, want %s", c.name, got, downtime)
		}
		if gaps := s.Gaps(); c.gap {
			last := gaps[len(gaps)-1]
			if !last.To.Equal(now) || last.To.Sub(last.From) != c.pass {
				t.Errorf("%s: got %+v, want %s until %s", c.name, last, c.pass, now)
			}
		}
		stop := running(t, s)
		if c.event {
			now = now.Add(5 * time.Second)
			mustCommit(t, s, newEvent(fmt.Sprint(i), arriving(now)))
		}
		stop()
	}
}

// TestKilled: without an orderly end the newest event is the last sign of life.
func TestKilled(t *testing.T) {
	disk := newCrashDisk("")
	d, _ := inMemory(t, disk)
	if _, found, err := d.closeGap(noon()); found || err != nil {
		t.Errorf("a new file: got a gap: %t, %v", found, err)
	}
	commitAll(t, d, newEvent("a", arriving(noon().Add(time.Minute))))
	gap, found, err := d.closeGap(noon().Add(3 * time.Minute))
	if err != nil || !found || gap.To.Sub(gap.From) != 2*time.Minute {
		t.Errorf("got %+v, %t, %v; want two minutes", gap, found, err)
	}
}
