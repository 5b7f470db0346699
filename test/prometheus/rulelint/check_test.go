// SPDX-License-Identifier: Apache-2.0

package rulelint

import (
	"fmt"
	"strings"
	"testing"
)

// check is one question that every rule is asked.
type check struct {
	name string
	of   func(*rule) []finding
	bad  []bad
}

// bad is a rule file, or several with --- between them, in which the check must find
// something that has these words.
type bad struct{ rules, words string }

// checks are all of them, each with what it must find.
func checks() []check {
	return []check{
		{"can be empty", canBeEmpty, badEmpty()},
		{"filters", filters, badFilters()},
		{"waits", waits, badWaits()},
		{"annotated", annotated, badAnnotated()},
		{"severity", severe, badSevere()},
		{"steady labels", steadyLabels, badSteady()},
		{"names what it is about", named, badNamed()},
		{"told apart", toldApart, badTold()},
		{"labels of the texts", templated, badTemplated()},
		{"unranked", unranked, badUnranked()},
		{"unique", unique, badUnique()},
		{"prompt", prompt, badPrompt()},
		{"stands alone", standsAlone, badAlone()},
		{"labels exist", labelsExist, badLabels()},
		{"values exist", valuesExist, badValues()},
		{"regex needed", regexNeeded, badRegex()},
		{"near enough", nearEnough, badFar()},
		{"counters grow", countersGrow, badCounters()},
		{"increases count", increasesCount, badIncreases()},
		{"long enough", longEnough, badShort()},
		{"quantiles", quantiles, badQuantiles()},
		{"well named", wellNamed, badNames()},
		{"keeps job", keepsJob, badJob()},
		{"level", levelTrue, badLevel()},
		{"window", windowTrue, badWindow()},
		{"tiled", tiled, badTiles()},
		{"sides meet", sidesMeet, badSides()},
		{"sides are unique", sidesAreUnique, badMany()},
		{"currency", keepsCurrency, badMoney()},
		{"not by nought", notByNought, badNought()},
		{"final outcomes", finalOutcomes, badOutcomes()},
		{"shares", sharesAreShares, badShares()},
		{"stock", stock, badStock()},
		{"runbook", runbookExists, badRunbook()},
		{"dashboard", dashboardExists, badDashboard()},
	}
}

// TestCommittedRules asks every rule every question.
func TestCommittedRules(t *testing.T) {
	all := committed(t, theWorld(t))
	if len(all) < 100 {
		t.Errorf("only %d rules", len(all))
	}
	for _, one := range checks() {
		t.Run(one.name, func(t *testing.T) {
			for _, r := range all {
				for _, finding := range one.of(r) {
					t.Errorf("%s: %s: %s", r.file, r.name(), finding)
				}
			}
		})
	}
}

// TestEveryCheckCanFail gives every check rules in which it must find something.
func TestEveryCheckCanFail(t *testing.T) {
	w := theWorld(t)
	w.runbooks, w.boards = map[string]bool{"Known": true}, map[string]map[string]bool{"board": {"account": true}}
	for _, one := range checks() {
		t.Run(one.name, func(t *testing.T) {
			if len(one.bad) == 0 {
				t.Error("there is nothing that it must find")
			}
			for _, example := range one.bad {
				var names []string
				var contents [][]byte
				for i, file := range strings.Split(example.rules, "---\n") {
					names, contents = append(names, fmt.Sprintf("bad%d.yml", i)), append(contents, []byte(file))
				}
				all, err := parse(names, contents, w)
				if err != nil {
					t.Errorf("%v\n%s", err, example.rules)
					continue
				}
				var findings []string
				for _, r := range all {
					for _, finding := range one.of(r) {
						findings = append(findings, string(finding))
					}
				}
				if !strings.Contains(strings.Join(findings, "\n"), example.words) || len(findings) == 0 {
					t.Errorf("found %q, want something with %q in\n%s", findings, example.words, example.rules)
				}
			}
		})
	}
}
