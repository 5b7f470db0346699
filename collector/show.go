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
	l.endHolds()
	page := l.page(ch)
	for i := range page.rows {
		page.showRow(&page.rows[i])
	}
	for i := range page.accounts {
		page.showAccount(&page.accounts[i])
	}
	page.gauge(l.catalogue.trackedLimit, float64(page.settings.MaxDIDs))
	for _, histogram := range l.distributions.perAccount() {
		page.vector(histogram)
	}
}

// page is one showing of the ledger: copies of everything, and where they go.
type page struct {
	*catalogue
	ch       chan<- prometheus.Metric
	now      time.Time
	started  time.Time
	process  time.Time
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
		process:   l.process,
		settings:  l.settings,
		rows:      make([]row, 0, len(l.rows)),
		accounts:  make([]accountTotals, 0, len(l.accounts)),
	}
	for _, r := range l.rows {
		p.rows = append(p.rows, row{DIDTotals: r.clone(), hold: r.hold, delivery: r.delivery, prices: maps.Clone(r.prices)})
	}
	for _, account := range l.accounts {
		p.accounts = append(p.accounts, account.clone())
	}
	return p
}

func (p *page) showRow(r *row) {
	held := r.hold.holding()
	p.counter(p.moMessages, held, r.Since, float64(r.Messages), r.Account, r.DID)
	p.showReceipts(r)
	for _, direction := range sms.Directions() {
		p.counter(p.segments, held, r.Since, float64(r.Segments[direction]), r.Account, r.DID, direction.String())
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
	p.histogram(r.delivery, held)
	for _, histogram := range r.prices {
		p.histogram(histogram, held)
	}
}

func (p *page) showReceipts(r *row) {
	for _, status := range sms.ReceiptStatuses() {
		receipts := &r.Receipts[status]
		if receipts.Count == 0 && !precreated(status) {
			continue
		}
		held, since := r.heldStatus(status), r.Since
		if !precreated(status) {
			since = receipts.since
		}
		metric := counter(p.drReceipts, held, since, float64(receipts.Count), r.Account, r.DID, status.String(), status.Outcome().String())
		if receipts.exemplarID != "" && !held && p.settings.Exemplars {
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
	held := r.hold.holding()
	for _, direction := range sms.Directions() {
		p.counter(p.spend, held, money.Since, money.Spend[direction].Float(), r.Account, r.DID, direction.String(), money.Currency)
		if price := money.LastPrice[direction]; price != nil && r.Tracked {
			p.gauge(p.lastPrice, price.Float(), r.Account, r.DID, direction.String(), money.Currency)
		}
	}
	p.counter(p.undelivered, held, money.Since, money.Undelivered.Float(), r.Account, r.DID, money.Currency)
}

func (p *page) showAccount(a *accountTotals) {
	name := a.config.Name
	for kind, at := range a.lastAccepted {
		p.gauge(p.lastAccepted, epoch(at), name, kind.String())
	}
	for key, count := range a.counters {
		labels := []string{name}
		for _, label := range []string{key.A, key.B} {
			if label != "" {
				labels = append(labels, label)
			}
		}
		p.counter(p.counters[key.Name], false, p.started, float64(count), labels...)
	}
	p.counter(p.conflicts, false, p.process, float64(a.conflicts), name)
	p.counter(p.overflow, false, p.process, float64(a.overflow), name)
	p.gauge(p.tracked, float64(a.tracked), name)
	if !a.listed {
		return
	}
	p.gauge(p.accountInfo, 1, name, a.config.Currency, a.config.Zone, a.config.Signature)
	if a.config.MonthlyBudget != nil {
		p.gauge(p.budget, a.config.MonthlyBudget.Float(), name, a.config.Currency, "month")
	}
	if !p.settings.MonthToDate {
		return
	}
	for currency, spend := range a.monthToDate(p.now) {
		p.gauge(p.monthToDate, spend.Float(), name, currency)
	}
}

func (p *page) gauge(desc *prometheus.Desc, value float64, labels ...string) {
	p.ch <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
}

func (p *page) counter(desc *prometheus.Desc, held bool, since time.Time, value float64, labels ...string) {
	p.ch <- counter(desc, held, since, value, labels...)
}

// counter makes a counter that shows 0 while it is held back, with the time at
// which counting began either way.
func counter(desc *prometheus.Desc, held bool, since time.Time, value float64, labels ...string) prometheus.Metric {
	if held {
		value = 0
	}
	return prometheus.MustNewConstMetricWithCreatedTimestamp(desc, prometheus.CounterValue, value, since, labels...)
}

func (p *page) histogram(histogram prometheus.Observer, held bool) {
	metric, ok := histogram.(prometheus.Metric)
	if !ok {
		return // every observer of a histogram vector is a metric
	}
	if held {
		metric = emptied{metric}
	}
	p.send(metric)
}

// vector shows every histogram of a vector.
func (p *page) vector(vector *prometheus.HistogramVec) {
	metrics := make(chan prometheus.Metric)
	go func() {
		defer close(metrics)
		vector.Collect(metrics)
	}()
	for metric := range metrics {
		p.send(metric)
	}
}

// send shows a histogram, without the exemplars of a time in which they were on.
func (p *page) send(metric prometheus.Metric) {
	if !p.settings.Exemplars {
		metric = withoutExemplars{metric}
	}
	p.ch <- metric
}

func epoch(at time.Time) float64 { return float64(at.UnixMilli()) / 1000 }
