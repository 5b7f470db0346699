// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"fmt"
	"time"

	"didsms_exporter/internal/sms"
)

// The two words of the contract.
const (
	WordSuccess = "success"
	WordError   = "error"
	WordOther   = "other" // exactly neither
)

// Answer is what a receiver answered: the HTTP status, and success, error, or
// other for a body that is exactly neither.
type Answer struct {
	Status int
	Word   string
}

// String returns status and word, such as "200 success".
func (a Answer) String() string { return fmt.Sprintf("%d %s", a.Status, a.Word) }

// Count is how shots were answered.
type Count struct {
	Sent       uint64
	AsPlanned  uint64 // the right status with the right word
	Overloaded uint64 // 503, error and Retry-After: refused for now, which the contract allows
	Broken     uint64 // anything else
	Unanswered uint64 // no answer, or not yet
	Unsent     uint64 // not among Sent: no place was free when its time came
}

// Break is one way in which answers broke the contract.
type Break struct {
	Kind      ShotKind
	Want      Answer
	Answer    Answer // what came instead
	Got       string // its status and the begin of its body, quoted
	MessageID string // of the first such shot
	Count     uint64
}

// String describes the break in one line.
func (b Break) String() string {
	return fmt.Sprintf("%s: want %s, got %s (%d times, first for message %s)", b.Kind, b.Want, b.Got, b.Count, b.MessageID)
}

// maxBreaks is how many different breaks are described.
const maxBreaks = 20

// Callback names one series of didsms_callbacks_total, but for the account: the
// simulated one, or "unknown" for sms.ResultUnknownKey and for a Nameless one.
type Callback struct {
	Kind     sms.Kind
	Result   sms.Result
	Nameless bool // no header, or more than one, names an account
}

// Totals is what a correct receiver has counted for one number.
type Totals struct {
	Messages      uint64                  // inbound
	Receipts      [sms.StatusCount]uint64 // by normalised status
	StatusChanges uint64                  // receipts that corrected an earlier one
	Segments      [sms.DirectionCount]uint64
	Spend         [sms.DirectionCount]sms.Money
	// Undelivered is the spend of messages whose first final status says so. Which
	// status came first is certain only while nothing was Overloaded either.
	Undelivered sms.Money
}

// Events adds up messages and receipts.
func (t *Totals) Events() uint64 {
	sum := t.Messages
	for _, count := range t.Receipts {
		sum += count
	}
	return sum
}

// Summary is what was sent and what came back. Callbacks and DIDs say what a
// receiver that keeps the contract has counted; they are exact while nothing is
// Broken or Unanswered, for then every answer says what became of its shot.
type Summary struct {
	Elapsed   time.Duration
	Kinds     [ShotKindCount]Count
	Answers   map[Answer]uint64
	Breaks    []Break // the first different ones
	Latency   Latencies
	LastError string // why the newest unanswered shot was not answered
	Cut       uint64 // of the unanswered ones: broken off by the end of the context

	Callbacks map[Callback]uint64
	DIDs      map[sms.Number]Totals
	Counters  map[sms.CounterKey]uint64 // of the account, whose name they leave empty
	Conflicts uint64                    // duplicates that contradict their original
}

// Total adds up all kinds.
func (s *Summary) Total() Count {
	var total Count
	for _, count := range s.Kinds {
		total.Sent += count.Sent
		total.AsPlanned += count.AsPlanned
		total.Overloaded += count.Overloaded
		total.Broken += count.Broken
		total.Unanswered += count.Unanswered
		total.Unsent += count.Unsent
	}
	return total
}
