// SPDX-License-Identifier: Apache-2.0

package boardanswers

import (
	"regexp"
	"slices"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
)

// TestMutants changes one place of one query at a time; some answer must change, or
// the golden files would not notice. What is the same question in other words is in
// the list of equivalents.
func TestMutants(t *testing.T) {
	all, seen := settings(t), map[string]bool{}
	used, n, survivors := map[int]bool{}, 0, 0
	for _, q := range questions(t) {
		// What several boards ask is asked once.
		key := q.expr + q.repeat
		if seen[key] {
			continue
		}
		seen[key] = true
		answers := make([][]string, len(all))
		for i, s := range all {
			var err error
			if !s.asks(q) {
				continue
			}
			if answers[i], err = s.ask(t.Context(), q); err != nil {
				t.Fatal(err)
			}
		}
		for _, m := range mutants(q.expr) {
			changed := q
			changed.expr = m.expr
			if _, err := parser.NewParser(parser.Options{}).ParseExpr(all[0].choice.put(changed)); err != nil {
				continue // no query any more: others notice
			}
			n++
			if noticed(t, all, q, changed, answers) {
				continue
			}
			if i := equivalent(q, m); i >= 0 {
				used[i] = true
				continue
			}
			survivors++
			t.Errorf("%s, %s, %s: %s is not noticed:\n\t%s\n\t%s", q.board, q.panel, q.ref, m.what, q.expr, m.expr)
		}
	}
	for i, e := range equivalents() {
		if !used[i] {
			t.Errorf("no mutant needs this: %+v", e)
		}
	}
	for _, m := range mutations() {
		if !slices.ContainsFunc(questions(t), func(q question) bool { return regexp.MustCompile(m.from).MatchString(q.expr) }) {
			t.Errorf("nothing to do for %+v", m)
		}
	}
	t.Logf("%d mutants, %d not noticed", n, survivors)
	if n < 1000 {
		t.Errorf("only %d mutants: has the form of the queries changed?", n)
	}
}

// noticed says whether an answer differs. What cannot be answered any more does.
func noticed(t *testing.T, all []setting, from, to question, before [][]string) bool {
	t.Helper()
	for i, s := range all {
		if !s.asks(from) {
			continue
		}
		if lines, err := s.ask(t.Context(), to); err != nil || !slices.Equal(lines, before[i]) {
			return true
		}
	}
	return false
}
