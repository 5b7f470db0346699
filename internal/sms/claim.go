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
}

// Effect is what one claimed event adds to the totals of its number. The ledger
// and a durable store add the same Effect, so that they cannot disagree.
type Effect struct {
	Messages     uint64 // inbound messages: 0 or 1
	Receipts     uint64 // delivery receipts: 0 or 1, under the event's status
	Segments     uint64 // billing count
	Spend        Money
	Undelivered  Money  // spend of a message whose first final outcome is undelivered
	StatusChange uint64 // a receipt for a message that had another status before
}

// Effect returns what the event adds under this claim. A duplicate adds nothing.
// Segments and spend belong to the message, so only its first event adds them,
// whatever statuses follow.
func (c Claim) Effect(e *Event) Effect {
	var effect Effect
	if c.Duplicate {
		return effect
	}
	if e.Kind == KindMO {
		effect.Messages = 1
	} else {
		effect.Receipts = 1
		if !c.FirstOfMessage {
			effect.StatusChange = 1
		}
		if c.FirstFinal && e.Status.Outcome() == OutcomeUndelivered {
			effect.Undelivered = c.MessageAmount
		}
	}
	if c.FirstOfMessage {
		if e.HasSize {
			effect.Segments = uint64(e.Size)
		}
		effect.Spend = c.MessageAmount
	}
	return effect
}
