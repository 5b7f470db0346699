// SPDX-License-Identifier: Apache-2.0

package traffic_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"errors"

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
	if answers := got.Answers[traffic.Answer{Status: 200, Word: "success"}] + got.Answers[traffic.Answer{Status: 401, Word: "error"}]; answers != total.Sent {
		t.Errorf("answers %v", got.Answers)
	}
	if n := connections.Load(); n > 64 {
		t.Errorf("%d connections for %d requests", n, total.Sent)
	}
}

func TestSameBytesOnTheWire(t *testing.T) {
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
		config.Rate, config.Duration, config.MaxInFlight = 500, 500*time.Millisecond, 1
		if _, err := newTestSimulator(t, config).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		defer mu.Unlock()
		return lines
	}
	first, again := record(), record()
	if len(first) < 100 || !reflect.DeepEqual(first, again) {
		t.Errorf("%d and %d requests, not the same", len(first), len(again))
	}
}

func TestBreaksAreReported(t *testing.T) {
	genuine := []traffic.ShotKind{traffic.ShotMO, traffic.ShotDR, traffic.ShotDuplicate}
	forged := []traffic.ShotKind{traffic.ShotWrongSecret, traffic.ShotAlteredBody, traffic.ShotUnknownKey, traffic.ShotStale, traffic.ShotFuture}
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
		{"fails", always(500, "error"), append(genuine, forged...), nil, `500 "error"`},
		{"newline", func(w http.ResponseWriter, status int, word string) { reply(w, status, word+"\n") }, append(genuine, forged...), nil, `200 "success\n"`},
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
		}, append(genuine, forged...), nil, `302 ""`},
		{"refuses everything", always(401, "error"), genuine, forged, `401 "error"`},
		{"overload without Retry-After", always(503, "error"), append(genuine, forged...), nil, `503 "error"`},
		{"long page", always(404, strings.Repeat("not found ", 200)), append(genuine, forged...), nil, `404 "not found not found not found not found "`},
	} {
		t.Run(test.name, func(t *testing.T) {
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
			if !found || len(summary.Breaks) > 10 || described != summary.Total().Broken {
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

func TestMixedBreaksKeepTheFirstTen(t *testing.T) {
	var n atomic.Int64
	summary := runAgainst(t, func(w http.ResponseWriter, _ int, _ string) {
		reply(w, 500, fmt.Sprintf("failure %d", n.Add(1)))
	})
	if len(summary.Breaks) != 10 || summary.Total().Broken != summary.Total().Sent {
		t.Errorf("%d breaks described, %+v", len(summary.Breaks), summary.Total())
	}
}

// TestOverloadIsNoBreak has a receiver that refuses every third request for now.
// Nothing of that is counted; a duplicate of it may be, and then counts as new.
func TestOverloadIsNoBreak(t *testing.T) {
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

func TestSlowReceiverShowsAsLatency(t *testing.T) {
	var inWork, most atomic.Int64
	server := newTestServer(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		now := inWork.Add(1)
		defer inWork.Add(-1)
		for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
		}
		time.Sleep(40 * time.Millisecond)
		reply(w, 200, "success")
	}))
	config := newLiveConfig(server.URL)
	config.Rate, config.Duration, config.MaxInFlight = 300, 500*time.Millisecond, 4
	summary, err := newTestSimulator(t, config).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if want := len(traffic.Plan(config, testStart)); summary.Total().Sent != uint64(want) {
		t.Errorf("sent %d of %d planned: the load followed the receiver", summary.Total().Sent, want)
	}
	// Four places take 100 a second, so of half a second's shots the last wait long.
	if got := summary.Latency.Quantile(0.9); got < 300*time.Millisecond {
		t.Errorf("90th percentile %v hides the wait", got)
	}
	if got := most.Load(); got > 4 {
		t.Errorf("%d requests at once", got)
	}
}

func TestCorrectionWaitsForItsReceipt(t *testing.T) {
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
		if open[event.MessageID] {
			early++
		}
		open[event.MessageID] = true
		mu.Unlock()
		time.Sleep(2 * time.Second) // longer than a correction takes to come
		mu.Lock()
		delete(open, event.MessageID)
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

func TestCancelFinishesWhatIsUnderWay(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var begun, cut atomic.Uint64
	server := newTestServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if begun.Add(1) == 20 {
			cancel()
		}
		select {
		case <-r.Context().Done():
			cut.Add(1)
		case <-time.After(100 * time.Millisecond):
		}
		reply(w, 200, "success")
	}))
	config := newLiveConfig(server.URL)
	config.Duration, config.Forgeries = 0, 0
	began := time.Now()
	summary, err := newTestSimulator(t, config).Run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	total := summary.Total()
	if total.Sent != begun.Load() || total.Sent < 20 || total.AsPlanned != total.Sent || cut.Load() != 0 {
		t.Errorf("counts %+v, begun %d, cut short %d", total, begun.Load(), cut.Load())
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("took %v to end", took)
	}
}

func TestCancelEndsAWaitForAPlace(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	server := newTestServer(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(400 * time.Millisecond)
		reply(w, 200, "success")
	}))
	config := newLiveConfig(server.URL)
	config.Duration, config.Forgeries, config.MaxInFlight = 0, 0, 1
	summary, err := newTestSimulator(t, config).Run(ctx)
	if err != nil || summary.Total().Sent != 1 || summary.Total().AsPlanned != 1 {
		t.Errorf("%+v, %v", summary.Total(), err)
	}
}

func TestProgressIsACopy(t *testing.T) {
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

func TestNothingAnswers(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	config := newLiveConfig("http://" + address + "/hush-hush")
	config.Duration = 200 * time.Millisecond
	summary, err := newTestSimulator(t, config).Run(t.Context())
	if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Fatalf("got %v, want a refused connection", err)
	}
	if strings.Contains(err.Error(), "hush") || summary.LastError == "" || strings.Contains(summary.LastError, "hush") {
		t.Errorf("error %q, last error %q", err, summary.LastError)
	}
	if total := summary.Total(); total.Sent == 0 || total.Unanswered != total.Sent {
		t.Errorf("%+v", total)
	}
	if len(summary.DIDs)+len(summary.Callbacks) != 0 {
		t.Errorf("counted without an answer: %v", summary.DIDs)
	}
}

func TestTimeoutLeavesAShotUnanswered(t *testing.T) {
	release := make(chan struct{})
	var n atomic.Int64
	server := newTestServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if n.Add(1)%10 == 0 {
			<-release
		}
		reply(w, 200, "success")
	}))
	t.Cleanup(func() { close(release) })
	config := newLiveConfig(server.URL)
	config.Duration, config.Forgeries = 300*time.Millisecond, 0
	config.Client = &http.Client{Timeout: 200 * time.Millisecond}
	summary, err := newTestSimulator(t, config).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	total := summary.Total()
	if total.Unanswered == 0 || total.Unanswered+total.AsPlanned != total.Sent || summary.LastError == "" {
		t.Errorf("%+v, last error %q", total, summary.LastError)
	}
}

func TestRunsOnce(t *testing.T) {
	server := newTestServer(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, "success") }))
	config := newLiveConfig(server.URL)
	config.Duration = 50 * time.Millisecond
	simulator := newTestSimulator(t, config)
	if _, err := simulator.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := simulator.Run(t.Context()); err == nil {
		t.Error("ran twice")
	}
}

func TestNewRefuses(t *testing.T) {
	for name, change := range map[string]func(*traffic.Config){
		"no URL":              func(c *traffic.Config) { c.URL = "" },
		"no scheme":           func(c *traffic.Config) { c.URL = "127.0.0.1:8080/callback" },
		"other scheme":        func(c *traffic.Config) { c.URL = "ftp://127.0.0.1/callback" },
		"no host":             func(c *traffic.Config) { c.URL = "http:///hush-hush" },
		"bad URL":             func(c *traffic.Config) { c.URL = "http://127.0.0.1/hush-hush\x7f" },
		"no key":              func(c *traffic.Config) { c.Account.AccessKey = "" },
		"no secret":           func(c *traffic.Config) { c.Account.Secret = nil },
		"negative rate":       func(c *traffic.Config) { c.Rate = -1 },
		"endless rate":        func(c *traffic.Config) { c.Rate = math.Inf(1) },
		"no number":           func(c *traffic.Config) { c.Rate = math.NaN() },
		"negative duplicates": func(c *traffic.Config) { c.Duplicates = -0.1 },
		"negative forgeries":  func(c *traffic.Config) { c.Forgeries = -0.1 },
		"shares of all":       func(c *traffic.Config) { c.Duplicates, c.Forgeries = 0.5, 0.5 },
		"NaN share":           func(c *traffic.Config) { c.Forgeries = math.NaN() },
		"negative day":        func(c *traffic.Config) { c.DayLength = -1 },
		"negative duration":   func(c *traffic.Config) { c.Duration = -1 },
		"negative bad after":  func(c *traffic.Config) { c.BadAfter = -1 },
		"negative max age":    func(c *traffic.Config) { c.Account.MaxAge = -1 },
		"negative places":     func(c *traffic.Config) { c.MaxInFlight = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			config := newTestConfig()
			change(&config)
			_, err := traffic.New(config)
			if err == nil {
				t.Fatal("accepted")
			}
			if strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), testSecret) {
				t.Errorf("the error shows too much: %v", err)
			}
		})
	}
}

func TestDefaultsAreEnough(t *testing.T) {
	book := newTestBook(t, nxcloud.AlgorithmAuto)
	server := newTestServer(t, book.handler())
	simulator := newTestSimulator(t, traffic.Config{
		URL:      server.URL,
		Account:  traffic.Account{AccessKey: testKey, Secret: []byte(testSecret)},
		Rate:     200,
		Duration: 300 * time.Millisecond,
	})
	summary, err := simulator.Run(t.Context())
	if err != nil || summary.Total().Sent == 0 || summary.Total().AsPlanned != summary.Total().Sent {
		t.Errorf("%+v, %v, %v", summary.Total(), summary.Breaks, err)
	}
}
