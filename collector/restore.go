// SPDX-License-Identifier: Apache-2.0

package collector

import (
	"time"

	"didsms_exporter/internal/sms"
)

// Restored is what a durable store remembers of an earlier run.
type Restored struct {
	Since    time.Time // when counting began
	Totals   []sms.Total
	Counters map[sms.CounterKey]uint64
	Spends   []MonthSpend // of the newest months
}

// MonthSpend is what an account spent in one calendar month of its zone.
type MonthSpend struct {
	Account, Month, Currency string
	Amount                   sms.Money
}

// restore continues the totals of an earlier run as the same series. A number that
// was counted but never shown is held once more: nobody has seen its 0 yet.
func (l *Ledger) restore(from Restored) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !from.Since.IsZero() {
		l.started = from.Since
	}
	now := l.now()
	shown, shownStatus := map[rowKey]bool{}, map[statusKey]bool{}
	for _, total := range from.Totals {
		if total.Shown {
			key := rowKey{total.Account, total.Label}
			shown[key] = true
			shownStatus[statusKey{key, total.Status}] = true // in some currency: one series has them all
		}
	}
	for _, total := range from.Totals {
		key := rowKey{total.Account, total.Label}
		r := l.rows[key]
		if r == nil {
			r = l.newRow(key, hold{}, total.FirstAt)
		}
		if !shown[key] && !r.hold.holding() {
			r.hold = l.newHold(now)
		}
		r.Since = earlier(r.Since, total.FirstAt)
		r.add(total)
		if !total.Shown {
			r.unmarked[total.TotalKey] = true
			if shown[key] && total.Kind == sms.KindDR && !precreated(total.Status) && !shownStatus[statusKey{key, total.Status}] {
				r.Receipts[total.Status].hold = l.newHold(now)
			}
		}
		account := l.account(total.Account)
		if total.LastAt.After(account.lastAccepted[total.Kind]) {
			account.lastAccepted[total.Kind] = total.LastAt
		}
	}
	for key, value := range from.Counters {
		l.account(key.Account).count(key, value)
		if key.Name == sms.CounterDestinations && key.A != otherCode && key.A != unknownCode {
			l.codes[key.A] = true
		}
	}
	for _, spend := range from.Spends {
		l.account(spend.Account).spend(spend.Month, spend.Currency, spend.Amount)
	}
}

// statusKey finds the receipts of one status.
type statusKey struct {
	rowKey
	status sms.Status
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
