// SPDX-License-Identifier: Apache-2.0

package recent_test

import (
	"encoding/json"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
	"unsafe"
	"weak"

	"didsms_exporter/internal/recent"
	"didsms_exporter/internal/sms"
)

// event is a receipt with every field there is.
func event(t testing.TB) *sms.Event {
	t.Helper()
	price, err := sms.ParsePrice("0.0360")
	if err != nil {
		t.Fatal(err)
	}
	return &sms.Event{
		Account: "main", Currency: "USD", Kind: sms.KindDR, MessageID: "m-1",
		DID: "12347200160", Peer: "18184505018", Content: "Your code is 123456 é",
		Status: sms.StatusUndelivered, StatusWord: "UNDELIV",
		Price: price, HasPrice: true, Size: 2, HasSize: true,
		ReceiveTime: noon.Add(-90 * time.Second), ArrivedAt: noon, SignedAt: noon.Add(-1500 * time.Millisecond),
		FieldErrors: []sms.FieldError{{Field: sms.FieldPrice, Problem: sms.FieldUnparsable}},
	}
}

// recordNames are the names of interface.md without forward, which this version
// does not have, and with the two that were added.
var recordNames = strings.Fields("seq received_at account action result reason did peer message_id status outcome " +
	"price size currency amount receive_time latency_seconds content_length content ts_offset_seconds remote " +
	"field_errors headers")

func TestJSONNames(t *testing.T) {
	record := recent.FromEvent(event(t), sms.ResultDuplicate, "why", "192.0.2.1", recent.Privacy{ShowPhone: true, ShowContent: true})
	record.Seq, record.Headers = 1, []string{"Sign"}
	var got map[string]any
	decode(t, record, &got)
	want := slices.Sorted(slices.Values(recordNames))
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
	for name, want := range map[string]any{
		"received_at": "2026-11-25T12:00:00Z", "action": "dr", "result": "duplicate", "status": "UNDELIV", "outcome": "undelivered",
		"price": "0.036", "amount": "0.072", "size": 2.0, "receive_time": "2026-11-25T11:58:30Z",
		"latency_seconds": 90.0, "ts_offset_seconds": 1.5, "content_length": 21.0, "remote": "192.0.2.1",
	} {
		if got[name] != want {
			t.Errorf("%s: got %v, want %v", name, got[name], want)
		}
	}
}

// A refusal shows what is known, and no empty words or zeros for the rest.
func TestJSONNamesOfRefusal(t *testing.T) {
	var got map[string]any
	decode(t, refused("why"), &got)
	want := []string{"account", "action", "reason", "received_at", "result", "seq"}
	if names := slices.Sorted(maps.Keys(got)); !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
}

func decode(t testing.TB, record recent.Record, into any) {
	t.Helper()
	text, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

func TestRecordLeavesOutWhatIsAbsent(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*sms.Event)
		absent []string
	}{
		{"no price", func(e *sms.Event) { e.HasPrice = false }, []string{"price", "amount"}},
		{"no size", func(e *sms.Event) { e.HasSize = false }, []string{"size", "amount"}},
		{"no time", func(e *sms.Event) { e.ReceiveTime = time.Time{} }, []string{"receive_time", "latency_seconds"}},
		{"time ahead", func(e *sms.Event) { e.ReceiveTime = noon.Add(time.Hour) }, []string{"latency_seconds"}},
		{"inbound", func(e *sms.Event) { e.Kind, e.Status, e.StatusWord = sms.KindMO, sms.StatusNone, "" }, []string{"status", "outcome"}},
	} {
		e := event(t)
		c.change(e)
		var got map[string]any
		decode(t, recent.FromEvent(e, sms.ResultAccepted, "", "", recent.Privacy{}), &got)
		for _, name := range c.absent {
			if value, there := got[name]; there {
				t.Errorf("%s: got %s %v, want none", c.name, name, value)
			}
		}
	}
}

func TestPrivacy(t *testing.T) {
	for _, c := range []struct {
		privacy       recent.Privacy
		peer, content string
	}{
		{recent.Privacy{}, "+1********18", ""},
		{recent.Privacy{ShowPhone: true}, "18184505018", ""},
		{recent.Privacy{ShowContent: true}, "+1********18", "Your code is 123456 é"},
		{recent.Privacy{ShowPhone: true, ShowContent: true}, "18184505018", "Your code is 123456 é"},
	} {
		got := recent.FromEvent(event(t), sms.ResultAccepted, "", "", c.privacy)
		if got.Peer != c.peer || got.Content != c.content || *got.ContentLength != 21 {
			t.Errorf("%+v: got peer %q, content %q, length %d", c.privacy, got.Peer, got.Content, *got.ContentLength)
		}
		// However it is shown, what is hidden stands nowhere else in the record.
		text, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if !c.privacy.ShowPhone && strings.Contains(string(text), "84505") || !c.privacy.ShowContent && strings.Contains(string(text), "123456") {
			t.Errorf("%+v: %s", c.privacy, text)
		}
	}
}

// Text is cut between characters, at most at 4,096 bytes; its length is told whole.
func TestContentIsShortened(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       int // bytes kept
	}{
		{"exactly the limit", strings.Repeat("a", 4096), 4096},
		{"one more", strings.Repeat("a", 4097), 4096},
		{"two bytes across", strings.Repeat("a", 4095) + "éé", 4095},
		{"three bytes across", strings.Repeat("a", 4094) + "€€", 4094},
		{"four bytes across", strings.Repeat("a", 4093) + "😀😀", 4093},
		{"four bytes fit", strings.Repeat("a", 4092) + "😀😀", 4096},
	} {
		e := event(t)
		e.Content = c.text
		got := recent.FromEvent(e, sms.ResultAccepted, "", "", recent.Privacy{ShowContent: true})
		if len(got.Content) != c.want || !strings.HasPrefix(c.text, got.Content) || !utf8.ValidString(got.Content) {
			t.Errorf("%s: got %d bytes, valid %t, want the first %d", c.name, len(got.Content), utf8.ValidString(got.Content), c.want)
		}
		if *got.ContentLength != utf8.RuneCountInString(c.text) {
			t.Errorf("%s: got length %d", c.name, *got.ContentLength)
		}
	}
}

// A record outlives its event by days. A substring or a pointer into the event
// would keep the whole text alive in memory all that time, hidden or not. The
// text lies in an array of its own here; once the event is gone and rubbish is
// collected, a weak pointer to the array tells whether the record still holds it.
func TestRecordDoesNotKeepTheText(t *testing.T) {
	for _, privacy := range []recent.Privacy{{}, {ShowPhone: true}, {ShowContent: true}} {
		record, text, whole := recordOfLongText(t, privacy)
		runtime.GC()
		if text.Value() != nil {
			t.Errorf("%+v: the text is still in memory", privacy)
		}
		if whole.Value() != nil {
			t.Errorf("%+v: the event is still in memory", privacy)
		}
		runtime.KeepAlive(record)
	}
}

// recordOfLongText leaves nothing but the record to hold on to the event. It is
// not inlined, so that none of its variables outlives it.
//
//go:noinline
func recordOfLongText(t *testing.T, privacy recent.Privacy) (recent.Record, weak.Pointer[[60_000]byte], weak.Pointer[sms.Event]) {
	t.Helper()
	text := new([60_000]byte)
	for i := range text {
		text[i] = 'x'
	}
	e := event(t)
	e.Content = unsafe.String(&text[0], len(text))
	return recent.FromEvent(e, sms.ResultAccepted, "", "", privacy), weak.Make(text), weak.Make(e)
}
