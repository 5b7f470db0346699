// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math"
	"math/rand/v2"
	"time"
)

// message is a callback on its way to the exporter.
type message struct {
	number                 *sender
	inbound, failed, stale bool
	code                   string
	segments               int
	late                   float64 // seconds from sending to the receipt
	at                     time.Time
}

// sender is a number with its moods: what it does wanders slowly around its habits.
type sender struct {
	number

	habits  habits
	random  *rand.Rand
	traffic mood
	failure mood
	mix     []mood
	mailing int // messages of a mailing that are still to be sent
}

// mood is a random walk that is pulled back to zero.
type mood struct{ value, spread, memory float64 }

func (m *mood) step(random *rand.Rand) float64 {
	m.value = m.memory*m.value + m.spread*math.Sqrt(1-m.memory*m.memory)*random.NormFloat64()
	return m.value
}

const (
	// segmentsEach is the mean of segments a message.
	segmentsEach = 1.15
	// latest receipt; one that takes longer never comes.
	latest = 120
	// hours and days are memories of moods, in steps of a minute.
	hours = 0.992
	days  = 0.9996
)

// world makes messages, minute by minute.
type world struct {
	plan    plan
	senders []*sender
	due     [latest + 1][]message // by the minute of arrival
}

func newWorld(p plan, seed uint64) *world {
	w := &world{plan: p}
	for _, account := range accounts() {
		for _, number := range account.numbers {
			s := &sender{
				number: number, habits: account, random: rand.New(rand.NewPCG(seed, uint64(len(w.senders)))),
				traffic: mood{spread: 0.20, memory: hours}, failure: mood{spread: 0.25, memory: hours},
			}
			for range number.codes {
				s.mix = append(s.mix, mood{spread: 0.25, memory: days})
			}
			w.senders = append(w.senders, s)
		}
	}
	return w
}

// minute returns what arrives in the minute that begins at a time.
func (w *world) minute(at time.Time) []message {
	slot := int(at.Unix()/60) % len(w.due)
	for _, s := range w.senders {
		for _, m := range s.minute(w.plan, at) {
			arrival := (slot + min(latest, int(m.at.Sub(at).Minutes()))) % len(w.due)
			w.due[arrival] = append(w.due[arrival], m)
		}
	}
	arrived := w.due[slot]
	w.due[slot] = nil
	return arrived
}

func (s *sender) minute(p plan, at time.Time) []message {
	level := s.habits.shape(at) * p.holiday(at) * math.Exp(s.traffic.step(s.random)) / 60
	sends, receives, failing := level*s.sends, level*s.receives, s.failing
	failing = 1 / (1 + (1-failing)/failing*math.Exp(-s.failure.step(s.random)))
	p.on(undelivered, at, s.account, s.did, func(e event) { failing = max(failing, e.share) })
	p.on(spending, at, s.account, s.did, func(e event) { sends *= e.times })
	p.on(inboundFlood, at, s.account, s.did, func(e event) { receives *= e.times })
	weights := make([]float64, len(s.codes))
	for i := range s.codes {
		weights[i] = s.codes[i].weight * math.Exp(s.mix[i].step(s.random))
	}
	var made []message
	for range poisson(s.random, sends) + s.mail(at, level) {
		m := message{number: s, code: s.codes[pick(s.random, weights)].code, failed: s.random.Float64() < failing, segments: s.segments()}
		m.late = s.delay(m.failed)
		m.at = at.Add(time.Duration((m.late + 60*s.random.Float64()) * float64(time.Second)))
		made = append(made, m)
	}
	for range poisson(s.random, receives) {
		made = append(made, message{number: s, inbound: true, segments: s.segments(), at: at})
	}
	for i := range made {
		made[i].stale = s.random.Float64() < 0.0005
	}
	return made
}

// mail is part of a mailing: about twice a week a number of some traffic writes to a
// list within half an hour, on top of the rest.
func (s *sender) mail(at time.Time, level float64) int {
	if s.sends < 40 {
		return 0
	}
	if local := at.Add(s.habits.zone); local.Hour() >= 9 && local.Hour() < 17 && s.random.Float64() < 2.0/7/480 && level > 0 {
		s.mailing += int(s.sends)
	}
	part := min(s.mailing, int(s.sends)/30+1)
	s.mailing -= part
	return part
}

func (s *sender) segments() int {
	if s.random.Float64() < segmentsEach-1 {
		return 2
	}
	return 1
}

// delay of a receipt, in seconds. Most come at once; what fails is either refused at
// once or given up after a while.
func (s *sender) delay(failed bool) float64 {
	lognormal := func(median, spread float64) float64 { return median * math.Exp(spread*s.random.NormFloat64()) }
	switch draw := s.random.Float64(); {
	case failed && draw < 0.7:
		return lognormal(12, 0.8)
	case failed:
		return lognormal(400, 0.8)
	case draw < 0.85:
		return lognormal(7, 0.6)
	case draw < 0.97:
		return lognormal(50, 0.6)
	default:
		return lognormal(500, 0.9)
	}
}

func poisson(random *rand.Rand, mean float64) int {
	// Knuth's product, in parts that do not underflow.
	count := 0
	for ; mean > 0; mean -= 30 {
		limit, product := math.Exp(-min(mean, 30)), random.Float64()
		for ; product > limit; product *= random.Float64() {
			count++
		}
	}
	return count
}

func pick(random *rand.Rand, weights []float64) int {
	sum := 0.0
	for _, weight := range weights {
		sum += weight
	}
	draw := random.Float64() * sum
	for i, weight := range weights {
		if draw -= weight; draw < 0 {
			return i
		}
	}
	return len(weights) - 1
}
