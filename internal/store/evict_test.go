// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"fmt"
	"testing"
	"time"

	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/store"
)

func TestCapacityForgetsTheOldestFirst(t *testing.T) {
	const capacity = 100 // more than the ring's first size, so it grows and wraps
	m := newMemory(t, store.MemoryConfig{Capacity: capacity})
	id := func(i int) func(*sms.Event) { return messageID(fmt.Sprint(i)) }
	for i := range 3 * capacity {
		if got := commit(t, m, receipt(t, id(i))); got.Duplicate {
			t.Fatalf("message %d: got a duplicate", i)
		}
	}
	want := store.Stats{Lookups: 3 * capacity, Entries: capacity, Capacity: capacity, EvictedCapacity: 2 * capacity}
	if got := m.Stats(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for i := 2 * capacity; i < 3*capacity; i++ { // asking pushes nothing out
		if got := commit(t, m, receipt(t, id(i))); !got.Duplicate {
			t.Errorf("message %d is one of the last %d, yet forgotten", i, capacity)
		}
	}
	// The one before them was forgotten and counts again, money and all; it takes
	// the place of the oldest.
	if got := commit(t, m, receipt(t, id(2*capacity-1))); !got.FirstOfMessage || got.MessageAmount != money(t, "0.072") {
		t.Errorf("a forgotten message: got %+v, want a new one", got)
	}
	if got := commit(t, m, receipt(t, id(2*capacity))); got.Duplicate {
		t.Error("the oldest message is still known")
	}
}

func TestCapacityOfOne(t *testing.T) {
	m := newMemory(t, store.MemoryConfig{Capacity: 1})
	for i, c := range []struct {
		id        string
		duplicate bool
	}{{"a", false}, {"a", true}, {"b", false}, {"a", false}, {"a", true}} {
		if got := commit(t, m, receipt(t, messageID(c.id))); got.Duplicate != c.duplicate {
			t.Errorf("event %d: got duplicate %t, want %t", i, got.Duplicate, c.duplicate)
		}
	}
}

// At exactly the retention a message is still known, a nanosecond later it is
// not; it is counted as ttl and never as capacity.
func TestRetentionBoundary(t *testing.T) {
	for _, c := range []struct {
		after     time.Duration
		duplicate bool
		want      store.Stats
	}{
		{retention - 1, true, store.Stats{Lookups: 2, Hits: 1, Entries: 1}},
		{retention, true, store.Stats{Lookups: 2, Hits: 1, Entries: 1}},
		{retention + 1, false, store.Stats{Lookups: 2, Entries: 1, EvictedTTL: 1}},
	} {
		clock := newClock()
		m := newMemory(t, store.MemoryConfig{Now: clock.now})
		commit(t, m, receipt(t))
		clock.advance(c.after)
		got := commit(t, m, receipt(t))
		if got.Duplicate != c.duplicate || !c.duplicate && !got.FirstOfMessage {
			t.Errorf("after %s: got %+v, want duplicate %t", c.after, got, c.duplicate)
		}
		c.want.Capacity = store.DefaultMemoryCapacity
		if got := m.Stats(); got != c.want {
			t.Errorf("after %s: got %+v, want %+v", c.after, got, c.want)
		}
	}
}

// A duplicate does not renew the memory of its message: it adds nothing.
func TestDuplicateDoesNotProlong(t *testing.T) {
	clock := newClock()
	m := newMemory(t, store.MemoryConfig{Now: clock.now})
	commit(t, m, receipt(t))
	clock.advance(retention - 1)
	commit(t, m, receipt(t))
	clock.advance(2)
	if got := commit(t, m, receipt(t)); got.Duplicate {
		t.Error("still known past retention")
	}
}

// A later status is claimed in its turn, so it has to be known for as long as any
// claim, and the message with it: its money must not be counted again with a
// repetition of that status.
func TestLaterStatusProlongsItsMessage(t *testing.T) {
	clock := newClock()
	m := newMemory(t, store.MemoryConfig{Now: clock.now})
	delivered := receipt(t, status(sms.StatusDelivered), content("other"))
	commit(t, m, receipt(t))
	clock.advance(retention - time.Hour)
	commit(t, m, delivered)
	clock.advance(retention) // the first claim is long past retention, the second just within
	for _, e := range []*sms.Event{delivered, receipt(t)} {
		if got := commit(t, m, e); got != (sms.Claim{Duplicate: true}) {
			t.Errorf("%s: got %+v, want a duplicate", e.Status, got)
		}
	}
	clock.advance(1)
	// What was claimed for the forgotten message may not judge its successor, whose
	// second status says the same as its first.
	again := receipt(t, status(sms.StatusDelivered))
	for i, want := range []sms.Claim{
		{FirstOfMessage: true, FirstFinal: true, MessageAmount: money(t, "0.072")},
		{MessageAmount: money(t, "0.072")},
		{Duplicate: true},
	} {
		if got := commit(t, m, []*sms.Event{receipt(t), again, again}[i]); got != want {
			t.Errorf("past retention, event %d: got %+v, want %+v", i+1, got, want)
		}
	}
	if got := m.Stats(); got.EvictedTTL != 1 || got.Entries != 1 {
		t.Errorf("got %+v, want one message forgotten and one known", got)
	}
}

// A message with a newer claim is not the oldest, so capacity takes another one.
func TestCapacityGoesByTheNewestClaim(t *testing.T) {
	m := newMemory(t, store.MemoryConfig{Capacity: 2})
	commit(t, m, receipt(t, messageID("a")))
	commit(t, m, receipt(t, messageID("b")))
	commit(t, m, receipt(t, messageID("a"), status(sms.StatusDelivered)))
	commit(t, m, receipt(t, messageID("c"))) // in place of b
	if got := commit(t, m, receipt(t, messageID("a"))); !got.Duplicate {
		t.Errorf("a: got %+v, want a duplicate", got)
	}
	if got := commit(t, m, receipt(t, messageID("b"))); got.Duplicate {
		t.Error("b is still known")
	}
}

// Cleaning up is spread over commits, yet it must keep up with them.
func TestExpiryKeepsUp(t *testing.T) {
	const messages = 1000
	clock := newClock()
	m := newMemory(t, store.MemoryConfig{Now: clock.now})
	for i := range messages {
		commit(t, m, receipt(t, messageID(fmt.Sprint("old", i))))
	}
	clock.advance(retention + 1)
	for i := range messages / 4 {
		commit(t, m, receipt(t, messageID(fmt.Sprint("new", i))))
	}
	want := store.Stats{Lookups: messages + messages/4, Entries: messages / 4, Capacity: store.DefaultMemoryCapacity, EvictedTTL: messages}
	if got := m.Stats(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// A clock set back makes nothing expire early and breaks nothing.
func TestClockSetBack(t *testing.T) {
	clock := newClock()
	m := newMemory(t, store.MemoryConfig{Now: clock.now})
	commit(t, m, receipt(t))
	clock.advance(-24 * 365 * time.Hour)
	commit(t, m, receipt(t, messageID("back")))
	for _, id := range []string{"m-1", "back"} {
		if got := commit(t, m, receipt(t, messageID(id))); !got.Duplicate {
			t.Errorf("%s: forgotten", id)
		}
	}
	if got := commit(t, newMemory(t, store.MemoryConfig{Now: newClock().now}), receipt(t)); got.Duplicate {
		t.Error("a new engine knows a message")
	}
}

// The ring of claims grows while its start lies in the middle: the order holds.
func TestOrderSurvivesGrowth(t *testing.T) {
	const few, capacity = 20, 200
	clock := newClock()
	m := newMemory(t, store.MemoryConfig{Capacity: capacity, Now: clock.now})
	for i := range few {
		commit(t, m, receipt(t, messageID(fmt.Sprint("old", i))))
	}
	clock.advance(retention + 1)
	for i := range capacity {
		commit(t, m, receipt(t, messageID(fmt.Sprint(i))))
	}
	for i := range capacity { // each pushes out exactly the next in order
		commit(t, m, receipt(t, messageID(fmt.Sprint("new", i))))
		if got := m.Stats(); got.EvictedTTL != few || got.EvictedCapacity != uint64(i+1) || got.Entries != capacity {
			t.Fatalf("after %d more: got %+v", i+1, got)
		}
		if i+1 < capacity {
			if got := commit(t, m, receipt(t, messageID(fmt.Sprint(i+1)))); !got.Duplicate {
				t.Fatalf("after %d more: message %d is forgotten before its turn", i+1, i+1)
			}
		}
	}
}
