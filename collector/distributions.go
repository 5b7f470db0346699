// SPDX-License-Identifier: Apache-2.0

package collector

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Native histograms take their values from outside, so each has a ceiling of
// buckets and may not reset faster than once an hour.
const (
	nativeFactor     = 1.1
	nativeMaxBuckets = 100
	nativeMinReset   = time.Hour
)

// distributions are the histograms that belong to events. They start anew with
// the process: their promise is shape, not sums. The ones per account have classic
// buckets too, for servers without native histograms; the ones per number have
// none, because their edges times 400 numbers is not affordable.
type distributions struct {
	transport, relay, delivery, accountPrice *prometheus.HistogramVec

	didDelivery *prometheus.HistogramVec
}

func newDistributions() *distributions {
	return &distributions{
		transport: newDual("didsms_callback_transport_delay_seconds",
			"Arrival of a new callback minus its ts header, in seconds: network, proxies and clocks. A negative delay counts as 0.", "seconds",
			[]float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}, "account"),
		relay: newDual("didsms_mo_relay_delay_seconds",
			"Arrival of an inbound message minus its receiveTime, in seconds: the vendor's backlog. Assumes that receiveTime is in the account's time_zone.", "seconds",
			[]float64{1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 21600}, "account"),
		delivery: newDual("didsms_dr_delivery_latency_seconds",
			"Arrival of a receipt minus the sending time of its message (receiveTime), in seconds. Assumes that receiveTime is in the account's time_zone.", "seconds",
			[]float64{1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 21600}, "account", "outcome"),
		accountPrice: newDual("didsms_account_unit_price",
			"Unit prices of the account's messages, once per message, in units of the currency label.", "",
			[]float64{.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}, "account", "direction", "currency"),
		didDelivery: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:                            "didsms_did_delivery_latency_seconds",
			Help:                            "Arrival of the receipt minus the sending time (receiveTime) of delivered messages of the number, in seconds. Native histogram.",
			Unit:                            "seconds",
			NativeHistogramBucketFactor:     1.2,
			NativeHistogramMaxBucketNumber:  60,
			NativeHistogramMinResetDuration: nativeMinReset,
		}, []string{"account", "did"}),
	}
}

// newDidPrice makes the price histogram of one account's numbers. Its classic
// edges are the account's own; without any it is native only.
func newDidPrice(buckets []float64) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:                            "didsms_unit_price",
		Help:                            "Unit prices of the number's messages, once per message, in units of the currency label. Native histogram; classic buckets only where price_buckets is set.",
		Buckets:                         buckets,
		NativeHistogramBucketFactor:     nativeFactor,
		NativeHistogramMaxBucketNumber:  40,
		NativeHistogramMinResetDuration: nativeMinReset,
	}, []string{"account", "did", "direction", "currency"})
}

func newDual(name, help, unit string, buckets []float64, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:                            name,
		Help:                            help,
		Unit:                            unit,
		Buckets:                         buckets,
		NativeHistogramBucketFactor:     nativeFactor,
		NativeHistogramMaxBucketNumber:  nativeMaxBuckets,
		NativeHistogramMinResetDuration: nativeMinReset,
	}, labels)
}

// perAccount lists the histograms that show themselves; the ledger shows those
// per number, because they may be held back.
func (d *distributions) perAccount() []*prometheus.HistogramVec {
	return []*prometheus.HistogramVec{d.transport, d.relay, d.delivery, d.accountPrice}
}

// observe adds a value with the message id as exemplar, unless that is empty.
func observe(histogram prometheus.Observer, value float64, messageID string) {
	if exemplars, ok := histogram.(prometheus.ExemplarObserver); ok && messageID != "" {
		exemplars.ObserveWithExemplar(value, prometheus.Labels{"message_id": messageID})
		return
	}
	histogram.Observe(value)
}
