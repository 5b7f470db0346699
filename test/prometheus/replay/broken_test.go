// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
)

const rendered = "../../../alerts/rules"

// TestBrokenRules breaks the rules in ways that a replay must notice, on a working
// afternoon on which one number fails and later the secret is rotated.
func TestBrokenRules(t *testing.T) {
	t.Parallel()
	spike := func(rule *rulefmt.Rule) bool {
		return rule.Alert == "DidSmsDidUndeliveredSpike" && rule.Labels["severity"] == "critical"
	}
	record := func(name string) func(*rulefmt.Rule) bool {
		return func(rule *rulefmt.Rule) bool { return rule.Record == name }
	}
	const share = "did:didsms_dr_undelivered_per_receipts:ratio_increase10m"
	cases := map[string]struct {
		change func([]area)
		fault  string // what the replay must say; empty: all is well
	}{
		"as they are": {func([]area) {}, ""},
		"without the page": {func(areas []area) {
			each(areas, spike, func(rule *rulefmt.Rule) { rule.Expr = "vector(1) < 0" })
		}, "MISSED: DidSmsDidUndeliveredSpike"},
		"with a long for": {func(areas []area) {
			each(areas, spike, func(rule *rulefmt.Rule) { rule.For = model.Duration(20 * time.Minute) })
		}, "LATE: DidSmsDidUndeliveredSpike"},
		"without its guards": {func(areas []area) {
			each(areas, record("did:didsms_dr_undelivered_per_receipts:spike30m"), func(rule *rulefmt.Rule) { rule.Expr = share + " > 0.1" })
			each(areas, record("did:didsms_dr_undelivered_per_receipts:severe"), func(rule *rulefmt.Rule) { rule.Expr = share })
			each(areas, spike, func(rule *rulefmt.Rule) { rule.For = 0 })
		}, "false pages"},
		"the other account's number": {func(areas []area) {
			each(areas, spike, func(rule *rulefmt.Rule) { rule.Labels["account"] = south })
		}, "MISSED: DidSmsDidUndeliveredSpike"},
		"refusals that nobody counts": {func(areas []area) {
			each(areas, func(rule *rulefmt.Rule) bool { return rule.Alert == "DidSmsAllCallbacksRejected" }, func(rule *rulefmt.Rule) {
				rule.Expr = strings.ReplaceAll(rule.Expr, "bad_signature|", "")
			})
		}, "MISSED: DidSmsAllCallbacksRejected"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			areas, err := load(rendered)
			if err != nil {
				t.Fatal(err)
			}
			c.change(areas)
			p := afternoon()
			episodes, err := replay(t.Context(), p, 1, areas, func(int) {})
			if err != nil {
				t.Fatal(err)
			}
			faults := judge(p, episodes).faults()
			if c.fault == "" && len(faults) > 0 {
				t.Errorf("faults of good rules: %q", faults)
			}
			if c.fault != "" && !slices.ContainsFunc(faults, func(fault string) bool { return strings.Contains(fault, c.fault) }) {
				t.Errorf("faults are %q, wanted %q", faults, c.fault)
			}
		})
	}
}

// each changes the rules that are chosen.
func each(areas []area, chosen func(*rulefmt.Rule) bool, change func(*rulefmt.Rule)) {
	for _, area := range areas {
		for _, group := range area.groups {
			for i := range group.Rules {
				if chosen(&group.Rules[i]) {
					change(&group.Rules[i])
				}
			}
		}
	}
}

// afternoon is a short plan: a number fails, then the secret is rotated.
func afternoon() plan {
	begin := time.Date(2026, 6, 1, 14, 0, 0, 0, time.UTC)
	p := plan{begin: begin, end: begin.Add(5 * time.Hour), repriced: begin.Add(72 * time.Hour), events: []event{
		{kind: undelivered, what: "a number", account: north, did: second, share: 0.70, begin: begin.Add(100 * time.Minute), end: begin.Add(160 * time.Minute)},
		{kind: secretRotated, what: "the secret", account: north, begin: begin.Add(220 * time.Minute), end: begin.Add(260 * time.Minute)},
	}}
	for i, e := range p.events {
		p.events[i].expects, p.events[i].also = e.foreseen()
	}
	return p
}
