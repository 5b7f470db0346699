// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// tally is what all tests together assert.
type tally struct {
	tests, scenarios                int
	silences, noises, values, words int
	fired, resolved, hushed, worded map[string]bool // by the name of the form
}

func newTally() *tally {
	return &tally{fired: map[string]bool{}, resolved: map[string]bool{}, hushed: map[string]bool{}, worded: map[string]bool{}}
}

// cover notes what a story proves: that a form fired, that it fired and was quiet
// later, and that it was quiet throughout a story that is about it.
func (t *tally) cover(s scenario, r *rules) error {
	fired := map[string]bool{}
	for _, want := range s.want {
		now := map[string]bool{}
		for _, words := range want.firing {
			form, err := r.find(strings.Fields(words))
			if err != nil {
				return err
			}
			now[form.name()] = true
			t.fired[form.name()] = true
		}
		for name := range fired {
			if !now[name] && len(want.at) > 0 {
				t.resolved[name] = true
			}
		}
		for name := range now {
			fired[name] = true
		}
	}
	for _, about := range s.about {
		known := false
		about, _, _ := strings.Cut(about, " short=")
		for _, form := range r.forms {
			if strings.HasPrefix(form.name()+" ", about+" ") {
				known = true
				if !fired[form.name()] && len(s.want) > 0 {
					t.hushed[form.name()] = true
				}
			}
		}
		if !known {
			return fmt.Errorf("it is about %s, which is no alert", about)
		}
	}
	return nil
}

// gaps are what the tests leave unproven.
func (t *tally) gaps(r *rules) error {
	var faults []error
	for _, form := range r.forms {
		name := form.name()
		for _, proof := range []struct {
			of   map[string]bool
			what string
		}{{t.fired, "to fire"}, {t.resolved, "to resolve"}, {t.hushed, "to stay quiet"}, {t.worded, "to say what it should"}} {
			if !proof.of[name] {
				faults = append(faults, fmt.Errorf("%s is not proven %s", name, proof.what))
			}
		}
	}
	for _, form := range r.forms {
		for _, label := range form.blind() {
			faults = append(faults, fmt.Errorf("%s: an annotation reads the label %s, which the rule sets itself: it will be empty", form.name(), label))
		}
	}
	if t.silences <= t.noises {
		faults = append(faults, fmt.Errorf("only %d of %d assertions are of silence", t.silences, t.silences+t.noises))
	}
	return errors.Join(faults...)
}

func (t *tally) String() string {
	return fmt.Sprintf("%d tests with %d scenarios; %d assertions: %d of silence, %d of alerts, %d of wording, %d of values",
		t.tests, t.scenarios, t.silences+t.noises+t.words+t.values, t.silences, t.noises, t.words, t.values)
}

func names(forms []form) []string {
	var all []string
	for _, form := range forms {
		if !slices.Contains(all, form.alert) {
			all = append(all, form.alert)
		}
	}
	return all
}
