// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"testing"
	"time"

	"didsms_exporter/internal/sms"
)

// TestPrune forgets in steps what arrived before the deadline, and at exactly the
// deadline nothing. Totals stay, and the index says what the table says, also after
// a restart.
func TestPrune(t *testing.T) {
	const events = 2*pruneStep + 10
	disk := newCrashDisk("")
	d, closeIt := inMemory(t, disk)
	var batch []*sms.Event
	for i := range events {
		batch = append(batch, newEvent(fmt.Sprint(i), arriving(noon().Add(time.Duration(i)*time.Second))))
	}
	commitAll(t, d, batch...)
	totals := fmt.Sprint(d.totals())
	at := func(n int) time.Time { return noon().Add(time.Duration(n) * time.Second) }
	left := events
	for _, c := range []struct {
		name     string
		deadline time.Time
		want     int
	}{
		{"nothing is old", at(-1), 0},
		{"the oldest is as old as the deadline", at(0), 0},
		{"a millisecond later", at(0).Add(time.Millisecond), 1},
		{"again", at(0).Add(time.Millisecond), 0},
		{"a whole step", at(events - 5), pruneStep},
		{"another", at(events - 5), pruneStep},
		{"the rest up to the deadline", at(events - 5), 4},
		{"none is left of those", at(events - 5), 0},
	} {
		got, err := d.prune(c.deadline)
		if err != nil || got != c.want {
			t.Errorf("%s: got %d, %v; want %d", c.name, got, err, c.want)
		}
		left -= c.want
		if err := indexAgrees(d, events+1); err != nil || len(d.index) != left {
			t.Errorf("%s: %d messages, want %d; %v", c.name, len(d.index), left, err)
		}
	}
	closeIt()
	d, _ = inMemory(t, disk)
	if err := indexAgrees(d, events+1); err != nil {
		t.Error(err)
	}
	if got := fmt.Sprint(d.totals()); got != totals {
		t.Errorf("got totals %s, want %s", got, totals)
	}
	if err := audit(d.conn, true); err != nil {
		t.Error(err)
	}
	// The forgotten message counts again, the kept one does not.
	claims := commitAll(t, d, newEvent("0"), newEvent(fmt.Sprint(events-1)))
	if claims[0].Duplicate || !claims[0].FirstOfMessage || !claims[1].Duplicate {
		t.Errorf("got %+v, want a new message and a duplicate", claims)
	}
	for { // to the last
		if n, err := d.prune(noon().Add(time.Hour)); err != nil {
			t.Fatal(err)
		} else if n == 0 {
			break
		}
	}
	if err := indexAgrees(d, events+2); err != nil || len(d.index) != 0 {
		t.Errorf("%d messages left, %v", len(d.index), err)
	}
	claims = commitAll(t, d, newEvent("z"))
	if n, err := d.prune(noon().Add(time.Hour)); err != nil || n != 1 || claims[0].Seq != events+2 {
		t.Errorf("after all: event %d, pruned %d, %v; want %d and 1", claims[0].Seq, n, err, events+2)
	}
}

// TestLaterStatusKeepsItsMessage: a message is known for as long as its newest
// event, so its money is not counted again, although its first event is forgotten.
func TestLaterStatusKeepsItsMessage(t *testing.T) {
	disk := newCrashDisk("")
	d, closeIt := inMemory(t, disk)
	first := newEvent("a", withStatus(sms.StatusEnroute))
	second := newEvent("a", withStatus(sms.StatusExpired), arriving(noon().Add(time.Hour)))
	commitAll(t, d, first)
	commitAll(t, d, second)
	if n, err := d.prune(noon().Add(time.Minute)); n != 1 || err != nil {
		t.Fatalf("pruned %d, %v; want 1", n, err)
	}
	for _, restarted := range []bool{false, true} {
		if restarted {
			closeIt()
			d, closeIt = inMemory(t, disk)
		}
		// What the forgotten event said is gone, so nothing can contradict it.
		other := newEvent("a", withStatus(sms.StatusEnroute), func(e *sms.Event) { e.Content = "other" })
		for i, want := range []sms.Claim{{Duplicate: true}, {Duplicate: true}, {Duplicate: true}} {
			if got := commitAll(t, d, []*sms.Event{first, second, other}[i])[0]; got != want {
				t.Errorf("restarted %t, event %d: got %+v, want %+v", restarted, i, got, want)
			}
		}
	}
	third := newEvent("a", withStatus(sms.StatusDelivered), arriving(noon().Add(2*time.Hour)))
	if got := commitAll(t, d, third)[0]; got.FirstOfMessage || got.FirstFinal || got.MessageAmount != amount(t, "0.072") {
		t.Errorf("got %+v, want a later status of the same message", got)
	}
	if n, err := d.prune(noon().Add(24 * time.Hour)); n != 2 || err != nil {
		t.Fatalf("pruned %d, %v; want 2", n, err)
	}
	if got := commitAll(t, d, third)[0]; !got.FirstOfMessage {
		t.Errorf("got %+v, want a new message", got)
	}
	closeIt()
}

// TestPruneWhileRunning: the engine prunes by itself and says so; after a jump of
// the clock it does not, for the jump may be wrong.
func TestPruneWhileRunning(t *testing.T) {
	for _, jumped := range []bool{false, true} {
		folder := t.TempDir()
		s := opened(t, Config{Folder: folder})
		stop := running(t, s)
		for i := range 3 {
			mustCommit(t, s, newEvent(fmt.Sprint(i)))
		}
		stop()
		later := noon().Add(testRetention + time.Second)
		s = opened(t, Config{Folder: folder, Now: func() time.Time { return later }})
		if jumped {
			s.clock.wall = s.clock.wall.Add(-maxClockStep - time.Second)
		}
		for range 3 {
			s.prune()
		}
		want := Stats{EvictedTTL: 3}
		if jumped {
			want = Stats{Entries: 3}
		}
		if got := s.Stats(); got != want {
			t.Errorf("jumped %t: got %+v, want %+v", jumped, got, want)
		}
		running(t, s)()
	}
}

// TestClock: the wall clock is held against the monotonic one, to within an hour.
func TestClock(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		set  time.Duration
		want bool
	}{
		{0, false},
		{time.Hour, false},
		{time.Hour + 1, true},
		{-time.Hour, false},
		{-time.Hour - 1, true},
		{365 * 24 * time.Hour, true},
	} {
		clock := newClock(now)
		clock.wall = clock.wall.Add(-c.set)
		if got := clock.jumped(now.Add(time.Minute)); got != c.want {
			t.Errorf("set by %s: got %t, want %t", c.set, got, c.want)
		}
	}
}
