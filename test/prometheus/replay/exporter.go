// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
)

// exporter counts as the real one does, as far as the rules look.
type exporter struct {
	plan    plan
	data    *memory
	random  *rand.Rand
	up      bool
	upGauge *column
	shown   []*metric
	byKey   map[string]*metric
	started *metric
}

// metric is one series that is scraped.
type metric struct {
	value  float64
	column *column
	reset  bool // it starts at 0 with every process
}

const (
	job      = "didsms-exporter"
	instance = "sms:9911"

	// scrapeAge is how old the newest sample is when rules are evaluated.
	scrapeAge = 15 * time.Second
)

// latencyEdges are the classic buckets of didsms_dr_delivery_latency_seconds.
func latencyEdges() (edges []float64, texts []string) {
	return []float64{1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 21600, math.Inf(1)},
		[]string{"1.0", "2.0", "5.0", "10.0", "20.0", "30.0", "60.0", "120.0", "300.0", "600.0", "1800.0", "3600.0", "21600.0", "+Inf"}
}

func newExporter(p plan, data *memory, seed uint64) *exporter {
	e := &exporter{plan: p, data: data, random: rand.New(rand.NewPCG(seed, 1<<32)), byKey: map[string]*metric{}, up: true}
	e.upGauge = data.column(labels.FromStrings(model.MetricNameLabel, "up", "job", job, "instance", instance))
	e.constants()
	e.started = e.of("process_start_time_seconds")
	e.started.value = float64(p.begin.Add(-time.Hour).Unix())
	for _, account := range accounts() {
		e.born(account)
	}
	return e
}

// of returns the metric of a name and labels; the first call makes it, at 0.
func (e *exporter) of(name string, pairs ...string) *metric {
	key := name + "\xff" + strings.Join(pairs, "\xff")
	if found := e.byKey[key]; found != nil {
		return found
	}
	set := labels.FromStrings(append([]string{model.MetricNameLabel, name, "job", job, "instance", instance}, pairs...)...)
	made := &metric{column: e.data.column(set), reset: name == "didsms_callbacks_total" || name == "didsms_dr_delivery_latency_seconds_bucket"}
	e.byKey[key] = made
	e.shown = append(e.shown, made)
	return made
}

func (e *exporter) add(amount float64, name string, pairs ...string) {
	e.of(name, pairs...).value += amount
}

// constants are metrics that have no reason to move in these thirty days.
func (e *exporter) constants() {
	e.of("didsms_exporter_build_info", "version", "1.0.0").value = 1
	e.of("didsms_store_up").value = 1
	e.of("didsms_config_last_reload_successful").value = 1
	e.of("didsms_tracked_dids_limit").value = 400
	e.of("didsms_store_commit_failures_total", "reason", "other")
	e.of("didsms_dedupe_evictions_total", "reason", "capacity")
	e.of("didsms_callbacks_total", "account", "unknown", "kind", "unknown", "result", "unknown_key")
}

// born shows the series of an account at 0, as the real exporter does for the
// numbers of its configuration.
func (e *exporter) born(account habits) {
	e.of("didsms_tracked_dids", "account", account.name).value = float64(len(account.numbers))
	e.of("didsms_spend_budget", "account", account.name, "currency", account.currency, "period", "month").value = account.budget(e.plan.begin)
	e.of("didsms_spend_month_to_date", "account", account.name, "currency", account.currency)
	for _, name := range []string{"didsms_dr_unknown_statuses_total", "didsms_did_overflow_events_total", "didsms_duplicate_conflicts_total"} {
		e.of(name, "account", account.name)
	}
	e.of("didsms_billing_field_errors_total", "account", account.name, "kind", "dr", "field", "price")
	e.of("didsms_event_time_errors_total", "account", account.name, "kind", "dr", "reason", "negative")
	for _, kind := range []string{"mo", "dr"} {
		for _, result := range []string{"accepted", "duplicate", "bad_signature", "stale", "future", "unsupported", "malformed", "too_large", "error", "overload"} {
			e.of("didsms_callbacks_total", "account", account.name, "kind", kind, "result", result)
		}
	}
	_, edges := latencyEdges()
	for _, edge := range edges {
		e.of("didsms_dr_delivery_latency_seconds_bucket", "account", account.name, "outcome", "delivered", "le", edge)
	}
	for _, number := range account.numbers {
		if number.did == busiest || number.did == flooded {
			e.of("didsms_did_max_silence_seconds", "account", account.name, "did", number.did, "kind", "dr").value = (4 * time.Hour).Seconds()
		}
		e.of("didsms_mo_messages_total", "account", account.name, "did", number.did)
		for _, status := range []string{"DELIVRD", "UNDELIVR", "REJECTD"} {
			e.of("didsms_dr_receipts_total", "account", account.name, "did", number.did, "status", status, "outcome", outcome(status))
		}
		for _, direction := range []string{"inbound", "outbound"} {
			e.of("didsms_billed_segments_total", "account", account.name, "did", number.did, "direction", direction)
			e.of("didsms_spend_total", "account", account.name, "did", number.did, "direction", direction, "currency", account.currency)
		}
	}
}

func outcome(status string) string {
	if status == "DELIVRD" {
		return "delivered"
	}
	return "undelivered"
}

// scrape writes what Prometheus would see at the end of the minute that begins at a
// time: of an exporter that is down, up 0 and the end of every series.
func (e *exporter) scrape(at time.Time) error {
	millis, was := at.Add(step-scrapeAge).UnixMilli(), e.up
	e.up = !e.plan.is(outage, at, "")
	if e.up && !was {
		e.restart(at)
	}
	reachable := 0.0
	if e.up {
		reachable = 1
	}
	if err := e.upGauge.append(millis, reachable); err != nil {
		return err
	}
	for _, metric := range e.shown {
		switch {
		case e.up:
			if err := metric.column.append(millis, metric.value); err != nil {
				return err
			}
		case was:
			if err := metric.column.append(millis, math.Float64frombits(value.StaleNaN)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *exporter) restart(at time.Time) {
	e.started.value = float64(at.Unix())
	for _, metric := range e.shown {
		if metric.reset {
			metric.value = 0
		}
	}
}
