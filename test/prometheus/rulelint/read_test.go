// SPDX-License-Identifier: Apache-2.0

package rulelint

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// standsAlone: a file works without the others, and what a rule records is read
// after it, in the same evaluation.
func standsAlone(r *rule) (all []finding) {
	for _, series := range r.selectors() {
		if _, ok := r.world.catalogue[series.Name]; ok || r.recorded(series.Name) != nil {
			continue
		}
		place := "is neither in the catalogue nor recorded"
		for _, other := range r.all {
			if other.Record == series.Name {
				place = "is recorded only in " + other.file + ", or below"
			}
		}
		all = append(all, found("%s %s", series.Name, place)...)
	}
	return all
}

// labelsExist: a label that a series does not have matches nothing, or is dropped in
// vain.
func labelsExist(r *rule) (all []finding) {
	for _, series := range r.selectors() {
		bare := &parser.VectorSelector{Name: series.Name}
		has := r.shapeOf(bare)
		for _, matcher := range series.LabelMatchers {
			if matcher.Name != model.MetricNameLabel && !has.labels[matcher.Name] && !has.unknown {
				all = append(all, found("%s has no label %s", series.Name, matcher.Name)...)
			}
		}
	}
	for _, e := range nodes(r.expr, func(*parser.AggregateExpr) bool { return true }) {
		has := r.shapeOf(e.Expr)
		for _, name := range e.Grouping {
			if !has.labels[name] && !has.unknown && !slices.Contains(targetLabels(), name) {
				all = append(all, found("%s aggregates %s, which has no label %s", e.Op, e.Expr, name)...)
			}
		}
	}
	return all
}

// valuesExist: a value outside of a label's closed set matches nothing, for ever.
func valuesExist(r *rule) (all []finding) {
	for _, series := range r.selectors() {
		for _, matcher := range series.LabelMatchers {
			words := r.world.closed.of(series.Name, matcher.Name)
			if words == nil {
				continue
			}
			asked := []string{matcher.Value}
			if matcher.Type == labels.MatchRegexp || matcher.Type == labels.MatchNotRegexp {
				asked = matcher.SetMatches()
				if len(asked) == 0 && !slices.ContainsFunc(words, labels.MustNewMatcher(labels.MatchRegexp, matcher.Name, matcher.Value).Matches) {
					all = append(all, found("no %s matches %s; there are %s", matcher.Name, matcher, strings.Join(words, ", "))...)
				}
			}
			for _, word := range asked {
				if !slices.Contains(words, word) {
					all = append(all, found("%q is no %s of %s; there are %s", word, matcher.Name, series.Name, strings.Join(words, ", "))...)
				}
			}
		}
	}
	return all
}

// regexNeeded: a pattern without a pattern in it is an equality, and anchors are
// there anyway.
func regexNeeded(r *rule) (all []finding) {
	for _, series := range r.selectors() {
		for _, matcher := range series.LabelMatchers {
			if matcher.Type != labels.MatchRegexp && matcher.Type != labels.MatchNotRegexp {
				continue
			}
			if regexp.QuoteMeta(matcher.Value) == matcher.Value {
				all = append(all, found("%s is no pattern: use = or !=", matcher)...)
			}
			if strings.HasPrefix(matcher.Value, "^") || strings.HasSuffix(matcher.Value, "$") {
				all = append(all, found("%s: patterns are anchored anyway", matcher)...)
			}
		}
	}
	return all
}

// farthest is how far back rules may look: servers keep 15 days unless told
// otherwise, and some less.
const farthest = 8 * 24 * time.Hour

// nearEnough adds up range and offset of everything around a selector.
func nearEnough(r *rule) (all []finding) {
	parser.Inspect(r.expr, func(node parser.Node, path []parser.Node) error {
		series, ok := node.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		back := series.OriginalOffset
		for _, around := range path {
			switch e := around.(type) {
			case *parser.MatrixSelector:
				back += e.Range
			case *parser.SubqueryExpr:
				back += e.Range + e.OriginalOffset
			}
		}
		if back > farthest {
			all = append(all, found("%s is read %s back, over %s", series.Name, back, farthest)...)
		}
		if back < 0 {
			all = append(all, found("%s is read from the future", series.Name)...)
		}
		return nil
	})
	return all
}
