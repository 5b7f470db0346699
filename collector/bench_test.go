// SPDX-License-Identifier: Apache-2.0

package collector_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"didsms_exporter/collector"
	"didsms_exporter/internal/sms"
)

// vectors are plain client_golang metrics with the same series per number as the
// ledger's: what the ledger is measured against.
type vectors struct {
	registry                            *prometheus.Registry
	messages, receipts, segments, spend *prometheus.CounterVec
	undelivered                         *prometheus.CounterVec
	lastPrice, lastEvent, info          *prometheus.GaugeVec
	price, latency                      *prometheus.HistogramVec
}

func newVectors() *vectors {
	counter := func(name string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: name}, labels)
	}
	gauge := func(name string, labels ...string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: name}, labels)
	}
	histogram := func(name string, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: name, Help: name, NativeHistogramBucketFactor: 1.1,
			NativeHistogramMaxBucketNumber: 60, NativeHistogramMinResetDuration: time.Hour,
		}, labels)
	}
	v := &vectors{
		registry:    prometheus.NewRegistry(),
		messages:    counter("messages_total", "account", "did"),
		receipts:    counter("receipts_total", "account", "did", "status", "outcome"),
		segments:    counter("segments_total", "account", "did", "direction"),
		spend:       counter("spend_total", "account", "did", "direction", "currency"),
		undelivered: counter("undelivered_total", "account", "did", "currency"),
		lastPrice:   gauge("last_price", "account", "did", "direction", "currency"),
		lastEvent:   gauge("last_event", "account", "did", "kind"),
		info:        gauge("info", "account", "did", "name", "calling_code"),
		price:       histogram("price", "account", "did", "direction", "currency"),
		latency:     histogram("latency", "account", "did"),
	}
	v.registry.MustRegister(v.messages, v.receipts, v.segments, v.spend, v.undelivered,
		v.lastPrice, v.lastEvent, v.info, v.price, v.latency)
	return v
}

func (v *vectors) create(did string) {
	v.messages.WithLabelValues("main", did)
	v.undelivered.WithLabelValues("main", did, "USD")
	v.info.WithLabelValues("main", did, "", "1").Set(1)
	v.latency.WithLabelValues("main", did)
	for _, status := range []sms.Status{sms.StatusDelivered, sms.StatusUndelivered} {
		v.receipts.WithLabelValues("main", did, status.String(), status.Outcome().String())
	}
	for _, direction := range sms.Directions() {
		v.segments.WithLabelValues("main", did, direction.String())
		v.spend.WithLabelValues("main", did, direction.String(), "USD")
		v.lastPrice.WithLabelValues("main", did, direction.String(), "USD")
		v.price.WithLabelValues("main", did, direction.String(), "USD")
	}
	for _, kind := range []string{"mo", "dr"} {
		v.lastEvent.WithLabelValues("main", did, kind)
	}
}

func (v *vectors) record(e *sms.Event) {
	did, direction := string(e.DID), e.Kind.Direction().String()
	price := e.Price.Float()
	v.receipts.WithLabelValues("main", did, e.Status.String(), e.Status.Outcome().String()).Inc()
	v.segments.WithLabelValues("main", did, direction).Add(float64(e.Size))
	v.spend.WithLabelValues("main", did, direction, "USD").Add(price * float64(e.Size))
	v.lastPrice.WithLabelValues("main", did, direction, "USD").Set(price)
	v.lastEvent.WithLabelValues("main", did, e.Kind.String()).Set(float64(e.ArrivedAt.Unix()))
	v.price.WithLabelValues("main", did, direction, "USD").Observe(price)
	v.latency.WithLabelValues("main", did).Observe(e.ArrivedAt.Sub(e.ReceiveTime).Seconds())
}

func benchLedger(b *testing.B, numbers int) (*collector.Collector, *vectors, []*sms.Event) {
	b.Helper()
	c := newClock()
	settings := defaults()
	settings.MaxDIDs, settings.BirthHold = numbers, 0
	exporter := newTestCollector(b, settings, c)
	plain := newVectors()
	events := make([]*sms.Event, numbers)
	for n := range numbers {
		inbound := newMO(c, fmt.Sprintf("1818%07d", n))
		record(exporter, inbound, first(inbound))
		events[n] = newDR(c, string(inbound.DID), sms.StatusDelivered)
		record(exporter, events[n], first(events[n]))
		plain.create(string(inbound.DID))
		plain.record(events[n])
	}
	return exporter, plain, events
}

// BenchmarkRecord counts one receipt: in the ledger, which also keeps the account's
// series and the exact money, beside seven plain vectors.
func BenchmarkRecord(b *testing.B) {
	exporter, plain, events := benchLedger(b, 400)
	b.Run("ledger", func(b *testing.B) {
		b.ReportAllocs()
		for n := range b.N {
			event := events[n%len(events)]
			record(exporter, event, first(event))
		}
	})
	b.Run("vectors", func(b *testing.B) {
		b.ReportAllocs()
		for n := range b.N {
			plain.record(events[n%len(events)])
		}
	})
}

// BenchmarkScrape renders the text page: the whole exporter beside plain vectors
// with the same series per number.
func BenchmarkScrape(b *testing.B) {
	for _, numbers := range []int{400, 10_000} {
		exporter, plain, _ := benchLedger(b, numbers)
		ours, theirs := exporter.Handler(), promhttp.HandlerFor(plain.registry, promhttp.HandlerOpts{})
		request := httptest.NewRequest("GET", "/metrics", nil)
		b.Run(fmt.Sprintf("ledger-%d", numbers), func(b *testing.B) {
			for range b.N {
				ours.ServeHTTP(httptest.NewRecorder(), request)
			}
		})
		b.Run(fmt.Sprintf("vectors-%d", numbers), func(b *testing.B) {
			for range b.N {
				theirs.ServeHTTP(httptest.NewRecorder(), request)
			}
		})
	}
}
