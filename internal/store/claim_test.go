// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"testing"

	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/store"
)

// Each case is a sequence of events given to one empty engine, with the claim
// that each must get.
func TestCommit(t *testing.T) {
	amount := money(t, "0.072")
	first := sms.Claim{FirstOfMessage: true, MessageAmount: amount}
	firstFinal := sms.Claim{FirstOfMessage: true, FirstFinal: true, MessageAmount: amount}
	laterFinal := sms.Claim{FirstFinal: true, MessageAmount: amount}
	later := sms.Claim{MessageAmount: amount}
	duplicate := sms.Claim{Duplicate: true}
	conflict := sms.Claim{Duplicate: true, Conflict: true}
	free := sms.Claim{FirstOfMessage: true, FirstFinal: true}

	undelivered := func(change ...func(*sms.Event)) *sms.Event { return receipt(t, change...) }
	inbound := func(e *sms.Event) { e.Kind, e.Status = sms.KindMO, sms.StatusNone }
	otherAccount := func(e *sms.Event) { e.Account = "second" }
	price := func(text string) func(*sms.Event) {
		return func(e *sms.Event) { e.Price = money(t, text) }
	}
	onlyPrice := func(e *sms.Event) { e.Price, e.HasSize = money(t, "2"), false }
	onlySize := func(e *sms.Event) { e.Size, e.HasPrice = 2, false }

	type step struct {
		event *sms.Event
		want  sms.Claim
	}
	for _, c := range []struct {
		name  string
		steps []step
	}{
		{"new, then the same again and again", []step{
			{undelivered(), firstFinal}, {undelivered(), duplicate}, {undelivered(), duplicate},
		}},
		{"the same key with other text, number, price or size is a conflict", []step{
			{undelivered(), firstFinal},
			{undelivered(content("bye")), conflict},
			{undelivered(func(e *sms.Event) { e.Peer = "1" }), conflict},
			{undelivered(func(e *sms.Event) { e.DID = "1" }), conflict},
			{undelivered(price("0.037")), conflict},
			{undelivered(func(e *sms.Event) { e.Size = 3 }), conflict},
			{undelivered(), duplicate},
		}},
		// Both lists of parts hold one "2"; they must not read the same.
		{"a price of 2 is not a size of 2", []step{
			{undelivered(onlyPrice), free}, {undelivered(onlySize), conflict},
		}},
		{"what moves from one field to the next is other content", []step{
			{undelivered(func(e *sms.Event) { e.DID, e.Peer = "12", "3" }), firstFinal},
			{undelivered(func(e *sms.Event) { e.DID, e.Peer = "1", "23" }), conflict},
		}},
		{"when it came and how its status was written is not content", []step{
			{undelivered(), firstFinal},
			{undelivered(func(e *sms.Event) { e.StatusWord, e.ArrivedAt = "UNDELIV", newClock().at }), duplicate},
		}},
		{"undelivered, then delivered: the money is the message's, once", []step{
			{undelivered(), firstFinal},
			{undelivered(status(sms.StatusDelivered)), later},
			{undelivered(status(sms.StatusDelivered)), duplicate},
			{undelivered(), duplicate},
		}},
		{"the amount is that of the first event, whatever a later one says", []step{
			{undelivered(), firstFinal},
			{undelivered(status(sms.StatusDelivered), price("9")), later},
		}},
		{"pending, pending, final, final", []step{
			{undelivered(status(sms.StatusAccepted)), first},
			{undelivered(status(sms.StatusEnroute)), later},
			{undelivered(status(sms.StatusExpired)), laterFinal},
			{undelivered(status(sms.StatusRejected)), later},
		}},
		{"an unknown status is not final", []step{
			{undelivered(status(sms.StatusOther)), first},
			{undelivered(status(sms.StatusDelivered)), laterFinal},
		}},
		{"a repeated later status is judged against that status's own content", []step{
			{undelivered(status(sms.StatusEnroute)), first},
			{undelivered(status(sms.StatusDelivered), content("then")), laterFinal},
			{undelivered(status(sms.StatusDelivered), content("then")), duplicate},
			{undelivered(status(sms.StatusDelivered)), conflict},
			{undelivered(status(sms.StatusEnroute)), duplicate},
			{undelivered(status(sms.StatusEnroute), content("then")), conflict},
		}},
		{"the same id in another account or kind is another message", []step{
			{undelivered(), firstFinal},
			{undelivered(otherAccount), firstFinal},
			{undelivered(inbound), first},
			{undelivered(inbound, otherAccount), first},
			{undelivered(inbound), duplicate},
			{undelivered(otherAccount), duplicate},
			{undelivered(), duplicate},
		}},
		{"account and id do not run into each other", []step{
			{undelivered(func(e *sms.Event) { e.Account, e.MessageID = "a", "dr1" }), firstFinal},
			{undelivered(func(e *sms.Event) { e.Account, e.MessageID = "ad", "r1" }), firstFinal},
			{undelivered(func(e *sms.Event) { e.Account, e.MessageID = "adr", "1" }), firstFinal},
		}},
		{"without price or size there is no amount, then or later", []step{
			{undelivered(func(e *sms.Event) { e.HasPrice = false }), free},
			{undelivered(status(sms.StatusDelivered)), sms.Claim{}},
		}},
		{"the largest amount fits", []step{
			{
				undelivered(price("1000000"), func(e *sms.Event) { e.Size = 255 }),
				sms.Claim{FirstOfMessage: true, FirstFinal: true, MessageAmount: money(t, "255000000")},
			},
		}},
		{"the smallest part of an amount survives", []step{
			{
				undelivered(price("999999.999999999"), func(e *sms.Event) { e.Size = 1 }),
				sms.Claim{FirstOfMessage: true, FirstFinal: true, MessageAmount: money(t, "999999.999999999")},
			},
		}},
	} {
		m := newMemory(t, store.MemoryConfig{})
		for i, step := range c.steps {
			if got := commit(t, m, step.event); got != step.want {
				t.Errorf("%s, event %d: got %+v, want %+v", c.name, i+1, got, step.want)
			}
		}
	}
}

func TestStats(t *testing.T) {
	m := newMemory(t, store.MemoryConfig{Capacity: 2})
	for _, id := range []string{"a", "a", "b", "b", "b", "c"} {
		commit(t, m, receipt(t, messageID(id)))
	}
	want := store.Stats{Lookups: 6, Hits: 3, Entries: 2, Capacity: 2, EvictedCapacity: 1}
	if got := m.Stats(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
