// SPDX-License-Identifier: Apache-2.0

package sms

import "time"

// TotalKey names one sum: the events of one label with one status. Everything
// that is shown per number is such a sum, or a sum of them.
type TotalKey struct {
	Account  string
	Label    string // our number, "other" or "unknown"
	Kind     Kind
	Status   Status // StatusNone for MO
	Currency string
}

// Total is what was counted under one key.
type Total struct {
	TotalKey
	Events      uint64
	Segments    uint64
	Spend       Money
	Undelivered Money
	LastPrice   *Money    // nil: none seen
	FirstAt     time.Time // when it was first counted
	LastAt      time.Time // arrival of the newest event

	// Shown: the total was shown as 0 for long enough that a scraper knows it, so
	// it need not be held back any more.
	Shown bool
}

// TotalKey returns the key under which the event counts.
func (e *Event) TotalKey() TotalKey {
	return TotalKey{e.Account, e.Label, e.Kind, e.Status, e.Currency}
}

// Total returns what the event alone adds to its total.
func (e *Event) Total(effect Effect) Total {
	total := Total{
		TotalKey:    e.TotalKey(),
		Events:      effect.Events,
		Segments:    effect.Segments,
		Spend:       effect.Spend,
		Undelivered: effect.Undelivered,
		FirstAt:     e.ArrivedAt,
		LastAt:      e.ArrivedAt,
		Shown:       e.Shown,
	}
	if e.HasPrice {
		price := e.Price
		total.LastPrice = &price
	}
	return total
}

// Merge adds what was counted later under the same key.
func (t *Total) Merge(later Total) {
	t.Events += later.Events
	t.Segments += later.Segments
	t.Spend = t.Spend.Add(later.Spend)
	t.Undelivered = t.Undelivered.Add(later.Undelivered)
	t.LastAt = later.LastAt
	t.Shown = t.Shown || later.Shown
	if later.LastPrice != nil {
		t.LastPrice = later.LastPrice
	}
}

// CounterName names a counter of an account as a whole.
type CounterName uint8

// The counters.
const (
	CounterDestinations    CounterName = iota // A: calling code, B: outcome
	CounterUnknownStatuses                    //
	CounterStatusChanges                      //
	CounterTimeErrors                         // A: kind, B: reason
	CounterBillingErrors                      // A: kind, B: field
	counterCount
)

// String returns the word under which a store keeps the counter.
func (n CounterName) String() string {
	return [counterCount]string{"destinations", "unknown_statuses", "status_changes", "time_errors", "billing_errors"}[n]
}

// ParseCounterName is the inverse of String; ok is false for any other word.
func ParseCounterName(word string) (name CounterName, ok bool) {
	for name := range counterCount {
		if name.String() == word {
			return name, true
		}
	}
	return 0, false
}

// CounterKey names one counter of an account; A and B are its further labels.
type CounterKey struct {
	Account string
	Name    CounterName
	A, B    string
}

func (f FieldError) counter(e *Event) CounterKey {
	if f.Field == FieldReceiveTime {
		return CounterKey{e.Account, CounterTimeErrors, e.Kind.String(), f.Problem.String()}
	}
	return CounterKey{e.Account, CounterBillingErrors, e.Kind.String(), f.Field.String()}
}
