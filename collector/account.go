// SPDX-License-Identifier: Apache-2.0

package collector

import (
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

	lastAccepted  map[sms.Kind]time.Time
	timeErrors    map[fieldProblem]uint64
	billingErrors map[fieldProblem]uint64
	destinations  map[string]*[sms.OutcomeCount]uint64 // by calling code

	unknownStatuses, statusChanges, conflicts, overflow uint64

	tracked int // numbers
}

// fieldProblem counts refused fields; problem is always unparsable for money.
type fieldProblem struct {
	kind    sms.Kind
	field   sms.Field
	problem sms.FieldProblem
}

func newAccountTotals(config Account) *accountTotals {
	a := &accountTotals{
		config:        config,
		lastAccepted:  make(map[sms.Kind]time.Time, 2),
		timeErrors:    make(map[fieldProblem]uint64),
		billingErrors: make(map[fieldProblem]uint64),
		destinations:  make(map[string]*[sms.OutcomeCount]uint64),
	}
	for _, kind := range []sms.Kind{sms.KindMO, sms.KindDR} {
		for _, problem := range []sms.FieldProblem{sms.FieldNegative, sms.FieldTooOld, sms.FieldUnparsable} {
			a.timeErrors[fieldProblem{kind, sms.FieldReceiveTime, problem}] = 0
		}
		for _, field := range []sms.Field{sms.FieldPrice, sms.FieldSize} {
			a.billingErrors[fieldProblem{kind, field, sms.FieldUnparsable}] = 0
		}
	}
	return a
}

// add counts one event.
func (a *accountTotals) add(e *sms.Event, effect sms.Effect) {
	a.lastAccepted[e.Kind] = e.ArrivedAt
	a.statusChanges += effect.StatusChange
	if e.Status == sms.StatusOther {
		a.unknownStatuses++
	}
	for _, fieldError := range e.FieldErrors {
		key := fieldProblem{e.Kind, fieldError.Field, fieldError.Problem}
		if fieldError.Field == sms.FieldReceiveTime {
			a.timeErrors[key]++
		} else {
			a.billingErrors[key]++
		}
	}
}

// destination returns the receipts of one calling code by outcome.
func (a *accountTotals) destination(code string) *[sms.OutcomeCount]uint64 {
	counts := a.destinations[code]
	if counts == nil {
		counts = new([sms.OutcomeCount]uint64)
		a.destinations[code] = counts
	}
	return counts
}

func orUnknown(code string) string {
	if code == "" {
		return unknownCode
	}
	return code
}
