// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"slices"
	"time"
)

// badShare is the share of undelivered messages once a number has gone bad.
const badShare = 0.70

// correction is a later receipt that waits for its time.
type correction struct {
	due     time.Duration
	message *message
	word    string
}

// fate draws what becomes of a sent message: the vendor's word for it. Some fates
// are not the last word, and their correction is planned here.
func (g *generator) fate(m *message) string {
	if g.rng.Float64() < g.story.corrected {
		return g.correctedFate(m)
	}
	draw := g.rng.Float64()
	failing := m.line.country.failing
	if g.hasGoneBad(m.line) {
		failing = badShare
	}
	switch {
	case draw < failing*0.60:
		return "UNDELIVR"
	case draw < failing*0.70:
		return "UNDELIV" // the spelling of the vendor's bulk product
	case draw < failing*0.85:
		return "EXPIRED"
	case draw < failing:
		return "REJECTD"
	case draw < failing+g.story.unknown:
		return "SIMULATED_UNKNOWN"
	}
	return "DELIVRD"
}

func (g *generator) hasGoneBad(line *line) bool {
	return line.GoesBad && g.config.BadAfter > 0 && g.offset >= g.config.BadAfter ||
		g.story.contains(g.offset) && slices.Contains(g.story.failing, line)
}

// correctedFate returns a first status and plans the one that follows it, some
// seconds later.
func (g *generator) correctedFate(m *message) string {
	pairs := [...][2]string{{"ENROUTE", "DELIVRD"}, {"EXPIRED", "DELIVRD"}, {"ACCEPTD", "UNDELIVR"}, {"DELIVRD", "UNDELIVR"}}
	pair := pairs[g.rng.IntN(len(pairs))]
	wait := g.story.correctionAfter + time.Duration(g.rng.ExpFloat64()*float64(5*g.story.correctionAfter))
	g.corrections = append(g.corrections, &correction{due: g.offset + wait, message: m, word: pair[1]})
	return pair[0]
}

// dueCorrection takes the oldest correction whose time has come and whose number
// is not silent.
func (g *generator) dueCorrection() *correction {
	for i, waiting := range g.corrections {
		if waiting.due <= g.offset && g.story.load(waiting.message.line, g.offset) > 0 {
			g.corrections = append(g.corrections[:i], g.corrections[i+1:]...)
			return waiting
		}
	}
	return nil
}
