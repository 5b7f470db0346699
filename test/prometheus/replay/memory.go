// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"slices"
	"sort"
	"sync"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
)

// memory holds the samples of the last days as plain columns. The rules look at six
// hours and seven days again and again with a few steps each, for which Prometheus'
// own database unpacks every chunk on the way: a month would take an hour instead of
// minutes. TestMemoryAgreesWithTSDB holds the two side by side.
type memory struct {
	lock    sync.RWMutex
	columns map[string]*column
	byName  map[string][]*column
}

// column is one series. Times ascend.
type column struct {
	labels labels.Labels
	times  []int64
	values []float64
}

func newMemory() *memory {
	return &memory{columns: map[string]*column{}, byName: map[string][]*column{}}
}

// column returns the series of these labels, an empty one if there was none.
func (m *memory) column(set labels.Labels) *column {
	var buffer [512]byte
	key := set.Bytes(buffer[:])
	m.lock.RLock()
	found := m.columns[string(key)]
	m.lock.RUnlock()
	if found != nil {
		return found
	}
	m.lock.Lock()
	defer m.lock.Unlock()
	made := &column{labels: set}
	m.columns[string(key)] = made
	name := set.Get(model.MetricNameLabel)
	m.byName[name] = append(m.byName[name], made)
	return made
}

func (c *column) append(at int64, value float64) error {
	if last := len(c.times) - 1; last >= 0 && at <= c.times[last] {
		if at == c.times[last] {
			return storage.ErrDuplicateSampleForTimestamp
		}
		return storage.ErrOutOfOrderSample
	}
	c.times = append(c.times, at)
	c.values = append(c.values, value)
	return nil
}

// forget drops what is older, and series of which nothing is left.
func (m *memory) forget(before int64) {
	m.lock.Lock()
	defer m.lock.Unlock()
	empty := map[*column]bool{}
	for key, c := range m.columns {
		from := sort.Search(len(c.times), func(i int) bool { return c.times[i] >= before })
		c.times = slices.Clone(c.times[from:])
		c.values = slices.Clone(c.values[from:])
		if len(c.times) == 0 {
			empty[c] = true
			delete(m.columns, key)
		}
	}
	if len(empty) == 0 {
		return
	}
	for name, columns := range m.byName {
		m.byName[name] = slices.DeleteFunc(columns, func(c *column) bool { return empty[c] })
	}
}

// AppenderV2 makes memory what rules write into.
func (m *memory) AppenderV2(context.Context) storage.AppenderV2 { return writer{m} }

// writer shows every sample at once: within one rule nobody reads what it writes.
type writer struct{ memory *memory }

func (w writer) Append(_ storage.SeriesRef, set labels.Labels, _, at int64, value float64, h *histogram.Histogram, f *histogram.FloatHistogram, _ storage.AppendV2Options) (storage.SeriesRef, error) {
	if h != nil || f != nil {
		return 0, errors.New("a rule made a histogram, which the replay does not keep")
	}
	return 0, w.memory.column(set).append(at, value)
}

func (writer) Commit() error   { return nil }
func (writer) Rollback() error { return nil }

// Querier makes memory what the engine reads from.
func (m *memory) Querier(from, to int64) (storage.Querier, error) {
	return reader{LabelQuerier: storage.NoopQuerier(), memory: m, from: from, to: to}, nil
}

type reader struct {
	storage.LabelQuerier // rules ask for no names or values of labels

	memory   *memory
	from, to int64
}

func (r reader) Select(_ context.Context, sorted bool, hints *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	from, to := r.from, r.to
	if hints != nil {
		from, to = hints.Start, hints.End
	}
	result := &selection{next: -1}
	for _, c := range r.memory.named(matchers) {
		if len(c.times) == 0 || c.times[len(c.times)-1] < from || c.times[0] > to || !matches(c.labels, matchers) {
			continue
		}
		result.series = append(result.series, window{c, from, to})
	}
	if sorted {
		sort.Slice(result.series, func(i, j int) bool {
			return labels.Compare(result.series[i].labels, result.series[j].labels) < 0
		})
	}
	return result
}

// named are the series of the metric that the matchers name.
func (m *memory) named(matchers []*labels.Matcher) []*column {
	m.lock.RLock()
	defer m.lock.RUnlock()
	for _, matcher := range matchers {
		if matcher.Name == model.MetricNameLabel && matcher.Type == labels.MatchEqual {
			return m.byName[matcher.Value]
		}
	}
	var all []*column
	for _, columns := range m.byName {
		all = append(all, columns...)
	}
	return all
}

func matches(set labels.Labels, matchers []*labels.Matcher) bool {
	for _, matcher := range matchers {
		if !matcher.Matches(set.Get(matcher.Name)) {
			return false
		}
	}
	return true
}
