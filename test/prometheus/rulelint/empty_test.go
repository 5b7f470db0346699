// SPDX-License-Identifier: Apache-2.0

package rulelint

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// canBeEmpty: an alert whose expression always has a result always fires.
func canBeEmpty(r *rule) []finding {
	if r.Alert == "" || r.emptiable(r.expr) {
		return nil
	}
	return found("the expression has a result whatever happens: compare it with something")
}

// filters: what stands behind `and` or `unless` must be able to be missing, or it
// was left without its comparison. Series of the exporter itself are another matter:
// there the question is whether they exist.
func filters(r *rule) (all []finding) {
	for _, e := range nodes(r.expr, func(e *parser.BinaryExpr) bool { return e.Op == parser.LAND || e.Op == parser.LUNLESS }) {
		series, ok := e.RHS.(*parser.VectorSelector)
		exists := ok && r.recorded(series.Name) == nil
		if !exists && !r.emptiable(e.RHS) {
			all = append(all, found("%s %s: this is always there; compare it with something", e.Op, e.RHS)...)
		}
		if e.LHS.String() == e.RHS.String() {
			all = append(all, found("%s: both sides are %s", e.Op, e.LHS)...)
		}
	}
	for _, e := range nodes(r.expr, func(e *parser.BinaryExpr) bool { return e.Op == parser.LOR }) {
		if e.LHS.String() == e.RHS.String() {
			all = append(all, found("or: both sides are %s", e.LHS)...)
		}
	}
	return all
}

// emptiable reports whether an expression may have no result while everything that
// it comes from has values, also through what was recorded.
func (r *rule) emptiable(expr parser.Expr) bool {
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return r.emptiable(e.Expr)
	case *parser.SubqueryExpr:
		return r.emptiable(e.Expr)
	case *parser.MatrixSelector:
		return r.emptiable(e.VectorSelector)
	case *parser.VectorSelector:
		other := r.recorded(e.Name)
		return other != nil && other.emptiable(other.expr)
	case *parser.AggregateExpr:
		return r.emptiable(e.Expr)
	case *parser.Call:
		return strings.HasPrefix(e.Func.Name, "absent") || slices.ContainsFunc(e.Args, r.emptiable)
	case *parser.BinaryExpr:
		switch {
		case e.Op == parser.LUNLESS:
			return true
		case e.Op == parser.LOR:
			return r.emptiable(e.LHS) && r.emptiable(e.RHS)
		case e.Op == parser.DIV:
			return r.emptiable(e.LHS) // `> 0` behind the divisor is no condition
		case e.Op.IsComparisonOperator() && !e.ReturnBool:
			return e.Type() == parser.ValueTypeVector
		}
		return r.emptiable(e.LHS) || r.emptiable(e.RHS)
	}
	return false
}
