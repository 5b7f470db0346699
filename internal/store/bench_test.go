// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"runtime"
	"strconv"
	"testing"

	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/store"
)

// BenchmarkNewMessages also tells what a message costs in memory once the engine
// is full: what DefaultMemoryCapacity promises.
func BenchmarkNewMessages(b *testing.B) {
	const capacity = store.DefaultMemoryCapacity
	before := heap()
	m := newMemory(b, store.MemoryConfig{Capacity: capacity})
	e := receipt(b)
	next := 0
	push := func() {
		e.MessageID = strconv.Itoa(next)
		next++
		if _, err := m.Commit(context.Background(), e); err != nil {
			b.Fatal(err)
		}
	}
	for range capacity {
		push()
	}
	perEntry := float64(heap()-before) / capacity
	b.ResetTimer()
	for b.Loop() {
		push()
	}
	b.ReportMetric(perEntry, "bytes/entry")
	runtime.KeepAlive(m)
}

func BenchmarkDuplicates(b *testing.B) {
	m := newMemory(b, store.MemoryConfig{})
	b.RunParallel(func(p *testing.PB) {
		e := receipt(b, func(e *sms.Event) { e.MessageID = "one" })
		for p.Next() {
			if _, err := m.Commit(context.Background(), e); err != nil {
				b.Error(err)
			}
		}
	})
}

func heap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
