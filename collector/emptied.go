// SPDX-License-Identifier: Apache-2.0

package collector

import (
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// emptied shows a histogram as it was before its first observation, with its true
// start time: the form of a histogram that is held back.
type emptied struct{ prometheus.Metric }

// Write writes the histogram without its observations.
func (e emptied) Write(out *dto.Metric) error {
	if err := e.Metric.Write(out); err != nil {
		return err
	}
	histogram := out.Histogram
	if histogram == nil {
		return nil
	}
	var zeroCount uint64
	var zeroSum float64
	histogram.SampleCount, histogram.SampleSum = &zeroCount, &zeroSum
	histogram.Exemplars = nil
	for _, bucket := range histogram.Bucket {
		bucket.CumulativeCount, bucket.Exemplar = new(uint64), nil
	}
	if histogram.Schema == nil {
		return nil
	}
	histogram.ZeroCount = new(uint64)
	histogram.PositiveDelta, histogram.NegativeDelta, histogram.NegativeSpan = nil, nil, nil
	// A span without buckets marks an empty native histogram (client_model, Histogram).
	histogram.PositiveSpan = []*dto.BucketSpan{{Offset: new(int32), Length: new(uint32)}}
	return nil
}

// withoutExemplars shows a histogram without its exemplars, which hold message ids.
type withoutExemplars struct{ prometheus.Metric }

// Write writes the histogram without its exemplars.
func (w withoutExemplars) Write(out *dto.Metric) error {
	if err := w.Metric.Write(out); err != nil {
		return err
	}
	if out.Histogram == nil {
		return nil
	}
	out.Histogram.Exemplars = nil
	for _, bucket := range out.Histogram.Bucket {
		bucket.Exemplar = nil
	}
	return nil
}
