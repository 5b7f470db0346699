// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/recent"
	"didsms_exporter/internal/web"
)

// asked remembers what the page asked the memory for.
type asked struct {
	filter recent.Filter
	cursor string
	limit  int
	times  int
	err    error
	found  []recent.Record
	next   string
}

func (a *asked) Find(_ context.Context, filter recent.Filter, cursor string, limit int) ([]recent.Record, string, error) {
	a.filter, a.cursor, a.limit = filter, cursor, limit
	a.times++
	return a.found, a.next, a.err
}

func over(events web.Events) func(*web.Config) { return func(c *web.Config) { c.Events = events } }

func TestEventsQuery(t *testing.T) {
	moment := time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		query string
		want  recent.Filter
		limit int
	}{
		{"", recent.Filter{}, 50},
		{"did=18184505018", recent.Filter{DID: "18184505018"}, 50},
		{"did=%2B1+%28818%29+450-5018", recent.Filter{DID: "18184505018"}, 50},
		{"did=unknown", recent.Filter{DID: "unknown"}, 50},
		{"account=main", recent.Filter{Account: "main"}, 50},
		{"action=mo", recent.Filter{Action: "mo"}, 50},
		{"action=dr", recent.Filter{Action: "dr"}, 50},
		{"action=unknown", recent.Filter{Action: "unknown"}, 50},
		{"status=UNDELIVR", recent.Filter{Status: "UNDELIVR"}, 50},
		{"result=bad_signature", recent.Filter{Result: "bad_signature"}, 50},
		{"message_id=a%26b%3D1", recent.Filter{MessageID: "a&b=1"}, 50},
		{"since=2026-11-25T03:00:00Z", recent.Filter{Since: moment}, 50},
		{"until=2026-11-25T11:00:00%2B08:00", recent.Filter{Until: moment}, 50},
		{"since=1795575600", recent.Filter{Since: moment}, 50},
		{"since=1795575600.5", recent.Filter{Since: moment.Add(500 * time.Millisecond)}, 50},
		{"limit=1", recent.Filter{}, 1},
		{"limit=1000", recent.Filter{}, 1000},
		{
			"did=1&account=a&action=dr&status=s&result=stale&message_id=m&limit=9",
			recent.Filter{DID: "1", Account: "a", Action: "dr", Status: "s", Result: "stale", MessageID: "m"},
			9,
		},
	} {
		events := &asked{}
		got := newDoor(over(events)).do(t, ask{path: "/debug/events?" + c.query})
		events.filter.Since, events.filter.Until = inUTC(events.filter.Since), inUTC(events.filter.Until)
		if got.StatusCode != http.StatusOK || events.limit != c.limit || !reflect.DeepEqual(events.filter, c.want) {
			t.Errorf("%s: got %d, %+v, limit %d, want %+v, limit %d", c.query, got.StatusCode, events.filter, events.limit, c.want, c.limit)
		}
	}
}

func inUTC(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return at.UTC()
}

// How long ago is counted from the asking. An hour's width stands in for a clock:
// the test says nothing about how fast it runs.
func TestEventsQueryAgo(t *testing.T) {
	events := &asked{}
	before := time.Now()
	newDoor(over(events)).do(t, ask{path: "/debug/events?since=2h"})
	if got := before.Sub(events.filter.Since); got > 2*time.Hour || got < time.Hour {
		t.Errorf("got %s ago, want 2h", got)
	}
}

// A filter that silently did nothing would mislead: each of these is refused with
// its name, and nothing is looked up.
func TestEventsQueryRefused(t *testing.T) {
	for _, c := range []struct{ query, want string }{
		{"dids=1", `unknown parameter "dids"; known: account, action, cursor, did, limit, message_id, result, since, status, until`},
		{"DID=1", `unknown parameter "DID"`},
		{"=1", `unknown parameter ""`},
		{"x", `unknown parameter "x"`},
		{"did=", "did: must be given once"},
		{"account=", "account: must be given once"},
		{"status", "status: must be given once"},
		{"message_id=", "message_id: must be given once"},
		{"did=1&did=2", "did: must be given once"},
		{"account=a&account=a", "account: must be given once"},
		{"account=&account=a", "account: must be given once"},
		{"limit=1&limit=2", "limit: must be given once"},
		{"did=abc", "did: must be a phone number"},
		{"did=123456789012345678901", "did: must be a phone number"},
		{"action=MO", "action: must be mo, dr or unknown"},
		{"action=mtsend", "action: must be"},
		{"result=ok", "result: must be one of accepted, duplicate, unknown_key, bad_signature, stale, future, unsupported, malformed, too_large, error, overload"},
		{"limit=0", "limit: must be a number from 1 to 1000"},
		{"limit=1001", "limit: must be"},
		{"limit=-1", "limit: must be"},
		{"limit=ten", "limit: must be"},
		{"limit=1e2", "limit: must be"},
		{"since=yesterday", "since: must be a time"},
		{"until=2026-11-25", "until: must be a time"},
		{"since=NaN", "since: must be a time"},
		{"since=Inf", "since: must be a time"},
		{"since=-5", "since: must be a time"},
		{"since=1795575600000", "since: must be a time"},
		{"account=%zz", "the query string cannot be read"},
		{"account=a;result=stale", "the query string cannot be read"},
		{"limit=x&action=y", "action: must be"}, // the first by name, so that the same question has one answer
	} {
		events := &asked{}
		got := newDoor(over(events)).do(t, ask{path: "/debug/events?" + c.query})
		var answer struct{ Error string }
		if err := json.Unmarshal([]byte(body(t, got)), &answer); err != nil {
			t.Errorf("%s: %v", c.query, err)
		}
		if got.StatusCode != http.StatusBadRequest || !strings.HasPrefix(answer.Error, c.want) || events.times != 0 {
			t.Errorf("%s: got %d %q after %d look-ups, want 400 %q", c.query, got.StatusCode, answer.Error, events.times, c.want)
		}
		if kind := got.Header.Get("Content-Type"); kind != "application/json" {
			t.Errorf("%s: got %s", c.query, kind)
		}
	}
}

// What is wrong inside is for the log; the client learns where to look.
func TestEventsFail(t *testing.T) {
	got := newDoor(over(&asked{err: errors.New("hunter2")})).do(t, ask{path: "/debug/events"})
	if text := body(t, got); got.StatusCode != http.StatusInternalServerError || strings.Contains(text, "hunter2") || !strings.Contains(text, "the log says why") {
		t.Errorf("got %d %s", got.StatusCode, text)
	}
	// A time of year 10000 has no JSON form.
	unwritable := &asked{found: []recent.Record{{ReceivedAt: time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)}}}
	if got := newDoor(over(unwritable)).do(t, ask{path: "/debug/events"}); got.StatusCode != http.StatusInternalServerError {
		t.Errorf("unwritable: got %d, want 500", got.StatusCode)
	}
}

type answer struct {
	Events     []recent.Record `json:"events"`
	NextCursor string          `json:"next_cursor"`
}

// A client that follows next_cursor sees everything once and then an empty one.
func TestEventsPages(t *testing.T) {
	d := newDoor()
	for range 7 {
		d.memory.Counted(recent.Record{Result: "accepted"})
	}
	var seqs []uint64
	query := url.Values{"limit": {"3"}}
	for range 3 {
		var page answer
		if err := json.Unmarshal([]byte(body(t, d.do(t, ask{path: "/debug/events?" + query.Encode()}))), &page); err != nil {
			t.Fatal(err)
		}
		for _, record := range page.Events {
			seqs = append(seqs, record.Seq)
		}
		query.Set("cursor", page.NextCursor)
	}
	if want := []uint64{7, 6, 5, 4, 3, 2, 1}; !reflect.DeepEqual(seqs, want) || query.Get("cursor") != "" {
		t.Errorf("got %v and cursor %q, want %v and none", seqs, query.Get("cursor"), want)
	}
}

// TestEventsCursor: a cursor that no answer gave is the asker's mistake.
func TestEventsCursor(t *testing.T) {
	for _, cursor := range []string{"0", "-1", "x", "18446744073709551616"} {
		got := newDoor().do(t, ask{path: "/debug/events?cursor=" + cursor})
		if text := body(t, got); got.StatusCode != http.StatusBadRequest || !strings.Contains(text, "cursor: must be the next_cursor") {
			t.Errorf("%s: got %d %s", cursor, got.StatusCode, text)
		}
	}
}

// TestEventsGaps: the times without an exporter are on the page, the last 20.
func TestEventsGaps(t *testing.T) {
	var gaps []web.Gap
	for n := range 25 {
		at := time.Date(2026, 11, 1, n, 0, 0, 0, time.UTC)
		gaps = append(gaps, web.Gap{From: at, To: at.Add(time.Minute)})
	}
	door := newDoor(func(c *web.Config) { c.Gaps = func() []web.Gap { return gaps } })
	var page struct{ Gaps []web.Gap }
	if err := json.Unmarshal([]byte(body(t, door.do(t, ask{path: "/debug/events"}))), &page); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(page.Gaps, gaps[5:]) {
		t.Errorf("got %v", page.Gaps)
	}
}

func TestEventsOfAnEmptyMemory(t *testing.T) {
	if got := body(t, newDoor().do(t, ask{path: "/debug/events"})); got != "{\n  \"events\": [],\n  \"next_cursor\": \"\"\n}\n" {
		t.Errorf("got %q", got)
	}
}

// The text of a message is its sender's to choose. The answer keeps what was sent,
// but holds nothing raw that a browser or a terminal would act on.
func TestHostileRecordIsEscaped(t *testing.T) {
	const hostile = "<script>alert('x')</script> ]]> & \"quoted\" \\ \r\nSet-Cookie: a=b\x00\x1b[2J \u202eright to left\u2066 \u009b2J \u2028 \u200b \x7f \ufeff é 😀 \U000e0041"
	d := newDoor(func(c *web.Config) {
		c.Privacy = func() recent.Privacy { return recent.Privacy{ShowContent: true} }
	})
	d.memory.Counted(recent.Record{Result: "accepted", Content: hostile, MessageID: hostile})
	got := d.do(t, ask{path: "/debug/events"})
	text := body(t, got)
	for _, bad := range []string{"<", ">", "&", "\r", "\x00", "\x1b", "\u202e", "\u2066", "\u009b", "\u2028", "\u200b", "\x7f", "\ufeff", "\U000e0041"} {
		if strings.Contains(text, bad) {
			t.Errorf("the answer holds %q raw", bad)
		}
	}
	if !strings.Contains(text, "é 😀") {
		t.Error("what people read is escaped too")
	}
	if strings.Contains(text, "\nSet-Cookie") || got.Header.Get("Set-Cookie") != "" {
		t.Error("a line end of the text is one of the answer")
	}
	var page answer
	if err := json.Unmarshal([]byte(text), &page); err != nil {
		t.Fatal(err)
	}
	if page.Events[0].Content != hostile || page.Events[0].MessageID != hostile {
		t.Errorf("got %q, want what was sent", page.Events[0].Content)
	}
}
