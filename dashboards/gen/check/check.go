// SPDX-License-Identifier: Apache-2.0

package check

import (
	"fmt"
	"slices"
)

// Suite is what boards are held against.
type Suite struct {
	// Metrics are the names that exist: the catalogue's and the recorded ones.
	Metrics map[string]bool
	// Colors and Schemes are those that may be named.
	Colors, Schemes []string
	// Boards are all that links may lead to.
	Boards []Board
	// Grades, Paints, Leads and Settings are tables made by hand of what the boards
	// mean: other checks see that a colour is of the palette or that a link leads to a
	// board, not that it is the right one.
	Grades   []Grade
	Paints   map[string]map[string]string // by panel, then by name
	Leads    map[string]string            // by panel and title
	Settings map[string]Setting           // by uid
}

// Check is one rule.
type Check struct {
	Name string
	Run  func(s Suite, b Board, fault func(format string, values ...any))
}

// All are the rules. Those with the names of Grafana's dashboard linter are its
// rules, said anew; those about Loki do not apply.
func All() []Check {
	return slices.Concat(boardChecks(), variableChecks(), panelChecks(), lookChecks(), linkChecks(), queryChecks(), meaningChecks())
}

// Faults holds the boards against every rule.
func (s Suite) Faults() []string {
	var list []string
	for _, b := range s.Boards {
		for _, c := range All() {
			c.Run(s, b, func(format string, values ...any) {
				list = append(list, fmt.Sprintf("%s: %s: %s", c.Name, b.UID, fmt.Sprintf(format, values...)))
			})
		}
	}
	return list
}

// perPanel makes a check of one that looks at a single panel.
func perPanel(name string, run func(s Suite, b Board, p Panel, fault func(format string, values ...any))) Check {
	return Check{name, func(s Suite, b Board, fault func(string, ...any)) {
		for _, p := range b.All() {
			run(s, b, p, func(format string, values ...any) {
				fault("panel %d (%s): %s", p.ID, p.Title, fmt.Sprintf(format, values...))
			})
		}
	}}
}

// source is what every data source must say: the reader's choice.
const source = "${datasource}"

func chosen(d *Datasource) bool { return d != nil && d.UID == source }
