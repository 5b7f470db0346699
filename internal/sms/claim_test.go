// SPDX-License-Identifier: Apache-2.0

package sms_test

import (
	"slices"
	"testing"
	"time"

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
		want   moved
	}
	for _, c := range []struct {
		name  string
		kind  sms.Kind
		steps []step
	}{
		{"inbound", sms.KindMO, []step{
			{first, sms.StatusNone, moved{Events: 1, Segments: 2, Spend: amount}},
			{duplicate, sms.StatusNone, moved{}},
			{odd, sms.StatusNone, moved{}},
		}},
		{"delivered", sms.KindDR, []step{
			{firstFinal, sms.StatusDelivered, moved{Events: 1, Segments: 2, Spend: amount}},
			{duplicate, sms.StatusDelivered, moved{}},
			{odd, sms.StatusUndelivered, moved{}},
		}},
		{"undelivered, then delivered: the money is counted once, the loss stands", sms.KindDR, []step{
			{firstFinal, sms.StatusUndelivered, moved{Events: 1, Segments: 2, Spend: amount, Undelivered: amount}},
			{later, sms.StatusDelivered, moved{Events: 1, Changed: true}},
		}},
		{"delivered, then undelivered: no loss, the first fate counts", sms.KindDR, []step{
			{firstFinal, sms.StatusDelivered, moved{Events: 1, Segments: 2, Spend: amount}},
			{later, sms.StatusUndelivered, moved{Events: 1, Changed: true}},
		}},
		{"pending, then undelivered", sms.KindDR, []step{
			{first, sms.StatusEnroute, moved{Events: 1, Segments: 2, Spend: amount}},
			{laterFinal, sms.StatusUndelivered, moved{Events: 1, Changed: true, Undelivered: amount}},
		}},
		{"pending, then delivered", sms.KindDR, []step{
			{first, sms.StatusAccepted, moved{Events: 1, Segments: 2, Spend: amount}},
			{laterFinal, sms.StatusDelivered, moved{Events: 1, Changed: true}},
		}},
		{"unknown, then rejected, then expired", sms.KindDR, []step{
			{first, sms.StatusOther, moved{Events: 1, Segments: 2, Spend: amount}},
			{laterFinal, sms.StatusRejected, moved{Events: 1, Changed: true, Undelivered: amount}},
			{later, sms.StatusExpired, moved{Events: 1, Changed: true}},
		}},
	} {
		for i, step := range c.steps {
			event := &sms.Event{Kind: c.kind, Status: step.status, Size: 2, HasSize: true}
			if got := movedBy(step.claim.Effect(event)); got != step.want {
				t.Errorf("%s, event %d: got %+v, want %+v", c.name, i+1, got, step.want)
			}
		}
	}
}

func TestClaimEffectWithoutSize(t *testing.T) {
	claim := sms.Claim{FirstOfMessage: true}
	got := movedBy(claim.Effect(&sms.Event{Kind: sms.KindMO, Size: 9})) // no HasSize
	if want := (moved{Events: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// moved is an effect without its counters, but for whether a status changed.
type moved struct {
	Events, Segments   uint64
	Spend, Undelivered sms.Money
	Changed            bool
}

func movedBy(e sms.Effect) moved {
	return moved{e.Events, e.Segments, e.Spend, e.Undelivered, slices.ContainsFunc(e.Counters, func(key sms.CounterKey) bool {
		return key.Name == sms.CounterStatusChanges
	})}
}

// TestEffectCounters: which counters of the account one event moves.
func TestEffectCounters(t *testing.T) {
	errors := []sms.FieldError{
		{Field: sms.FieldPrice, Problem: sms.FieldUnparsable},
		{Field: sms.FieldReceiveTime, Problem: sms.FieldNegative},
	}
	for name, test := range map[string]struct {
		event sms.Event
		claim sms.Claim
		want  []sms.CounterKey
	}{
		"inbound": {sms.Event{Kind: sms.KindMO, Destination: "44"}, sms.Claim{FirstOfMessage: true}, nil},
		"inbound with odd fields": {sms.Event{Account: "main", Kind: sms.KindMO, FieldErrors: errors}, sms.Claim{FirstOfMessage: true}, []sms.CounterKey{
			{Account: "main", Name: sms.CounterBillingErrors, A: "mo", B: "price"},
			{Account: "main", Name: sms.CounterTimeErrors, A: "mo", B: "negative"},
		}},
		"receipt": {sms.Event{Account: "main", Kind: sms.KindDR, Status: sms.StatusExpired, Destination: "44"}, sms.Claim{FirstOfMessage: true}, []sms.CounterKey{
			{Account: "main", Name: sms.CounterDestinations, A: "44", B: "undelivered"},
		}},
		"later receipt of an unknown status": {sms.Event{Account: "main", Kind: sms.KindDR, Status: sms.StatusOther, Destination: "unknown"}, sms.Claim{}, []sms.CounterKey{
			{Account: "main", Name: sms.CounterDestinations, A: "unknown", B: "unknown"},
			{Account: "main", Name: sms.CounterUnknownStatuses},
			{Account: "main", Name: sms.CounterStatusChanges},
		}},
		"duplicate": {sms.Event{Account: "main", Kind: sms.KindDR, Status: sms.StatusOther, FieldErrors: errors}, sms.Claim{Duplicate: true}, nil},
	} {
		if got := test.claim.Effect(&test.event).Counters; !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

// TestTotalMerge: two events under one key are one total of both.
func TestTotalMerge(t *testing.T) {
	price, err := sms.ParseMoney("0.5")
	if err != nil {
		t.Fatal(err)
	}
	early := time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC)
	one := sms.Event{Account: "main", Label: "1", Kind: sms.KindMO, ArrivedAt: early, Price: price, HasPrice: true, Shown: true}
	two := sms.Event{Account: "main", Label: "1", Kind: sms.KindMO, ArrivedAt: early.Add(time.Hour)}
	total := one.Total(sms.Effect{Events: 1, Segments: 3, Spend: price, Undelivered: price})
	total.Merge(two.Total(sms.Effect{Events: 1, Segments: 1, Spend: price}))
	if total.Events != 2 || total.Segments != 4 || total.Spend.String() != "1" || total.Undelivered.String() != "0.5" ||
		!total.FirstAt.Equal(early) || !total.LastAt.Equal(two.ArrivedAt) || !total.Shown ||
		total.LastPrice == nil || *total.LastPrice != price || total.TotalKey != two.TotalKey() {
		t.Errorf("got %+v", total)
	}
}
