// SPDX-License-Identifier: Apache-2.0

package collector

import "github.com/prometheus/client_golang/prometheus"

// DedupeStats is what the store can tell about its memory of duplicates.
type DedupeStats struct {
	Lookups, Hits               uint64
	Entries, Capacity           int
	EvictedTTL, EvictedCapacity uint64
}

// dedupe shows one snapshot of the duplicate filter per scrape.
type dedupe struct {
	stats                                         func() DedupeStats
	lookups, hits, entries, capacity, evictedDesc *prometheus.Desc
}

func newDedupe(stats func() DedupeStats) *dedupe {
	if stats == nil {
		stats = func() DedupeStats { return DedupeStats{} }
	}
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &dedupe{
		stats:       stats,
		lookups:     desc("didsms_dedupe_lookups_total", "Authentic callbacks looked up in the duplicate filter."),
		hits:        desc("didsms_dedupe_hits_total", "Authentic callbacks that the duplicate filter knew already."),
		entries:     desc("didsms_dedupe_entries", "Messages that the duplicate filter remembers."),
		capacity:    desc("didsms_dedupe_capacity", "Messages that the duplicate filter can remember; absent where only the retention bounds it."),
		evictedDesc: desc("didsms_dedupe_evictions_total", "Messages that the duplicate filter forgot: ttl after the retention, capacity before it, so that a late repetition would count again.", "reason"),
	}
}

// Describe lists the metrics.
func (d *dedupe) Describe(ch chan<- *prometheus.Desc) {
	for _, desc := range []*prometheus.Desc{d.lookups, d.hits, d.entries, d.capacity, d.evictedDesc} {
		ch <- desc
	}
}

// Collect shows the metrics.
func (d *dedupe) Collect(ch chan<- prometheus.Metric) {
	stats := d.stats()
	send := func(desc *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(desc, kind, value, labels...)
	}
	send(d.lookups, prometheus.CounterValue, float64(stats.Lookups))
	send(d.hits, prometheus.CounterValue, float64(stats.Hits))
	send(d.entries, prometheus.GaugeValue, float64(stats.Entries))
	if stats.Capacity > 0 {
		send(d.capacity, prometheus.GaugeValue, float64(stats.Capacity))
	}
	send(d.evictedDesc, prometheus.CounterValue, float64(stats.EvictedTTL), "ttl")
	send(d.evictedDesc, prometheus.CounterValue, float64(stats.EvictedCapacity), "capacity")
}

func newBuildInfo(b Build) prometheus.Collector {
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "didsms_exporter_build_info",
		Help: "What this exporter was built from. Always 1.",
		ConstLabels: prometheus.Labels{
			"version": b.Version, "revision": b.Revision, "branch": b.Branch, "goversion": b.GoVersion,
			"goos": b.GOOS, "goarch": b.GOARCH, "tags": b.Tags,
		},
	})
	info.Set(1)
	return info
}
