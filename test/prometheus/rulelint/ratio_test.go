// SPDX-License-Identifier: Apache-2.0

package rulelint

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// divisions calls a function with every division of vectors and what encloses it.
func (r *rule) divisions(look func(e *parser.BinaryExpr, path []parser.Node) []finding) (all []finding) {
	parser.Inspect(r.expr, func(node parser.Node, path []parser.Node) error {
		if e, ok := node.(*parser.BinaryExpr); ok && (e.Op == parser.DIV || e.Op == parser.MOD) {
			all = append(all, look(e, slices.Clone(path))...)
		}
		return nil
	})
	return all
}

// notByNought: 0/0 is NaN, which would be recorded, and shown as a gap at best; x/0
// is without bounds, and above every threshold. So a divisor is either more than
// nought by its text (`> 0`, `+ 50`, clamp, also through what was recorded), or the
// division is of a part by its whole, from the same counters over the same time,
// inside a comparison: there nothing but 0/0 can happen, and no comparison lets a
// NaN pass but !=.
func notByNought(r *rule) []finding {
	return r.divisions(func(e *parser.BinaryExpr, path []parser.Node) []finding {
		if r.boundsOf(e.RHS).positive() {
			return nil
		}
		if !r.whole(e.RHS) || r.sources(e.LHS) != r.sources(e.RHS) {
			return found("%s may be divided by nought: put > 0 behind the divisor %s", e.LHS, e.RHS)
		}
		for _, around := range path {
			if outer, ok := around.(*parser.BinaryExpr); ok && outer.Op.IsComparisonOperator() && outer.Op != parser.NEQ && !outer.ReturnBool {
				return nil
			}
		}
		return found("0/0 of %s is recorded as NaN: put > 0 behind the divisor", e)
	})
}

// whole reports whether an expression only adds up counters, through all that was
// recorded in between.
func (r *rule) whole(expr parser.Expr) bool {
	for _, call := range nodes(expr, func(*parser.Call) bool { return true }) {
		if !slices.Contains([]string{"increase", "rate", "sum_over_time"}, call.Func.Name) {
			return false
		}
	}
	for range nodes(expr, func(*parser.BinaryExpr) bool { return true }) {
		return false
	}
	for _, series := range nodes(expr, func(*parser.VectorSelector) bool { return true }) {
		if other := r.recorded(series.Name); other != nil && !other.whole(other.expr) {
			return false
		}
	}
	return true
}

// finalOutcomes: a pending receipt is one more receipt of a message that will have
// another; a share of failures over all of them says too little.
func finalOutcomes(r *rule) []finding {
	return r.divisions(func(e *parser.BinaryExpr, _ []parser.Node) (all []finding) {
		for _, one := range slices.Concat(r.leavesOf(e.LHS), r.leavesOf(e.RHS)) {
			if !slices.Contains(r.world.catalogue[one.metric].labels, "outcome") {
				continue
			}
			for _, outcome := range r.world.closed.of(one.metric, "outcome") {
				if outcome != "delivered" && outcome != "undelivered" && one.admits("outcome", outcome) {
					all = append(all, found("a share of %s counts receipts that are %s", one.metric, outcome)...)
				}
			}
		}
		return all
	})
}

func (l leaf) admits(label, value string) bool {
	return !slices.ContainsFunc(l.matchers, func(m *labels.Matcher) bool { return m.Name == label && !m.Matches(value) })
}

// sharesAreShares: a name that says part_per_whole is a division.
func sharesAreShares(r *rule) []finding {
	if !strings.Contains(r.Record, ":ratio_") {
		return nil
	}
	if len(r.divisions(func(*parser.BinaryExpr, []parser.Node) []finding { return found("") })) == 0 {
		return found("the name says ratio, but nothing is divided")
	}
	return nil
}
