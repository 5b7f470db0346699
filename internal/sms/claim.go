// SPDX-License-Identifier: Apache-2.0

package sms

// Claim is the store's verdict on one event, given once: everything else that is
// counted follows from the event and its claim.
type Claim struct {
	// Duplicate: the same account, kind, message id and status was claimed before.
	Duplicate bool
	// Conflict: a duplicate whose content differs from what was claimed.
	Conflict bool
	// FirstOfMessage: no event of this message was claimed before, so its segments
	// and its spend are counted now.
	FirstOfMessage bool
	// FirstFinal: no earlier event of this message had a final outcome.
	FirstFinal bool
	// MessageAmount is what was counted as spend for the message, by this event or
	// an earlier one.
	MessageAmount Money
	// Seq is the event's place in a durable store; 0 elsewhere.
	Seq int64
}

// Effect is what one claimed event adds to the totals. The ledger and a durable
// store add the same Effect, so that they cannot disagree.
type Effect struct {
	Events      uint64 // 1, or 0 of a duplicate
	Segments    uint64 // billing count
	Spend       Money
	Undelivered Money        // spend of a message whose first final outcome is undelivered
	Counters    []CounterKey // of the account; each moves by one
}

// Effect returns what the event adds under this claim. A duplicate adds nothing.
// Segments and spend belong to the message, so only its first event adds them,
// whatever statuses follow.
func (c Claim) Effect(e *Event) Effect {
	if c.Duplicate {
		return Effect{}
	}
	effect := Effect{Events: 1}
	if c.FirstOfMessage {
		if e.HasSize {
			effect.Segments = uint64(e.Size)
		}
		effect.Spend = c.MessageAmount
	}
	for _, fieldError := range e.FieldErrors {
		effect.Counters = append(effect.Counters, fieldError.counter(e))
	}
	if e.Kind != KindDR {
		return effect
	}
	if c.FirstFinal && e.Status.Outcome() == OutcomeUndelivered {
		effect.Undelivered = c.MessageAmount
	}
	effect.Counters = append(effect.Counters,
		CounterKey{e.Account, CounterDestinations, e.Destination, e.Status.Outcome().String()})
	if e.Status == StatusOther {
		effect.Counters = append(effect.Counters, CounterKey{Account: e.Account, Name: CounterUnknownStatuses})
	}
	if !c.FirstOfMessage {
		effect.Counters = append(effect.Counters, CounterKey{Account: e.Account, Name: CounterStatusChanges})
	}
	return effect
}
