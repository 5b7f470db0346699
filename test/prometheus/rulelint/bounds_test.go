// SPDX-License-Identifier: Apache-2.0

package rulelint

import (
	"math"

	"github.com/prometheus/prometheus/promql/parser"
)

// bounds are between what numbers the values of an expression lie, as far as its
// text tells.
type bounds struct{ low, high float64 }

// above stands for "more than nought" in a closed interval.
const above = 1e-9

func anything() bounds          { return bounds{math.Inf(-1), math.Inf(1)} }
func atLeast(n float64) bounds  { return bounds{n, math.Inf(1)} }
func (b bounds) positive() bool { return b.low > 0 }

// bounds are those of the rule's own result.
func (r *rule) bounds() bounds {
	if r.spans == nil {
		b := r.boundsOf(r.expr)
		r.spans = &b
	}
	return *r.spans
}

func (r *rule) boundsOf(expr parser.Expr) bounds {
	switch e := expr.(type) {
	case *parser.NumberLiteral:
		return bounds{e.Val, e.Val}
	case *parser.ParenExpr:
		return r.boundsOf(e.Expr)
	case *parser.SubqueryExpr:
		return r.boundsOf(e.Expr)
	case *parser.MatrixSelector:
		return r.boundsOf(e.VectorSelector)
	case *parser.VectorSelector:
		if other := r.recorded(e.Name); other != nil {
			return other.bounds()
		}
	case *parser.AggregateExpr:
		return gathered(e.Op.String(), r.boundsOf(e.Expr))
	case *parser.Call:
		return r.boundsOfCall(e)
	case *parser.BinaryExpr:
		return r.boundsOfBinary(e)
	}
	return anything()
}

// gathered are the bounds of one or more values taken together.
func gathered(how string, of bounds) bounds {
	switch how {
	case "sum", "sum_over_time":
		if of.low < 0 {
			of.low = math.Inf(-1)
		}
		if of.high > 0 {
			of.high = math.Inf(1)
		}
		return of
	case "min", "max", "avg", "min_over_time", "max_over_time", "avg_over_time", "last_over_time", "topk", "bottomk":
		return of
	case "count", "count_over_time":
		return atLeast(1)
	case "group", "present_over_time", "absent":
		return bounds{1, 1}
	}
	return anything()
}

func (r *rule) boundsOfCall(e *parser.Call) bounds {
	argument := func(i int) bounds { return r.boundsOf(e.Args[i]) }
	switch e.Func.Name {
	case "increase", "rate", "irate", "changes", "resets", "abs":
		return atLeast(0)
	case "time":
		return atLeast(above)
	case "sqrt":
		if b := argument(0); b.low >= 0 {
			return bounds{math.Sqrt(b.low), math.Sqrt(b.high)}
		}
	case "clamp":
		return between(between(argument(0), argument(1).low, math.Inf(1)), math.Inf(-1), argument(2).high)
	case "clamp_min":
		return between(argument(0), argument(1).low, math.Inf(1))
	case "clamp_max":
		return between(argument(0), math.Inf(-1), argument(1).high)
	case "vector", "scalar", "round", "sort", "label_replace", "label_join":
		return argument(0)
	default:
		if len(e.Args) > 0 {
			return gathered(e.Func.Name, argument(0))
		}
	}
	return anything()
}

func between(b bounds, low, high float64) bounds {
	return bounds{min(max(b.low, low), high), max(min(b.high, high), low)}
}

func (r *rule) boundsOfBinary(e *parser.BinaryExpr) bounds {
	a, b := r.boundsOf(e.LHS), r.boundsOf(e.RHS)
	switch {
	case e.ReturnBool:
		return bounds{0, 1}
	case e.Op.IsComparisonOperator() && e.LHS.Type() == parser.ValueTypeScalar:
		return b // a filter keeps the value of the series
	}
	switch e.Op {
	case parser.ADD:
		return bounds{a.low + b.low, a.high + b.high}
	case parser.SUB:
		return bounds{a.low - b.high, a.high - b.low}
	case parser.MUL:
		return product(a, b)
	case parser.DIV:
		if a.low >= 0 && b.low >= 0 {
			return atLeast(0)
		}
	case parser.GTR: // what is left has a value of the left side
		return bounds{max(a.low, b.low+above), a.high}
	case parser.GTE:
		return bounds{max(a.low, b.low), a.high}
	case parser.LSS, parser.LTE:
		return bounds{a.low, min(a.high, b.high)}
	case parser.LAND, parser.LUNLESS, parser.NEQ:
		return a
	case parser.EQLC:
		return bounds{max(a.low, b.low), min(a.high, b.high)}
	case parser.LOR:
		return bounds{min(a.low, b.low), max(a.high, b.high)}
	}
	return anything()
}

func product(a, b bounds) bounds {
	result := bounds{math.Inf(1), math.Inf(-1)}
	for _, x := range []float64{a.low, a.high} {
		for _, y := range []float64{b.low, b.high} {
			z := x * y
			if math.IsNaN(z) { // nought times without end: nought is meant
				z = 0
			}
			result = bounds{min(result.low, z), max(result.high, z)}
		}
	}
	return result
}
