// SPDX-License-Identifier: Apache-2.0

// Package collector is everything Prometheus: the ledger of business totals, the
// operational metrics, and the /metrics page that shows both.
//
// What the program needs to know is plain data in the Ledger; Prometheus only
// shows it. That makes totals restorable, exact (money is decimal until it is
// shown) and equal on every page that shows them.
package collector

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	_ "github.com/prometheus/client_golang/prometheus/promhttp/zstd" // without it promhttp answers uncompressed to zstd

	"didsms_exporter/internal/sms"
)

// Account is what the metrics show of one configured account.
type Account struct {
	Name          string
	Currency      string
	Zone          string         // as configured
	Location      *time.Location // of Zone; UTC when nil
	Signature     string         // auto, md5 or sha256
	MonthlyBudget *sms.Money     // nil: none
	PriceBuckets  []float64      // classic edges of the per-DID price histogram; none: native only
}

func (a Account) location() *time.Location {
	if a.Location == nil {
		return time.UTC
	}
	return a.Location
}

// DID is one number named in the configuration.
type DID struct {
	Account    string
	Number     sms.Number
	Name       string
	MaxSilence map[sms.Kind]time.Duration
}

// Settings are what a reload may change.
type Settings struct {
	Accounts  []Account
	DIDs      []DID
	Allowlist bool          // numbers that are not named are counted under did="other"
	MaxDIDs   int           // numbers tracked one by one, over all accounts
	BirthHold time.Duration // how long a discovered number shows zeros
	Exemplars bool          // message ids as exemplars

	// MonthToDate shows the spend of the calendar month, which only a store that
	// outlives the process knows.
	MonthToDate bool
}

// Build is what the build info metric shows.
type Build struct {
	Version, Revision, Branch, GoVersion, GOOS, GOARCH, Tags string
}

// Config sets up a Collector.
type Config struct {
	Settings Settings
	Build    Build
	Dedupe   func() DedupeStats

	// Restored and MarkShown belong to a store that outlives the process: what it
	// remembers, and how it is told which totals need not be held back again.
	Restored  Restored
	MarkShown func([]sms.TotalKey) error
	Store     *Store // nil: none

	Now    func() time.Time // time.Now when nil
	Logger *slog.Logger
}

// Collector owns the registry and everything in it.
type Collector struct {
	Ledger  *Ledger
	Metrics *Metrics

	registry *prometheus.Registry
	logger   *slog.Logger
}

// New builds every metric and registers it. Nothing of it is global: two
// collectors in one process do not meet.
func New(config Config) (*Collector, error) {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	c := &Collector{
		Ledger:   newLedger(config),
		Metrics:  newMetrics(),
		registry: prometheus.NewRegistry(),
		logger:   config.Logger,
	}
	parts := []prometheus.Collector{
		c.Ledger,
		c.Metrics,
		newBuildInfo(config.Build),
		newDedupe(config.Dedupe),
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	}
	if config.Store != nil {
		parts = append(parts, config.Store)
	}
	for _, part := range parts {
		if err := c.registry.Register(part); err != nil {
			return nil, err
		}
	}
	c.Metrics.precreate(config.Settings.Accounts)
	return c, nil
}

// Apply takes over new settings. Numbers and accounts that are no longer named
// keep their totals: a counter that vanished would look like a reset.
func (c *Collector) Apply(settings Settings) {
	c.Ledger.apply(settings)
	c.Metrics.precreate(settings.Accounts)
}

// Handler serves the metrics page: text, OpenMetrics or protobuf, plain, gzip or
// zstd, as the client asks. _created lines stay off: they would add one series
// per counter on every server that does not know them, and protobuf carries the
// same times for nothing.
func (c *Collector) Handler() http.Handler {
	return promhttp.InstrumentMetricHandler(c.registry, promhttp.HandlerFor(c.registry, promhttp.HandlerOpts{
		ErrorLog:          slog.NewLogLogger(c.logger.Handler(), slog.LevelError),
		ErrorHandling:     promhttp.HTTPErrorOnError,
		Registry:          c.registry,
		EnableOpenMetrics: true,
	}))
}

// Gatherer gives what Handler shows, for tests and generated documentation.
func (c *Collector) Gatherer() prometheus.Gatherer { return c.registry }
