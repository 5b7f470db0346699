// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

const (
	benchGoroutines = 64
	benchRounds     = 5
	benchRow        = 180 // bytes that an event adds to the file: see TestMillion
)

// BenchmarkDurable commits distinct events from 64 goroutines, to the store and to a
// plain file in turn, so that both meet the same machine: the plain file gets as many
// bytes for an event, appended and synced for all that wait at once. What counts is
// the ratio, the rate of the store over that of the plain file.
func BenchmarkDurable(b *testing.B) {
	metrics := &counted{}
	s := opened(b, Config{Folder: b.TempDir(), Metrics: metrics})
	running(b, s)
	plain := newPlainLog(b)
	var serial atomic.Int64
	rate := func(commit func(id string)) float64 {
		began := time.Now()
		var group sync.WaitGroup
		for range benchGoroutines {
			group.Go(func() {
				for range max(1, b.N/benchRounds/benchGoroutines) {
					commit(fmt.Sprintf("%032x", serial.Add(1)))
				}
			})
		}
		group.Wait()
		return float64(benchGoroutines*max(1, b.N/benchRounds/benchGoroutines)) / time.Since(began).Seconds()
	}
	b.ResetTimer()
	var ratios, rates []float64
	for range benchRounds {
		durable := rate(func(id string) { mustCommit(b, s, newEvent(id)) })
		ratios = append(ratios, durable/rate(func(id string) { plain.commit(newEvent(id).MessageID) }))
		rates = append(rates, durable)
	}
	slices.Sort(ratios)
	slices.Sort(rates)
	b.ReportMetric(ratios[benchRounds/2], "ratio")
	b.ReportMetric(rates[benchRounds/2], "events/s")
	b.ReportMetric(float64(serial.Load())/2/float64(metrics.committed.Load()), "events/batch")
}

// plainLog appends to a file and syncs, once for all that wait.
type plainLog struct {
	file    *os.File
	waiting chan chan struct{}
}

func newPlainLog(b *testing.B) *plainLog {
	b.Helper()
	file, err := os.Create(filepath.Join(b.TempDir(), "plain"))
	if err != nil {
		b.Fatal(err)
	}
	p := &plainLog{file: file, waiting: make(chan chan struct{}, maxWaiting)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.run(b)
	}()
	b.Cleanup(func() {
		close(p.waiting)
		<-done
		if err := file.Close(); err != nil {
			b.Error(err)
		}
	})
	return p
}

func (p *plainLog) run(b *testing.B) {
	for first := range p.waiting {
		batch := []chan struct{}{first}
		for len(batch) < maxBatch && len(p.waiting) > 0 {
			batch = append(batch, <-p.waiting)
		}
		if _, err := p.file.Write(make([]byte, benchRow*len(batch))); err != nil {
			b.Error(err)
		}
		if err := syscall.Fdatasync(int(p.file.Fd())); err != nil {
			b.Error(err)
		}
		for _, done := range batch {
			close(done)
		}
	}
}

func (p *plainLog) commit(string) {
	done := make(chan struct{})
	p.waiting <- done
	<-done
}

// TestMillion prints what a million events cost; it wants minutes and is run by hand
// with DIDSMS_MILLION=1. Without that a few thousand show that it works.
func TestMillion(t *testing.T) {
	events := 3_000
	if os.Getenv("DIDSMS_MILLION") != "" {
		events = 1_000_000
	}
	folder := t.TempDir()
	s := opened(t, Config{Folder: folder})
	batch := make([]*pending, 0, maxBatch)
	flush := func() {
		if err := s.database.commit(batch); err != nil {
			t.Fatal(err)
		}
		s.checkpoint()
		batch = batch[:0]
	}
	for i := range events {
		e := newEvent(fmt.Sprintf("%032x", i*7919), from(fmt.Sprint(18_184_500_000+i%300)), arriving(noon().Add(time.Duration(i)*time.Millisecond)))
		if batch = append(batch, &pending{event: e}); len(batch) == maxBatch {
			flush()
		}
	}
	flush()
	running(t, s)()
	info, err := os.Stat(filepath.Join(folder, FileName))
	if err != nil {
		t.Fatal(err)
	}
	heapBefore := heapNow()
	began := time.Now()
	now := &atomic.Pointer[time.Time]{}
	start := noon()
	now.Store(&start)
	s = opened(t, Config{Folder: folder, Now: func() time.Time { return *now.Load() }})
	took := time.Since(began)
	t.Logf("%d events: opened in %s, %.1f MiB of heap, %.1f MiB resident, file %.0f bytes an event",
		s.Restored().Events, took.Round(time.Millisecond), float64(heapNow()-heapBefore)/(1<<20), resident(t), float64(info.Size())/float64(events))
	if s.Restored().Events != events {
		t.Errorf("got %d events, want %d", s.Restored().Events, events)
	}
	running(t, s)
	before := latencies(t, s, "before", 3_000, func() bool { return false })
	end := start.Add(testRetention + time.Duration(events)*time.Millisecond)
	now.Store(&end)
	began = time.Now()
	during := latencies(t, s, "during", 3_000, func() bool { return s.Stats().EvictedTTL < uint64(events) })
	t.Logf("pruned %d in %s; a commit takes before: median %s, p99 %s; during: median %s, p99 %s", s.Stats().EvictedTTL,
		time.Since(began).Round(time.Millisecond), quantile(before, .5), quantile(before, .99), quantile(during, .5), quantile(during, .99))
	if got := s.Stats().EvictedTTL; got < uint64(events) {
		t.Errorf("pruned %d of %d", got, events)
	}
}

// latencies commits from eight goroutines, at least so many events and while more.
func latencies(t *testing.T, s *SQLite, name string, least int64, more func() bool) []time.Duration {
	var (
		mu   sync.Mutex // guards all
		all  []time.Duration
		next atomic.Int64
	)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for n := next.Add(1); n <= least || more(); n = next.Add(1) {
				began := time.Now()
				if _, err := s.Commit(context.Background(), newEvent(fmt.Sprint(name, n), arriving(noon().Add(2*testRetention)))); err != nil {
					t.Error(err)
					return
				}
				took := time.Since(began)
				mu.Lock()
				all = append(all, took)
				mu.Unlock()
				time.Sleep(time.Millisecond) // callers are not always there
			}
		})
	}
	group.Wait()
	slices.Sort(all)
	return all
}

func quantile(sorted []time.Duration, q float64) time.Duration {
	return sorted[int(q*float64(len(sorted)-1))].Round(time.Microsecond)
}

func resident(t *testing.T) float64 {
	t.Helper()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	var total, pages int
	if _, err := fmt.Sscan(string(text), &total, &pages); err != nil {
		t.Fatal(err)
	}
	return float64(pages*os.Getpagesize()) / (1 << 20)
}
