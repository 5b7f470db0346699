// SPDX-License-Identifier: Apache-2.0

package collector

import (
	"slices"
	"time"

	"didsms_exporter/internal/sms"
)

// Labels that stand for more than one number.
const (
	didOther   = "other" // beyond max_dids, or not on the allow-list
	didUnknown = string(sms.NumberUnknown)
)

// DIDTotals is what was counted for one number of one account: plain data, of
// which the metrics page and the debug pages are views.
type DIDTotals struct {
	Account     string
	DID         string
	Name        string // configured
	CallingCode string
	Listed      bool // named in the configuration
	Tracked     bool // a number of its own, not "other" or "unknown"

	// Born is when the number was discovered; zero when it was known from the
	// start, and then nothing of it is ever held back.
	Born time.Time

	Messages  uint64                        // inbound
	Receipts  [sms.StatusCount]ReceiptTotal // by status
	Segments  [sms.DirectionCount]uint64    // billing count
	Money     []MoneyTotals                 // by currency; more than one only after a change of configuration
	LastEvent map[sms.Kind]time.Time        // arrival of the newest event

	MaxSilence map[sms.Kind]time.Duration // configured
}

// ReceiptTotal counts the receipts of one status.
type ReceiptTotal struct {
	Count uint64
	Born  time.Time // first seen; zero when shown from the start

	exemplarID string // newest message id, for undelivered statuses
	exemplarAt time.Time
}

// MoneyTotals sums the money of one currency, exactly.
type MoneyTotals struct {
	Currency    string
	Born        time.Time
	Spend       [sms.DirectionCount]sms.Money
	Undelivered sms.Money
	LastPrice   [sms.DirectionCount]*sms.Money // nil: none seen
}

// ReceiptsBy sums the receipts of one outcome.
func (t *DIDTotals) ReceiptsBy(outcome sms.Outcome) uint64 {
	var sum uint64
	for status, receipts := range t.Receipts {
		if sms.Status(status).Outcome() == outcome { //nolint:gosec // an index of the array
			sum += receipts.Count
		}
	}
	return sum
}

// clone copies the totals so that the copy can be read without a lock.
func (t *DIDTotals) clone() DIDTotals {
	copied := *t
	copied.Money = slices.Clone(t.Money)
	copied.LastEvent = make(map[sms.Kind]time.Time, len(t.LastEvent))
	for kind, at := range t.LastEvent {
		copied.LastEvent[kind] = at
	}
	return copied
}

// add counts one event.
func (t *DIDTotals) add(e *sms.Event, effect sms.Effect, now time.Time) {
	t.Messages += effect.Messages
	if effect.Receipts > 0 {
		receipts := &t.Receipts[e.Status]
		if receipts.Count == 0 && !precreated(e.Status) {
			receipts.Born = now
		}
		receipts.Count += effect.Receipts
	}
	t.Segments[e.Kind.Direction()] += effect.Segments
	t.LastEvent[e.Kind] = e.ArrivedAt
	money := t.in(e.Currency, now)
	direction := e.Kind.Direction()
	money.Spend[direction] = money.Spend[direction].Add(effect.Spend)
	money.Undelivered = money.Undelivered.Add(effect.Undelivered)
	if e.HasPrice {
		price := e.Price
		money.LastPrice[direction] = &price
	}
}

// in returns the sums of one currency.
func (t *DIDTotals) in(currency string, now time.Time) *MoneyTotals {
	for i := range t.Money {
		if t.Money[i].Currency == currency {
			return &t.Money[i]
		}
	}
	t.Money = append(t.Money, MoneyTotals{Currency: currency, Born: now})
	return &t.Money[len(t.Money)-1]
}

// precreated reports whether receipts of the status show as 0 from the start: the
// two that the vendor documents for its DID product.
func precreated(status sms.Status) bool {
	return status == sms.StatusDelivered || status == sms.StatusUndelivered
}
