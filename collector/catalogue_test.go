// SPDX-License-Identifier: Apache-2.0

package collector_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"

	"didsms_exporter/collector"
	"didsms_exporter/internal/sms"
)

var update = flag.Bool("update", false, "write the golden files anew")

// everything is a collector in which every family of the catalogue has a series.
func everything(t testing.TB) *collector.Collector {
	t.Helper()
	c := newClock()
	budget := mustMoney("500")
	settings := configured(didA)
	settings.Accounts[0].MonthlyBudget = &budget
	settings.DIDs[0].MaxSilence = map[sms.Kind]time.Duration{sms.KindMO: time.Hour, sms.KindDR: time.Hour}
	exporter := newTestCollector(t, settings, c)
	for _, event := range []*sms.Event{newMO(c, didA), newDR(c, didA, sms.StatusDelivered), newDR(c, didA, sms.StatusOther)} {
		record(exporter, event, first(event))
	}
	exporter.Metrics.Signed("main", time.Second)
	exporter.Metrics.Reloaded(true, c.now)
	return exporter
}

func ours(t testing.TB, gatherer prometheus.Gatherer) []*dto.MetricFamily {
	t.Helper()
	families, err := gatherer.Gather()
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(families, func(family *dto.MetricFamily) bool {
		return !strings.HasPrefix(family.GetName(), "didsms_")
	})
}

// TestCatalogueIsFrozen: names, types, labels and help are an interface. Run with
// -update after a change on purpose, and say so in the CHANGELOG.
func TestCatalogueIsFrozen(t *testing.T) {
	var lines []string
	for _, family := range ours(t, everything(t).Gatherer()) {
		labels := map[string]bool{}
		for _, metric := range family.GetMetric() {
			for _, pair := range metric.GetLabel() {
				labels[pair.GetName()] = true
			}
		}
		names := make([]string, 0, len(labels))
		for name := range labels {
			names = append(names, name)
		}
		slices.Sort(names)
		lines = append(lines, fmt.Sprintf("%s %s {%s}\n    %s\n",
			family.GetName(), strings.ToLower(family.GetType().String()), strings.Join(names, ","), family.GetHelp()))
	}
	got := strings.Join(lines, "")
	const golden = "testdata/catalogue.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the catalogue changed; run with -update if that is meant.\ngot:\n%s", got)
	}
}

// TestLint: what promtool check metrics would find.
func TestLint(t *testing.T) {
	problems, err := promlint.NewWithMetricFamilies(ours(t, everything(t).Gatherer())).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problems {
		t.Errorf("%s: %s", problem.Metric, problem.Text)
	}
}

// TestPedantic: every series is described, and none occurs twice.
func TestPedantic(t *testing.T) {
	exporter := everything(t)
	registry := prometheus.NewPedanticRegistry()
	for _, part := range []prometheus.Collector{exporter.Ledger, exporter.Metrics} {
		if err := registry.Register(part); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := registry.Gather(); err != nil {
		t.Error(err)
	}
}

// The documented budget, in lines of the text format. An account has two more
// series per calling code seen (62 at most) and 16 per outcome beyond delivered
// and undelivered.
const (
	seriesPerDID     = 22
	seriesPerAccount = 151
	seriesPerProcess = 85
)

// TestSeriesBudget: the number of series is bounded by the documented formula.
func TestSeriesBudget(t *testing.T) {
	for _, numbers := range []int{0, 1, 100} {
		c := newClock()
		settings := defaults()
		settings.BirthHold = 0
		exporter := newTestCollector(t, settings, c)
		for n := range numbers {
			for _, event := range []*sms.Event{
				newMO(c, fmt.Sprintf("1818450%04d", n)),
				newDR(c, fmt.Sprintf("1818450%04d", n), sms.StatusDelivered),
				newDR(c, fmt.Sprintf("1818450%04d", n), sms.StatusUndelivered),
			} {
				record(exporter, event, first(event))
			}
		}
		exporter.Metrics.Signed("main", 0)
		got, perDID := textSeries(ours(t, exporter.Gatherer()))
		if limit := seriesPerDID*numbers + seriesPerAccount + 2 + seriesPerProcess; got > limit {
			t.Errorf("%d numbers: %d series, budget %d", numbers, got, limit)
		}
		if numbers > 0 && perDID != seriesPerDID*numbers {
			t.Errorf("%d numbers: %d series of numbers, want exactly %d each", numbers, perDID, seriesPerDID)
		}
		t.Logf("%d numbers: %d series", numbers, got)
	}
}

// textSeries counts lines of the text format: a histogram has one per bucket, the
// +Inf bucket, a sum and a count.
func textSeries(families []*dto.MetricFamily) (all, perDID int) {
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			lines := 1
			if histogram := metric.GetHistogram(); histogram != nil {
				lines = 3
				for _, bucket := range histogram.GetBucket() {
					if !math.IsInf(bucket.GetUpperBound(), 1) {
						lines++
					}
				}
			}
			all += lines
			if slices.ContainsFunc(metric.GetLabel(), func(pair *dto.LabelPair) bool { return pair.GetName() == "did" }) {
				perDID += lines
			}
		}
	}
	return all, perDID
}
