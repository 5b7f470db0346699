// SPDX-License-Identifier: Apache-2.0

package traffic_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

func TestCancelFinishesWhatIsUnderWay(t *testing.T) {
	t.Parallel()
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
	if took := time.Since(began); took > 9*time.Second {
		t.Errorf("took %v to end", took)
	}
}

func TestCancelEndsAWaitForAPlace(t *testing.T) {
	t.Parallel()
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

// TestCancelCutsWhatHangs: nobody waits for a timeout after Ctrl-C, and what was cut
// is told from what the receiver left unanswered.
func TestCancelCutsWhatHangs(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := newTestServer(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-release
	}))
	t.Cleanup(func() { close(release) })
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	config := newLiveConfig(server.URL)
	config.Duration = 0
	began := time.Now()
	summary, err := newTestSimulator(t, config).Run(ctx)
	took := time.Since(began)
	if total := summary.Total(); err == nil || total.Sent < 20 || total.Unanswered != total.Sent || summary.Cut != total.Sent {
		t.Errorf("%+v, %d cut, %v", total, summary.Cut, err)
	}
	if took < 1400*time.Millisecond || took > 9*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestNothingAnswers(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close()
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
	t.Parallel()
	release := make(chan struct{})
	var n atomic.Int64
	server := newTestServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if n.Add(1) == 3 {
			<-release
		}
		reply(w, 200, "success")
	}))
	t.Cleanup(func() { close(release) })
	config := newLiveConfig(server.URL)
	config.Rate, config.Duration, config.Forgeries = 100, 300*time.Millisecond, 0
	config.Client = &http.Client{Timeout: 200 * time.Millisecond}
	began := time.Now()
	summary, err := newTestSimulator(t, config).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took >= 9*time.Second {
		t.Errorf("took %v: the client's own timeout does not count", took)
	}
	total := summary.Total()
	if total.Unanswered == 0 || total.Unanswered+total.AsPlanned != total.Sent || summary.LastError == "" {
		t.Errorf("%+v, last error %q", total, summary.LastError)
	}
}

func TestRunsOnce(t *testing.T) {
	t.Parallel()
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
