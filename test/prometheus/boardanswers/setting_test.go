// SPDX-License-Identifier: Apache-2.0

package boardanswers

import (
	"context"
	"regexp"
	"testing"
)

// setting is a world, its server and a choice.
type setting struct {
	name   string
	asker  asker
	choice choice
	like   string // the setting beside which only what differs is written
	only   *regexp.Regexp
}

// settings are those in which every question is asked.
func settings(t *testing.T) []setting {
	t.Helper()
	world := read(t, "world.txt")
	today := server{native: true, rules: true}
	full := newAsker(t, load(t, world, today))
	// An older server, and nobody has loaded the rules.
	plain := newAsker(t, load(t, world, server{classic: true}))
	both := newAsker(t, load(t, world, server{native: true, classic: true}))
	beside := func(file string) asker { return newAsker(t, load(t, read(t, file), today)) }
	return []setting{
		{name: "everything", asker: full, choice: everything()},
		{name: "one", asker: full, choice: one()},
		{name: "everything, plain server", asker: plain, choice: everything(), like: "everything"},
		{name: "one, plain server", asker: plain, choice: one(), like: "one"},
		{name: "quiet", asker: full, choice: quiet(), only: regexp.MustCompile(` / |quantile|^min`)},
		{name: "quiet, plain server", asker: plain, choice: quiet(), only: regexp.MustCompile(`_bucket`), like: "quiet"},
		{name: "both forms of histograms", asker: both, choice: one(), only: regexp.MustCompile(`unless on \(\)`)},
		{name: "crowd", asker: beside("crowd.txt"), choice: everything(), only: regexp.MustCompile(`topk`)},
		{name: "states", asker: beside("states.txt"), choice: states(), only: regexp.MustCompile(`> bool`)},
		{name: "pages", asker: beside("pages.txt"), choice: one(), only: regexp.MustCompile(`"page"`)},
		{name: "page and ticket", asker: beside("alerts.txt"), choice: one(), only: regexp.MustCompile(`ALERTS_FOR_STATE`)},
		{name: "page and ticket, all", asker: beside("alerts.txt"), choice: everything(), only: regexp.MustCompile(`ALERTS_FOR_STATE`)},
		{name: "rules of others", asker: beside("rules.txt"), choice: of("main", ".+"), only: regexp.MustCompile(`"no rules"`)},
		{name: "rules of traffic", asker: beside("rules.txt"), choice: of("traffic", ".+"), only: regexp.MustCompile(`"no rules"`)},
		{name: "rules of delivery", asker: beside("rules.txt"), choice: of("delivery", ".+"), only: regexp.MustCompile(`"no rules"`)},
		{name: "rules of intake", asker: beside("rules.txt"), choice: of("intake", ".+"), only: regexp.MustCompile(`"no rules"`)},
		{name: "rules of spend", asker: beside("rules.txt"), choice: of("spend", ".+"), only: regexp.MustCompile(`"no rules"`)},
		{name: "rules alone", asker: beside("rules.txt"), choice: of("ghost", ".+"), only: regexp.MustCompile(`"no rules"`)},
		{name: "rules, and another instance", asker: beside("rules.txt"), choice: of(".+", "gone"), only: regexp.MustCompile(`"no rules"`)},
		{name: "heard of", asker: beside("heard.txt"), choice: of("main", "a"), only: regexp.MustCompile(`_last_accepted_`)},
		{name: "no such job", asker: plain, choice: of("gone", ".+"), only: regexp.MustCompile(`"page"`)},
		{name: "no such instance", asker: plain, choice: of(".+", "gone"), only: regexp.MustCompile(`"page"`)},
	}
}

// asks says whether a setting is for a question.
func (s setting) asks(q question) bool { return s.only == nil || s.only.MatchString(q.expr) }

// ask asks one question, with another text in a mutant's place.
func (s setting) ask(ctx context.Context, q question) ([]string, error) {
	return s.asker.answer(ctx, q, s.choice.put(q))
}
