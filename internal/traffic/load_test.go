// SPDX-License-Identifier: Apache-2.0

package traffic_test

import (
	"io"
	"maps"
	"net/http"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/traffic"
)

// TestLoadDoesNotFollowTheReceiver: a shot begins at its instant or not at all.
func TestLoadDoesNotFollowTheReceiver(t *testing.T) {
	t.Parallel()
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
	config.Rate, config.Duration, config.MaxInFlight, config.Forgeries = 300, 500*time.Millisecond, 4, 0
	summary, err := newTestSimulator(t, config).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	total, planned := summary.Total(), uint64(len(traffic.Plan(config, testStart)))
	// Four places take 100 a second, so of half a second's shots most find none.
	if total.Sent+total.Unsent != planned || total.Unsent < planned/3 || total.Sent < 4 || total.AsPlanned != total.Sent {
		t.Errorf("of %d planned: %+v", planned, total)
	}
	if got := most.Load(); got > 4 {
		t.Errorf("%d requests at once", got)
	}
}

// TestHangingReceiverDoesNotStretchTheRun: the load goes on as planned, and the end
// comes within a timeout.
func TestHangingReceiverDoesNotStretchTheRun(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := newTestServer(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-release
	}))
	t.Cleanup(func() { close(release) })
	config := newLiveConfig(server.URL)
	config.Rate, config.Duration, config.Duplicates, config.Scenario = 300, time.Second, 0.5, traffic.Chaos
	config.Client = &http.Client{Timeout: 3 * time.Second}
	began := time.Now()
	summary, err := newTestSimulator(t, config).Run(t.Context())
	took := time.Since(began)
	total, planned := summary.Total(), uint64(len(traffic.Plan(config, testStart)))
	if err == nil || total.Sent != planned || total.Unanswered != planned || total.Unsent != 0 {
		t.Errorf("of %d planned: %+v, %v", planned, total, err)
	}
	// What waits for the answer to another shot would begin only then.
	if took < 3500*time.Millisecond || took > 6800*time.Millisecond {
		t.Errorf("took %v", took)
	}
}

// TestUnsentMessagesStayAway: of a message whose first shot found no place, nothing
// else is sent, so that what was counted is known.
func TestUnsentMessagesStayAway(t *testing.T) {
	t.Parallel()
	book := newTestBook(t, nxcloud.AlgorithmAuto)
	right := book.handler()
	server := newTestServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(10 * time.Millisecond)
		right(w, r)
	}))
	config := newLiveConfig(server.URL)
	config.MaxInFlight, config.Duplicates, config.Scenario = 3, 0.5, traffic.Chaos
	summary, err := newTestSimulator(t, config).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	total := summary.Total()
	if total.Unsent == 0 || total.AsPlanned != total.Sent || !reflect.DeepEqual(summary.DIDs, book.totals()) || !maps.Equal(summary.Callbacks, book.callbacks) {
		t.Errorf("%+v, breaks %v\n got %v\nwant %v", total, summary.Breaks, summary.Callbacks, book.callbacks)
	}
	if summary.Kinds[traffic.ShotConflict].Unsent == 0 {
		t.Error("no conflict of an unsent message")
	}
}
