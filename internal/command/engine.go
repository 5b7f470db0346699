// SPDX-License-Identifier: Apache-2.0

package command

import (
	"context"
	"time"

	"didsms_exporter/collector"
	"didsms_exporter/internal/config"
	"didsms_exporter/internal/store"
	"didsms_exporter/internal/web"
	"didsms_exporter/receiver"
)

// engine is what the exporter needs of any store.
type engine interface {
	receiver.Store
	IDKey() []byte
	Stats() store.Stats
	Run(ctx context.Context) error
	Close() error
}

// What the landing page and the log say about each engine.
const (
	memoryInWords  = "memory only: counters start at 0 with the process"
	durableInWords = "on disk: counters go on after a restart"
)

// storeMetrics hands what happens to the store to its metrics, which are built
// after it.
type storeMetrics struct{ collector *collector.Store }

func (m *storeMetrics) Committed(took time.Duration)     { m.collector.Committed(took) }
func (m *storeMetrics) CommitFailed(reason store.Reason) { m.collector.CommitFailed(reason.String()) }

// openEngine opens the store that the settings ask for. The durable one is nil when
// everything stays in memory.
func openEngine(s *settings, zones map[string]string, metrics *storeMetrics) (engine, *store.SQLite, error) {
	if s.storagePath == "" {
		memory, err := store.NewMemory(store.MemoryConfig{Retention: s.retention})
		return memory, nil, err
	}
	durable, err := store.Open(store.Config{
		Folder: s.storagePath, Retention: s.retention, Metrics: metrics, Logger: s.logger, Zones: zones,
	})
	if err != nil {
		return nil, nil, err
	}
	metrics.collector = newStoreCollector(durable)
	return durable, durable, nil
}

// zonesOf are the names of the accounts' zones.
func zonesOf(c *config.Config) map[string]string {
	zones := make(map[string]string, len(c.Accounts))
	for _, account := range c.Accounts {
		zones[account.Name] = account.ZoneName
	}
	return zones
}

func newStoreCollector(durable *store.SQLite) *collector.Store {
	reasons := make([]string, 0, len(store.Reasons()))
	for _, reason := range store.Reasons() {
		reasons = append(reasons, reason.String())
	}
	downtime := durable.Restored().Downtime
	return collector.NewStore(func() collector.StoreStats {
		return collector.StoreStats{Up: durable.Up(), Size: durable.Size(), Downtime: downtime}
	}, reasons)
}

// restored hands over what an earlier run left.
func restored(durable *store.SQLite) collector.Restored {
	if durable == nil {
		return collector.Restored{}
	}
	left := durable.Restored()
	from := collector.Restored{Since: left.Since, Totals: left.Totals, Counters: left.Counters}
	for _, month := range left.Months {
		from.Spends = append(from.Spends, collector.MonthSpend{
			Account: month.Account, Month: month.Month, Currency: month.Currency, Amount: month.Spend,
		})
	}
	return from
}

// gaps hands the times without an exporter to the debug page.
func gaps(durable *store.SQLite) func() []web.Gap {
	if durable == nil {
		return nil
	}
	return func() []web.Gap {
		known := durable.Gaps()
		shown := make([]web.Gap, len(known))
		for n, gap := range known {
			shown[n] = web.Gap(gap)
		}
		return shown
	}
}
