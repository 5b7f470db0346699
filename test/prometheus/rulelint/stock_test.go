// SPDX-License-Identifier: Apache-2.0

package rulelint

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// oldest are the functions of Prometheus 2.42, Debian 12's, which is the oldest
// server that the rules are for.
func oldest() []string {
	return strings.Fields(`
		abs absent absent_over_time acos acosh asin asinh atan atanh avg_over_time ceil changes clamp clamp_max clamp_min
		cos cosh count_over_time day_of_month day_of_week day_of_year days_in_month deg delta deriv exp floor
		histogram_count histogram_fraction histogram_quantile histogram_sum hour idelta increase irate label_join
		label_replace last_over_time ln log10 log2 max_over_time min_over_time minute month pi predict_linear
		present_over_time quantile_over_time rad rate resets round scalar sgn sin sinh sort sort_desc sqrt
		stddev_over_time stdvar_over_time sum_over_time tan tanh time timestamp vector year`)
}

// stock: a server as it is installed evaluates the rule, without a feature flag.
func stock(r *rule) (all []finding) {
	if _, err := parser.NewParser(parser.Options{}).ParseExpr(r.Expr); err != nil {
		all = append(all, found("a server without feature flags refuses it: %v", err)...)
	}
	for _, call := range r.calls() {
		if !slices.Contains(oldest(), call.Func.Name) {
			all = append(all, found("Prometheus 2.42 has no function %s", call.Func.Name)...)
		}
	}
	for _, e := range r.selectors() {
		if e.Anchored || e.Smoothed {
			all = append(all, found("%s: anchored and smoothed need a feature flag", e)...)
		}
		if e.OriginalOffsetExpr != nil || e.Timestamp != nil || e.StartOrEnd != 0 {
			all = append(all, found("%s: no computed offset, and no @: a rule looks at now", e)...)
		}
	}
	for _, e := range nodes(r.expr, func(e *parser.MatrixSelector) bool { return e.RangeExpr != nil }) {
		all = append(all, found("%s computes its range", e)...)
	}
	for _, e := range nodes(r.expr, func(*parser.SubqueryExpr) bool { return true }) {
		if e.RangeExpr != nil || e.StepExpr != nil || e.OriginalOffsetExpr != nil || e.Timestamp != nil || e.StartOrEnd != 0 {
			all = append(all, found("%s computes its range, step or offset", e)...)
		}
	}
	for _, e := range nodes(r.expr, func(e *parser.NumberLiteral) bool { return e.Duration }) {
		all = append(all, found("Prometheus 2.42 reads no length of time as a number: %s", e)...)
	}
	return append(all, stockOperators(r)...)
}

func stockOperators(r *rule) (all []finding) {
	for _, e := range nodes(r.expr, func(*parser.AggregateExpr) bool { return true }) {
		if e.Op.IsExperimentalAggregator() {
			all = append(all, found("%s is experimental", e.Op)...)
		}
	}
	for _, e := range nodes(r.expr, func(*parser.BinaryExpr) bool { return true }) {
		if e.Op == parser.TRIM_LOWER || e.Op == parser.TRIM_UPPER {
			all = append(all, found("Prometheus 2.42 has no operator %s", e.Op)...)
		}
		if m := e.VectorMatching; m != nil && (m.FillValues.LHS != nil || m.FillValues.RHS != nil) {
			all = append(all, found("%s fills in values, which is experimental", e.Op)...)
		}
	}
	return all
}
