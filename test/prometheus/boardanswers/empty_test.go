// SPDX-License-Identifier: Apache-2.0

package boardanswers

import "testing"

// TestAnswered: a query to which the whole world is no answer would be wrong for ever
// without being noticed.
func TestAnswered(t *testing.T) {
	// The other query of the panel has the histogram in the form that the server keeps.
	other := map[string]bool{"Delivery time B": true, "Outbound price distribution, $currency B": true}
	for _, s := range settings(t)[:1] {
		for _, q := range questions(t) {
			lines, err := s.ask(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if empty := len(lines) == 0; empty != other[q.panel+" "+q.ref] {
				t.Errorf("%s, %s %s: %d answers", q.board, q.panel, q.ref, len(lines))
			}
		}
	}
}
