// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"context"
	"testing"
	"time"

	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/store"
)

const retention = 30 * 24 * time.Hour

// clock is the time a test gives the engine.
type clock struct{ at time.Time }

func newClock() *clock { return &clock{time.Date(2026, 11, 25, 3, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time          { return c.at }
func (c *clock) advance(d time.Duration) { c.at = c.at.Add(d) }

func newMemory(t testing.TB, config store.MemoryConfig) *store.Memory {
	t.Helper()
	if config.Retention == 0 {
		config.Retention = retention
	}
	m, err := store.NewMemory(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

func commit(t testing.TB, m *store.Memory, e *sms.Event) sms.Claim {
	t.Helper()
	claim, err := m.Commit(context.Background(), e)
	if err != nil {
		t.Fatalf("commit: %v", err)
	}
	return claim
}

func money(t testing.TB, text string) sms.Money {
	t.Helper()
	amount, err := sms.ParseMoney(text)
	if err != nil {
		t.Fatal(err)
	}
	return amount
}

// receipt is an event of one message that differs from another call's only in
// what change does to it.
func receipt(t testing.TB, change ...func(*sms.Event)) *sms.Event {
	t.Helper()
	e := &sms.Event{
		Account: "main", Kind: sms.KindDR, MessageID: "m-1", Status: sms.StatusUndelivered, StatusWord: "UNDELIVR",
		DID: "12347200160", Peer: "18184505018", Content: "hello",
		Price: money(t, "0.036"), HasPrice: true, Size: 2, HasSize: true,
	}
	for _, c := range change {
		c(e)
	}
	return e
}

func status(s sms.Status) func(*sms.Event) { return func(e *sms.Event) { e.Status = s } }
func content(text string) func(*sms.Event) { return func(e *sms.Event) { e.Content = text } }
func messageID(id string) func(*sms.Event) { return func(e *sms.Event) { e.MessageID = id } }

func TestNewMemory(t *testing.T) {
	for _, c := range []struct {
		name     string
		config   store.MemoryConfig
		capacity int // 0: refused
	}{
		{"capacity left open", store.MemoryConfig{Retention: time.Hour}, store.DefaultMemoryCapacity},
		{"capacity given", store.MemoryConfig{Retention: time.Hour, Capacity: 7}, 7},
		{"negative capacity", store.MemoryConfig{Retention: time.Hour, Capacity: -1}, 0},
		{"no retention", store.MemoryConfig{}, 0},
		{"negative retention", store.MemoryConfig{Retention: -time.Second}, 0},
	} {
		m, err := store.NewMemory(c.config)
		switch {
		case c.capacity == 0 && err == nil:
			t.Errorf("%s: no error", c.name)
		case c.capacity != 0 && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case err == nil && m.Stats() != store.Stats{Capacity: c.capacity}:
			t.Errorf("%s: got %+v, want an empty engine of capacity %d", c.name, m.Stats(), c.capacity)
		}
	}
}

// The key of odd message ids is secret and differs between processes, or ids
// could be guessed back and compared.
func TestIDKey(t *testing.T) {
	a, b := newMemory(t, store.MemoryConfig{}), newMemory(t, store.MemoryConfig{})
	if len(a.IDKey()) != 32 || string(a.IDKey()) == string(b.IDKey()) {
		t.Errorf("got keys of %d and %d bytes, want two different ones of 32", len(a.IDKey()), len(b.IDKey()))
	}
}
