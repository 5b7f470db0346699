// SPDX-License-Identifier: Apache-2.0

package collector_test

import (
	"errors"
	"testing"
	"time"

	"didsms_exporter/collector"
	"didsms_exporter/internal/sms"
)

// left is what an earlier run left of two numbers, one of which was never shown.
func left(c *clock) collector.Restored {
	early := c.now.Add(-time.Hour)
	price := mustMoney("0.036")
	total := func(label string, kind sms.Kind, status sms.Status, shown bool) sms.Total {
		return sms.Total{
			TotalKey: sms.TotalKey{Account: "main", Label: label, Kind: kind, Status: status, Currency: "USD"},
			Events:   7, Segments: 9, Spend: mustMoney("1.5"), Undelivered: mustMoney("0.5"),
			LastPrice: &price, FirstAt: early, LastAt: early.Add(time.Minute), Shown: shown,
		}
	}
	return collector.Restored{
		Since: early,
		Totals: []sms.Total{
			total(didA, sms.KindMO, sms.StatusNone, true),
			total(didA, sms.KindDR, sms.StatusUndelivered, true),
			total(didA, sms.KindDR, sms.StatusExpired, false), // of a shown number, but itself never shown
			total(didB, sms.KindDR, sms.StatusDelivered, false),
		},
		Counters: map[sms.CounterKey]uint64{
			{Account: "main", Name: sms.CounterDestinations, A: "44", B: "delivered"}: 3,
			{Account: "main", Name: sms.CounterUnknownStatuses}:                       4,
			{Account: "main", Name: sms.CounterStatusChanges}:                         5,
			{Account: "main", Name: sms.CounterTimeErrors, A: "dr", B: "negative"}:    6,
			{Account: "main", Name: sms.CounterBillingErrors, A: "mo", B: "price"}:    7,
		},
		Spends: []collector.MonthSpend{
			{Account: "main", Month: "2026-11", Currency: "USD", Amount: mustMoney("2.5")},
			{Account: "main", Month: "2026-11", Currency: "USD", Amount: mustMoney("0.25")},
		},
	}
}

func restoredCollector(t *testing.T, c *clock, markShown func([]sms.TotalKey) error) *collector.Collector {
	t.Helper()
	exporter, err := collector.New(collector.Config{
		Settings: defaults(), Now: c.Now, Restored: left(c), MarkShown: markShown,
		Store: collector.NewStore(func() collector.StoreStats { return collector.StoreStats{Downtime: 8 * time.Second} }, nil),
	})
	if err != nil {
		t.Fatal(err)
	}
	return exporter
}

// TestRestored: what the store keeps goes on at once, but for what nobody has ever
// seen at 0. Each family that the documentation calls continuing is here.
func TestRestored(t *testing.T) {
	c := newClock()
	exporter := restoredCollector(t, c, func([]sms.TotalKey) error { return nil })
	now := map[string]float64{
		`didsms_mo_messages_total{account="main",did="18184505018"}`:                                         7,
		`didsms_dr_receipts_total{account="main",did="18184505018",outcome="undelivered",status="UNDELIVR"}`: 7,
		`didsms_dr_receipts_total{account="main",did="18184505018",outcome="undelivered",status="EXPIRED"}`:  0, // held
		`didsms_billed_segments_total{account="main",did="18184505018",direction="outbound"}`:                18,
		`didsms_spend_total{account="main",currency="USD",did="18184505018",direction="inbound"}`:            1.5,
		`didsms_undelivered_spend_total{account="main",currency="USD",did="18184505018"}`:                    1.5,
		`didsms_spend_month_to_date{account="main",currency="USD"}`:                                          2.75,
		`didsms_destination_receipts_total{account="main",calling_code="44",outcome="delivered"}`:            3,
		`didsms_dr_unknown_statuses_total{account="main"}`:                                                   4,
		`didsms_dr_status_changes_total{account="main"}`:                                                     5,
		`didsms_event_time_errors_total{account="main",kind="dr",reason="negative"}`:                         6,
		`didsms_billing_field_errors_total{account="main",field="price",kind="mo"}`:                          7,
		`didsms_downtime_seconds_total{}`:                                                                    8,
		`didsms_last_unit_price{account="main",currency="USD",did="18184505018",direction="inbound"}`:        0.036,
		`didsms_tracked_dids{account="main"}`:                                                                2,
		heldReceipts:                                                                                         0, heldSpend: 0, // the other number, never shown
	}
	expect(t, exporter, now)
	seen := map[string]bool{}
	for _, family := range ours(t, exporter.Gatherer()) {
		seen[family.GetName()] = true
		if !continues(family.GetName()) {
			continue
		}
		moved := false
		for name, value := range now {
			moved = moved || value > 0 && len(name) > len(family.GetName()) && name[:len(family.GetName())+1] == family.GetName()+"{"
		}
		if !moved {
			t.Errorf("%s is documented to go on, but nothing here shows it", family.GetName())
		}
	}
	c.pass(30 * time.Second)
	expect(t, exporter, map[string]float64{
		heldReceipts: 7, heldSpend: 1.5,
		`didsms_dr_receipts_total{account="main",did="18184505018",outcome="undelivered",status="EXPIRED"}`: 7,
	})
}

// TestHoldWaitsForTheStore: a true value is shown only after the store knows that
// it is shown. Else a crash would hold it once more, and the counter would run
// backwards.
func TestHoldWaitsForTheStore(t *testing.T) {
	c := newClock()
	var marked []sms.TotalKey
	fail := errors.New("disk full")
	exporter := restoredCollector(t, c, func(keys []sms.TotalKey) error {
		if fail == nil {
			marked = append(marked, keys...)
		}
		return fail
	})
	c.pass(time.Hour)
	expect(t, exporter, map[string]float64{heldReceipts: 0})
	fail = nil
	expect(t, exporter, map[string]float64{heldReceipts: 7})
	if len(marked) != 2 { // the number's receipts and the other one's new status
		t.Errorf("marked %v", marked)
	}
	expect(t, exporter, map[string]float64{heldReceipts: 7})
	if len(marked) != 2 {
		t.Errorf("marked again: %v", marked)
	}
}

// TestMonthToDate: a new month in the account's zone starts at 0, and an event that
// still belongs to the old one does not count into the new.
func TestMonthToDate(t *testing.T) {
	c := newClock()
	c.now = time.Date(2026, 11, 30, 15, 59, 0, 0, time.UTC) // a minute before December at +08:00
	settings := defaults()
	settings.Accounts[0].Location = time.FixedZone("+08:00", 8*60*60)
	exporter := newTestCollector(t, settings, c)
	november := newMO(c, didA)
	november.Month = "2026-11"
	record(exporter, november, first(november))
	const series = `didsms_spend_month_to_date{account="main",currency="USD"}`
	expect(t, exporter, map[string]float64{series: 0.036})
	c.pass(time.Minute)
	expect(t, exporter, map[string]float64{series: 0})
	december := newMO(c, didA)
	december.Month = "2026-12"
	record(exporter, december, first(december))
	record(exporter, november, first(november)) // was on its way when the month ended
	expect(t, exporter, map[string]float64{series: 0.036})
}
