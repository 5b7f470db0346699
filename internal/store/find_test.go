// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"didsms_exporter/internal/sms"
)

// TestFind: each filter alone and together, newest first, page by page.
func TestFind(t *testing.T) {
	s := opened(t, Config{Folder: t.TempDir()})
	running(t, s)
	at := func(n int) time.Time { return noon().Add(time.Duration(n) * time.Second) }
	for i, e := range []*sms.Event{
		newEvent("a"),
		newEvent("b", inbound),
		newEvent("c", withStatus(sms.StatusUndelivered), func(e *sms.Event) { e.StatusWord = "UNDELIV" }),
		newEvent("d", from("123")),
		newEvent("a", func(e *sms.Event) { e.Account = "second" }),
		newEvent("a", withStatus(sms.StatusExpired), func(e *sms.Event) { e.Label = "other" }),
	} {
		e.ArrivedAt = at(i)
		mustCommit(t, s, e)
	}
	for _, c := range []struct {
		name  string
		query Query
		limit int
		want  []int64
	}{
		{"everything", Query{}, 10, []int64{6, 5, 4, 3, 2, 1}},
		{"a page", Query{}, 2, []int64{6, 5}},
		{"the next", Query{Before: 5}, 2, []int64{4, 3}},
		{"the last", Query{Before: 3}, 10, []int64{2, 1}},
		{"none is left", Query{Before: 1}, 10, nil},
		{"number, also where the metrics say other", Query{DID: "18184505018"}, 10, []int64{6, 5, 3, 2, 1}},
		{"account", Query{Account: "second"}, 10, []int64{5}},
		{"kind", Query{Kind: "mo"}, 10, []int64{2}},
		{"status", Query{Status: "EXPIRED"}, 10, []int64{6}},
		{"status, normalised", Query{Status: "UNDELIVR"}, 10, []int64{3}},
		{"status, as it came", Query{Status: "UNDELIV"}, 10, []int64{3}},
		{"message", Query{MessageID: "a"}, 10, []int64{6, 5, 1}},
		{"since is inclusive", Query{Since: at(4)}, 10, []int64{6, 5}},
		{"until is exclusive", Query{Until: at(1)}, 10, []int64{1}},
		{"all together", Query{DID: "18184505018", Account: "main", Kind: "dr", Status: "DELIVRD", MessageID: "a", Since: at(0), Until: at(1), Before: 9}, 10, []int64{1}},
		{"status binds tighter than the rest", Query{Status: "DELIVRD", Account: "second"}, 10, []int64{5}},
		{"nothing fits", Query{MessageID: "' OR 1 --"}, 10, nil},
	} {
		found, err := s.Find(context.Background(), c.query, c.limit)
		var got []int64
		for _, f := range found {
			got = append(got, f.Seq)
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, %v; want %v", c.name, got, err, c.want)
		}
	}
}

// TestFound: what is shown of one event is what it said, without its text and with
// its peer masked.
func TestFound(t *testing.T) {
	s := opened(t, Config{Folder: t.TempDir()})
	running(t, s)
	full := newEvent("full", func(e *sms.Event) {
		e.StatusWord, e.ReceiveTime, e.Content = "weird", noon().Add(-time.Minute), "héé"
		e.Status = sms.StatusOther
		e.FieldErrors = []sms.FieldError{{Field: sms.FieldSize, Problem: sms.FieldUnparsable}}
	})
	mustCommit(t, s, full)
	mustCommit(t, s, newEvent("empty", inbound, func(e *sms.Event) {
		e.HasPrice, e.HasSize, e.Peer, e.Content, e.Remote = false, false, "", "", ""
	}))
	found, err := s.Find(context.Background(), Query{}, 2)
	if err != nil || len(found) != 2 {
		t.Fatalf("got %d, %v; want 2", len(found), err)
	}
	empty, got := found[0], found[1]
	if got.Price == nil || *got.Price != full.Price || got.Size == nil || *got.Size != 2 {
		t.Errorf("got price %v and size %v, want 0.036 and 2", got.Price, got.Size)
	}
	if empty.Price != nil || empty.Size != nil || !empty.ReceiveTime.IsZero() {
		t.Errorf("got %+v, want neither price nor size nor time", empty)
	}
	got.Price, got.Size = nil, nil
	got.ArrivedAt, got.SignedAt, got.ReceiveTime = got.ArrivedAt.UTC(), got.SignedAt.UTC(), got.ReceiveTime.UTC()
	want := Found{
		Seq: 1, ArrivedAt: full.ArrivedAt, SignedAt: full.SignedAt, Account: "main", Kind: "dr", MessageID: "full", DID: "18184505018",
		Peer: full.Peer.Masked(), Status: sms.StatusOther, StatusWord: "weird", Currency: "USD", FieldErrors: "size: unparsable",
		Remote: "192.0.2.7", ReceiveTime: full.ReceiveTime, ContentLength: 3,
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestFindDuringWrites: reading neither fails nor sees half of anything while
// events are committed, and a cancelled search ends.
func TestFindDuringWrites(t *testing.T) {
	s := opened(t, Config{Folder: t.TempDir()})
	running(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				mustCommit(t, s, newEvent(fmt.Sprint(g, "-", i)))
			}
		})
	}
	for range 50 {
		var last int64
		found, err := s.Find(context.Background(), Query{}, 100)
		if err != nil {
			t.Error(err)
		}
		for _, f := range found {
			if last != 0 && f.Seq != last-1 {
				t.Errorf("event %d after %d", f.Seq, last)
			}
			last = f.Seq
		}
	}
	cancel()
	group.Wait()
	if _, err := s.Find(ctx, Query{MessageID: "nobody"}, 1); err == nil {
		t.Error("a search that was cancelled found something")
	}
}
