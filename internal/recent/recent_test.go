// SPDX-License-Identifier: Apache-2.0

package recent_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"didsms_exporter/internal/recent"
	"didsms_exporter/internal/sms"
)

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// counted and refused are records as the public door makes them; the id tells
// them apart.
func counted(id string) recent.Record {
	return recent.Record{ReceivedAt: noon, Account: "main", Action: "dr", Result: sms.ResultAccepted.String(), MessageID: id}
}

func refused(id string) recent.Record {
	return recent.Record{ReceivedAt: noon, Account: "unknown", Action: "unknown", Result: sms.ResultBadSignature.String(), Reason: id}
}

func find(t testing.TB, m *recent.Memory, filter recent.Filter, limit int) (seqs []uint64, next uint64) {
	t.Helper()
	records, next, err := m.Find(filter, limit)
	if err != nil {
		t.Fatal(err)
	}
	if records == nil {
		t.Error("got nil records: an answer would hold null for a list")
	}
	for _, record := range records {
		seqs = append(seqs, record.Seq)
	}
	return seqs, next
}

// pages follows the cursor to its end; between is called before each next page.
func pages(t testing.TB, m *recent.Memory, filter recent.Filter, limit int, between func()) (seqs []uint64) {
	t.Helper()
	for range 10_000 {
		page, next := find(t, m, filter, limit)
		seqs = append(seqs, page...)
		if next == 0 {
			return seqs
		}
		if len(page) != limit || next != page[limit-1] {
			t.Fatalf("got a page of %d with cursor %d, want %d records and the last one's number", len(page), next, limit)
		}
		filter.Cursor = next
		between()
	}
	t.Fatal("the cursor never ends")
	return nil
}

// descending lists the numbers from newest to oldest.
func descending(newest, oldest uint64) (seqs []uint64) {
	for seq := newest; seq >= oldest && seq > 0; seq-- {
		seqs = append(seqs, seq)
	}
	return seqs
}

func TestNewestFirstOverBothRings(t *testing.T) {
	for _, pattern := range []string{"", "c", "r", "cr", "rc", "ccrr", "rrcc", "crcrccrrrcccrcr"} {
		m := recent.New(0)
		for i, kind := range pattern {
			add := m.Counted
			record := counted(fmt.Sprint(i))
			if kind == 'r' {
				add, record = m.Uncounted, refused(fmt.Sprint(i))
			}
			if got := add(record); got != uint64(i+1) {
				t.Errorf("%q: record %d: got number %d", pattern, i, got)
			}
		}
		got, next := find(t, m, recent.Filter{}, 100)
		if want := descending(uint64(len(pattern)), 1); !slices.Equal(got, want) || next != 0 {
			t.Errorf("%q: got %v and cursor %d, want %v and 0", pattern, got, next, want)
		}
	}
}

// Every page size covers everything exactly once, in order, and the last page
// says that it is the last, also when it is full.
func TestPaging(t *testing.T) {
	const total = 60
	m := recent.New(0)
	for i := range total {
		if i%3 == 0 {
			m.Uncounted(refused("x"))
		} else {
			m.Counted(counted("x"))
		}
	}
	for _, limit := range []int{1, 2, 7, 20, 59, 60, 61} {
		if got := pages(t, m, recent.Filter{}, limit, func() {}); !slices.Equal(got, descending(total, 1)) {
			t.Errorf("limit %d: got %v", limit, got)
		}
	}
	got := pages(t, m, recent.Filter{Result: "bad_signature"}, 3, func() {})
	if len(got) != total/3 || !slices.IsSortedFunc(got, func(a, b uint64) int { return cmp.Compare(b, a) }) {
		t.Errorf("filtered: got %v, want the %d refusals", got, total/3)
	}
}

// What arrives between two pages belongs before the first one: it neither shows
// up later nor pushes a record onto two pages.
func TestPagingWhileRecordsArrive(t *testing.T) {
	const total = 100
	m := recent.New(0)
	for range total / 2 {
		m.Counted(counted("x"))
		m.Uncounted(refused("x"))
	}
	got := pages(t, m, recent.Filter{}, 7, func() {
		m.Counted(counted("late"))
		m.Uncounted(refused("late"))
	})
	if !slices.Equal(got, descending(total, 1)) {
		t.Errorf("got %v, want each of %d to 1 once", got, total)
	}
}

func TestLimitBelowOne(t *testing.T) {
	m := recent.New(0)
	m.Counted(counted("x"))
	for _, limit := range []int{0, -1} {
		if got, _ := find(t, m, recent.Filter{}, limit); len(got) != 1 {
			t.Errorf("limit %d: got %d records, want 1", limit, len(got))
		}
	}
}

func TestFilter(t *testing.T) {
	m := recent.New(0)
	base := counted("m-1")
	base.DID, base.Status, base.Action = "18184505018", "UNDELIV", "dr"
	add := func(change func(*recent.Record)) {
		record := base
		change(&record)
		if record.Result == "accepted" {
			m.Counted(record)
		} else {
			m.Uncounted(record)
		}
	}
	add(func(*recent.Record) {})                                                                // 1
	add(func(r *recent.Record) { r.DID = "12347200160" })                                       // 2
	add(func(r *recent.Record) { r.Account = "second" })                                        // 3
	add(func(r *recent.Record) { r.Action, r.Status = "mo", "" })                               // 4
	add(func(r *recent.Record) { r.Status = "DELIVRD" })                                        // 5
	add(func(r *recent.Record) { r.Status = "NEW_WORD" })                                       // 6
	add(func(r *recent.Record) { r.Result = "duplicate" })                                      // 7
	add(func(r *recent.Record) { r.MessageID = "m-2" })                                         // 8
	add(func(r *recent.Record) { r.ReceivedAt = noon.Add(time.Hour) })                          // 9
	add(func(r *recent.Record) { *r = refused("why"); r.ReceivedAt = noon.Add(2 * time.Hour) }) // 10

	for _, c := range []struct {
		name   string
		filter recent.Filter
		want   []uint64
	}{
		{"nothing asked", recent.Filter{}, descending(10, 1)},
		{"did", recent.Filter{DID: "12347200160"}, []uint64{2}},
		{"account", recent.Filter{Account: "second"}, []uint64{3}},
		{"account of refusals", recent.Filter{Account: "unknown"}, []uint64{10}},
		{"action mo", recent.Filter{Action: "mo"}, []uint64{4}},
		{"action unknown", recent.Filter{Action: "unknown"}, []uint64{10}},
		{"status as shown", recent.Filter{Status: "UNDELIV"}, []uint64{9, 8, 7, 3, 2, 1}},
		{"status normalised", recent.Filter{Status: "UNDELIVR"}, []uint64{9, 8, 7, 3, 2, 1}},
		{"status delivered", recent.Filter{Status: "DELIVRD"}, []uint64{5}},
		{"status of a new word, as shown", recent.Filter{Status: "NEW_WORD"}, []uint64{6}},
		{"status of a new word, normalised", recent.Filter{Status: "other"}, []uint64{6}},
		{"result accepted", recent.Filter{Result: "accepted"}, []uint64{9, 8, 6, 5, 4, 3, 2, 1}},
		{"result duplicate", recent.Filter{Result: "duplicate"}, []uint64{7}},
		{"result bad_signature", recent.Filter{Result: "bad_signature"}, []uint64{10}},
		{"message id", recent.Filter{MessageID: "m-2"}, []uint64{8}},
		{"since is inclusive", recent.Filter{Since: noon.Add(time.Hour)}, []uint64{10, 9}},
		{"just after", recent.Filter{Since: noon.Add(time.Hour + 1)}, []uint64{10}},
		{"until is exclusive", recent.Filter{Until: noon.Add(time.Hour)}, descending(8, 1)},
		{"just later", recent.Filter{Until: noon.Add(time.Hour + 1)}, descending(9, 1)},
		{"between", recent.Filter{Since: noon.Add(time.Hour), Until: noon.Add(2 * time.Hour)}, []uint64{9}},
		{"cursor", recent.Filter{Cursor: 3}, []uint64{2, 1}},
		{"cursor at the end", recent.Filter{Cursor: 1}, nil},
		{"several at once", recent.Filter{DID: "18184505018", Status: "UNDELIVR", MessageID: "m-1", Account: "main", Until: noon.Add(1)}, []uint64{7, 1}},
		{"none", recent.Filter{MessageID: "m-"}, nil},
	} {
		if got, _ := find(t, m, c.filter, 100); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}
