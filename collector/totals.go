// SPDX-License-Identifier: Apache-2.0

package collector

import (
	"maps"
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
	Listed      bool      // named in the configuration
	Tracked     bool      // a number of its own, not "other" or "unknown"
	Since       time.Time // when counting began

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

	hold       hold
	since      time.Time
	exemplarID string // newest message id, for undelivered statuses
	exemplarAt time.Time
}

// MoneyTotals sums the money of one currency, exactly.
type MoneyTotals struct {
	Currency    string
	Since       time.Time
	Spend       [sms.DirectionCount]sms.Money
	Undelivered sms.Money
	LastPrice   [sms.DirectionCount]*sms.Money // nil: none seen

	pricedAt [sms.DirectionCount]time.Time
}

// ReceiptsBy sums the receipts of one outcome.
func (t *DIDTotals) ReceiptsBy(outcome sms.Outcome) uint64 {
	var sum uint64
	for status, receipts := range t.Receipts {
		if sms.Status(status).Outcome() == outcome {
			sum += receipts.Count
		}
	}
	return sum
}

// clone copies the totals so that the copy can be read without a lock.
func (t *DIDTotals) clone() DIDTotals {
	copied := *t
	copied.Money = slices.Clone(t.Money)
	copied.LastEvent = maps.Clone(t.LastEvent)
	return copied
}

// add counts one event, or what an earlier run counted: a total of one event and a
// total of a million add the same way.
func (t *DIDTotals) add(total sms.Total) {
	direction := total.Kind.Direction()
	if total.Kind == sms.KindMO {
		t.Messages += total.Events
	} else {
		receipts := &t.Receipts[total.Status]
		if receipts.Count == 0 || total.FirstAt.Before(receipts.since) {
			receipts.since = total.FirstAt
		}
		receipts.Count += total.Events
	}
	t.Segments[direction] += total.Segments
	if total.LastAt.After(t.LastEvent[total.Kind]) {
		t.LastEvent[total.Kind] = total.LastAt
	}
	money := t.in(total.Currency, total.FirstAt)
	money.Spend[direction] = money.Spend[direction].Add(total.Spend)
	money.Undelivered = money.Undelivered.Add(total.Undelivered)
	if total.LastPrice != nil && !total.LastAt.Before(money.pricedAt[direction]) {
		money.LastPrice[direction], money.pricedAt[direction] = total.LastPrice, total.LastAt
	}
}

// in returns the sums of one currency.
func (t *DIDTotals) in(currency string, since time.Time) *MoneyTotals {
	for i := range t.Money {
		if money := &t.Money[i]; money.Currency == currency {
			money.Since = earlier(money.Since, since)
			return money
		}
	}
	t.Money = append(t.Money, MoneyTotals{Currency: currency, Since: since})
	return &t.Money[len(t.Money)-1]
}

// precreated reports whether receipts of the status show as 0 from the start: the
// two that the vendor documents for its DID product.
func precreated(status sms.Status) bool {
	return status == sms.StatusDelivered || status == sms.StatusUndelivered
}
