// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"

	"didsms_exporter/internal/sms"
)

// sums adds up what a batch changes, so that each total is written once per batch
// rather than once per event.
type sums struct {
	totals   map[sms.TotalKey]*sms.Total
	months   map[monthKey]*sms.Total
	counters map[sms.CounterKey]uint64
}

// monthKey is a total's key within one month. The number is the event's own, also
// where the metrics count it under "other": a bill names each number.
type monthKey struct {
	month string
	sms.TotalKey
}

func newSums() *sums {
	return &sums{
		totals:   make(map[sms.TotalKey]*sms.Total),
		months:   make(map[monthKey]*sms.Total),
		counters: make(map[sms.CounterKey]uint64),
	}
}

func (s *sums) add(e *sms.Event, effect sms.Effect) {
	total := e.Total(effect)
	merge(s.totals, total.TotalKey, total)
	key := monthKey{e.Month, total.TotalKey}
	key.Label = string(e.DID)
	merge(s.months, key, total)
	for _, counter := range effect.Counters {
		s.counters[counter]++
	}
}

func merge[K comparable](sums map[K]*sms.Total, key K, total sms.Total) {
	if sum := sums[key]; sum != nil {
		sum.Merge(total)
		return
	}
	sums[key] = &total
}

func (s *sums) write(d *database) error {
	for key, total := range s.totals {
		b := binder{stmt: d.addTotal}
		b.text(key.Account)
		b.text(key.Label)
		bindSum(&b, key, total)
		if total.LastPrice != nil {
			b.money(*total.LastPrice)
		} else {
			b.null()
		}
		b.int(total.FirstAt.UnixMilli())
		b.int(total.LastAt.UnixMilli())
		b.bool(total.Shown)
		if err := b.exec(); err != nil {
			return fmt.Errorf("add to total: %w", err)
		}
	}
	for key, total := range s.months {
		b := binder{stmt: d.addMonth}
		b.text(key.Account)
		b.text(key.month)
		b.text(key.Label)
		bindSum(&b, key.TotalKey, total)
		if err := b.exec(); err != nil {
			return fmt.Errorf("add to month: %w", err)
		}
	}
	for key, by := range s.counters {
		b := binder{stmt: d.addCounter}
		b.text(key.Account)
		b.text(key.Name.String())
		b.text(key.A)
		b.text(key.B)
		b.int(int64(by)) //nolint:gosec // at most the size of a batch
		if err := b.exec(); err != nil {
			return fmt.Errorf("add to counter: %w", err)
		}
	}
	return nil
}

// bindSum binds what totals and months have in common.
func bindSum(b *binder, key sms.TotalKey, total *sms.Total) {
	b.text(key.Kind.String())
	b.text(key.Status.String())
	b.text(key.Currency)
	b.int(int64(total.Events))   //nolint:gosec // counts of messages
	b.int(int64(total.Segments)) //nolint:gosec // counts of messages
	b.parts(total.Spend)
	b.parts(total.Undelivered)
}
