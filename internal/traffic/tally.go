// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"didsms_exporter/internal/sms"
)

// tally gathers the answers of a run. It decides what a correct receiver counted
// in the same way as a receiver does, by claims, and from the answers: what was
// refused for now was not counted, and its duplicate may be.
type tally struct {
	mu     sync.Mutex // guards all below and the claims of the messages
	begun  time.Time
	ended  time.Time
	err    error   // why the newest unanswered shot was not answered
	totals Summary // all but Elapsed and LastError
}

func newTally() *tally {
	return &tally{totals: Summary{
		Answers:   map[Answer]uint64{},
		Callbacks: map[Callback]uint64{},
		DIDs:      map[sms.Number]Totals{},
		Counters:  map[sms.CounterKey]uint64{},
	}}
}

func (t *tally) begin(at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begun = at
}

func (t *tally) end(at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = at
}

// summary returns a copy that shares nothing with the tally.
func (t *tally) summary() Summary {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.totals
	s.Answers = maps.Clone(s.Answers)
	s.Callbacks = maps.Clone(s.Callbacks)
	s.DIDs = maps.Clone(s.DIDs)
	s.Counters = maps.Clone(s.Counters)
	s.Breaks = slices.Clone(s.Breaks)
	if t.err != nil {
		s.LastError = t.err.Error()
	}
	switch {
	case t.begun.IsZero():
	case t.ended.IsZero():
		s.Elapsed = time.Since(t.begun)
	default:
		s.Elapsed = t.ended.Sub(t.begun)
	}
	return s
}

// sent counts a shot as under way, which is unanswered so far.
func (t *tally) sent(s *shot) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.totals.Kinds[s.kind].Sent++
	t.totals.Kinds[s.kind].Unanswered++
}

// unsent counts a shot that found no place.
func (t *tally) unsent(s *shot) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.totals.Kinds[s.kind].Unsent++
}

// unanswered leaves a shot as it was counted and keeps the reason, the receiver's
// own before ours.
func (t *tally) unanswered(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if errors.Is(err, errInterrupted) {
		t.totals.Cut++
		if t.err != nil {
			return
		}
	}
	t.err = err
}

func (t *tally) lastError() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// answered judges an answer and counts what follows from it.
func (t *tally) answered(s *shot, r reply, latency time.Duration) {
	got := Answer{Status: r.status, Word: WordOther}
	if r.body == WordSuccess || r.body == WordError {
		got.Word = r.body
	}
	want := s.answer()

	t.mu.Lock()
	defer t.mu.Unlock()
	count := &t.totals.Kinds[s.kind]
	count.Unanswered--
	t.totals.Answers[got]++
	t.totals.Latency.add(latency)
	switch {
	case got == want:
		count.AsPlanned++
		t.counted(s)
	case got == Answer{http.StatusServiceUnavailable, WordError} && r.retryAfter:
		count.Overloaded++
	default:
		count.Broken++
		t.broken(s, want, got, r)
	}
}

// broken describes the answer, unless one like it was described before.
func (t *tally) broken(s *shot, want, answer Answer, r reply) {
	got := fmt.Sprintf("%d %.40q", r.status, r.body)
	breaks := t.totals.Breaks
	for i := range breaks {
		if breaks[i].Kind == s.kind && breaks[i].Got == got {
			breaks[i].Count++
			return
		}
	}
	if len(breaks) < maxBreaks {
		t.totals.Breaks = append(breaks, Break{Kind: s.kind, Want: want, Answer: answer, Got: got, MessageID: s.message.id, Count: 1})
	}
}

// counted adds what the receiver has counted, now that the answer was right.
func (t *tally) counted(s *shot) {
	result := s.kind.Result()
	if s.refused {
		// No header of it says what it is.
		t.totals.Callbacks[Callback{Kind: sms.KindUnknown, Result: sms.ResultMalformed, Nameless: true}]++
		return
	}
	if !s.kind.Forged() {
		event := s.event()
		claim := s.message.claimed.claim(&event, s.altered)
		result = sms.ResultAccepted
		if claim.Duplicate {
			result = sms.ResultDuplicate
		} else {
			t.add(&event, claim)
		}
		if claim.Conflict {
			t.totals.Conflicts++
		}
	}
	t.totals.Callbacks[Callback{Kind: s.label, Result: result, Nameless: s.nameless}]++
}

// add counts an event that is no duplicate.
func (t *tally) add(event *sms.Event, claim sms.Claim) {
	effect := claim.Effect(event)
	totals := t.totals.DIDs[event.DID]
	direction := event.Kind.Direction()
	if event.Kind == sms.KindMO {
		totals.Messages++
	} else {
		totals.Receipts[event.Status]++
		if !claim.FirstOfMessage {
			totals.StatusChanges++
		}
	}
	totals.Segments[direction] += effect.Segments
	totals.Spend[direction] = totals.Spend[direction].Add(effect.Spend)
	totals.Undelivered = totals.Undelivered.Add(effect.Undelivered)
	t.totals.DIDs[event.DID] = totals
	for _, key := range effect.Counters {
		t.totals.Counters[key]++
	}
}

// claims is what was claimed of one message so far.
type claims struct {
	statuses [sms.StatusCount]bool
	altered  [sms.StatusCount]bool // by a conflict that came first
	any      bool
	final    bool
	amount   sms.Money
}

// claim gives the verdict that a store would give.
func (c *claims) claim(event *sms.Event, altered bool) sms.Claim {
	if c.statuses[event.Status] {
		return sms.Claim{Duplicate: true, Conflict: altered != c.altered[event.Status], MessageAmount: c.amount}
	}
	c.altered[event.Status] = altered
	first := !c.any
	if first {
		c.amount, _ = event.Amount()
	}
	final := event.Status.Outcome().Final()
	claim := sms.Claim{FirstOfMessage: first, FirstFinal: final && !c.final, MessageAmount: c.amount}
	c.statuses[event.Status], c.any, c.final = true, true, c.final || final
	return claim
}
