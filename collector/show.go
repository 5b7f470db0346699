// SPDX-License-Identifier: Apache-2.0

package collector

import (
	"maps"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"didsms_exporter/internal/sms"
)

// Describe lists what the ledger shows.
func (l *Ledger) Describe(ch chan<- *prometheus.Desc) {
	for _, desc := range l.catalogue.all() {
		ch <- desc
	}
	for _, histogram := range l.distributions.perAccount() {
		histogram.Describe(ch)
	}
	l.distributions.didDelivery.Describe(ch)
	newDidPrice(nil).Describe(ch)
}

// Collect shows the ledger as it is at one moment. The lock is held only to copy
// numbers, so that a scrape does not make a callback wait.
func (l *Ledger) Collect(ch chan<- prometheus.Metric) {
	page := l.page(ch)
	for i := range page.rows {
		page.showRow(&page.rows[i])
	}
	for i := range page.accounts {
		page.showAccount(&page.accounts[i])
	}
	page.gauge(l.catalogue.trackedLimit, float64(page.settings.MaxDIDs))
	for _, histogram := range l.distributions.perAccount() {
		histogram.Collect(ch)
	}
}

// page is one showing of the ledger: copies of everything, and where they go.
type page struct {
	*catalogue
	ch       chan<- prometheus.Metric
	now      time.Time
	started  time.Time
	settings Settings
	rows     []row
	accounts []accountTotals
}

func (l *Ledger) page(ch chan<- prometheus.Metric) *page {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := &page{
		catalogue: l.catalogue,
		ch:        ch,
		now:       l.now(),
		started:   l.started,
		settings:  l.settings,
		rows:      make([]row, 0, len(l.rows)),
		accounts:  make([]accountTotals, 0, len(l.accounts)),
	}
	for _, r := range l.rows {
		p.rows = append(p.rows, row{DIDTotals: r.clone(), delivery: r.delivery, prices: maps.Clone(r.prices)})
	}
	for _, account := range l.accounts {
		p.accounts = append(p.accounts, account.clone())
	}
	return p
}

func (a *accountTotals) clone() accountTotals {
	copied := *a
	copied.lastAccepted = maps.Clone(a.lastAccepted)
	copied.timeErrors = maps.Clone(a.timeErrors)
	copied.billingErrors = maps.Clone(a.billingErrors)
	copied.destinations = make(map[string]*[sms.OutcomeCount]uint64, len(a.destinations))
	for code, counts := range a.destinations {
		values := *counts
		copied.destinations[code] = &values
	}
	return copied
}

// birth is when a series of a row was born: with the row, or later. A series that
// was there from the start has the zero time.
func birth(r *row, child time.Time) time.Time {
	if child.After(r.Born) {
		return child
	}
	return r.Born
}

// held reports whether a series must still show 0. increase() does not see a
// counter that is born at 1, so a discovered one shows 0 for some scrapes first.
func (p *page) held(born time.Time) bool {
	return !born.IsZero() && p.now.Before(born.Add(p.settings.BirthHold))
}

func (p *page) showRow(r *row) {
	p.show(p.moMessages, r.Born, float64(r.Messages), r.Account, r.DID)
	p.showReceipts(r)
	for _, direction := range sms.Directions() {
		p.show(p.segments, r.Born, float64(r.Segments[direction]), r.Account, r.DID, direction.String())
	}
	for i := range r.Money {
		p.showMoney(r, &r.Money[i])
	}
	if !r.Tracked {
		return
	}
	p.gauge(p.didInfo, 1, r.Account, r.DID, r.Name, r.CallingCode)
	for kind, at := range r.LastEvent {
		p.gauge(p.lastEvent, epoch(at), r.Account, r.DID, kind.String())
	}
	for kind, limit := range r.MaxSilence {
		p.gauge(p.maxSilence, limit.Seconds(), r.Account, r.DID, kind.String())
	}
	p.showHistogram(r.delivery, r.Born)
	for _, histogram := range r.prices {
		p.showHistogram(histogram, r.Born)
	}
}

func (p *page) showReceipts(r *row) {
	for _, status := range sms.ReceiptStatuses() {
		receipts := &r.Receipts[status]
		if receipts.Count == 0 && !precreated(status) {
			continue
		}
		born := birth(r, receipts.Born)
		metric := p.counter(p.drReceipts, born, float64(receipts.Count), r.Account, r.DID, status.String(), status.Outcome().String())
		if receipts.exemplarID != "" && !p.held(born) {
			metric = prometheus.MustNewMetricWithExemplars(metric, prometheus.Exemplar{
				Value:     1,
				Labels:    prometheus.Labels{"message_id": receipts.exemplarID},
				Timestamp: receipts.exemplarAt,
			})
		}
		p.ch <- metric
	}
}

func (p *page) showMoney(r *row, money *MoneyTotals) {
	born := birth(r, money.Born)
	for _, direction := range sms.Directions() {
		p.show(p.spend, born, money.Spend[direction].Float(), r.Account, r.DID, direction.String(), money.Currency)
		if price := money.LastPrice[direction]; price != nil && r.Tracked {
			p.gauge(p.lastPrice, price.Float(), r.Account, r.DID, direction.String(), money.Currency)
		}
	}
	p.show(p.undelivered, born, money.Undelivered.Float(), r.Account, r.DID, money.Currency)
}

func (p *page) showAccount(a *accountTotals) {
	name := a.config.Name
	for kind, at := range a.lastAccepted {
		p.gauge(p.lastAccepted, epoch(at), name, kind.String())
	}
	for key, count := range a.timeErrors {
		p.show(p.timeErrors, time.Time{}, float64(count), name, key.kind.String(), key.problem.String())
	}
	for key, count := range a.billingErrors {
		p.show(p.billingErrors, time.Time{}, float64(count), name, key.kind.String(), key.field.String())
	}
	for code, counts := range a.destinations {
		for _, outcome := range sms.Outcomes() {
			if counts[outcome] > 0 || outcome.Final() {
				p.show(p.destinations, time.Time{}, float64(counts[outcome]), name, code, outcome.String())
			}
		}
	}
	p.show(p.unknownStatuses, time.Time{}, float64(a.unknownStatuses), name)
	p.show(p.statusChanges, time.Time{}, float64(a.statusChanges), name)
	p.show(p.conflicts, time.Time{}, float64(a.conflicts), name)
	p.show(p.overflow, time.Time{}, float64(a.overflow), name)
	p.gauge(p.tracked, float64(a.tracked), name)
	p.gauge(p.accountInfo, 1, name, a.config.Currency, a.config.Zone, a.config.Signature)
	if a.config.MonthlyBudget != nil {
		p.gauge(p.budget, a.config.MonthlyBudget.Float(), name, a.config.Currency, "month")
	}
}

func (p *page) gauge(desc *prometheus.Desc, value float64, labels ...string) {
	p.ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
}

func (p *page) show(desc *prometheus.Desc, born time.Time, value float64, labels ...string) {
	p.ch <- p.counter(desc, born, value, labels...)
}

// counter makes a counter that shows 0 while it is held back, with its true start
// time either way.
func (p *page) counter(desc *prometheus.Desc, born time.Time, value float64, labels ...string) prometheus.Metric {
	if p.held(born) {
		value = 0
	}
	if born.IsZero() {
		born = p.started
	}
	return prometheus.MustNewConstMetricWithCreatedTimestamp(desc, prometheus.CounterValue, value, born, labels...)
}

func (p *page) showHistogram(histogram prometheus.Observer, born time.Time) {
	metric, ok := histogram.(prometheus.Metric)
	if !ok {
		return // every observer of a histogram vector is a metric
	}
	if p.held(born) {
		metric = emptied{metric}
	}
	p.ch <- metric
}

func epoch(at time.Time) float64 { return float64(at.UnixMilli()) / 1000 }
