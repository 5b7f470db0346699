// SPDX-License-Identifier: Apache-2.0

package rulelint

import (
	"slices"

	"github.com/prometheus/prometheus/promql/parser"
)

// pairs calls a function with both sides of every operator between two vectors.
func (r *rule) pairs(look func(e *parser.BinaryExpr, left, right shape) []finding) (all []finding) {
	for _, e := range nodes(r.expr, func(e *parser.BinaryExpr) bool { return e.VectorMatching != nil }) {
		left, right := r.shapeOf(e.LHS), r.shapeOf(e.RHS)
		if !left.unknown && !right.unknown && !left.scalar && !right.scalar {
			all = append(all, look(e, left, right)...)
		}
	}
	return all
}

// sidesMeet: what is compared must be the same on both sides. With a label on one
// side only nothing ever matches, and the rule is silent for ever.
func sidesMeet(r *rule) []finding {
	return r.pairs(func(e *parser.BinaryExpr, left, right shape) (all []finding) {
		m := e.VectorMatching
		if m.On {
			for _, name := range m.MatchingLabels {
				if !left.labels[name] || !right.labels[name] {
					all = append(all, found("%s on (%s): one side has no such label", e.Op, name)...)
				}
			}
			return all
		}
		for _, name := range m.MatchingLabels {
			if !left.labels[name] && !right.labels[name] {
				all = append(all, found("%s ignoring (%s): neither side has this label", e.Op, name)...)
			}
		}
		for name := range left.labels {
			if matches(m, name) && !right.labels[name] {
				all = append(all, found("%s: only the left side has the label %s", e.Op, name)...)
			}
			if value, other := left.fixed[name], right.fixed[name]; e.Op != parser.LOR && matches(m, name) && value != "" && other != "" && value != other {
				all = append(all, found("%s: %s is %q on the left and %q on the right", e.Op, name, value, other)...)
			}
		}
		for name := range right.labels {
			if matches(m, name) && !left.labels[name] {
				all = append(all, found("%s: only the right side has the label %s", e.Op, name)...)
			}
		}
		if left.site != right.site {
			all = append(all, found("%s: one side has lost the labels that a site adds", e.Op)...)
		}
		return all
	})
}

// sidesAreUnique: two series that match one fail the whole evaluation. Where the
// sides have other labels than those matched, group_left says so.
func sidesAreUnique(r *rule) []finding {
	return r.pairs(func(e *parser.BinaryExpr, left, right shape) (all []finding) {
		if e.Op.IsSetOperator() {
			return nil
		}
		for _, side := range []struct {
			name string
			has  shape
			many bool
		}{
			{"left", left, e.VectorMatching.Card == parser.CardManyToOne},
			{"right", right, e.VectorMatching.Card == parser.CardOneToMany},
		} {
			for name := range side.has.labels {
				if !side.many && side.has.fixed[name] == "" && !matches(e.VectorMatching, name) && !decided(e.VectorMatching, name) {
					all = append(all, found("%s: several series of the %s side match one, which differ by %s", e.Op, side.name, name)...)
				}
			}
		}
		return all
	})
}

// decided reports whether a label is settled by those matched: job and instance name
// one target. A number does not settle the account: "other" is in each of them.
func decided(m *parser.VectorMatching, name string) bool {
	return matches(m, "job") && matches(m, "instance") && slices.Contains(targetLabels(), name)
}
