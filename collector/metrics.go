// SPDX-License-Identifier: Apache-2.0

package collector

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"didsms_exporter/internal/sms"
)

// accountUnknown is the account label of a callback whose key is not configured.
const accountUnknown = "unknown"

// Metrics are the operational metrics of the intake. Unlike the ledger they start
// anew with the process. Its methods are what happens to a callback.
type Metrics struct {
	callbacks   *prometheus.CounterVec
	duration    *prometheus.HistogramVec
	inFlight    prometheus.Gauge
	clockOffset *prometheus.GaugeVec
	reloadOK    prometheus.Gauge
	reloadAt    prometheus.Gauge
}

func newMetrics() *Metrics {
	m := &Metrics{
		callbacks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "didsms_callbacks_total",
			Help: "Callbacks received, by what became of them. Results exclude each other and add up to all that were received.",
		}, []string{"account", "kind", "result"}),
		duration: newDual("didsms_callback_duration_seconds",
			"Time from a callback's headers to our answer, in seconds.", "seconds",
			[]float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5}, "kind"),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "didsms_callbacks_in_flight",
			Help: "Callbacks being answered.",
		}),
		clockOffset: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "didsms_callback_clock_offset_seconds",
			Help: "Arrival minus the ts header of the newest callback with a good signature, in seconds. Negative: the vendor's clock is ahead of ours.",
			Unit: "seconds",
		}, []string{"account"}),
		reloadOK: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "didsms_config_last_reload_successful",
			Help: "Whether the last reload of configuration and secrets was taken over. At 0 the former configuration stays in force.",
		}),
		reloadAt: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "didsms_config_last_reload_success_timestamp_seconds",
			Help: "When configuration and secrets were last taken over, in seconds since the epoch.",
			Unit: "seconds",
		}),
	}
	for _, kind := range sms.Kinds() {
		m.duration.WithLabelValues(kind.String())
	}
	for _, result := range resultsOfUnknownAccount() {
		m.callbacks.WithLabelValues(accountUnknown, sms.KindUnknown.String(), result.String())
	}
	return m
}

// precreate makes every result of the accounts show 0 before it happens, so that
// the first one is seen by increase().
func (m *Metrics) precreate(accounts []Account) {
	for _, account := range accounts {
		for _, kind := range sms.Kinds() {
			for _, result := range resultsOf(kind) {
				m.callbacks.WithLabelValues(account.Name, kind.String(), result.String())
			}
		}
	}
}

// resultsOf lists the results that a callback of a configured account can have.
func resultsOf(kind sms.Kind) []sms.Result {
	var results []sms.Result
	for _, result := range sms.Results() {
		if result == sms.ResultUnknownKey {
			continue
		}
		// Without a known action nothing gets as far as these.
		if kind == sms.KindUnknown && (result == sms.ResultAccepted || result == sms.ResultDuplicate ||
			result == sms.ResultStale || result == sms.ResultFuture) {
			continue
		}
		results = append(results, result)
	}
	return results
}

func resultsOfUnknownAccount() []sms.Result {
	return []sms.Result{
		sms.ResultUnknownKey, sms.ResultBadSignature, sms.ResultMalformed,
		sms.ResultTooLarge, sms.ResultError, sms.ResultOverload,
	}
}

// Arrived notes that a callback is being answered. Each call is followed by one
// call of Left.
func (m *Metrics) Arrived() { m.inFlight.Inc() }

// Left notes that a callback is no longer being answered.
func (m *Metrics) Left() { m.inFlight.Dec() }

// Answered counts one callback by what became of it. The kind of a callback from
// an unknown account is whatever its sender made up, so it is not shown.
func (m *Metrics) Answered(account string, kind sms.Kind, result sms.Result, took time.Duration) {
	if account == accountUnknown {
		kind = sms.KindUnknown
	}
	m.callbacks.WithLabelValues(account, kind.String(), result.String()).Inc()
	m.duration.WithLabelValues(kind.String()).Observe(took.Seconds())
}

// Signed notes by how much the arrival of an authentic callback lies behind its
// ts header.
func (m *Metrics) Signed(account string, offset time.Duration) {
	m.clockOffset.WithLabelValues(account).Set(offset.Seconds())
}

// Reloaded notes whether new configuration was taken over.
func (m *Metrics) Reloaded(ok bool, at time.Time) {
	if !ok {
		m.reloadOK.Set(0)
		return
	}
	m.reloadOK.Set(1)
	m.reloadAt.Set(epoch(at))
}

func (m *Metrics) parts() []prometheus.Collector {
	return []prometheus.Collector{m.callbacks, m.duration, m.inFlight, m.clockOffset, m.reloadOK, m.reloadAt}
}

// Describe lists the metrics.
func (m *Metrics) Describe(ch chan<- *prometheus.Desc) {
	for _, part := range m.parts() {
		part.Describe(ch)
	}
}

// Collect shows the metrics.
func (m *Metrics) Collect(ch chan<- prometheus.Metric) {
	for _, part := range m.parts() {
		part.Collect(ch)
	}
}
