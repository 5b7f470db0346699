// SPDX-License-Identifier: Apache-2.0

package collector_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"didsms_exporter/collector"
	"didsms_exporter/internal/sms"
)

// restored is what an earlier run counted for one number under one status.
func restored(c *clock, did string, status sms.Status, shown bool) sms.Total {
	price := mustMoney("0.036")
	return sms.Total{
		TotalKey: sms.TotalKey{Account: "main", Label: did, Kind: sms.KindDR, Status: status, Currency: "USD"},
		Events:   5, Segments: 5, Spend: mustMoney("0.18"), LastPrice: &price,
		FirstAt: c.now.Add(-48 * time.Hour), LastAt: c.now.Add(-time.Hour), Shown: shown,
	}
}

// shelf remembers what is marked as shown, as a store does.
type shelf struct {
	marked []sms.TotalKey
	err    error
}

func (s *shelf) mark(keys []sms.TotalKey) error {
	if s.err == nil {
		s.marked = append(s.marked, keys...)
	}
	return s.err
}

func restart(t *testing.T, c *clock, shelf *shelf, settings collector.Settings, from collector.Restored) *collector.Collector {
	t.Helper()
	created, err := collector.New(collector.Config{Settings: settings, Now: c.Now, Restored: from, MarkShown: shelf.mark})
	if err != nil {
		t.Fatal(err)
	}
	return created
}

// TestRestoredContinues: what was shown before goes on at its value from the first
// scrape, and grows from there.
func TestRestoredContinues(t *testing.T) {
	c, shelf := newClock(), &shelf{}
	exporter := restart(t, c, shelf, defaults(), collector.Restored{
		Since:  c.now.Add(-72 * time.Hour),
		Totals: []sms.Total{restored(c, didB, sms.StatusDelivered, true), restored(c, "other", sms.StatusDelivered, true)},
		Counters: map[sms.CounterKey]uint64{
			{Account: "main", Name: sms.CounterDestinations, A: "44", B: "delivered"}: 7,
		},
	})
	destinations := `didsms_destination_receipts_total{account="main",calling_code="44",outcome="delivered"}`
	expect(t, exporter, map[string]float64{heldReceipts: 5, heldSpend: 0.18, destinations: 7, `didsms_tracked_dids{account="main"}`: 1})
	event := newDR(c, didB, sms.StatusDelivered)
	exporter.Ledger.Place(event)
	if !event.Shown || event.Label != didB {
		t.Errorf("placed as shown %t under %q, want shown under its number", event.Shown, event.Label)
	}
	exporter.Ledger.Record(event, first(event))
	expect(t, exporter, map[string]float64{heldReceipts: 6, heldSpend: 0.216, destinations: 8})
	if len(shelf.marked) != 0 {
		t.Errorf("marked %v, which was shown before", shelf.marked)
	}
}

// TestKilledWithinTheHold: a number that was counted and never shown is shown as 0
// first, for a whole hold from the new start on, or nobody would see its increase.
// It is marked before its value is shown.
func TestKilledWithinTheHold(t *testing.T) {
	c, shelf := newClock(), &shelf{}
	exporter := restart(t, c, shelf, defaults(), collector.Restored{Totals: []sms.Total{restored(c, didB, sms.StatusDelivered, false)}})
	zeros := map[string]float64{heldReceipts: 0, heldMessages: 0, heldSpend: 0}
	expect(t, exporter, zeros)
	c.pass(30*time.Second - time.Nanosecond)
	expect(t, exporter, zeros)
	if len(shelf.marked) != 0 {
		t.Errorf("marked %v while it is held", shelf.marked)
	}
	c.pass(time.Nanosecond)
	shelf.err = errors.New("the disk is full")
	expect(t, exporter, zeros) // not remembered, so not shown: a restart now would hold it again
	shelf.err = nil
	expect(t, exporter, map[string]float64{heldReceipts: 5, heldSpend: 0.18})
	want := restored(c, didB, sms.StatusDelivered, true).TotalKey
	if !slices.Equal(shelf.marked, []sms.TotalKey{want}) {
		t.Errorf("marked %v, want %v once", shelf.marked, want)
	}
	expect(t, exporter, map[string]float64{heldReceipts: 5})
	if len(shelf.marked) != 1 {
		t.Errorf("marked again: %v", shelf.marked)
	}
}

// TestStatusKilledWithinItsHold: of a number that was shown, only the status that
// nobody has seen is held again.
func TestStatusKilledWithinItsHold(t *testing.T) {
	c, shelf := newClock(), &shelf{}
	exporter := restart(t, c, shelf, defaults(), collector.Restored{Totals: []sms.Total{
		restored(c, didB, sms.StatusExpired, false), restored(c, didB, sms.StatusDelivered, true),
	}})
	expect(t, exporter, map[string]float64{heldExpired: 0, heldReceipts: 5, heldSpend: 0.36})
	event := newDR(c, didB, sms.StatusExpired)
	exporter.Ledger.Place(event)
	if event.Shown {
		t.Error("placed as shown while its status is held")
	}
	c.pass(30 * time.Second)
	expect(t, exporter, map[string]float64{heldExpired: 5, heldReceipts: 5})
	if len(shelf.marked) != 1 || shelf.marked[0].Status != sms.StatusExpired {
		t.Errorf("marked %v, want the status", shelf.marked)
	}
}

// TestRestoredWithoutHolds: with holds switched off everything is shown at once.
func TestRestoredWithoutHolds(t *testing.T) {
	c, shelf, settings := newClock(), &shelf{}, defaults()
	settings.BirthHold = 0
	exporter := restart(t, c, shelf, settings, collector.Restored{Totals: []sms.Total{restored(c, didB, sms.StatusDelivered, false)}})
	expect(t, exporter, map[string]float64{heldReceipts: 5})
	if len(shelf.marked) != 1 {
		t.Errorf("marked %v, want it", shelf.marked)
	}
}

// TestRestoredMonth: the spend of the month goes on where it was, and an older month
// that came back is not shown as this one.
func TestRestoredMonth(t *testing.T) {
	for month, want := range map[string]float64{"2026-11": 3.5, "2026-10": 0} {
		c, settings := newClock(), defaults()
		settings.MonthToDate = true
		exporter := restart(t, c, &shelf{}, settings, collector.Restored{Spends: []collector.MonthSpend{
			{Account: "main", Month: month, Currency: "USD", Amount: mustMoney("1.5")},
			{Account: "main", Month: month, Currency: "USD", Amount: mustMoney("2")},
		}})
		expect(t, exporter, map[string]float64{`didsms_spend_month_to_date{account="main",currency="USD"}`: want})
	}
}
