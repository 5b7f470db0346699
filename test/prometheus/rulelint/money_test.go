// SPDX-License-Identifier: Apache-2.0

package rulelint

import (
	"github.com/prometheus/prometheus/promql/parser"
)

// keepsCurrency: five dollars and five euros are not ten of anything. An amount is
// what has the label currency; no aggregation and no operator may take it away.
func keepsCurrency(r *rule) (all []finding) {
	for _, e := range nodes(r.expr, func(*parser.AggregateExpr) bool { return true }) {
		if r.shapeOf(e.Expr).labels["currency"] && !r.shapeOf(e).labels["currency"] {
			all = append(all, found("%s adds amounts of several currencies", e)...)
		}
	}
	return append(all, r.pairs(func(e *parser.BinaryExpr, left, right shape) (all []finding) {
		a, b := left.labels["currency"], right.labels["currency"]
		switch {
		case e.Op.IsSetOperator():
			if e.Op == parser.LOR && a != b {
				return found("or: only one side is an amount")
			}
		case a && b && !matches(e.VectorMatching, "currency"):
			return found("%s between amounts of different currencies", e.Op)
		case a != b && (e.Op == parser.ADD || e.Op == parser.SUB || e.Op.IsComparisonOperator()):
			return found("%s between an amount and what is none", e.Op)
		case (a || b) && !r.shapeOf(e).labels["currency"]:
			return found("%s loses the currency", e.Op)
		}
		return nil
	})...)
}
