// SPDX-License-Identifier: Apache-2.0

package boardanswers

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/storage"
)

// spread is how many of a hundred observations are in each of three buckets, each of
// which ends at twice the bound of the one before.
func spread() []float64 { return []float64{0.5, 0.4, 0.1} }

// meanOf a spread, by its lowest bound.
const meanOf = 2.5

// nativeOnly are the histograms of single numbers: a server that keeps the classic form
// gets their sums and the bucket without a bound.
func nativeOnly() []string {
	return []string{"didsms_did_delivery_latency_seconds", "didsms_unit_price"}
}

// limits are the lowest and the highest bound of a classic histogram. All series of a
// metric have the same buckets.
type limits struct{ low, high float64 }

// limitsOf finds those of every metric.
func limitsOf(list []series) map[string]limits {
	found := map[string]limits{}
	for _, s := range list {
		name, low := s.labels.Get(model.MetricNameLabel), s.above*s.weight
		l, known := found[name]
		if !known {
			l = limits{low, low}
		}
		found[name] = limits{min(l.low, low), max(l.high, low*16)}
	}
	return found
}

// counted is what a histogram has counted, in each bucket from the lowest one on. What
// is twice as high is one bucket further. What came late is of one bucket alone, so that
// it would show in a quantile.
func (s series) counted(before float64) (buckets [4]float64, sum float64) {
	times := s.weight * s.amount
	recent := times * 2 * max(0, 20-before)
	all := times * (pace(before, 2) + late(before))
	for i, share := range spread() {
		buckets[i] += share * (all - recent)
		buckets[i+1] += share * recent
	}
	buckets[1] -= times * late(before)
	return buckets, (all + recent - times*late(before)) * s.above * s.weight * meanOf
}

// observe appends a sample of a histogram in the forms that the server keeps. A place
// with a higher weight has bounds as many times as high, so that its quantiles differ.
func (s series) observe(to storage.Appender, at time.Duration, keeps server, l limits) error {
	buckets, sum := s.counted((length - at).Minutes())
	count, low, ms := 0.0, s.above*s.weight, at.Milliseconds()
	for _, b := range buckets {
		count += b
	}
	if keeps.native {
		h := &histogram.FloatHistogram{
			Count: count, Sum: sum, PositiveBuckets: buckets[:],
			// At schema 0 the bucket n ends at 2^n.
			PositiveSpans: []histogram.Span{{Offset: int32(math.Round(math.Log2(low))) + 1, Length: uint32(len(buckets))}},
		}
		if _, err := to.AppendHistogram(0, s.labels, ms, nil, h); err != nil {
			return err
		}
	}
	if !keeps.classic {
		return nil
	}
	type sample struct {
		suffix, le string
		value      float64
	}
	list := []sample{{"_sum", "", sum}, {"_count", "", count}, {"_bucket", "+Inf", count}}
	if !slices.Contains(nativeOnly(), s.labels.Get(model.MetricNameLabel)) {
		for bound := l.low; bound <= l.high; bound *= 2 {
			below := 0.0
			for i, b := range buckets {
				if low*math.Pow(2, float64(i+1)) <= bound {
					below += b
				}
			}
			list = append(list, sample{"_bucket", strconv.FormatFloat(bound, 'f', -1, 64), below})
		}
	}
	for _, one := range list {
		if _, err := to.Append(0, named(s.labels, one.suffix, one.le), ms, one.value); err != nil {
			return err
		}
	}
	return nil
}
