// SPDX-License-Identifier: Apache-2.0

package boardanswers

import (
	"strings"
	"testing"
)

// TestDistinct: no two queries have the same answers, or one could stand in the place of
// the other.
func TestDistinct(t *testing.T) {
	all, known := settings(t), map[string]question{}
	for _, q := range questions(t) {
		var answers []string
		for _, s := range all {
			if !s.asks(q) {
				continue
			}
			lines, err := s.ask(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			answers = append(answers, strings.Join(lines, "\n"))
		}
		key := strings.Join(answers, "\n\n")
		if other, found := known[key]; found && other.expr != q.expr {
			t.Errorf("%s, %s %s answers as %s, %s %s does:\n%s\n%s", q.board, q.panel, q.ref, other.board, other.panel, other.ref, q.expr, other.expr)
		}
		known[key] = q
	}
}
