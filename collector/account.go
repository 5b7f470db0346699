// SPDX-License-Identifier: Apache-2.0

package collector

import (
	"maps"
	"time"

	"didsms_exporter/internal/sms"
)

// Bounds of the calling_code label.
const (
	maxCallingCodes = 60
	otherCode       = "other"   // beyond the bound
	unknownCode     = "unknown" // no number, or no assigned code
)

// accountTotals is what was counted for one account as a whole.
type accountTotals struct {
	config Account

	counters     map[sms.CounterKey]uint64
	lastAccepted map[sms.Kind]time.Time
	conflicts    uint64 // duplicates are not committed, so these start anew
	overflow     uint64
	tracked      int // numbers

	month  string               // such as 2026-11, in the account's zone
	spends map[string]sms.Money // of that month, by currency
}

func newAccountTotals(config Account) *accountTotals {
	a := &accountTotals{
		config:       config,
		counters:     make(map[sms.CounterKey]uint64),
		lastAccepted: make(map[sms.Kind]time.Time, 2),
		spends:       make(map[string]sms.Money, 1),
	}
	a.precreate(sms.CounterKey{Name: sms.CounterUnknownStatuses}, sms.CounterKey{Name: sms.CounterStatusChanges})
	for _, kind := range []sms.Kind{sms.KindMO, sms.KindDR} {
		for _, problem := range []sms.FieldProblem{sms.FieldNegative, sms.FieldTooOld, sms.FieldUnparsable} {
			a.precreate(sms.CounterKey{Name: sms.CounterTimeErrors, A: kind.String(), B: problem.String()})
		}
		for _, field := range []sms.Field{sms.FieldPrice, sms.FieldSize} {
			a.precreate(sms.CounterKey{Name: sms.CounterBillingErrors, A: kind.String(), B: field.String()})
		}
	}
	return a
}

// precreate makes counters show 0 before anything happens.
func (a *accountTotals) precreate(keys ...sms.CounterKey) {
	for _, key := range keys {
		key.Account = a.config.Name
		a.counters[key] += 0
	}
}

// add counts one event.
func (a *accountTotals) add(e *sms.Event, effect sms.Effect) {
	a.lastAccepted[e.Kind] = e.ArrivedAt
	for _, key := range effect.Counters {
		a.count(key, 1)
	}
	a.spend(e.Month, e.Currency, effect.Spend)
}

// count moves a counter. A country's final outcomes appear together, so that the
// first failure there is an increase from 0.
func (a *accountTotals) count(key sms.CounterKey, by uint64) {
	a.counters[key] += by
	if key.Name == sms.CounterDestinations {
		a.precreate(
			sms.CounterKey{Name: key.Name, A: key.A, B: sms.OutcomeDelivered.String()},
			sms.CounterKey{Name: key.Name, A: key.A, B: sms.OutcomeUndelivered.String()})
	}
}

// spend adds to the sums of a calendar month. An event that arrived before the
// newest month began belongs to a month that is no longer shown.
func (a *accountTotals) spend(month, currency string, amount sms.Money) {
	if month > a.month {
		a.month = month
		clear(a.spends)
	}
	if month == a.month {
		a.spends[currency] = a.spends[currency].Add(amount)
	}
}

// monthToDate returns the spend of the month that is current now.
func (a *accountTotals) monthToDate(now time.Time) map[string]sms.Money {
	if now.In(a.config.location()).Format("2006-01") != a.month {
		return map[string]sms.Money{a.config.Currency: {}}
	}
	spends := maps.Clone(a.spends)
	spends[a.config.Currency] = spends[a.config.Currency].Add(sms.Money{})
	return spends
}

func (a *accountTotals) clone() accountTotals {
	copied := *a
	copied.counters = maps.Clone(a.counters)
	copied.lastAccepted = maps.Clone(a.lastAccepted)
	copied.spends = maps.Clone(a.spends)
	return copied
}

func orUnknown(code string) string {
	if code == "" {
		return unknownCode
	}
	return code
}
