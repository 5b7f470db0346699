// SPDX-License-Identifier: Apache-2.0

package collector

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// StoreStats is what a durable store can tell about itself.
type StoreStats struct {
	Up       bool
	Size     int64         // bytes of its files
	Downtime time.Duration // during which no exporter was up, over all runs
}

// Store are the metrics of a durable store. Its methods are what happens to it.
type Store struct {
	stats    func() StoreStats
	failures *prometheus.CounterVec
	duration prometheus.Histogram

	up, size, downtime *prometheus.Desc
}

// NewStore builds the metrics of a durable store; reasons are all that a commit can
// fail for.
func NewStore(stats func() StoreStats, reasons []string) *Store {
	s := &Store{
		stats: stats,
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "didsms_store_commit_failures_total",
			Help: "Commits that failed; their callbacks were refused with 503 and not counted.",
		}, []string{"reason"}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:                            "didsms_store_commit_duration_seconds",
			Help:                            "Time for which an acknowledgement waits for the disk, per batch of callbacks, in seconds.",
			Unit:                            "seconds",
			Buckets:                         []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5},
			NativeHistogramBucketFactor:     nativeFactor,
			NativeHistogramMaxBucketNumber:  nativeMaxBuckets,
			NativeHistogramMinResetDuration: nativeMinReset,
		}),
		up: prometheus.NewDesc("didsms_store_up",
			"Whether the last attempt to write to the store succeeded. At 0 callbacks are refused with 503.", nil, nil),
		size: prometheus.NewDesc("didsms_store_size_bytes",
			"Bytes of the store's files.", nil, nil),
		downtime: prometheus.NewDesc("didsms_downtime_seconds_total",
			"Time between the last sign of life in the store and the next start, in seconds, over all runs. Callbacks of that time may be missing for good.", nil, nil),
	}
	for _, reason := range reasons {
		s.failures.WithLabelValues(reason)
	}
	return s
}

// Committed notes how long a batch took to be on disk.
func (s *Store) Committed(took time.Duration) { s.duration.Observe(took.Seconds()) }

// CommitFailed notes that a batch could not be written.
func (s *Store) CommitFailed(reason string) { s.failures.WithLabelValues(reason).Inc() }

// Describe lists the metrics.
func (s *Store) Describe(ch chan<- *prometheus.Desc) {
	s.failures.Describe(ch)
	s.duration.Describe(ch)
	for _, desc := range []*prometheus.Desc{s.up, s.size, s.downtime} {
		ch <- desc
	}
}

// Collect shows the metrics.
func (s *Store) Collect(ch chan<- prometheus.Metric) {
	s.failures.Collect(ch)
	s.duration.Collect(ch)
	stats := s.stats()
	up := 0.0
	if stats.Up {
		up = 1
	}
	ch <- prometheus.MustNewConstMetric(s.up, prometheus.GaugeValue, up)
	ch <- prometheus.MustNewConstMetric(s.size, prometheus.GaugeValue, float64(stats.Size))
	ch <- prometheus.MustNewConstMetric(s.downtime, prometheus.CounterValue, stats.Downtime.Seconds())
}
