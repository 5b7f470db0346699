// SPDX-License-Identifier: Apache-2.0

package boardanswers

import (
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
)

// How long the world lasts, from the beginning of time, and how often it is scraped.
const (
	length = 200 * time.Minute
	scrape = 15 * time.Second
)

// server says what a world's server keeps.
type server struct {
	native, classic bool // forms of histograms; of some the classic one has only sums
	rules           bool // what the rules record, and alerts
}

// load puts series into Prometheus' own database.
func load(t *testing.T, list []series, s server) *tsdb.DB {
	t.Helper()
	options := tsdb.DefaultOptions()
	options.MinBlockDuration = (2 * length).Milliseconds()
	options.MaxBlockDuration = options.MinBlockDuration
	database, err := tsdb.Open(t.TempDir(), slog.New(slog.DiscardHandler), nil, options, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := database.Close(); err != nil {
			t.Error(err)
		}
	})
	appender, limits := database.Appender(t.Context()), limitsOf(list)
	for _, one := range list {
		name := one.labels.Get(model.MetricNameLabel)
		if !s.rules && (strings.Contains(name, ":") || strings.HasPrefix(name, "ALERTS")) {
			continue
		}
		if err := one.write(appender, s, limits[name]); err != nil {
			t.Fatalf("%s: %v", one.labels, err)
		}
	}
	if err := appender.Commit(); err != nil {
		t.Fatal(err)
	}
	return database
}

// write appends every sample of a series.
func (s series) write(to storage.Appender, keeps server, l limits) error {
	for i := range int(length/scrape) + 1 {
		at := time.Duration(i) * scrape
		before := (length - at).Minutes()
		// An alert is there from one evaluation on, and not at the very end of its time.
		if before > s.since || before <= s.until && s.until > 0 {
			continue
		}
		if s.kind == "observes" {
			if err := s.observe(to, at, keeps, l); err != nil {
				return err
			}
			continue
		}
		if _, err := to.Append(0, s.labels, at.Milliseconds(), s.value(i, before)); err != nil {
			return err
		}
	}
	return nil
}

// value is that of the sample i, so many minutes before the end.
func (s series) value(i int, before float64) float64 {
	end := length.Seconds()
	switch s.kind {
	case "counts":
		return s.weight * s.amount * pace(before, 2)
	case "charges":
		return s.steep() * s.amount * pace(before, 2)
	case "fails":
		return s.steep() * s.amount * pace(before, 4)
	case "is":
		return s.weight * s.amount
	case "ago":
		return end - s.amount/s.weight
	case "moves":
		if before > s.amount {
			return 60
		}
		return end - s.amount*60
	case "misses":
		if before < 20 && float64(i%16) < s.amount*s.weight {
			return 0
		}
		return 1
	}
	return s.amount // says
}

// steep is a weight that grows faster than others, so that a share is another one at
// each place: 1, 3 and 8 for 1, 2 and 4.
func (s series) steep() float64 { return map[float64]float64{1: 1, 2: 3, 4: 8}[s.weight] }

// pace is how many minutes' worth a counter has seen, with the last twenty so many
// times as fast. It starts high above nought: a counter near it is not extrapolated.
func pace(before, faster float64) float64 {
	passed := 1000 + length.Minutes() - before
	return passed - late(before) + (faster-1)*math.Max(0, 20-before)
}

// late is what the scrape before the last one missed, in minutes' worth.
func late(before float64) float64 {
	if before > 0 && before <= scrape.Minutes() {
		return 0.2
	}
	return 0
}

// named gives labels another metric's name, and a bucket its bound.
func named(set labels.Labels, suffix, le string) labels.Labels {
	b := labels.NewBuilder(set)
	return b.Set(model.MetricNameLabel, set.Get(model.MetricNameLabel)+suffix).Set("le", le).Labels()
}
