// SPDX-License-Identifier: Apache-2.0

package rulelint

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// leaf is one exporter's metric that the values of an expression come from in the
// end, through however many recorded series.
type leaf struct {
	metric   string
	how      string        // the function that read it, such as increase
	span     time.Duration // over which it is summed up; 0: as it is
	offset   time.Duration
	matchers []*labels.Matcher // all that were met on the way
}

func (l leaf) source() string {
	return fmt.Sprintf("%s(%s[%s]) offset %s", l.how, l.metric, l.span, l.offset)
}

// leaves are those of the rule's own expression.
func (r *rule) leaves() []leaf {
	if r.traced == nil {
		r.traced = r.leavesOf(r.expr)
	}
	return r.traced
}

// leavesOf are those of any expression in the rule.
func (r *rule) leavesOf(expr parser.Node) []leaf {
	seen := map[string]leaf{}
	parser.Inspect(expr, func(node parser.Node, path []parser.Node) error {
		series, ok := node.(*parser.VectorSelector)
		if !ok || !givesValue(path, node) {
			return nil
		}
		span, offset := window(path, series)
		from := []leaf{{metric: series.Name, how: readBy(path)}}
		if other := r.recorded(series.Name); other != nil {
			from = other.leaves()
		}
		for _, one := range from {
			if span > 0 {
				one.span = span
			}
			one.offset += offset
			one.matchers = slices.Concat(one.matchers, series.LabelMatchers)
			seen[fmt.Sprint(one.source(), one.matchers)] = one
		}
		return nil
	})
	return slices.Collect(maps.Values(seen))
}

// givesValue reports whether a node has a part in the values of the expression. What
// stands right of a filter decides only which of them are left.
func givesValue(path []parser.Node, node parser.Node) bool {
	for i, around := range path {
		below := node
		if i+1 < len(path) {
			below = path[i+1]
		}
		e, ok := around.(*parser.BinaryExpr)
		if ok && below == e.RHS && e.LHS.Type() == parser.ValueTypeVector &&
			(e.Op == parser.LAND || e.Op == parser.LUNLESS || e.Op.IsComparisonOperator() && !e.ReturnBool) {
			return false
		}
	}
	return true
}

// window is over how long a selector is summed up by what encloses it, and how far
// back that lies. Only what adds up changes the span: a maximum of the last ten
// minutes of half hours still is one of half hours.
func window(path []parser.Node, series *parser.VectorSelector) (span, offset time.Duration) {
	offset = series.OriginalOffset
	for i, node := range path {
		switch e := node.(type) {
		case *parser.MatrixSelector:
			if adds(path[:i]) {
				span = e.Range
			}
		case *parser.SubqueryExpr:
			offset += e.OriginalOffset
			if adds(path[:i]) {
				span = e.Range
			}
		}
	}
	return span, offset
}

// adds reports whether the innermost function of a path sums up over time.
func adds(path []parser.Node) bool {
	for _, node := range slices.Backward(path) {
		if call, ok := node.(*parser.Call); ok {
			return slices.Contains([]string{"increase", "rate", "sum_over_time"}, call.Func.Name)
		}
	}
	return false
}

// sources are the metrics and windows of an expression, without what is selected of
// them: two expressions with the same sources are parts of one whole.
func (r *rule) sources(expr parser.Expr) string {
	names := map[string]bool{}
	for _, one := range r.leavesOf(expr) {
		names[one.source()] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(names)), " ")
}

// calls finds every call of one of these functions in the rule, or of any.
func (r *rule) calls(names ...string) []*parser.Call {
	return nodes(r.expr, func(call *parser.Call) bool { return len(names) == 0 || slices.Contains(names, call.Func.Name) })
}

// selectors finds every series that the rule reads.
func (r *rule) selectors() []*parser.VectorSelector {
	return nodes(r.expr, func(*parser.VectorSelector) bool { return true })
}

// nodes collects the nodes of one type.
func nodes[T parser.Node](expr parser.Node, want func(T) bool) []T {
	var all []T
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		if one, ok := node.(T); ok && want(one) {
			all = append(all, one)
		}
		return nil
	})
	return all
}
