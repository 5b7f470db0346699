// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"time"

	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/traffic"
)

// demoTotals is the summary of the demo's traffic for people and scripts.
type demoTotals struct {
	Seconds     float64 `json:"seconds"`
	Sent        uint64  `json:"sent"`
	Accepted    uint64  `json:"accepted"`
	Duplicates  uint64  `json:"duplicates"`
	Refused     uint64  `json:"refused"`
	MO          uint64  `json:"mo"`
	DR          uint64  `json:"dr"`
	Undelivered uint64  `json:"undelivered"`
	Broken      uint64  `json:"broken"` // answers that the contract does not allow
	MedianMS    float64 `json:"latency_median_ms"`
	P99MS       float64 `json:"latency_p99_ms"`
}

func newDemoTotals(summary traffic.Summary) demoTotals {
	all := summary.Total()
	t := demoTotals{
		Seconds:  milliseconds(summary.Elapsed) / 1000,
		Sent:     all.Sent,
		Broken:   all.Broken,
		MedianMS: milliseconds(summary.Latency.Quantile(0.5)),
		P99MS:    milliseconds(summary.Latency.Quantile(0.99)),
	}
	for callback, count := range summary.Callbacks {
		switch callback.Result {
		case sms.ResultAccepted:
			t.Accepted += count
		case sms.ResultDuplicate:
			t.Duplicates += count
		default:
			t.Refused += count
		}
	}
	for _, did := range summary.DIDs {
		t.MO += did.Messages
		for status, count := range did.Receipts {
			t.DR += count
			if sms.Status(status).Outcome() == sms.OutcomeUndelivered {
				t.Undelivered += count
			}
		}
	}
	return t
}

// String returns one line that fits 80 columns.
func (t demoTotals) String() string {
	return fmt.Sprintf("%.0fs sent %d: %d in, %d receipts (%d undelivered), %d twice, %d forged",
		t.Seconds, t.Sent, t.MO, t.DR, t.Undelivered, t.Duplicates, t.Refused)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
