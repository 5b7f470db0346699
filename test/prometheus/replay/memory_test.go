// SPDX-License-Identifier: Apache-2.0

package main

import (
	"log/slog"
	"math"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
)

// TestMemoryAgreesWithTSDB evaluates the same hours over memory and over Prometheus'
// own database; every sample of every series must be the same.
func TestMemoryAgreesWithTSDB(t *testing.T) {
	t.Parallel()
	areas, err := load(rendered)
	if err != nil {
		t.Fatal(err)
	}
	options := tsdb.DefaultOptions()
	options.MinBlockDuration = (48 * time.Hour).Milliseconds()
	options.MaxBlockDuration = options.MinBlockDuration
	database, err := tsdb.Open(t.TempDir(), slog.New(slog.DiscardHandler), nil, options, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := database.Close(); err != nil {
			t.Error(err)
		}
	}()

	p := afternoon()
	p.end = p.begin.Add(190 * time.Minute)
	p.events = append(p.events, event{kind: outage, begin: p.begin.Add(120 * time.Minute), end: p.begin.Add(130 * time.Minute)})
	data := newMemory()
	w, e := newWorld(p, 3), newExporter(p, data, 3)
	fast, err := newEvaluator(t.Context(), areas, data)
	if err != nil {
		t.Fatal(err)
	}
	slow, err := newEvaluator(t.Context(), areas, database)
	if err != nil {
		t.Fatal(err)
	}
	for at := p.begin; at.Before(p.end); at = at.Add(step) {
		e.take(w.minute(at), at)
		if err := e.scrape(at); err != nil {
			t.Fatal(err)
		}
		copyScrape(t, e, database)
		for _, evaluator := range []*evaluator{fast, slow} {
			if err := evaluator.eval(t.Context(), at.Add(step)); err != nil {
				t.Fatal(err)
			}
		}
	}
	compare(t, data, database, p)
}

// copyScrape writes what the last scrape wrote into a database.
func copyScrape(t *testing.T, e *exporter, database *tsdb.DB) {
	t.Helper()
	appender := database.Appender(t.Context())
	now := e.upGauge.times[len(e.upGauge.times)-1]
	columns := []*column{e.upGauge}
	for _, metric := range e.shown {
		columns = append(columns, metric.column)
	}
	for _, c := range columns {
		last := len(c.times) - 1
		if last < 0 || c.times[last] != now {
			continue
		}
		if _, err := appender.Append(0, c.labels, now, c.values[last]); err != nil {
			t.Fatal(err)
		}
	}
	if err := appender.Commit(); err != nil {
		t.Fatal(err)
	}
}

func compare(t *testing.T, data *memory, database *tsdb.DB, p plan) {
	t.Helper()
	querier, err := database.Querier(p.begin.UnixMilli(), p.end.UnixMilli())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = querier.Close() }()
	all := labels.MustNewMatcher(labels.MatchRegexp, model.MetricNameLabel, ".+")
	series := 0
	for set := querier.Select(t.Context(), true, nil, all); set.Next(); {
		series++
		own, found := data.columns[string(set.At().Labels().Bytes(nil))]
		if !found {
			t.Errorf("%s is not in memory", set.At().Labels())
			continue
		}
		compareSeries(t, set.At(), own)
	}
	if series != len(data.columns) || series < 500 {
		t.Errorf("the database has %d series, memory %d", series, len(data.columns))
	}
}

func compareSeries(t *testing.T, theirs storage.Series, own *column) {
	t.Helper()
	i := 0
	for iterator := theirs.Iterator(nil); iterator.Next() != chunkenc.ValNone; i++ {
		at, number := iterator.At()
		if i >= len(own.times) || own.times[i] != at {
			t.Errorf("%s: sample %d differs in time", own.labels, i)
			return
		}
		// Sums may be taken in another order.
		same := math.Abs(number-own.values[i]) <= 1e-9*(1+math.Abs(number)) || math.IsNaN(number) && value.IsStaleNaN(number) == value.IsStaleNaN(own.values[i])
		if !same {
			t.Errorf("%s at %d: %v, in memory %v", own.labels, at, number, own.values[i])
			return
		}
	}
	if i != len(own.times) {
		t.Errorf("%s: %d samples, in memory %d", own.labels, i, len(own.times))
	}
}
