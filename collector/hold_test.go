// SPDX-License-Identifier: Apache-2.0

package collector_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"didsms_exporter/internal/sms"
)

const (
	heldReceipts = `didsms_dr_receipts_total{account="main",did="442079460958",outcome="delivered",status="DELIVRD"}`
	heldMessages = `didsms_mo_messages_total{account="main",did="442079460958"}`
	heldSpend    = `didsms_spend_total{account="main",currency="USD",did="442079460958",direction="outbound"}`
	heldLatency  = `didsms_did_delivery_latency_seconds_count{account="main",did="442079460958"}`
	heldPrice    = `didsms_unit_price_sum{account="main",currency="USD",did="442079460958",direction="outbound"}`
	heldExpired  = `didsms_dr_receipts_total{account="main",did="442079460958",outcome="undelivered",status="EXPIRED"}`
)

// TestBirthHold: everything of a discovered number shows 0 for exactly the hold,
// then its true value; what belongs to the account is never held.
func TestBirthHold(t *testing.T) {
	c := newClock()
	exporter := newTestCollector(t, defaults(), c)
	event := newDR(c, didB, sms.StatusDelivered)
	record(exporter, event, first(event))
	zeros := map[string]float64{
		heldReceipts: 0, heldMessages: 0, heldSpend: 0, heldLatency: 0, heldPrice: 0,
		`didsms_destination_receipts_total{account="main",calling_code="44",outcome="delivered"}`: 1,
		`didsms_dr_delivery_latency_seconds_count{account="main",outcome="delivered"}`:            1,
		`didsms_tracked_dids{account="main"}`:                                                     1,
	}
	expect(t, exporter, zeros)
	c.pass(30*time.Second - time.Nanosecond)
	expect(t, exporter, zeros)
	c.pass(time.Nanosecond)
	expect(t, exporter, map[string]float64{
		heldReceipts: 1, heldMessages: 0, heldSpend: 0.036, heldLatency: 1, heldPrice: 0.036,
	})

	// A status that was never seen before is born later, and is held on its own.
	expired := newDR(c, didB, sms.StatusExpired)
	record(exporter, expired, first(expired))
	expect(t, exporter, map[string]float64{heldExpired: 0, heldReceipts: 1, heldSpend: 0.072})
	c.pass(30 * time.Second)
	expect(t, exporter, map[string]float64{heldExpired: 1})
}

// TestHeldProtobuf: in protobuf a held native histogram is an empty native
// histogram, and start timestamps are those of the birth, held or not.
func TestHeldProtobuf(t *testing.T) {
	c := newClock()
	exporter := newTestCollector(t, defaults(), c)
	born := c.now
	event := newDR(c, didB, sms.StatusDelivered)
	record(exporter, event, first(event))
	for _, held := range []bool{true, false} {
		for name, family := range protobuf(t, exporter.Handler()) {
			if !strings.HasPrefix(name, "didsms_did_") && !strings.HasPrefix(name, "didsms_dr_receipts") {
				continue
			}
			for _, metric := range family.GetMetric() {
				if histogram := metric.GetHistogram(); histogram != nil {
					if histogram.Schema == nil || len(histogram.GetPositiveSpan()) == 0 {
						t.Errorf("held %t: %s is no native histogram: %v", held, name, histogram)
					}
					if got := histogram.GetSampleCount() == 0; got != held {
						t.Errorf("held %t: %s has count %d", held, name, histogram.GetSampleCount())
					}
				}
				if counter := metric.GetCounter(); counter != nil {
					if got := counter.GetCreatedTimestamp().AsTime(); !got.Equal(born) {
						t.Errorf("held %t: %s started at %s, want %s", held, name, got, born)
					}
					if exemplar := counter.GetExemplar(); exemplar != nil {
						t.Errorf("held %t: exemplar on a delivered receipt", held)
					}
				}
			}
		}
		c.pass(30 * time.Second)
	}
}

// TestExemplars: the message id rides on undelivered receipts and on latencies,
// unless that is switched off.
func TestExemplars(t *testing.T) {
	for _, on := range []bool{true, false} {
		c := newClock()
		settings := configured(didA)
		settings.Exemplars = on
		exporter := newTestCollector(t, settings, c)
		event := newDR(c, didA, sms.StatusUndelivered)
		event.MessageID = "52f6a4d6a8a34d6c9a3f1f2f4a1f0c11"
		record(exporter, event, first(event))
		recorder := httptest.NewRecorder()
		request := httptest.NewRequest("GET", "/metrics", nil)
		request.Header.Set("Accept", "application/openmetrics-text; version=1.0.0")
		exporter.Handler().ServeHTTP(recorder, request)
		for _, line := range []string{
			`didsms_dr_receipts_total{account="main",did="18184505018",outcome="undelivered",status="UNDELIVR"} 1.0 # {message_id="52f6a4d6a8a34d6c9a3f1f2f4a1f0c11"} 1.0`,
			`didsms_dr_delivery_latency_seconds_bucket{account="main",outcome="undelivered",le="2.0"} 1 # {message_id="52f6a4d6a8a34d6c9a3f1f2f4a1f0c11"} 2.0`,
		} {
			if got := strings.Contains(recorder.Body.String(), line); got != on {
				t.Errorf("exemplars %t: %q present: %t", on, line, got)
			}
		}
		if strings.Contains(recorder.Body.String(), "_created") {
			t.Error("_created lines must be off")
		}
	}
}

// protobuf scrapes a handler in the format that carries start timestamps.
func protobuf(t *testing.T, handler http.Handler) map[string]*dto.MetricFamily {
	t.Helper()
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest("GET", "/metrics", nil)
	format := expfmt.NewFormat(expfmt.TypeProtoDelim)
	request.Header.Set("Accept", string(format))
	handler.ServeHTTP(recorder, request)
	families := make(map[string]*dto.MetricFamily)
	decoder := expfmt.NewDecoder(bytes.NewReader(recorder.Body.Bytes()), format)
	for {
		family := new(dto.MetricFamily)
		if err := decoder.Decode(family); err != nil {
			break
		}
		families[family.GetName()] = family
	}
	if len(families) == 0 {
		t.Fatal("nothing decoded")
	}
	return families
}
