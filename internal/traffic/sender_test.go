// SPDX-License-Identifier: Apache-2.0

package traffic_test

import (
	"fmt"
	"io"
	"maps"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/traffic"
)

// newLiveConfig is a second of dense traffic on the real clock.
func newLiveConfig(url string) traffic.Config {
	config := newTestConfig()
	config.URL, config.Now = url+"/callback", nil
	config.Rate, config.Duration = 600, 1500*time.Millisecond
	config.Duplicates = 0.15
	return config
}

func TestTotalsAgreeWithACorrectReceiver(t *testing.T) {
	t.Parallel()
	book := newTestBook(t, nxcloud.AlgorithmAuto)
	var connections atomic.Int64
	server := httptest.NewUnstartedServer(book.handler())
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	config := newLiveConfig(server.URL)
	config.Duration = 4 * time.Second // long enough for corrections
	config.BadAfter = time.Second
	got, err := newTestSimulator(t, config).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	total := got.Total()
	if total.Sent < 1500 || total.AsPlanned != total.Sent || total.Broken+total.Overloaded+total.Unanswered != 0 || len(got.Breaks) != 0 {
		t.Errorf("counts %+v, breaks %v", total, got.Breaks)
	}
	if got.Kinds[traffic.ShotCorrection].Sent == 0 {
		t.Error("no correction was sent")
	}
	if want := book.totals(); !reflect.DeepEqual(got.DIDs, want) {
		t.Errorf("totals:\n got %+v\nwant %+v", got.DIDs, want)
	}
	if !maps.Equal(got.Callbacks, book.callbacks) {
		t.Errorf("callbacks:\n got %v\nwant %v", got.Callbacks, book.callbacks)
	}
	if got.Latency.Count() != total.Sent || got.Latency.Quantile(0.5) <= 0 || got.Elapsed < config.Duration-time.Second {
		t.Errorf("%d latencies, median %v, elapsed %v", got.Latency.Count(), got.Latency.Quantile(0.5), got.Elapsed)
	}
	if answers := got.Answers[traffic.Answer{Status: 200, Word: "success"}] + got.Answers[traffic.Answer{Status: 401, Word: "error"}] +
		got.Answers[traffic.Answer{Status: 400, Word: "error"}]; answers != total.Sent {
		t.Errorf("answers %v", got.Answers)
	}
	if n := connections.Load(); n > int64(total.Sent)/2 {
		t.Errorf("%d connections for %d requests", n, total.Sent)
	}
}

func TestSameBytesOnTheWire(t *testing.T) {
	t.Parallel()
	record := func() []string {
		var mu sync.Mutex
		var lines []string
		server := newTestServer(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			mu.Lock()
			defer mu.Unlock()
			lines = append(lines, fmt.Sprint(r.Header, string(body)))
		}))
		config := newTestConfig()
		config.URL = server.URL
		config.Rate, config.Duration = 500, 500*time.Millisecond
		if _, err := newTestSimulator(t, config).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		slices.Sort(lines) // many are under way at once
		return lines
	}
	first, again := record(), record()
	if len(first) < 100 || !reflect.DeepEqual(first, again) {
		t.Errorf("%d and %d requests, not the same", len(first), len(again))
	}
}

func TestCorrectionWaitsForItsReceipt(t *testing.T) {
	t.Parallel()
	book := newTestBook(t, nxcloud.AlgorithmAuto)
	var mu sync.Mutex
	open := map[string]bool{} // messages whose first receipt is being answered
	early := 0
	server := newTestServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		event, result := book.take(r.Header, body, time.Now())
		if result != sms.ResultAccepted {
			reply(w, 200, "success")
			return
		}
		mu.Lock()
		if open[event.Kind.String()+event.MessageID] {
			early++
		}
		open[event.Kind.String()+event.MessageID] = true
		mu.Unlock()
		time.Sleep(2 * time.Second) // longer than a correction takes to come
		mu.Lock()
		delete(open, event.Kind.String()+event.MessageID)
		mu.Unlock()
		reply(w, 200, "success")
	}))
	config := newLiveConfig(server.URL)
	config.Rate, config.Duration, config.Forgeries, config.MaxInFlight = 150, 3*time.Second, 0, 2000
	config.Duplicates = 0.2
	summary, err := newTestSimulator(t, config).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if early > 0 || summary.Kinds[traffic.ShotCorrection].Sent == 0 {
		t.Errorf("%d of %d corrections came before the answer", early, summary.Kinds[traffic.ShotCorrection].Sent)
	}
	if summary.Total().Unanswered != 0 {
		t.Errorf("%+v", summary.Total())
	}
}

func TestProgressIsACopy(t *testing.T) {
	t.Parallel()
	book := newTestBook(t, nxcloud.AlgorithmAuto)
	server := newTestServer(t, book.handler())
	simulator := newTestSimulator(t, newLiveConfig(server.URL))
	if before := simulator.Progress(); before.Elapsed != 0 || before.Total().Sent != 0 {
		t.Errorf("before the run: %+v", before.Total())
	}
	done := make(chan struct{})
	var reader sync.WaitGroup
	var last uint64
	reader.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
			}
			progress := simulator.Progress()
			if sent := progress.Total().Sent; sent < last {
				t.Errorf("sent fell from %d to %d", last, sent)
			} else {
				last = sent
			}
			for did := range progress.DIDs {
				progress.DIDs[did] = traffic.Totals{Messages: math.MaxUint64}
			}
			clear(progress.Callbacks)
			clear(progress.Answers)
		}
	})
	got, err := simulator.Run(t.Context())
	close(done)
	reader.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.DIDs, book.totals()) || !maps.Equal(got.Callbacks, book.callbacks) {
		t.Error("a reader changed the tally")
	}
	if last == 0 || !reflect.DeepEqual(simulator.Progress(), got) {
		t.Error("no progress was seen, or it differs from the summary at the end")
	}
}
