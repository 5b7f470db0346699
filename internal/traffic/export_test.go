// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"net/http"
	"time"

	"didsms_exporter/internal/sms"
)

// Planned is a shot as the tests see it.
type Planned struct {
	Offset   time.Duration
	Now      time.Time
	Kind     ShotKind
	Status   int
	Word     string
	Header   http.Header
	Body     []byte
	Event    sms.Event
	Peer     string
	Content  string
	Received time.Time
	Name     string
	Code     string // calling code
	Form     int
}

// Plan makes all shots of a run without sending them.
func Plan(config Config, start time.Time) []Planned {
	config, err := config.withDefaults()
	if err != nil {
		panic(err)
	}
	var plan []Planned
	for g := newGenerator(config, start); ; {
		s := g.shot()
		if s.offset >= config.Duration {
			return plan
		}
		answer := s.answer()
		plan = append(plan, Planned{
			Offset: s.offset, Now: g.now(), Kind: s.kind, Status: answer.Status, Word: answer.Word,
			Header: s.header, Body: s.body, Event: s.event(), Peer: s.message.peer, Content: s.message.content,
			Received: s.message.received, Name: s.message.line.Name, Code: s.message.line.DID.CallingCode(),
			Form: int(s.message.form),
		})
	}
}

// FormCount is the number of faultless ways to write a body.
const FormCount = int(formBadPrice)

// ManyNumbers lists n numbers.
func ManyNumbers(n int) []Number {
	var numbers []Number
	for _, line := range newLines(n) {
		numbers = append(numbers, line.Number)
	}
	return numbers
}

// CountSegments is countSegments.
var CountSegments = countSegments

// LatenciesOf is a distribution of these latencies.
func LatenciesOf(durations ...time.Duration) *Latencies {
	var l Latencies
	for _, d := range durations {
		l.add(d)
	}
	return &l
}
