// SPDX-License-Identifier: Apache-2.0

package collector

import (
	"maps"
	"slices"
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
	tracked      int  // numbers
	listed       bool // in the configuration in force

	spends map[string]map[string]sms.Money // by month such as 2026-11, in the account's zone, and by currency
}

func newAccountTotals(config Account) *accountTotals {
	a := &accountTotals{
		config:       config,
		counters:     make(map[sms.CounterKey]uint64),
		lastAccepted: make(map[sms.Kind]time.Time, 2),
		spends:       make(map[string]map[string]sms.Money),
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

// monthsKept bounds the months remembered: the current one, its neighbours, and one
// that a clock gone wrong may have made up.
const monthsKept = 4

// spend adds to the sums of a calendar month.
func (a *accountTotals) spend(month, currency string, amount sms.Money) {
	sums := a.spends[month]
	if sums == nil {
		sums = make(map[string]sms.Money, 1)
		a.spends[month] = sums
		if len(a.spends) > monthsKept {
			delete(a.spends, slices.Min(slices.Collect(maps.Keys(a.spends))))
		}
	}
	sums[currency] = sums[currency].Add(amount)
}

// monthToDate returns the spend of the month that is current now.
func (a *accountTotals) monthToDate(now time.Time) map[string]sms.Money {
	spends := maps.Clone(a.spends[now.In(a.config.location()).Format("2006-01")])
	if spends == nil {
		spends = make(map[string]sms.Money, 1)
	}
	spends[a.config.Currency] = spends[a.config.Currency].Add(sms.Money{}) // at least 0
	return spends
}

func (a *accountTotals) clone() accountTotals {
	copied := *a
	copied.counters = maps.Clone(a.counters)
	copied.lastAccepted = maps.Clone(a.lastAccepted)
	copied.spends = make(map[string]map[string]sms.Money, len(a.spends))
	for month, sums := range a.spends {
		copied.spends[month] = maps.Clone(sums)
	}
	return copied
}

func orUnknown(code string) string {
	if code == "" {
		return unknownCode
	}
	return code
}
