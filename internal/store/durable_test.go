// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"didsms_exporter/internal/sms"
)

// Each case is a sequence of events given to one empty file, with the claim that
// each must get; Seq is left out.
func TestDurableClaims(t *testing.T) {
	cost := amount(t, "0.072")
	first := sms.Claim{FirstOfMessage: true, MessageAmount: cost}
	firstFinal := sms.Claim{FirstOfMessage: true, FirstFinal: true, MessageAmount: cost}
	duplicate, conflict := sms.Claim{Duplicate: true}, sms.Claim{Duplicate: true, Conflict: true}
	other := func(e *sms.Event) { e.Content = "other" }
	type step struct {
		event *sms.Event
		want  sms.Claim
	}
	for _, c := range []struct {
		name  string
		steps []step
	}{
		{"new, then the same again and again", []step{
			{newEvent("a"), firstFinal}, {newEvent("a"), duplicate}, {newEvent("a"), duplicate},
		}},
		{"other content under the same key", []step{
			{newEvent("a"), firstFinal},
			{newEvent("a", other), conflict},
			{newEvent("a", costing(9, 0, 2)), conflict},
			{newEvent("a"), duplicate},
		}},
		{"later statuses, each judged by its own content", []step{
			{newEvent("a", withStatus(sms.StatusEnroute)), first},
			{newEvent("a", withStatus(sms.StatusDelivered), other), sms.Claim{FirstFinal: true, MessageAmount: cost}},
			{newEvent("a", withStatus(sms.StatusExpired)), sms.Claim{MessageAmount: cost}},
			{newEvent("a", withStatus(sms.StatusDelivered), other), duplicate},
			{newEvent("a", withStatus(sms.StatusDelivered)), conflict},
			{newEvent("a", withStatus(sms.StatusEnroute)), duplicate},
			{newEvent("a", withStatus(sms.StatusEnroute), other), conflict},
		}},
		{"account, kind and id make the message", []step{
			{newEvent("a"), firstFinal},
			{newEvent("a", inbound), first},
			{newEvent("a", func(e *sms.Event) { e.Account = "second" }), firstFinal},
			{newEvent("b"), firstFinal},
			{newEvent("a", inbound), duplicate},
		}},
		{"the largest and the smallest amount", []step{
			{newEvent("a", costing(1_000_000, 0, 255)), sms.Claim{FirstOfMessage: true, FirstFinal: true, MessageAmount: amount(t, "255000000")}},
			{newEvent("b", costing(999_999, 999_999_999, 1)), sms.Claim{FirstOfMessage: true, FirstFinal: true, MessageAmount: amount(t, "999999.999999999")}},
			{newEvent("a", costing(1_000_000, 0, 255)), duplicate},
		}},
	} {
		for _, oneBatch := range []bool{false, true} { // a batch judges its own events as the file judges those before
			d, closeIt := inMemory(t, newCrashDisk(""))
			events := make([]*sms.Event, len(c.steps))
			for i, step := range c.steps {
				events[i] = step.event
			}
			var claims []sms.Claim
			if oneBatch {
				claims = commitAll(t, d, events...)
			} else {
				for _, e := range events {
					claims = append(claims, commitAll(t, d, e)...)
				}
			}
			next := int64(1)
			for i, step := range c.steps {
				if !step.want.Duplicate {
					step.want.Seq = next
					next++
				}
				if claims[i] != step.want {
					t.Errorf("%s, one batch %t, event %d: got %+v, want %+v", c.name, oneBatch, i+1, claims[i], step.want)
				}
			}
			if err := audit(d.conn, false); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			closeIt()
		}
	}
}

// TestEnginesAgree: random events, in batches and with restarts between them, get
// the same claims from the file as from memory.
func TestEnginesAgree(t *testing.T) {
	seeds, events := uint64(20), 300
	if underRace {
		seeds = 4
	}
	for seed := range seeds {
		random := rand.New(rand.NewPCG(seed, 2))
		pick := func(words ...string) string { return words[random.IntN(len(words))] }
		memory, err := NewMemory(MemoryConfig{Retention: testRetention})
		if err != nil {
			t.Fatal(err)
		}
		disk := newCrashDisk("")
		d, closeIt := inMemory(t, disk)
		for n := 0; n < events; {
			if random.IntN(20) == 0 {
				closeIt()
				d, closeIt = inMemory(t, disk)
			}
			batch := make([]*sms.Event, 1+random.IntN(6))
			for i := range batch {
				e := newEvent(pick("1", "2", "3", "4", "5", "6", "7"), withStatus(sms.StatusDelivered+sms.Status(random.IntN(11))))
				e.Account, e.Content, e.Peer = pick("a", "b"), pick("", "", "", "x"), sms.Number(pick("1", "1", "1", "12"))
				e.HasPrice, e.HasSize = random.IntN(8) > 0, random.IntN(8) > 0
				if random.IntN(4) == 0 {
					inbound(e)
				}
				batch[i] = e
			}
			for i, got := range commitAll(t, d, batch...) {
				want, err := memory.Commit(context.Background(), batch[i])
				got.Seq = 0
				if err != nil || got != want {
					t.Fatalf("seed %d, event %d: got %+v, want %+v, error %v", seed, n+i, got, want, err)
				}
			}
			n += len(batch)
		}
		if err := audit(d.conn, false); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		closeIt()
	}
}

// TestTwins: 64 goroutines give the same events at once, and each counts once; a
// duplicate is answered when its first copy is on disk, so that another connection
// sees it.
func TestTwins(t *testing.T) {
	const events, goroutines = 300, 64
	metrics := &counted{}
	s := opened(t, Config{Folder: t.TempDir(), Metrics: metrics})
	stop := running(t, s)
	var fresh, conflicts atomic.Int64
	var group sync.WaitGroup
	begin := make(chan struct{})
	for g := range goroutines {
		group.Go(func() {
			<-begin
			for i := range events / 16 {
				id := fmt.Sprint(i*16 + g%16) // four goroutines for each
				claim, err := s.Commit(context.Background(), newEvent(id))
				switch {
				case err != nil:
					t.Error(err)
				case claim.Conflict:
					conflicts.Add(1)
				case !claim.Duplicate:
					fresh.Add(1)
				default:
					if found, err := s.Find(context.Background(), Query{MessageID: id}, 2); i%8 == 0 && (err != nil || len(found) != 1) {
						t.Errorf("%s was answered as a duplicate; in the file: %d, %v", id, len(found), err)
					}
				}
			}
		})
	}
	close(begin)
	group.Wait()
	const want = events / 16 * 16
	if fresh.Load() != want || conflicts.Load() != 0 {
		t.Errorf("got %d new and %d conflicts, want %d and 0", fresh.Load(), conflicts.Load(), want)
	}
	if got := s.Stats(); got.Lookups != 4*want || got.Hits != 3*want || got.Entries != want {
		t.Errorf("got %+v", got)
	}
	if !s.Up() || metrics.committed.Load() == 0 {
		t.Errorf("up %t after %d batches", s.Up(), metrics.committed.Load())
	}
	stop()
	if err := audit(s.reopened(t), false); err != nil {
		t.Error(err)
	}
}

// TestCollision: two messages whose hashes share the eight bytes of the index are
// told apart, whichever came last, and after a restart.
func TestCollision(t *testing.T) {
	disk := newCrashDisk("")
	d, closeIt := inMemory(t, disk)
	commitAll(t, d, newEvent("a", withStatus(sms.StatusEnroute)), newEvent("b"), newEvent("c"))
	// Give b the first eight bytes of a, in the row and in the index.
	a, b := d.hasher.message(newEvent("a")), d.hasher.message(newEvent("b"))
	forged := a
	copy(forged[8:], b[8:])
	if err := d.conn.Exec(fmt.Sprintf("UPDATE events SET message = x'%x' WHERE message_id = 'b'", forged[:])); err != nil {
		t.Fatal(err)
	}
	closeIt()
	d, closeIt = inMemory(t, disk)
	defer closeIt()
	w := &writing{database: d, fresh: map[uint64]int64{}, next: d.next, sums: newSums()}
	for _, c := range []struct {
		name string
		key  messageKey
		want int64
	}{{"a, behind b in the index", a, 1}, {"b", forged, 2}, {"neither", messageKey{0: a[0], 1: a[1], 2: a[2], 3: a[3], 4: a[4], 5: a[5], 6: a[6], 7: a[7]}, 0}} {
		got, err := w.newest(c.key)
		if err != nil || got.seq != c.want {
			t.Errorf("%s: got row %d, %v; want %d", c.name, got.seq, err, c.want)
		}
	}
	claims := commitAll(t, d, newEvent("a", withStatus(sms.StatusEnroute)), newEvent("a"), newEvent("a"))
	if !claims[0].Duplicate || claims[1].FirstOfMessage || !claims[1].FirstFinal || !claims[2].Duplicate {
		t.Errorf("got %+v, want a duplicate, a later status and its duplicate", claims)
	}
}

// TestRollback: a batch that fails in its middle leaves nothing behind, neither in
// the file nor in memory, and its events are new the next time.
func TestRollback(t *testing.T) {
	d, _ := inMemory(t, newCrashDisk(""))
	commitAll(t, d, newEvent("a"))
	before, err := dump(d)
	if err != nil {
		t.Fatal(err)
	}
	fault := "CREATE TEMP TRIGGER fault BEFORE INSERT ON main.events WHEN new.message_id = 'c' BEGIN SELECT raise(ABORT, 'planted'); END"
	if err := d.conn.Exec(fault); err != nil {
		t.Fatal(err)
	}
	batch := []*pending{{event: newEvent("b")}, {event: newEvent("a", withStatus(sms.StatusExpired))}, {event: newEvent("c")}}
	if err := d.commit(batch); err == nil {
		t.Fatal("no error")
	}
	after, err := dump(d)
	if err != nil || after != before {
		t.Errorf("got %s, %v; want what was before: %s", after, err, before)
	}
	if err := errors.Join(indexAgrees(d, 2), d.conn.Exec("DROP TRIGGER fault")); err != nil {
		t.Error(err)
	}
	for _, p := range batch {
		if claim := commitAll(t, d, p.event)[0]; claim.Duplicate {
			t.Errorf("%s: got a duplicate of what was rolled back", p.event.MessageID)
		}
	}
}
