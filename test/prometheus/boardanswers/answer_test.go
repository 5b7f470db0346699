// SPDX-License-Identifier: Apache-2.0

package boardanswers

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
)

// asker asks Prometheus' own engine.
type asker struct {
	engine *promql.Engine
	data   storage.Queryable
}

func newAsker(t *testing.T, data storage.Queryable) asker {
	t.Helper()
	engine := promql.NewEngine(promql.EngineOpts{
		Logger: slog.New(slog.DiscardHandler), MaxSamples: 50_000_000, Timeout: time.Minute, LookbackDelta: 5 * time.Minute,
		EnableAtModifier: true, EnableNegativeOffset: true, Parser: parser.NewParser(parser.Options{}),
	})
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	return asker{engine, data}
}

// answer is one line a series, sorted. What is asked over time has two values: the one
// of 40 minutes before the end, when all was as usual, and the one at the end. Of what
// marks moments, only these matter.
func (a asker) answer(ctx context.Context, q question, expr string) ([]string, error) {
	end := time.Unix(0, 0).Add(length)
	begin, step := end, time.Minute
	switch {
	case q.marks():
		begin, step = end.Add(-100*time.Minute), 5*time.Minute
	case q.over:
		begin, step = end.Add(-40*time.Minute), 40*time.Minute
	}
	query, err := a.engine.NewRangeQuery(ctx, a.data, nil, expr, begin, end, step)
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, expr)
	}
	defer query.Close()
	result := query.Exec(ctx)
	matrix, err := result.Matrix()
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, expr)
	}
	var lines []string
	for _, one := range matrix {
		lines = append(lines, write(one.Metric)+" "+values(q, one, end))
	}
	for _, warning := range result.Warnings {
		lines = append(lines, "WARNING "+warning.Error())
	}
	slices.Sort(lines)
	return lines, nil
}

func values(q question, one promql.Series, end time.Time) string {
	at := map[int64]string{}
	var moments []string
	for _, p := range one.Floats {
		at[p.T] = number(p.F)
		moments = append(moments, fmt.Sprintf("%d", (p.T-end.UnixMilli())/60_000))
	}
	for _, p := range one.Histograms {
		at[p.T] = buckets(p.H)
	}
	now, then := end.UnixMilli(), end.Add(-40*time.Minute).UnixMilli()
	switch {
	case q.marks():
		return "at " + strings.Join(moments, " ")
	case q.over:
		return orNone(at[then]) + " -> " + orNone(at[now])
	}
	return at[now]
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

// number has four digits that matter; a ~ tells it from a whole one.
func number(f float64) string {
	whole := math.Round(f)
	if math.Abs(f-whole) <= 1e-9*math.Abs(f) {
		return strconv.FormatFloat(whole, 'f', -1, 64)
	}
	text := strconv.FormatFloat(f, 'g', 4, 64)
	if !strings.ContainsAny(text, ".N") {
		text = "~" + text
	}
	return text
}

// buckets writes a native histogram as a person would.
func buckets(h *histogram.FloatHistogram) string {
	parts := []string{"mean " + number(h.Sum/h.Count)}
	for iterator := h.AllBucketIterator(); iterator.Next(); {
		b := iterator.At()
		if b.Count != 0 {
			parts = append(parts, fmt.Sprintf("%s to %s: %s", number(b.Lower), number(b.Upper), number(b.Count)))
		}
	}
	return strings.Join(parts, ", ")
}

// write is shorter than the labels' own form.
func write(set labels.Labels) string {
	var parts []string
	set.Range(func(l labels.Label) { parts = append(parts, l.Name+"="+strconv.Quote(l.Value)) })
	return "{" + strings.Join(parts, ",") + "}"
}
