// SPDX-License-Identifier: Apache-2.0

package check

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// Queries have a few exceptions from the linter's rules, each with its reason.

// unscoped are metrics that need not name job and instance: alerts, and the series
// of their state, belong to accounts, and some to nothing that is scraped. The series
// of their state are only looked at beside the alerts, which have a job or none.
func unscoped(metric string) bool { return metric == "ALERTS" || metric == "ALERTS_FOR_STATE" }

// instantRate says whether a rate over the whole range is meant: a quantile or a
// pace that stands for the range as one number.
func instantRate(t Target, window int) bool { return t.Instant && window == whole }

func queryChecks() []Check {
	return []Check{
		perQuery("target-promql", func(_ Suite, _ Panel, t Target, _ parser.Expr, err error, fault func(string, ...any)) {
			if err != nil {
				fault("%v in %s", err, t.Expr)
			}
		}),
		perSelector("target-job", func(_ Suite, s *parser.VectorSelector, fault func(string, ...any)) {
			if s.Name == "ALERTS" && matchers(s)["job"] != "$job|" || !unscoped(s.Name) && matchers(s)["job"] != "$job" {
				fault("%s does not name $job", s.Name)
			}
		}),
		perSelector("target-instance", func(_ Suite, s *parser.VectorSelector, fault func(string, ...any)) {
			// Recorded series have no instance: they are sums over all.
			if !unscoped(s.Name) && !isRecorded(s.Name) && matchers(s)["instance"] != "$instance" {
				fault("%s does not name $instance", s.Name)
			}
		}),
		perSelector("target-metric", func(suite Suite, s *parser.VectorSelector, fault func(string, ...any)) {
			name := s.Name
			for _, suffix := range []string{"_bucket", "_sum", "_count"} {
				if base, found := strings.CutSuffix(name, suffix); found && suite.Metrics[base] {
					name = base
				}
			}
			if !suite.Metrics[name] && !unscoped(name) && !slices.Contains(foreign(), name) {
				fault("there is no %s", s.Name)
			}
		}),
		perQuery("target-rate-interval", func(_ Suite, _ Panel, t Target, expr parser.Expr, _ error, fault func(string, ...any)) {
			visit(expr, func(node parser.Node, _ []parser.Node) {
				call, ok := node.(*parser.Call)
				if !ok || call.Func.Name != "rate" && call.Func.Name != "irate" {
					return
				}
				window := int(call.Args[0].(*parser.MatrixSelector).Range.Seconds())
				if window != smooth && !instantRate(t, window) {
					fault("%s over something other than $__rate_interval", call.Func.Name)
				}
			})
		}),
		perQuery("target-increase-interval", func(_ Suite, p Panel, t Target, expr parser.Expr, _ error, fault func(string, ...any)) {
			visit(expr, func(node parser.Node, _ []parser.Node) {
				call, ok := node.(*parser.Call)
				if !ok || call.Func.Name != "increase" {
					return
				}
				window := int(call.Args[0].(*parser.MatrixSelector).Range.Seconds())
				if (window == whole || window == recent) != t.Instant || window == smooth {
					fault("a moment counts over $__range or the last half hour, a bar over $__interval")
				}
				if !t.Instant && p.Interval != "5m" {
					fault("bars need a min step of 5m")
				}
			})
		}),
		perQuery("target-counter-agg", func(_ Suite, _ Panel, _ Target, expr parser.Expr, _ error, fault func(string, ...any)) {
			visit(expr, func(node parser.Node, above []parser.Node) {
				s, ok := node.(*parser.VectorSelector)
				if !ok || !strings.HasSuffix(s.Name, "_total") || joined(s, above) {
					return
				}
				for _, a := range above {
					if call, ok := a.(*parser.Call); ok && slices.Contains([]string{"rate", "irate", "increase"}, call.Func.Name) {
						return
					}
				}
				fault("%s is a counter, read bare", s.Name)
			})
		}),
		perQuery("annotation-whole", func(_ Suite, p Panel, _ Target, expr parser.Expr, _ error, fault func(string, ...any)) {
			visit(expr, func(node parser.Node, above []parser.Node) {
				s, ok := node.(*parser.VectorSelector)
				if ok && p.Type == annotation && !slices.ContainsFunc(above, func(a parser.Node) bool { _, ok := a.(*parser.MatrixSelector); return ok }) {
					fault("misses what %s was between two steps", s.Name)
				}
			})
		}),
		perQuery("target-exemplars", func(_ Suite, p Panel, t Target, expr parser.Expr, _ error, fault func(string, ...any)) {
			if t.Exemplar || !slices.ContainsFunc(p.Targets, func(other Target) bool { return other.Exemplar }) {
				return
			}
			// A server keeps them with the native histogram or with the classic buckets.
			visit(expr, func(node parser.Node, _ []parser.Node) {
				if s, ok := node.(*parser.VectorSelector); ok && (t.Format == "heatmap" || strings.HasSuffix(s.Name, "_bucket")) {
					fault("does not ask for the exemplars of %s", s.Name)
				}
			})
		}),
		perQuery("target-money-currency", func(_ Suite, _ Panel, t Target, expr parser.Expr, _ error, fault func(string, ...any)) {
			if isMoney(t.Expr) && t.Format != "heatmap" && !slices.Contains(labelsOf(expr), "currency") {
				fault("adds amounts of several currencies")
			}
		}),
	}
}

// joined says whether a counter only says which others are meant: its value is never
// looked at on the right of and.
func joined(s *parser.VectorSelector, above []parser.Node) bool {
	for _, a := range above {
		if b, ok := a.(*parser.BinaryExpr); ok && b.Op == parser.LAND && b.RHS == parser.Expr(s) {
			return true
		}
	}
	return false
}

// foreign are metrics of the scrape and of the Go client, not of the catalogue.
func foreign() []string {
	return []string{"up", "scrape_samples_scraped", "process_start_time_seconds", "process_resident_memory_bytes", "process_cpu_seconds_total"}
}

// perQuery makes a check of one that looks at a single query. Only target-promql
// sees those that do not parse.
func perQuery(name string, run func(s Suite, p Panel, t Target, expr parser.Expr, err error, fault func(string, ...any))) Check {
	return Check{name, func(s Suite, b Board, fault func(string, ...any)) {
		panels := b.All()
		for _, a := range b.Annotations.List {
			panels = append(panels, Panel{Type: annotation, Title: annotation + " " + a.Name, Targets: []Target{{Expr: a.Expr, Range: true}}})
		}
		for _, p := range panels {
			for _, t := range p.Targets {
				expr, err := parse(t.Expr)
				if err != nil && name != "target-promql" {
					continue
				}
				run(s, p, t, expr, err, func(format string, values ...any) {
					fault("panel %d (%s), %s: "+format, append([]any{p.ID, p.Title, t.RefID}, values...)...)
				})
			}
		}
	}}
}

// annotation is the type of what is asked for no panel.
const annotation = "annotation"

func perSelector(name string, run func(s Suite, selector *parser.VectorSelector, fault func(string, ...any))) Check {
	return perQuery(name, func(s Suite, _ Panel, _ Target, expr parser.Expr, _ error, fault func(string, ...any)) {
		visit(expr, func(node parser.Node, _ []parser.Node) {
			if selector, ok := node.(*parser.VectorSelector); ok {
				run(s, selector, fault)
			}
		})
	})
}
