// SPDX-License-Identifier: Apache-2.0

package recent_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"didsms_exporter/internal/recent"
)

// Forgeries cost their sender nothing: however many come, no counted event goes,
// and of themselves the newest stay.
func TestRefusalFloodDropsNoEvent(t *testing.T) {
	const events, flood, kept = 500, 100_000, 1000
	m := recent.New(0)
	for i := range events {
		m.Counted(counted(fmt.Sprint(i)))
	}
	for range flood {
		m.Uncounted(refused("flood"))
	}
	if got := pages(t, m, recent.Filter{Result: "accepted"}, 100, func() {}); !slices.Equal(got, descending(events, 1)) {
		t.Errorf("got %d of %d events", len(got), events)
	}
	got := pages(t, m, recent.Filter{}, 100, func() {})
	want := append(descending(events+flood, events+flood-kept+1), descending(events, 1)...)
	if !slices.Equal(got, want) {
		t.Errorf("got %d records, want the last %d refusals and all %d events", len(got), kept, events)
	}
}

// The smallest memory has a place for this many events in its ring of numbers.
const ringCapacity = recent.MinCacheBytes / 512

// Past its capacity the ring wraps: the newest stay, in order, without gap.
func TestRingWraps(t *testing.T) {
	const events = ringCapacity + 100
	m := recent.New(0)
	for range events {
		m.Counted(recent.Record{Result: "accepted"})
	}
	if got := pages(t, m, recent.Filter{}, 1000, func() {}); !slices.Equal(got, descending(events, events-ringCapacity+1)) {
		t.Errorf("got %d events from %d to %d, want the last %d of %d", len(got), got[0], got[len(got)-1], ringCapacity, events)
	}
}

// fastcache forgets when it likes. Events larger than planned for fill it before
// the ring is full: the ring then holds numbers that lead nowhere, and they are
// passed over, by paging too, as if they had never been.
func TestEventsThatTheCacheDroppedAreSkipped(t *testing.T) {
	const events = 25_000
	m := recent.New(0)
	big := counted("x")
	big.Content = strings.Repeat("x", 4096)
	for range events {
		m.Counted(big)
	}
	got := pages(t, m, recent.Filter{}, 1000, func() {})
	if len(got) == 0 || len(got) >= events {
		t.Fatalf("got %d of %d events, want some dropped and some left", len(got), events)
	}
	if got[0] != events {
		t.Errorf("got %d as the newest, want %d", got[0], events)
	}
	for i := 1; i < len(got); i++ {
		if got[i] >= got[i-1] {
			t.Fatalf("got %d after %d", got[i], got[i-1])
		}
	}
}

// The largest record there can be, escaped at its worst, is still below what
// fastcache drops without a word.
func TestLargestRecordIsKept(t *testing.T) {
	m := recent.New(0)
	e := event(t)
	e.Content = strings.Repeat("\x01", 100_000) // six bytes each in JSON
	m.Counted(recent.FromEvent(e, 0, "", "", recent.Privacy{ShowContent: true}))
	if got, _ := find(t, m, recent.Filter{}, 1); len(got) != 1 {
		t.Error("not kept")
	}
}

// Readers and writers at once; the race detector is the judge, and each answer
// must be in order with no number twice.
func TestConcurrentUse(t *testing.T) {
	m := recent.New(0)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 1000 {
				m.Counted(counted("x"))
				m.Uncounted(refused("x"))
			}
		})
		group.Go(func() {
			for range 20 {
				records, _, err := m.Find(recent.Filter{}, 200)
				if err != nil {
					t.Error(err)
				}
				for i := 1; i < len(records); i++ {
					if records[i].Seq >= records[i-1].Seq {
						t.Errorf("got %d after %d", records[i].Seq, records[i-1].Seq)
					}
				}
			}
		})
	}
	group.Wait()
	if got, _ := find(t, m, recent.Filter{}, 1); got[0] != 8000 {
		t.Errorf("got %d as the newest number, want 8000", got[0])
	}
}

// What a reader got does not change under it, and changing it changes nothing.
func TestFindReturnsCopies(t *testing.T) {
	m := recent.New(0)
	m.Counted(counted("a"))
	m.Uncounted(refused("b"))
	first, _, _ := m.Find(recent.Filter{}, 10)
	first[0].Reason, first[1].MessageID = "changed", "changed"
	second, _, _ := m.Find(recent.Filter{}, 10)
	if second[0].Reason != "b" || second[1].MessageID != "a" {
		t.Errorf("got %+v", second)
	}
}
