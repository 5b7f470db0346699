// SPDX-License-Identifier: Apache-2.0

package receiver_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"didsms_exporter/internal/store"
)

// noMetrics is for a store whose metrics nobody looks at.
type noMetrics struct{}

func (noMetrics) Committed(time.Duration)   {}
func (noMetrics) CommitFailed(store.Reason) {}

// newDurable returns a durable store that runs until the benchmark ends.
func newDurable(b *testing.B) *store.SQLite {
	b.Helper()
	durable, err := store.Open(store.Config{Folder: b.TempDir(), Retention: 30 * 24 * time.Hour, Metrics: noMetrics{}})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- durable.Run(ctx) }()
	b.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			b.Error(err)
		}
		if err := durable.Close(); err != nil {
			b.Error(err)
		}
	})
	return durable
}

// BenchmarkDoor answers distinct callbacks over 64 connections, with the store in
// memory and on disk in turn, so that both meet the same machine. What counts is
// the ratio, the rate of disk over that of memory.
func BenchmarkDoor(b *testing.B) {
	const connections, rounds = 64, 5
	inMemory, onDisk := newTestParts(b), newTestParts(b)
	onDisk.store = newDurable(b)
	inMemory.open(b)
	onDisk.open(b)
	var serial atomic.Int64
	b.ResetTimer()
	var took [2]time.Duration
	for round := range rounds {
		for n, p := range []*parts{inMemory, onDisk} {
			if round%2 == 1 {
				n, p = 1-n, []*parts{onDisk, inMemory}[n]
			}
			took[n] += drive(b, p, connections, max(1, b.N/rounds), &serial)
		}
	}
	b.StopTimer()
	b.ReportMetric(took[0].Seconds()/took[1].Seconds(), "disk/memory")
	b.ReportMetric(float64(max(1, b.N/rounds)*rounds)/took[1].Seconds(), "durable/s")
}

// drive sends callbacks over kept connections and returns how long that took.
func drive(b *testing.B, p *parts, connections, count int, serial *atomic.Int64) time.Duration {
	b.Helper()
	var left atomic.Int64
	left.Store(int64(count))
	var senders sync.WaitGroup
	began := time.Now()
	for range connections {
		senders.Go(func() {
			connection, err := net.Dial("tcp", p.address)
			if err != nil {
				b.Error(err)
				return
			}
			defer func() { _ = connection.Close() }()
			answers := bufio.NewReader(connection)
			for left.Add(-1) >= 0 {
				n := serial.Add(1)
				send := signed("dr", fmt.Sprintf(`{"messageId":"m%d","fromPhone":"1818450%04d","toPhone":"447700900123","size":"1","price":"0.0360","smsStatus":"DELIVRD"}`, n, n%100))
				if _, err := io.WriteString(connection, send.String()); err != nil {
					b.Error(err)
					return
				}
				response, err := http.ReadResponse(answers, nil)
				if err != nil || response.StatusCode != http.StatusOK {
					b.Errorf("got %v, %v", response, err)
					return
				}
				_, _ = io.Copy(io.Discard, response.Body) // a word
				_ = response.Body.Close()
			}
		})
	}
	senders.Wait()
	return time.Since(began)
}
