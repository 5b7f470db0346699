// SPDX-License-Identifier: Apache-2.0

package command

import (
	"slices"
	"time"

	"didsms_exporter/internal/traffic"
)

// simulateReport is the summary for scripts, and what the one for people is made
// of.
type simulateReport struct {
	Scenario    string             `json:"scenario"`
	Seed        uint64             `json:"seed"`
	Seconds     float64            `json:"seconds"`
	Interrupted bool               `json:"interrupted"`
	Total       answerCounts       `json:"total"`
	Kinds       []kindCounts       `json:"kinds"`
	Answers     map[string]uint64  `json:"answers"`
	LatencyMS   map[string]float64 `json:"latency_ms"`
	Breaks      []brokenAnswer     `json:"breaks"`
	LastError   string             `json:"last_error,omitempty"`
	Metrics     *reconciliation    `json:"metrics,omitempty"`
	Faults      []string           `json:"faults"`
	Error       string             `json:"error,omitempty"` // why the run is not complete

	latency        [4]time.Duration
	inFlight       int  // how many requests may be in work
	expectsMetrics bool // they are compared at the end
}

// answerCounts is how callbacks were answered.
type answerCounts struct {
	Sent       uint64 `json:"sent"`
	AsAsked    uint64 `json:"as_asked"`
	ForNow     uint64 `json:"refused_for_now"`
	Wrong      uint64 `json:"wrong"`
	Unanswered uint64 `json:"unanswered"`
	Unsent     uint64 `json:"unsent"`
}

// brokenAnswer is one way in which answers broke the contract.
type brokenAnswer struct {
	Kind      string `json:"kind"`
	Want      string `json:"want"`
	Got       string `json:"got"`
	Count     uint64 `json:"count"`
	MessageID string `json:"first_message_id"`
}

type kindCounts struct {
	Kind string `json:"kind"`
	answerCounts
}

func newAnswerCounts(c traffic.Count) answerCounts {
	return answerCounts{c.Sent, c.AsPlanned, c.Overloaded, c.Broken, c.Unanswered, c.Unsent}
}

func newSimulateReport(run *simulation, summary traffic.Summary) *simulateReport {
	r := &simulateReport{
		Scenario:  run.config.Scenario.String(),
		Seed:      run.config.Seed,
		Seconds:   milliseconds(summary.Elapsed) / 1000,
		Total:     newAnswerCounts(summary.Total()),
		Answers:   map[string]uint64{},
		LatencyMS: map[string]float64{},
		Breaks:    []brokenAnswer{},
		LastError: escapeForTerminal([]byte(summary.LastError)),

		inFlight:       run.inFlight,
		expectsMetrics: run.metrics != nil,
	}
	for kind := range traffic.ShotKindCount {
		if count := summary.Kinds[kind]; count.Sent > 0 {
			r.Kinds = append(r.Kinds, kindCounts{kind.String(), newAnswerCounts(count)})
		}
	}
	for answer, count := range summary.Answers {
		r.Answers[answer.String()] = count
	}
	for i, q := range []float64{0.5, 0.9, 0.99} {
		r.latency[i] = summary.Latency.Quantile(q)
	}
	r.latency[3] = summary.Latency.Max()
	for i, name := range latencyNames {
		r.LatencyMS[name] = milliseconds(r.latency[i])
	}
	for _, b := range summary.Breaks {
		r.Breaks = append(r.Breaks, brokenAnswer{b.Kind.String(), b.Want.String(), b.Got, b.Count, b.MessageID})
	}
	return r
}

var latencyNames = [4]string{"p50", "p90", "p99", "max"}

func (r *simulateReport) sortedAnswers() []string {
	var answers []string
	for answer := range r.Answers {
		answers = append(answers, answer)
	}
	slices.Sort(answers)
	return answers
}
