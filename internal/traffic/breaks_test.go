// SPDX-License-Identifier: Apache-2.0

package traffic_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/traffic"
)

func TestBreaksAreReported(t *testing.T) {
	t.Parallel()
	genuine := []traffic.ShotKind{traffic.ShotMO, traffic.ShotDR, traffic.ShotDuplicate}
	var forged []traffic.ShotKind // all but the one that has another answer
	for kind := traffic.ShotWrongSecret; kind < traffic.ShotUnreadable; kind++ {
		forged = append(forged, kind)
	}
	always := func(status int, body string) func(http.ResponseWriter, int, string) {
		return func(w http.ResponseWriter, _ int, _ string) { reply(w, status, body) }
	}
	for _, test := range []struct {
		name   string
		answer func(w http.ResponseWriter, status int, word string) // given the right answer
		broken []traffic.ShotKind
		sound  []traffic.ShotKind
		got    string
	}{
		{"accepts forgeries", always(200, "success"), forged, genuine, `200 "success"`},
		{"fails", always(500, "error"), slices.Concat(genuine, forged), nil, `500 "error"`},
		{"newline", func(w http.ResponseWriter, status int, word string) { reply(w, status, word+"\n") }, slices.Concat(genuine, forged), nil, `200 "success\n"`},
		{"200 with error", func(w http.ResponseWriter, _ int, word string) { reply(w, 200, word) }, forged, genuine, `200 "error"`},
		{"no content", func(w http.ResponseWriter, status int, word string) {
			if status == 200 {
				w.WriteHeader(204)
				return
			}
			reply(w, status, word)
		}, genuine, forged, `204 ""`},
		{"redirects", func(w http.ResponseWriter, _ int, _ string) {
			w.Header().Set("Location", "/elsewhere")
			reply(w, 302, "")
		}, slices.Concat(genuine, forged), nil, `302 ""`},
		{"refuses everything", always(401, "error"), genuine, forged, `401 "error"`},
		{"overload without Retry-After", always(503, "error"), slices.Concat(genuine, forged), nil, `503 "error"`},
		{"long page", always(404, strings.Repeat("not found ", 200)), slices.Concat(genuine, forged), nil, `404 "not found not found not found not found "`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			summary := runAgainst(t, test.answer)
			checkKinds(t, summary, test.broken, test.sound)
			found := false
			var described uint64
			for _, b := range summary.Breaks {
				found = found || b.Got == test.got
				described += b.Count
				if !strings.Contains(b.String(), b.Kind.String()) || len(b.MessageID) != 32 {
					t.Errorf("break %q", b)
				}
				if strings.Contains(b.String(), testSecret) {
					t.Error("a break shows the secret")
				}
			}
			if !found || len(summary.Breaks) > 20 || described != summary.Total().Broken {
				t.Errorf("want a break with %s, got %v (%d of %d)", test.got, summary.Breaks, described, summary.Total().Broken)
			}
		})
	}
}

// runAgainst runs against a receiver that knows the right answer and is told to
// give another one.
func runAgainst(t *testing.T, answer func(w http.ResponseWriter, status int, word string)) traffic.Summary {
	t.Helper()
	book := newTestBook(t, nxcloud.AlgorithmAuto)
	right := book.handler()
	server := newTestServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		right(recorder, r)
		answer(w, recorder.Code, recorder.Body.String())
	}))
	config := newLiveConfig(server.URL)
	config.Forgeries, config.Duration = 0.4, 700*time.Millisecond
	summary, err := newTestSimulator(t, config).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

func checkKinds(t *testing.T, summary traffic.Summary, broken, sound []traffic.ShotKind) {
	t.Helper()
	for _, kind := range broken {
		if count := summary.Kinds[kind]; count.Sent == 0 || count.Broken != count.Sent || count.AsPlanned != 0 {
			t.Errorf("%s should all be broken: %+v", kind, count)
		}
	}
	for _, kind := range sound {
		if count := summary.Kinds[kind]; count.Sent == 0 || count.AsPlanned != count.Sent {
			t.Errorf("%s should all be as planned: %+v", kind, count)
		}
	}
}

func TestMixedBreaksKeepTheFirstTwenty(t *testing.T) {
	t.Parallel()
	var n atomic.Int64
	summary := runAgainst(t, func(w http.ResponseWriter, _ int, _ string) {
		reply(w, 500, fmt.Sprintf("failure %d", n.Add(1)))
	})
	if len(summary.Breaks) != 20 || summary.Total().Broken != summary.Total().Sent {
		t.Errorf("%d breaks described, %+v", len(summary.Breaks), summary.Total())
	}
}

// TestOverloadIsNoBreak has a receiver that refuses every third request for now.
// Nothing of that is counted; a duplicate of it may be, and then counts as new.
func TestOverloadIsNoBreak(t *testing.T) {
	t.Parallel()
	book := newTestBook(t, nxcloud.AlgorithmAuto)
	right := book.handler()
	var n, refused atomic.Uint64
	server := newTestServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1)%3 == 0 {
			refused.Add(1)
			w.Header().Set("Retry-After", "1")
			reply(w, http.StatusServiceUnavailable, "error")
			return
		}
		right(w, r)
	}))
	config := newLiveConfig(server.URL)
	config.Duplicates = 0.5
	got, err := newTestSimulator(t, config).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	total := got.Total()
	if total.Overloaded != refused.Load() || total.Broken != 0 || total.AsPlanned+total.Overloaded != total.Sent {
		t.Errorf("counts %+v, refused %d, breaks %v", total, refused.Load(), got.Breaks)
	}
	if !reflect.DeepEqual(got.DIDs, book.totals()) || !maps.Equal(got.Callbacks, book.callbacks) {
		t.Errorf("totals differ:\n got %v\nwant %v", got.Callbacks, book.callbacks)
	}
}
