// SPDX-License-Identifier: Apache-2.0

package rulelint

import (
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// shape is what can be told about the labels of an expression's result without any
// data.
type shape struct {
	unknown bool              // it reads something that nobody knows
	scalar  bool              // a number, without labels
	labels  map[string]bool   // labels that it has
	fixed   map[string]string // those of them that have one value only
	site    bool              // whatever labels a site adds are still there
}

func newShape(names ...string) shape {
	s := shape{labels: map[string]bool{}, fixed: map[string]string{}}
	for _, name := range names {
		s.labels[name] = true
	}
	return s
}

func (s shape) copy() shape {
	s.labels, s.fixed = maps.Clone(s.labels), maps.Clone(s.fixed)
	return s
}

func (s shape) drop(name string) {
	delete(s.labels, name)
	delete(s.fixed, name)
}

func (s shape) names() string { return strings.Join(slices.Sorted(maps.Keys(s.labels)), ",") }

// shape is that of the rule's own result.
func (r *rule) shape() shape {
	if r.shaped == nil {
		s := r.shapeOf(r.expr).copy()
		for name, value := range r.Labels {
			s.labels[name], s.fixed[name] = true, value
		}
		r.shaped = &s
	}
	return *r.shaped
}

// shapeOf is that of any expression in the rule.
func (r *rule) shapeOf(expr parser.Expr) shape {
	switch e := expr.(type) {
	case *parser.ParenExpr:
		return r.shapeOf(e.Expr)
	case *parser.UnaryExpr:
		return r.shapeOf(e.Expr)
	case *parser.SubqueryExpr:
		return r.shapeOf(e.Expr)
	case *parser.MatrixSelector:
		return r.shapeOf(e.VectorSelector)
	case *parser.VectorSelector:
		return r.shapeOfSeries(e)
	case *parser.AggregateExpr:
		return r.shapeOfAggregation(e)
	case *parser.Call:
		return r.shapeOfCall(e)
	case *parser.BinaryExpr:
		return r.shapeOfBinary(e)
	}
	s := newShape()
	s.scalar = true
	return s
}

func (r *rule) shapeOfSeries(e *parser.VectorSelector) shape {
	s := newShape()
	if alerts := r.alerts(e); len(alerts) > 0 {
		s = alerts[0].shape().copy()
		for _, alert := range alerts[1:] {
			maps.Copy(s.labels, alert.shape().labels)
		}
		for _, name := range r.world.catalogue[e.Name].labels {
			s.labels[name] = true
		}
	} else if known, ok := r.world.catalogue[e.Name]; ok {
		s = newShape(append(targetLabels(), known.labels...)...)
		s.site = true
	} else if other := r.recorded(e.Name); other != nil {
		s = other.shape().copy()
	} else {
		s.unknown = true
	}
	for _, matcher := range e.LabelMatchers {
		if matcher.Type != labels.MatchEqual || matcher.Name == model.MetricNameLabel {
			continue
		}
		if matcher.Value == "" {
			s.drop(matcher.Name)
		} else {
			s.fixed[matcher.Name] = matcher.Value
		}
	}
	return s
}

func (r *rule) shapeOfAggregation(e *parser.AggregateExpr) shape {
	inner := r.shapeOf(e.Expr)
	switch {
	case picks(e.Op):
		return inner
	case e.Without:
		s := inner.copy()
		for _, name := range e.Grouping {
			s.drop(name)
		}
		return s
	}
	s := newShape()
	s.unknown = inner.unknown
	for _, name := range e.Grouping {
		if inner.labels[name] || inner.unknown {
			s.labels[name] = true
		}
		if value, ok := inner.fixed[name]; ok {
			s.fixed[name] = value
		}
	}
	if text, ok := e.Param.(*parser.StringLiteral); ok && e.Op == parser.COUNT_VALUES {
		s.labels[text.Val] = true
	}
	return s
}

// picks reports whether the aggregation hands series on as they are.
func picks(op parser.ItemType) bool {
	return slices.Contains([]parser.ItemType{parser.TOPK, parser.BOTTOMK, parser.LIMITK, parser.LIMIT_RATIO}, op)
}

func (r *rule) shapeOfCall(e *parser.Call) shape {
	s := newShape()
	switch e.Func.Name {
	case "vector":
		return s
	case "absent", "absent_over_time": // its labels are those that the selector fixes
		for name, value := range r.shapeOf(e.Args[0]).fixed {
			s.labels[name], s.fixed[name] = true, value
		}
		return s
	}
	if e.Func.ReturnType == parser.ValueTypeScalar {
		s.scalar = true
		return s
	}
	for _, argument := range e.Args {
		if kind := argument.Type(); kind == parser.ValueTypeVector || kind == parser.ValueTypeMatrix {
			s = r.shapeOf(argument).copy()
			break
		}
	}
	switch e.Func.Name {
	case "histogram_quantile", "histogram_fraction":
		s.drop("le")
	case "label_replace", "label_join":
		if target, ok := e.Args[1].(*parser.StringLiteral); ok {
			s.labels[target.Val] = true
			delete(s.fixed, target.Val)
		}
	}
	return s
}

func (r *rule) shapeOfBinary(e *parser.BinaryExpr) shape {
	left, right := r.shapeOf(e.LHS), r.shapeOf(e.RHS)
	switch {
	case e.VectorMatching == nil && left.scalar:
		return right
	case e.VectorMatching == nil:
		return left
	case e.Op == parser.LAND || e.Op == parser.LUNLESS:
		return left
	case e.Op == parser.LOR:
		s := left.copy()
		maps.Copy(s.labels, right.labels)
		maps.DeleteFunc(s.fixed, func(name, value string) bool { return right.fixed[name] != value })
		s.unknown, s.site = left.unknown || right.unknown, left.site && right.site
		return s
	}
	many, one := left, right
	if e.VectorMatching.Card == parser.CardOneToMany {
		many, one = right, left
	}
	s := many.copy()
	s.unknown = left.unknown || right.unknown
	if e.VectorMatching.Card == parser.CardOneToOne { // only what was matched is left
		for name := range many.labels {
			if !matches(e.VectorMatching, name) {
				s.drop(name)
			}
		}
		s.site = s.site && !e.VectorMatching.On
	}
	for _, name := range e.VectorMatching.Include {
		if one.labels[name] {
			s.labels[name] = true
		}
	}
	return s
}

// matches reports whether a label is among those that must be the same on both sides.
func matches(m *parser.VectorMatching, name string) bool {
	return slices.Contains(m.MatchingLabels, name) == m.On
}
