// SPDX-License-Identifier: Apache-2.0

package check

import (
	"slices"
	"strings"

	"github.com/prometheus/prometheus/promql/parser"
)

// parse reads PromQL with the parser of Prometheus itself, after putting stand-ins
// for the variables. Windows get odd lengths by which they can be told apart again.
func parse(expr string) (parser.Expr, error) {
	return parser.NewParser(parser.Options{}).ParseExpr(Substitute(expr, map[string]string{
		"__rate_interval": "61s", "__interval": "302s", "__range": "603s",
		"job": "$job", "instance": "$instance", "account": "$account", "did": "$did", "currency": "$currency", "money": "$money",
		"objective": "0.95",
	}))
}

// The windows behind the stand-ins, in seconds, and the half hour that stands for now.
const (
	smooth = 61
	whole  = 603
	recent = 1800
)

// visit calls back for each node with those above it.
func visit(expr parser.Expr, each func(node parser.Node, above []parser.Node)) {
	parser.Inspect(expr, func(node parser.Node, above []parser.Node) error {
		if node != nil {
			each(node, above)
		}
		return nil
	})
}

// grouping lists the labels that the rows or series of an expression have: those by
// which its outermost aggregation groups.
func grouping(expr string) []string {
	node, err := parse(expr)
	if err != nil {
		return nil
	}
	return labelsOf(node)
}

func labelsOf(node parser.Expr) []string {
	switch e := node.(type) {
	case *parser.ParenExpr:
		return labelsOf(e.Expr)
	case *parser.Call:
		for _, argument := range e.Args {
			if labels := labelsOf(argument); len(labels) > 0 {
				return labels
			}
		}
	case *parser.BinaryExpr:
		labels := labelsOf(e.LHS)
		if len(labels) == 0 {
			labels = labelsOf(e.RHS)
		}
		return labels
	case *parser.AggregateExpr:
		if e.Op == parser.TOPK || e.Op == parser.BOTTOMK {
			return labelsOf(e.Expr)
		}
		return slices.DeleteFunc(slices.Clone(e.Grouping), func(label string) bool { return label == "le" })
	}
	return nil
}

// matchers are the label matchers of a selector, without the one for its name.
func matchers(s *parser.VectorSelector) map[string]string {
	m := map[string]string{}
	for _, one := range s.LabelMatchers {
		if one.Name != "__name__" {
			m[one.Name] = one.Value
		}
	}
	return m
}

func isRecorded(metric string) bool { return strings.Contains(metric, ":") }
