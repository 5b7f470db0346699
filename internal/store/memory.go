// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"didsms_exporter/internal/sms"
)

// DefaultMemoryCapacity is how many messages the memory engine remembers: about
// 130 bytes each when it is full.
const DefaultMemoryCapacity = 1_000_000

// MemoryConfig sets up a memory engine.
type MemoryConfig struct {
	Capacity  int           // messages remembered; DefaultMemoryCapacity when zero
	Retention time.Duration // how long a message is remembered at least, capacity allowing
	Now       func() time.Time
}

// Memory is the engine without a file: an exact set bounded by size. It forgets
// everything at the end of the process. fastcache could not do this work: it
// evicts silently, and a forgotten duplicate is counted twice.
type Memory struct {
	config  MemoryConfig
	hasher  hasher
	started time.Time

	mu       sync.Mutex // guards all below
	messages map[messageKey]message
	order    queue // of claims, oldest first: a message stands in it once for each status
	// later holds the content digests of a message's later statuses where they
	// differ from its first: nearly always empty.
	later map[statusKey]uint64
	stats Stats
}

// message is what has to be remembered of one message to judge its next event.
type message struct {
	content  uint64 // digest of its first event
	amount   uint64 // billionths counted as spend: at most 255 times sms.MaxPrice
	statuses uint16 // bit set of sms.Status seen
	queued   uint8  // how often it stands in the order: its newest claim keeps it known
	final    bool   // a final outcome was seen
}

type statusKey struct {
	message messageKey
	status  sms.Status
}

// NewMemory returns an empty memory engine.
func NewMemory(config MemoryConfig) (*Memory, error) {
	if config.Capacity == 0 {
		config.Capacity = DefaultMemoryCapacity
	}
	if config.Capacity < 0 || config.Retention <= 0 {
		return nil, errors.New("memory store: capacity and retention must be positive")
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("memory store: make a key: %w", err)
	}
	return &Memory{
		config:   config,
		hasher:   hasher{key},
		started:  config.Now(),
		messages: make(map[messageKey]message),
		later:    make(map[statusKey]uint64),
	}, nil
}

// IDKey returns the key under which odd message ids are hashed.
func (m *Memory) IDKey() []byte { return m.hasher.key }

// Commit claims the event. It is the one place that decides between new and
// duplicate, under one lock, so that of two equal callbacks at the same moment
// exactly one is new.
func (m *Memory) Commit(_ context.Context, e *sms.Event) (sms.Claim, error) {
	key, content := m.hasher.message(e), m.hasher.content(e)
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.age()
	m.expire(now)
	m.stats.Lookups++

	kept, exists := m.messages[key]
	if kept.seen(e.Status) {
		m.stats.Hits++
		return sms.Claim{Duplicate: true, Conflict: content != m.claimed(key, e.Status, kept)}, nil
	}
	if !exists {
		kept.content = content
		m.makeRoom()
	} else if content != kept.content {
		m.later[statusKey{key, e.Status}] = content
	}
	claim, after := kept.known().claim(e)
	kept.statuses, kept.final, kept.amount = after.statuses, after.final, nanos(after.amount)
	kept.queued++
	m.order.push(dated{key, now})
	m.messages[key] = kept
	return claim, nil
}

// known unpacks the message.
func (k message) known() known { return known{k.statuses, k.final, fromNanos(k.amount)} }

func (k message) seen(status sms.Status) bool { return k.known().seen(status) }

// age is the engine's own clock. It counts from a moment of the process, so that
// the machine's clock being set does not expire anything early.
func (m *Memory) age() time.Duration { return m.config.Now().Sub(m.started) }

// claimed returns the content digest under which this status was claimed.
func (m *Memory) claimed(key messageKey, status sms.Status, kept message) uint64 {
	if content, ok := m.later[statusKey{key, status}]; ok {
		return content
	}
	return kept.content
}

// makeRoom forgets the oldest message when there is no place for another one.
func (m *Memory) makeRoom() {
	if len(m.messages) < m.config.Capacity {
		return
	}
	for !m.forget(m.order.pop()) {
	}
	m.stats.EvictedCapacity++
}

// expire forgets what is past retention, a few claims at a time, so that no single
// callback waits for a long clean-up.
func (m *Memory) expire(now time.Duration) {
	for range 4 {
		if m.order.empty() || now-m.order.oldest().at <= m.config.Retention {
			return
		}
		if m.forget(m.order.pop()) {
			m.stats.EvictedTTL++
		}
	}
}

// forget drops a message with its last claim. A message with a later claim stays:
// that claim, and the money counted for the message, may still be repeated.
func (m *Memory) forget(old dated) bool {
	known := m.messages[old.key]
	if known.queued > 1 {
		known.queued--
		m.messages[old.key] = known
		return false
	}
	delete(m.messages, old.key)
	if len(m.later) > 0 {
		for status := range sms.StatusCount {
			delete(m.later, statusKey{old.key, status})
		}
	}
	return true
}

// Stats returns a snapshot of the engine's figures.
func (m *Memory) Stats() Stats {
	m.mu.Lock()
	defer m.mu.Unlock()
	stats := m.stats
	stats.Entries, stats.Capacity = len(m.messages), m.config.Capacity
	return stats
}

// Run has nothing to do until the end.
func (m *Memory) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// Close has nothing to save.
func (m *Memory) Close() error { return nil }

const nanosPerUnit = 1_000_000_000

// nanos and fromNanos pack one message's amount, whose bounds fit 64 bits.
func nanos(amount sms.Money) uint64 {
	units, rest := amount.Parts()
	return units*nanosPerUnit + uint64(rest)
}

func fromNanos(total uint64) sms.Money {
	amount, _ := sms.MoneyOf(total/nanosPerUnit, uint32(total%nanosPerUnit)) // the remainder is in range
	return amount
}
