// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/store"
)

// The acceptance criterion: 5,000 distinct events, each given twice by each of 32
// goroutines, are 5,000 new ones, and their money adds up exactly. All begin at
// once and in the same order, so that equal events meet.
func TestConcurrentCommits(t *testing.T) {
	const events, goroutines, times = 5000, 32, 2
	m := newMemory(t, store.MemoryConfig{})
	all := make([]*sms.Event, events)
	for i := range all {
		all[i] = receipt(t, messageID(fmt.Sprint(i)))
	}
	var (
		fresh, conflicts atomic.Int64
		group            sync.WaitGroup
		mu               sync.Mutex // guards spend
		spend            sms.Money
	)
	begin := make(chan struct{})
	for range goroutines {
		group.Go(func() {
			<-begin
			var mine sms.Money
			for _, e := range all {
				for range times {
					claim, err := m.Commit(context.Background(), e)
					if err != nil {
						t.Error(err)
					}
					if claim.Conflict {
						conflicts.Add(1)
					}
					if !claim.Duplicate {
						fresh.Add(1)
						mine = mine.Add(claim.Effect(e).Spend)
					}
				}
			}
			mu.Lock()
			defer mu.Unlock()
			spend = spend.Add(mine)
		})
	}
	close(begin)
	group.Wait()
	if fresh.Load() != events || conflicts.Load() != 0 || spend != money(t, "360") {
		t.Errorf("got %d new, %d conflicts, spend %s; want %d, 0, 360", fresh.Load(), conflicts.Load(), spend, events)
	}
	want := store.Stats{Lookups: events * goroutines * times, Hits: events * (goroutines*times - 1), Entries: events, Capacity: store.DefaultMemoryCapacity}
	if got := m.Stats(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// Two different receipts of one message at the same moment: one of them is first,
// never both and never none.
func TestConcurrentStatusesOfOneMessage(t *testing.T) {
	m := newMemory(t, store.MemoryConfig{})
	for i := range 200 {
		var firsts, finals atomic.Int64
		var group sync.WaitGroup
		for status := sms.StatusDelivered; status < sms.StatusCount; status++ {
			e := receipt(t, messageID(fmt.Sprint(i)), func(e *sms.Event) { e.Status = status })
			group.Go(func() {
				claim, err := m.Commit(context.Background(), e)
				if err != nil || claim.Duplicate {
					t.Errorf("%s: got %+v, %v", e.Status, claim, err)
				}
				if claim.FirstOfMessage {
					firsts.Add(1)
				}
				if claim.FirstFinal {
					finals.Add(1)
				}
			})
		}
		group.Wait()
		if firsts.Load() != 1 || finals.Load() != 1 {
			t.Fatalf("message %d: got %d first and %d final events, want 1 and 1", i, firsts.Load(), finals.Load())
		}
	}
}

// naive is the rule as plainly as it is written: maps of what was claimed, no
// eviction, no packing.
type naive struct {
	claimed map[string]string // account, kind, id and status → content
	amounts map[string]sms.Money
	final   map[string]bool
}

func (n *naive) commit(e *sms.Event) sms.Claim {
	message := fmt.Sprintf("%q %q %q", e.Account, e.Kind, e.MessageID)
	event := fmt.Sprintf("%s %q", message, e.Status)
	said := fmt.Sprintf("%q %q %q %t %s %t %d", e.DID, e.Peer, e.Content, e.HasPrice, e.Price, e.HasSize, e.Size)
	if claimed, known := n.claimed[event]; known {
		return sms.Claim{Duplicate: true, Conflict: claimed != said}
	}
	n.claimed[event] = said
	_, known := n.amounts[message]
	if !known {
		n.amounts[message], _ = e.Amount()
	}
	claim := sms.Claim{FirstOfMessage: !known, FirstFinal: e.Status.Outcome().Final() && !n.final[message], MessageAmount: n.amounts[message]}
	n.final[message] = n.final[message] || claim.FirstFinal
	return claim
}

// Random events over few values, so that they repeat and contradict each other:
// the engine agrees with the naive rule on every claim.
func FuzzCommitAgreesWithTheRule(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		random := rand.New(rand.NewPCG(seed, 1))
		pick := func(words ...string) string { return words[random.IntN(len(words))] }
		m := newMemory(t, store.MemoryConfig{})
		reference := &naive{map[string]string{}, map[string]sms.Money{}, map[string]bool{}}
		for i := range 500 {
			e := &sms.Event{
				Account: pick("a", "b"), Kind: sms.KindDR, MessageID: pick("1", "2", "3", "4", "5"),
				Status: sms.StatusDelivered + sms.Status(random.IntN(int(sms.StatusCount-sms.StatusDelivered))),
				DID:    sms.Number(pick("1", "12")), Peer: sms.Number(pick("23", "3")), Content: pick("", "", "", "x"),
			}
			if random.IntN(4) == 0 {
				e.Kind, e.Status = sms.KindMO, sms.StatusNone
			}
			if e.HasPrice = random.IntN(8) > 0; e.HasPrice {
				e.Price = money(t, pick("1", "1", "0.000000001"))
			}
			if e.HasSize = random.IntN(8) > 0; e.HasSize {
				e.Size = 1
			}
			if got, want := commit(t, m, e), reference.commit(e); got != want {
				t.Fatalf("seed %d, event %d, %+v: got %+v, want %+v", seed, i, e, got, want)
			}
		}
	})
}
