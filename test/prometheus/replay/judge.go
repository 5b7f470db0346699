// SPDX-License-Identifier: Apache-2.0

package main

import (
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// tail is how long after an event what it raised may still begin: windows of hours
// empty slowly.
const tail = 30 * time.Minute

// found is the answer to one expectation.
type found struct {
	event
	expectation

	first, last *episode // nil: missed
	times       int      // how often it came
}

func (f found) delay() time.Duration { return f.first.begin.Sub(f.begin) }

func (f found) verdict() string {
	switch {
	case f.first == nil:
		return "MISSED"
	case f.delay() > f.expectation.delay.total():
		return "LATE"
	default:
		return "ok"
	}
}

// verdict is what a replay has shown.
type verdict struct {
	plan    plan
	found   []found
	pages   []*episode // critical ones that no event explains
	tickets []*episode // warnings that no event explains
	notes   []*episode // info that no event explains
	naive   naiveVerdict
}

// naiveVerdict is how the naive rule did.
type naiveVerdict struct {
	pages, explained int
	busiest          int            // most on a day
	byNumber         map[string]int // false ones
	first            map[int]time.Duration
}

func judge(p plan, episodes []*episode) verdict {
	v := verdict{plan: p, naive: naiveVerdict{byNumber: map[string]int{}, first: map[int]time.Duration{}}}
	for _, event := range p.events {
		for _, expected := range event.expects {
			answer := found{event: event, expectation: expected}
			for _, e := range episodes {
				if !event.covers(e) || !expected.matches(e.labels) {
					continue
				}
				if answer.first == nil {
					answer.first = e
				}
				answer.last = e
				answer.times++
			}
			v.found = append(v.found, answer)
		}
	}
	perDay := map[int]int{}
	for _, e := range episodes {
		if e.labels.Get(labels.AlertName) == naiveAlert {
			v.judgeNaive(e, perDay)
			continue
		}
		if p.explains(e) {
			continue
		}
		switch e.labels.Get("severity") {
		case "critical":
			v.pages = append(v.pages, e)
		case "warning":
			v.tickets = append(v.tickets, e)
		default:
			v.notes = append(v.notes, e)
		}
	}
	return v
}

func (v *verdict) judgeNaive(e *episode, perDay map[int]int) {
	n := &v.naive
	n.pages++
	day := v.plan.day(e.begin)
	perDay[day]++
	n.busiest = max(n.busiest, perDay[day])
	for i, event := range v.plan.events {
		if event.kind == undelivered && event.covers(e) && e.labels.Get("account") == event.account && (event.did == "" || e.labels.Get("did") == event.did) {
			n.explained++
			if _, seen := n.first[i]; !seen {
				n.first[i] = e.begin.Sub(event.begin)
			}
			return
		}
	}
	n.byNumber[e.labels.Get("did")]++
}

// covers reports whether an episode began while the event lasted, or shortly after.
func (e event) covers(episode *episode) bool {
	return episode.begin.After(e.begin) && !episode.begin.After(e.end.Add(tail))
}

// explains reports whether an event must or may raise what happened.
func (p plan) explains(e *episode) bool {
	for _, event := range p.events {
		if !event.covers(e) {
			continue
		}
		for _, expected := range event.expects {
			if expected.matches(e.labels) {
				return true
			}
		}
		for _, allowed := range event.also {
			if allowed.matches(e.labels) {
				return true
			}
		}
	}
	return false
}

// allowedPages is how many false pages a month may bring.
const allowedPages = 1

// faults says what is wrong, in words; nothing if all is well.
func (v verdict) faults() []string {
	var faults []string
	for _, f := range v.found {
		if verdict := f.verdict(); verdict != "ok" {
			faults = append(faults, verdict+": "+f.String()+" for "+f.what)
		}
	}
	if len(v.pages) > allowedPages {
		faults = append(faults, plural(len(v.pages), "false page")+", allowed "+plural(allowedPages, ""))
	}
	return faults
}
