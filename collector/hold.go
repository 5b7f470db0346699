// SPDX-License-Identifier: Apache-2.0

package collector

import (
	"time"

	"didsms_exporter/internal/sms"
)

// hold is the birth hold of one series or of a whole number: until it is over, a
// counter shows 0. increase() does not see a counter that is born at 1, so what
// is discovered is shown at 0 for some scrapes first.
//
// The zero value holds nothing: what was known from the start needs no hold.
type hold struct {
	born time.Time
	over bool
}

// holding reports whether the true value must not be shown yet.
func (h hold) holding() bool { return !h.born.IsZero() && !h.over }

// due reports whether the hold has lasted long enough.
func (h hold) due(now time.Time, length time.Duration) bool {
	return h.holding() && !now.Before(h.born.Add(length))
}

// newHold starts a hold, unless holds are switched off.
func (l *Ledger) newHold(now time.Time) hold {
	if l.settings.BirthHold <= 0 {
		return hold{}
	}
	return hold{born: now}
}

// heldStatus reports whether the receipts of a status are held back: with the row,
// or on their own because the status was never seen before.
func (r *row) heldStatus(status sms.Status) bool {
	return r.hold.holding() || r.Receipts[status].hold.holding()
}

// newStatus reports whether receipts of the status have no series yet.
func (r *row) newStatus(status sms.Status) bool {
	return r.Receipts[status].Count == 0 && !precreated(status)
}

// endHolds ends the holds that have lasted long enough. What is shown from then on
// must be known to be shown after a restart too, or it would be held once more and
// its counter would run backwards: so the store has to remember it first. While the
// store cannot, the holds go on.
func (l *Ledger) endHolds() {
	l.mu.Lock()
	due := l.dueTotals()
	l.mu.Unlock()
	if len(due) == 0 || l.markShown != nil && l.markShown(due) != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now, length := l.now(), l.settings.BirthHold
	for _, key := range due {
		r := l.rows[rowKey{key.Account, key.Label}]
		delete(r.unmarked, key)
		if r.hold.due(now, length) {
			r.hold.over = true
		}
		if h := &r.Receipts[key.Status].hold; h.due(now, length) {
			h.over = true
		}
	}
}

// dueTotals lists the totals that were counted while they were held, and whose
// hold has lasted long enough.
func (l *Ledger) dueTotals() []sms.TotalKey {
	now, length := l.now(), l.settings.BirthHold
	var due []sms.TotalKey
	for _, r := range l.rows {
		for key := range r.unmarked {
			own := r.Receipts[key.Status].hold
			if (!r.hold.holding() || r.hold.due(now, length)) && (!own.holding() || own.due(now, length)) {
				due = append(due, key)
			}
		}
	}
	return due
}
