// SPDX-License-Identifier: Apache-2.0

package rulelint

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// asIncrease are the functions that make sense of a counter.
func asIncrease() []string { return []string{"rate", "increase", "resets"} }

// countersGrow: the value of a counter depends on when the exporter was started, so
// counters and histograms are read through rate and increase alone.
func countersGrow(r *rule) (all []finding) {
	parser.Inspect(r.expr, func(node parser.Node, path []parser.Node) error {
		series, ok := node.(*parser.VectorSelector)
		if !ok || !r.world.catalogue[series.Name].counted() {
			return nil
		}
		if how := readBy(path); !slices.Contains(asIncrease(), how) {
			all = append(all, found("%s counts, but is read through %q: use increase or rate", series.Name, how)...)
		}
		return nil
	})
	return all
}

// readBy is the function that a selector is the range of, or nothing.
func readBy(path []parser.Node) string {
	if len(path) >= 2 {
		if _, ok := path[len(path)-1].(*parser.MatrixSelector); ok {
			// Between a range and its function Inspect shows the arguments as one node.
			for _, around := range slices.Backward(path[:len(path)-1]) {
				if call, ok := around.(*parser.Call); ok {
					return call.Func.Name
				}
			}
		}
	}
	return ""
}

// increasesCount: of anything that does not only grow, each step down would pass for
// a restart. A recorded increase does not only grow.
func increasesCount(r *rule) (all []finding) {
	for _, call := range r.calls("rate", "increase", "irate", "resets") {
		selector, ok := call.Args[0].(*parser.MatrixSelector)
		if !ok {
			all = append(all, found("%s is over a subquery: take the increase of the counter itself", call)...)
			continue
		}
		series, ok := selector.VectorSelector.(*parser.VectorSelector)
		if ok && !r.world.catalogue[series.Name].counted() {
			all = append(all, found("%s of %s, which is no counter", call.Func.Name, series.Name)...)
		}
	}
	return all
}

// longEnough: two samples are needed, and one may be missing.
func longEnough(r *rule) (all []finding) {
	for _, selector := range nodes(r.expr, func(*parser.MatrixSelector) bool { return true }) {
		if selector.Range < 4*scrapeInterval {
			all = append(all, found("%s: under four scrapes of %s", selector, scrapeInterval)...)
		}
	}
	for _, call := range r.calls("irate", "idelta") {
		all = append(all, found("%s sees the last two samples only", call)...)
	}
	return all
}

// quantiles: classic buckets need their label le until they are a quantile; a
// native-only histogram has none.
func quantiles(r *rule) (all []finding) {
	for _, call := range r.calls("histogram_quantile") {
		has := r.shapeOf(call.Args[1])
		for _, series := range nodes(call.Args[1], func(*parser.VectorSelector) bool { return true }) {
			known := r.world.catalogue[series.Name]
			classic := strings.HasSuffix(series.Name, "_bucket")
			switch {
			case classic && known.native:
				all = append(all, found("%s has no bucket but +Inf: the metric is native only", series.Name)...)
			case classic && !has.labels["le"]:
				all = append(all, found("%s lost its label le before the quantile", series.Name)...)
			case !classic && known.kind != "histogram" && !has.unknown:
				all = append(all, found("%s is no histogram", series.Name)...)
			}
		}
	}
	for _, call := range r.calls("histogram_quantile") {
		if q, ok := call.Args[0].(*parser.NumberLiteral); ok && (q.Val <= 0 || q.Val >= 1) {
			all = append(all, found("the quantile %v is not between 0 and 1", q.Val)...)
		}
	}
	return all
}
