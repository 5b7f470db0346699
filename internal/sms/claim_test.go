// SPDX-License-Identifier: Apache-2.0

package sms_test

import (
	"testing"

	"didsms_exporter/internal/sms"
)

// Each case is one message's life: the events in order with the claim a store
// gives each, what each adds, and what it comes to.
func TestClaimEffect(t *testing.T) {
	amount := newTestMoney(t, "0.072")
	first := sms.Claim{FirstOfMessage: true, MessageAmount: amount}
	firstFinal := sms.Claim{FirstOfMessage: true, FirstFinal: true, MessageAmount: amount}
	laterFinal := sms.Claim{FirstFinal: true, MessageAmount: amount}
	later := sms.Claim{MessageAmount: amount}
	duplicate := sms.Claim{Duplicate: true, MessageAmount: amount}
	// No store gives this claim; the duplicate must win even so.
	odd := sms.Claim{Duplicate: true, Conflict: true, FirstOfMessage: true, FirstFinal: true, MessageAmount: amount}

	type step struct {
		claim  sms.Claim
		status sms.Status
		want   sms.Effect
	}
	for _, c := range []struct {
		name  string
		kind  sms.Kind
		steps []step
	}{
		{"inbound", sms.KindMO, []step{
			{first, sms.StatusNone, sms.Effect{Messages: 1, Segments: 2, Spend: amount}},
			{duplicate, sms.StatusNone, sms.Effect{}},
			{odd, sms.StatusNone, sms.Effect{}},
		}},
		{"delivered", sms.KindDR, []step{
			{firstFinal, sms.StatusDelivered, sms.Effect{Receipts: 1, Segments: 2, Spend: amount}},
			{duplicate, sms.StatusDelivered, sms.Effect{}},
			{odd, sms.StatusUndelivered, sms.Effect{}},
		}},
		{"undelivered, then delivered: the money is counted once, the loss stands", sms.KindDR, []step{
			{firstFinal, sms.StatusUndelivered, sms.Effect{Receipts: 1, Segments: 2, Spend: amount, Undelivered: amount}},
			{later, sms.StatusDelivered, sms.Effect{Receipts: 1, StatusChange: 1}},
		}},
		{"delivered, then undelivered: no loss, the first fate counts", sms.KindDR, []step{
			{firstFinal, sms.StatusDelivered, sms.Effect{Receipts: 1, Segments: 2, Spend: amount}},
			{later, sms.StatusUndelivered, sms.Effect{Receipts: 1, StatusChange: 1}},
		}},
		{"pending, then undelivered", sms.KindDR, []step{
			{first, sms.StatusEnroute, sms.Effect{Receipts: 1, Segments: 2, Spend: amount}},
			{laterFinal, sms.StatusUndelivered, sms.Effect{Receipts: 1, StatusChange: 1, Undelivered: amount}},
		}},
		{"pending, then delivered", sms.KindDR, []step{
			{first, sms.StatusAccepted, sms.Effect{Receipts: 1, Segments: 2, Spend: amount}},
			{laterFinal, sms.StatusDelivered, sms.Effect{Receipts: 1, StatusChange: 1}},
		}},
		{"unknown, then rejected, then expired", sms.KindDR, []step{
			{first, sms.StatusOther, sms.Effect{Receipts: 1, Segments: 2, Spend: amount}},
			{laterFinal, sms.StatusRejected, sms.Effect{Receipts: 1, StatusChange: 1, Undelivered: amount}},
			{later, sms.StatusExpired, sms.Effect{Receipts: 1, StatusChange: 1}},
		}},
	} {
		for i, step := range c.steps {
			event := &sms.Event{Kind: c.kind, Status: step.status, Size: 2, HasSize: true}
			if got := step.claim.Effect(event); got != step.want {
				t.Errorf("%s, event %d: got %+v, want %+v", c.name, i+1, got, step.want)
			}
		}
	}
}

func TestClaimEffectWithoutSize(t *testing.T) {
	claim := sms.Claim{FirstOfMessage: true}
	got := claim.Effect(&sms.Event{Kind: sms.KindMO, Size: 9}) // no HasSize
	if want := (sms.Effect{Messages: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
