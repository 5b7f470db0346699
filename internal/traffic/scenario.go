// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"didsms_exporter/internal/sms"
)

// Scenario is what happens in a run beside the usual.
type Scenario uint8

// The scenarios.
const (
	Steady  Scenario = iota // nothing
	Spike                   // most messages of one number, or of Config.Failing, cease to be delivered
	Silence                 // one number falls silent
	Flood                   // one number gets many more inbound messages
	Price                   // the prices of one number double
	Rotate                  // the vendor signs with Account.Next from the middle of the run on
	Chaos                   // everything that is odd but allowed, and much of it
	Mixed                   // all of these
	scenarioCount
)

// Scenarios lists every scenario.
func Scenarios() []Scenario {
	scenarios := make([]Scenario, scenarioCount)
	for i := range scenarios {
		scenarios[i] = Scenario(i)
	}
	return scenarios
}

// ParseScenario is the inverse of String; ok is false for any other word.
func ParseScenario(word string) (scenario Scenario, ok bool) {
	for _, scenario := range Scenarios() {
		if scenario.String() == word {
			return scenario, true
		}
	}
	return Steady, false
}

// String returns the scenario's name.
func (s Scenario) String() string {
	return [scenarioCount]string{"steady", "spike", "silence", "flood", "price", "rotate", "chaos", "mixed"}[s]
}

// Shares returns the shares of duplicates and of forgeries that suit the scenario.
func (s Scenario) Shares() (duplicates, forgeries float64) {
	if s.contains(Chaos) {
		return 0.15, 0.15
	}
	return 0.04, 0.03
}

// contains reports whether the other scenario is this one or a part of it.
func (s Scenario) contains(other Scenario) bool { return s == other || s == Mixed }

// floodFactor is by how much the inbound messages of the flooded number multiply.
const floodFactor = 10

// Which of the numbers, by rank, each scenario is about. With fewer numbers it is
// the last one.
const (
	floodedRank = iota
	silentRank
	failingRank
	repricedRank
	ranks
)

// habits are shares of the genuine traffic.
type habits struct {
	corrected float64 // receipts that another status follows
	unknown   float64 // receipts whose status nobody knows
	odd       float64 // bodies that are not plain
	faulty    float64 // bodies with a field that cannot be used
	conflicts float64 // duplicates that contradict their original

	correctionAfter time.Duration // at least
}

func usualHabits() habits {
	return habits{corrected: 0.03, unknown: 0.003, odd: 0.12, correctionAfter: time.Second}
}

func chaoticHabits() habits {
	return habits{corrected: 0.15, unknown: 0.03, odd: 0.40, faulty: 0.06, conflicts: 0.15, correctionAfter: 200 * time.Millisecond}
}

// window is when the odd thing of a scenario happens.
type window struct{ from, to time.Duration }

func (w window) contains(offset time.Duration) bool { return offset >= w.from && offset < w.to }

// story is a scenario told about certain numbers.
type story struct {
	window
	habits
	silent, flooded, repriced *line   // nil: none
	failing                   []*line // the one that is always among them comes first

	rotateAt time.Duration
	maxLoad  float64 // of all numbers together, beside the usual
}

// forever stands for the end of a run that has none.
const forever = time.Duration(math.MaxInt64)

// newStory takes a configuration with its defaults filled in. Things happen in
// the second and third quarter of the run, so that their end can be seen too; in
// a run without an end, after a minute.
func newStory(config Config, lines []*line) *story {
	s := &story{window: window{time.Minute, forever}, habits: usualHabits(), rotateAt: forever, maxLoad: 1}
	if config.Duration > 0 {
		s.window = window{config.Duration / 4, config.Duration * 3 / 4}
	}
	ranked := func(part Scenario, rank int) *line {
		if !config.Scenario.contains(part) {
			return nil
		}
		return lines[min(rank, len(lines)-1)]
	}
	s.flooded = ranked(Flood, floodedRank)
	s.silent = ranked(Silence, silentRank)
	if config.Scenario.contains(Spike) {
		s.failing = failingLines(lines, config.Failing)
	}
	s.repriced = ranked(Price, repricedRank)
	if config.Scenario.contains(Chaos) {
		s.habits = chaoticHabits()
	}
	if config.Scenario.contains(Rotate) && len(config.Account.Next) > 0 {
		s.rotateAt = time.Minute
		if config.Duration > 0 {
			s.rotateAt = config.Duration / 2
		}
	}
	if s.flooded != nil {
		s.maxLoad += s.flooded.weight * s.flooded.inbound * (floodFactor - 1)
	}
	return s
}

// failingLines are count numbers from the usual one on, around the end.
func failingLines(lines []*line, count int) []*line {
	first := min(failingRank, len(lines)-1)
	var failing []*line
	for i := range count {
		failing = append(failing, lines[(first+i)%len(lines)])
	}
	return failing
}

// load returns how busy a number is beside the usual; 0 is silence.
func (s *story) load(line *line, offset time.Duration) float64 {
	switch {
	case !s.contains(offset):
	case line == s.silent:
		return 0
	case line == s.flooded:
		return 1 + line.inbound*(floodFactor-1)
	}
	return 1
}

// inbound returns the share of inbound messages of a number.
func (s *story) inbound(line *line, offset time.Duration) float64 {
	if line == s.flooded && s.contains(offset) {
		return line.inbound * floodFactor / s.load(line, offset)
	}
	return line.inbound
}

// price returns the price of a message of a number.
func (s *story) price(line *line, usual string, offset time.Duration) string {
	if line != s.repriced || !s.contains(offset) {
		return usual
	}
	price, err := sms.ParsePrice(usual)
	if err != nil {
		return usual // ours are all readable
	}
	return price.Times(2).String()
}

func (s *story) rotated(offset time.Duration) bool { return offset >= s.rotateAt }

func (c Config) validateScenario() error {
	if !slices.Contains(Scenarios(), c.Scenario) {
		return errors.New("traffic: no such scenario")
	}
	if c.DIDs < 0 || c.DIDs > MaxDIDs {
		return fmt.Errorf("traffic: %d numbers are not between 1 and %d", c.DIDs, MaxDIDs)
	}
	least := 1
	switch c.Scenario {
	case Silence:
		least = 2 // somebody must go on talking
	case Mixed:
		least = ranks
	}
	if c.DIDs != 0 && c.DIDs < least {
		return fmt.Errorf("traffic: scenario %s needs at least %d numbers", c.Scenario, least)
	}
	if err := c.validateFailing(); err != nil {
		return err
	}
	if c.Scenario == Rotate && len(c.Account.Next) == 0 {
		return errors.New("traffic: scenario rotate needs a second secret")
	}
	if c.Scenario.contains(Rotate) && c.Form {
		return errors.New("traffic: the form variant is not signed, so it has no secret to rotate")
	}
	return nil
}

func (c Config) validateFailing() error {
	all := c.DIDs
	if all == 0 {
		all = len(ownLines())
	}
	if c.Failing < 0 || c.Failing > all {
		return fmt.Errorf("traffic: %d of %d numbers cannot fail", c.Failing, all)
	}
	if c.Failing > 0 && !c.Scenario.contains(Spike) {
		return fmt.Errorf("traffic: in scenario %s no numbers fail, only in spike and mixed", c.Scenario)
	}
	return nil
}
