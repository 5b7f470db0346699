// SPDX-License-Identifier: Apache-2.0

package main

import (
	"sort"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/util/annotations"
)

// selection is what a selector found.
type selection struct {
	series []window
	next   int
}

func (s *selection) Next() bool {
	s.next++
	return s.next < len(s.series)
}
func (s *selection) At() storage.Series              { return s.series[s.next] }
func (*selection) Err() error                        { return nil }
func (*selection) Warnings() annotations.Annotations { return nil }

// window is a series between two times, both included.
type window struct {
	*column

	from, to int64
}

func (w window) Labels() labels.Labels { return w.labels }

func (w window) Iterator(used chunkenc.Iterator) chunkenc.Iterator {
	iterator, ok := used.(*cursor)
	if !ok {
		iterator = new(cursor)
	}
	end := sort.Search(len(w.times), func(i int) bool { return w.times[i] > w.to })
	begin := sort.Search(end, func(i int) bool { return w.times[i] >= w.from })
	*iterator = cursor{times: w.times[begin:end], values: w.values[begin:end], at: -1}
	return iterator
}

// millis is a time as Prometheus writes it. An alias, because vet takes a Seek of a
// plain int64 for a badly written io.Seeker.
type millis = int64

// cursor walks through a window.
type cursor struct {
	times  []int64
	values []float64
	at     int
}

func (c *cursor) Next() chunkenc.ValueType {
	if c.at < len(c.times) {
		c.at++
	}
	return c.found()
}

func (c *cursor) Seek(to millis) chunkenc.ValueType {
	c.at = max(c.at, 0)
	if c.at < len(c.times) && c.times[c.at] < to {
		rest := c.times[c.at:]
		c.at += sort.Search(len(rest), func(i int) bool { return rest[i] >= to })
	}
	return c.found()
}

func (c *cursor) found() chunkenc.ValueType {
	if c.at >= len(c.times) {
		return chunkenc.ValNone
	}
	return chunkenc.ValFloat
}

func (c *cursor) At() (at int64, value float64) { return c.times[c.at], c.values[c.at] }
func (c *cursor) AtT() int64                    { return c.times[c.at] }
func (*cursor) AtST() int64                     { return 0 }
func (*cursor) Err() error                      { return nil }

// Never asked for: every sample is a float.
func (*cursor) AtHistogram(*histogram.Histogram) (int64, *histogram.Histogram) { return 0, nil }

func (*cursor) AtFloatHistogram(*histogram.FloatHistogram) (int64, *histogram.FloatHistogram) {
	return 0, nil
}
