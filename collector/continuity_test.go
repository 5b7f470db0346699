// SPDX-License-Identifier: Apache-2.0

package collector_test

import (
	"strings"
	"testing"
	"time"

	"didsms_exporter/collector"
	"didsms_exporter/internal/sms"
)

// TestRestoredStartTimes: every restored counter carries the time at which its
// counting began, not that of the process. A server that inserts a 0 at the start
// time would count everything once more at each restart.
func TestRestoredStartTimes(t *testing.T) {
	c := newClock()
	settings := configured(didA)
	exporter, err := collector.New(collector.Config{Settings: settings, Now: c.Now, Restored: left(c)})
	if err != nil {
		t.Fatal(err)
	}
	began := c.now.Add(-time.Hour)
	for name, family := range protobuf(t, exporter.Handler()) {
		if !continues(name) || family.GetType().String() != "COUNTER" {
			continue
		}
		for _, metric := range family.GetMetric() {
			if got := metric.GetCounter().GetCreatedTimestamp().AsTime(); !got.Equal(began) {
				t.Errorf("%s%s: started at %s, want %s", name, labelText(metric), got, began)
			}
		}
	}
}

// TestStatusHoldAfterFailedCommit: a new status of a known number shows 0 from its
// first commit on, however long the store refused it before.
func TestStatusHoldAfterFailedCommit(t *testing.T) {
	c := newClock()
	exporter := newTestCollector(t, configured(didA), c)
	event := newDR(c, didA, sms.StatusExpired)
	exporter.Ledger.Place(event) // and the commit fails
	c.pass(time.Hour)
	record(exporter, event, first(event))
	const series = `didsms_dr_receipts_total{account="main",did="18184505018",outcome="undelivered",status="EXPIRED"}`
	expect(t, exporter, map[string]float64{series: 0})
	c.pass(30 * time.Second)
	expect(t, exporter, map[string]float64{series: 1})
}

// TestRestoredStatusInTwoCurrencies: one series holds the receipts of a status in
// all currencies, so it is shown if it was shown for one of them.
func TestRestoredStatusInTwoCurrencies(t *testing.T) {
	c := newClock()
	from := collector.Restored{Since: c.now.Add(-time.Hour)}
	for currency, shown := range map[string]bool{"USD": true, "EUR": false} {
		from.Totals = append(from.Totals, sms.Total{
			TotalKey: sms.TotalKey{Account: "main", Label: didA, Kind: sms.KindDR, Status: sms.StatusExpired, Currency: currency},
			Events:   21, FirstAt: c.now.Add(-time.Hour), LastAt: c.now, Shown: shown,
		})
	}
	exporter, err := collector.New(collector.Config{Settings: defaults(), Now: c.Now, Restored: from})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, exporter, map[string]float64{
		`didsms_dr_receipts_total{account="main",did="18184505018",outcome="undelivered",status="EXPIRED"}`: 42,
	})
}

// TestExemplarsOffByReload: what message ids were kept is not shown any more.
func TestExemplarsOffByReload(t *testing.T) {
	c := newClock()
	settings := configured(didA)
	exporter := newTestCollector(t, settings, c)
	event := newDR(c, didA, sms.StatusUndelivered)
	event.MessageID = "52f6a4d6a8a34d6c9a3f1f2f4a1f0c11"
	record(exporter, event, first(event))
	settings.Exemplars = false
	exporter.Apply(settings)
	for _, accept := range []string{"application/openmetrics-text; version=1.0.0", "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"} {
		if page := scrape(exporter, accept); len(page) == 0 || strings.Contains(page, event.MessageID) {
			t.Errorf("%s: still holds the message id", accept)
		}
	}
}

// TestMonthAhead: one event of a month that has not come yet does not hide the
// spend of the current one.
func TestMonthAhead(t *testing.T) {
	c := newClock()
	exporter := newTestCollector(t, configured(didA), c)
	for _, month := range []string{"2026-11", "2031-01", "2026-11"} {
		event := newMO(c, didA)
		event.Month = month
		record(exporter, event, first(event))
	}
	expect(t, exporter, map[string]float64{`didsms_spend_month_to_date{account="main",currency="USD"}`: 0.072})
}

// TestRemovedAccount keeps its counters, but is no longer said to be configured.
func TestRemovedAccount(t *testing.T) {
	c := newClock()
	exporter := newTestCollector(t, configured(didA), c)
	settings := defaults()
	settings.Accounts[0].Name = "renamed"
	exporter.Apply(settings)
	got := samples(t, exporter, "didsms_account_info")
	if _, there := got[`didsms_account_info{account="renamed",currency="USD",signature="auto",timezone="+08:00"}`]; !there || len(got) != 1 {
		t.Errorf("got %v", got)
	}
	expect(t, exporter, map[string]float64{`didsms_mo_messages_total{account="main",did="18184505018"}`: 0})
}
