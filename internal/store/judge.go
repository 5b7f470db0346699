// SPDX-License-Identifier: Apache-2.0

package store

import "didsms_exporter/internal/sms"

// known is what has to be remembered of a message to judge its next event. Every
// engine keeps it in its own form.
type known struct {
	statuses uint16 // bit set of sms.Status seen
	final    bool   // a final outcome was seen
	amount   sms.Money
}

// seen reports whether an event with this status was claimed before.
func (k known) seen(status sms.Status) bool { return k.statuses&(1<<status) != 0 }

// claim judges an event whose status was not seen before, and returns what is
// known afterwards. Money belongs to the message, so its first event counts it.
func (k known) claim(e *sms.Event) (sms.Claim, known) {
	isFirst := k.statuses == 0
	if isFirst {
		k.amount, _ = e.Amount()
	}
	claim := sms.Claim{
		FirstOfMessage: isFirst,
		FirstFinal:     !k.final && e.Status.Outcome().Final(),
		MessageAmount:  k.amount,
	}
	k.statuses |= 1 << e.Status
	k.final = k.final || claim.FirstFinal
	return claim, k
}
