// SPDX-License-Identifier: Apache-2.0

package collector_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"didsms_exporter/collector"
	"didsms_exporter/internal/sms"
)

const (
	didA = "18184505018"
	didB = "442079460958"
)

func configured(numbers ...string) collector.Settings {
	settings := defaults()
	for _, number := range numbers {
		settings.DIDs = append(settings.DIDs, collector.DID{Account: "main", Number: sms.Number(number), Name: "Support"})
	}
	return settings
}

// TestConfiguredNumberStartsAtZero: increase() sees the first event of a counter
// only if the counter was there before it.
func TestConfiguredNumberStartsAtZero(t *testing.T) {
	c := newClock()
	exporter := newTestCollector(t, configured(didA), c)
	expect(t, exporter, map[string]float64{
		`didsms_mo_messages_total{account="main",did="18184505018"}`:                                         0,
		`didsms_dr_receipts_total{account="main",did="18184505018",outcome="delivered",status="DELIVRD"}`:    0,
		`didsms_dr_receipts_total{account="main",did="18184505018",outcome="undelivered",status="UNDELIVR"}`: 0,
		`didsms_billed_segments_total{account="main",did="18184505018",direction="inbound"}`:                 0,
		`didsms_billed_segments_total{account="main",did="18184505018",direction="outbound"}`:                0,
		`didsms_spend_total{account="main",currency="USD",did="18184505018",direction="inbound"}`:            0,
		`didsms_spend_total{account="main",currency="USD",did="18184505018",direction="outbound"}`:           0,
		`didsms_undelivered_spend_total{account="main",currency="USD",did="18184505018"}`:                    0,
		`didsms_unit_price_count{account="main",currency="USD",did="18184505018",direction="inbound"}`:       0,
		`didsms_unit_price_count{account="main",currency="USD",did="18184505018",direction="outbound"}`:      0,
		`didsms_did_delivery_latency_seconds_count{account="main",did="18184505018"}`:                        0,
		`didsms_did_info{account="main",calling_code="1",did="18184505018",name="Support"}`:                  1,
		`didsms_dr_status_changes_total{account="main"}`:                                                     0,
		`didsms_dr_unknown_statuses_total{account="main"}`:                                                   0,
		`didsms_duplicate_conflicts_total{account="main"}`:                                                   0,
		`didsms_did_overflow_events_total{account="main"}`:                                                   0,
		`didsms_event_time_errors_total{account="main",kind="dr",reason="negative"}`:                         0,
		`didsms_billing_field_errors_total{account="main",field="price",kind="mo"}`:                          0,
		`didsms_dr_delivery_latency_seconds_count{account="main",outcome="delivered"}`:                       0,
		`didsms_callbacks_total{account="main",kind="dr",result="accepted"}`:                                 0,
		`didsms_tracked_dids{account="main"}`:                                                                1,
		`didsms_tracked_dids_limit{}`:                                                                        400,
		`didsms_account_info{account="main",currency="USD",signature="auto",timezone="+08:00"}`:              1,
	})
	record(exporter, newDR(c, didA, sms.StatusDelivered), first(newDR(c, didA, sms.StatusDelivered)))
	expect(t, exporter, map[string]float64{ // at once: it is never held back
		`didsms_dr_receipts_total{account="main",did="18184505018",outcome="delivered",status="DELIVRD"}`: 1,
		`didsms_did_delivery_latency_seconds_count{account="main",did="18184505018"}`:                     1,
	})
}

// TestOneEventOfEachKind checks everything that one MO and one DR move.
func TestOneEventOfEachKind(t *testing.T) {
	c := newClock()
	settings := configured(didA)
	settings.BirthHold = 0
	exporter := newTestCollector(t, settings, c)
	inbound := newMO(c, didA)
	inbound.Size = 3
	record(exporter, inbound, first(inbound))
	outbound := newDR(c, didA, sms.StatusUndelivered)
	outbound.ReceiveTime = c.now.Add(-90 * time.Second)
	record(exporter, outbound, first(outbound))
	at := float64(c.now.Unix())
	expect(t, exporter, map[string]float64{
		`didsms_mo_messages_total{account="main",did="18184505018"}`:                                         1,
		`didsms_dr_receipts_total{account="main",did="18184505018",outcome="undelivered",status="UNDELIVR"}`: 1,
		`didsms_billed_segments_total{account="main",did="18184505018",direction="inbound"}`:                 3,
		`didsms_billed_segments_total{account="main",did="18184505018",direction="outbound"}`:                1,
		`didsms_spend_total{account="main",currency="USD",did="18184505018",direction="inbound"}`:            0.108,
		`didsms_spend_total{account="main",currency="USD",did="18184505018",direction="outbound"}`:           0.036,
		`didsms_undelivered_spend_total{account="main",currency="USD",did="18184505018"}`:                    0.036,
		`didsms_last_unit_price{account="main",currency="USD",did="18184505018",direction="inbound"}`:        0.036,
		`didsms_unit_price_sum{account="main",currency="USD",did="18184505018",direction="outbound"}`:        0.036,
		`didsms_account_unit_price_count{account="main",currency="USD",direction="inbound"}`:                 1,
		`didsms_did_last_event_timestamp_seconds{account="main",did="18184505018",kind="mo"}`:                at,
		`didsms_callback_last_accepted_timestamp_seconds{account="main",kind="dr"}`:                          at,
		`didsms_mo_relay_delay_seconds_sum{account="main"}`:                                                  2,
		`didsms_dr_delivery_latency_seconds_sum{account="main",outcome="undelivered"}`:                       90,
		`didsms_did_delivery_latency_seconds_count{account="main",did="18184505018"}`:                        0, // delivered only
		`didsms_callback_transport_delay_seconds_sum{account="main"}`:                                        2,
		`didsms_destination_receipts_total{account="main",calling_code="44",outcome="undelivered"}`:          1,
		`didsms_destination_receipts_total{account="main",calling_code="44",outcome="delivered"}`:            0,
	})
}

// TestSpendIsExact: a million additions of 0.036 are 36,000, which a sum of floats
// misses.
func TestSpendIsExact(t *testing.T) {
	c := newClock()
	exporter := newTestCollector(t, configured(didA), c)
	event := newMO(c, didA)
	claim := first(event)
	drifting := 0.0
	for range 1_000_000 {
		record(exporter, event, claim)
		drifting += 0.036
	}
	if drifting == 36000 {
		t.Error("a float sum would do as well: the test proves nothing")
	}
	expect(t, exporter, map[string]float64{
		`didsms_spend_total{account="main",currency="USD",did="18184505018",direction="inbound"}`: 36000,
		`didsms_mo_messages_total{account="main",did="18184505018"}`:                              1_000_000,
	})
}

// TestLateCorrection: UNDELIVR then DELIVRD of one message are two receipts, one
// status change, and its money once.
func TestLateCorrection(t *testing.T) {
	c := newClock()
	exporter := newTestCollector(t, configured(didA), c)
	failed := newDR(c, didA, sms.StatusUndelivered)
	record(exporter, failed, first(failed))
	arrived := newDR(c, didA, sms.StatusDelivered)
	record(exporter, arrived, sms.Claim{MessageAmount: usd(t, "0.036")})
	record(exporter, arrived, sms.Claim{Duplicate: true})
	record(exporter, arrived, sms.Claim{Duplicate: true, Conflict: true})
	expect(t, exporter, map[string]float64{
		`didsms_dr_receipts_total{account="main",did="18184505018",outcome="undelivered",status="UNDELIVR"}`: 1,
		`didsms_dr_receipts_total{account="main",did="18184505018",outcome="delivered",status="DELIVRD"}`:    1,
		`didsms_dr_status_changes_total{account="main"}`:                                                     1,
		`didsms_billed_segments_total{account="main",did="18184505018",direction="outbound"}`:                1,
		`didsms_spend_total{account="main",currency="USD",did="18184505018",direction="outbound"}`:           0.036,
		`didsms_undelivered_spend_total{account="main",currency="USD",did="18184505018"}`:                    0.036,
		`didsms_account_unit_price_count{account="main",currency="USD",direction="outbound"}`:                1,
		`didsms_duplicate_conflicts_total{account="main"}`:                                                   1,
	})
}

// TestBounds: beyond max_dids, an unknown number, and totals that stay exact.
func TestBounds(t *testing.T) {
	c := newClock()
	settings := defaults()
	settings.MaxDIDs, settings.BirthHold = 3, 0
	exporter := newTestCollector(t, settings, c)
	const numbers = 50
	for n := range numbers {
		event := newMO(c, fmt.Sprintf("1818450%04d", n))
		record(exporter, event, first(event))
	}
	unknown := newMO(c, string(sms.NumberUnknown))
	record(exporter, unknown, first(unknown))
	expect(t, exporter, map[string]float64{
		`didsms_mo_messages_total{account="main",did="other"}`:                              numbers - 3,
		`didsms_mo_messages_total{account="main",did="unknown"}`:                            1,
		`didsms_did_overflow_events_total{account="main"}`:                                  numbers - 3,
		`didsms_tracked_dids{account="main"}`:                                               3,
		`didsms_spend_total{account="main",currency="USD",did="other",direction="inbound"}`: 1.692,
	})
	total := 0.0
	for _, count := range samples(t, exporter, "didsms_mo_messages_total") {
		total += count
	}
	if total != numbers+1 {
		t.Errorf("all messages: got %v, want %d", total, numbers+1)
	}
	for name := range samples(t, exporter, "didsms_unit_price") {
		if slices.Contains([]string{"other", "unknown"}, name) {
			t.Errorf("a distribution over a mixture of numbers: %s", name)
		}
	}
}

// TestAllowlist: an unlisted number is counted under other, is no overflow, and
// one that was discovered earlier keeps what it had.
func TestAllowlist(t *testing.T) {
	c := newClock()
	settings := defaults()
	settings.BirthHold = 0
	exporter := newTestCollector(t, settings, c)
	record(exporter, newMO(c, didB), first(newMO(c, didB)))

	settings = configured(didA)
	settings.BirthHold, settings.Allowlist = 0, true
	exporter.Apply(settings)
	for _, did := range []string{didA, didB} {
		record(exporter, newMO(c, did), first(newMO(c, did)))
	}
	expect(t, exporter, map[string]float64{
		`didsms_mo_messages_total{account="main",did="18184505018"}`:  1,
		`didsms_mo_messages_total{account="main",did="442079460958"}`: 1,
		`didsms_mo_messages_total{account="main",did="other"}`:        1,
		`didsms_did_overflow_events_total{account="main"}`:            0,
	})
}

// TestCallingCodes: at most 60 codes have a label, and the sum stays exact.
func TestCallingCodes(t *testing.T) {
	c := newClock()
	exporter := newTestCollector(t, configured(didA), c)
	codes := 0
	for n := range 999 {
		event := newDR(c, didA, sms.StatusDelivered)
		event.Peer = sms.Number(fmt.Sprintf("%d5550100", n+1))
		record(exporter, event, first(event))
	}
	seen := map[string]bool{}
	total := 0.0
	for name, count := range samples(t, exporter, "didsms_destination_receipts_total") {
		seen[name] = true
		total += count
		codes++
	}
	if codes > 2*62 { // delivered and undelivered of 60 codes, other and unknown
		t.Errorf("got %d series", codes)
	}
	if total != 999 || !seen[`didsms_destination_receipts_total{account="main",calling_code="other",outcome="delivered"}`] {
		t.Errorf("got %v receipts, other seen: %v", total, slices.Sorted(maps.Keys(seen)))
	}
}

// TestFieldErrors: refused fields are counted by reason, and add nothing.
func TestFieldErrors(t *testing.T) {
	c := newClock()
	exporter := newTestCollector(t, configured(didA), c)
	event := newMO(c, didA)
	event.HasPrice, event.HasSize = false, false
	event.ReceiveTime = c.now.Add(8 * time.Hour)
	event.FieldErrors = []sms.FieldError{
		{Field: sms.FieldPrice, Problem: sms.FieldUnparsable},
		{Field: sms.FieldSize, Problem: sms.FieldUnparsable},
		{Field: sms.FieldReceiveTime, Problem: sms.FieldNegative},
	}
	record(exporter, event, first(event))
	expect(t, exporter, map[string]float64{
		`didsms_mo_messages_total{account="main",did="18184505018"}`:                              1,
		`didsms_billing_field_errors_total{account="main",field="price",kind="mo"}`:               1,
		`didsms_billing_field_errors_total{account="main",field="size",kind="mo"}`:                1,
		`didsms_event_time_errors_total{account="main",kind="mo",reason="negative"}`:              1,
		`didsms_spend_total{account="main",currency="USD",did="18184505018",direction="inbound"}`: 0,
		`didsms_billed_segments_total{account="main",did="18184505018",direction="inbound"}`:      0,
		`didsms_mo_relay_delay_seconds_count{account="main"}`:                                     0,
		`didsms_account_unit_price_count{account="main",currency="USD",direction="inbound"}`:      0,
	})
}

// TestReload: what is no longer named keeps its totals; a new currency is a new
// series and never mixes with the old one.
func TestReload(t *testing.T) {
	c := newClock()
	settings := configured(didA)
	settings.BirthHold = 0
	exporter := newTestCollector(t, settings, c)
	record(exporter, newMO(c, didA), first(newMO(c, didA)))

	budget := usd(t, "500")
	exporter.Apply(collector.Settings{
		Accounts: []collector.Account{{Name: "main", Currency: "EUR", MonthlyBudget: &budget}, {Name: "second", Currency: "USD"}},
		DIDs: []collector.DID{{
			Account: "second", Number: didB, Name: "Sales",
			MaxSilence: map[sms.Kind]time.Duration{sms.KindMO: 6 * time.Hour},
		}},
		MaxDIDs: 500,
	})
	later := newMO(c, didA)
	later.Currency = "EUR"
	record(exporter, later, first(later))
	expect(t, exporter, map[string]float64{
		`didsms_spend_total{account="main",currency="USD",did="18184505018",direction="inbound"}`: 0.036,
		`didsms_spend_total{account="main",currency="EUR",did="18184505018",direction="inbound"}`: 0.036,
		`didsms_mo_messages_total{account="main",did="18184505018"}`:                              2,
		`didsms_did_info{account="main",calling_code="1",did="18184505018",name=""}`:              1,
		`didsms_did_info{account="second",calling_code="44",did="442079460958",name="Sales"}`:     1,
		`didsms_did_max_silence_seconds{account="second",did="442079460958",kind="mo"}`:           21600,
		`didsms_spend_budget{account="main",currency="EUR",period="month"}`:                       500,
		`didsms_callbacks_total{account="second",kind="mo",result="accepted"}`:                    0,
		`didsms_tracked_dids_limit{}`: 500,
	})
}
