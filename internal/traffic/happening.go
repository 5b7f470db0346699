// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"fmt"
	"time"
)

// Happening is one thing that the scenario makes happen.
type Happening struct {
	Scenario Scenario
	Number   Number        // of no number when its DID is empty
	More     int           // as many others do the same
	From, To time.Duration // To is 0 when it lasts until the end
}

// String says what happens in one line.
func (h Happening) String() string {
	what := map[Scenario]string{
		Spike: "most messages fail", Silence: "is silent", Flood: "gets ten times as much",
		Price: "prices double", Rotate: "the next secret signs",
	}[h.Scenario]
	subject := ""
	if h.Number.DID != "" {
		subject = fmt.Sprintf("%s (%s) ", h.Number.DID, h.Number.Name)
	}
	if h.More > 0 {
		subject += fmt.Sprintf("and %d more: ", h.More)
	}
	until := ""
	if h.To > 0 {
		until = " to " + h.To.String()
	}
	return fmt.Sprintf("%s: %s%s from %s%s", h.Scenario, subject, what, h.From, until)
}

// Happenings lists what the scenario makes happen, and when.
func (s *Simulator) Happenings() []Happening {
	told := newStory(s.config, newLines(s.config.DIDs))
	var happenings []Happening
	var failing *line
	if len(told.failing) > 0 {
		failing = told.failing[0]
	}
	for _, about := range []struct {
		scenario Scenario
		line     *line
	}{{Spike, failing}, {Silence, told.silent}, {Flood, told.flooded}, {Price, told.repriced}} {
		if about.line == nil {
			continue
		}
		happening := Happening{Scenario: about.scenario, Number: about.line.Number, From: told.from}
		if about.scenario == Spike {
			happening.More = len(told.failing) - 1
		}
		if told.to != forever {
			happening.To = told.to
		}
		happenings = append(happenings, happening)
	}
	if told.rotateAt != forever {
		happenings = append(happenings, Happening{Scenario: Rotate, From: told.rotateAt})
	}
	return happenings
}
