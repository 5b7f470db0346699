// SPDX-License-Identifier: Apache-2.0

package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	toolkit "github.com/prometheus/exporter-toolkit/web"
	"golang.org/x/sync/errgroup"

	"didsms_exporter/collector"
	"didsms_exporter/internal/config"
	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/recent"
	"didsms_exporter/internal/store"
	"didsms_exporter/internal/web"
	"didsms_exporter/receiver"
)

// drainTimeout bounds how long the answers in work may take after the signal to
// stop; the whole stop stays under ten seconds.
const drainTimeout = 8 * time.Second

// instance is one exporter, wired and not yet running.
type instance struct {
	settings *settings
	logger   *slog.Logger

	inForce   atomic.Pointer[policy]
	collector *collector.Collector
	store     engine
	durable   *store.SQLite // the store, if it outlives the process
	public    *door
	private   *door

	started   time.Time
	ready     atomic.Bool
	reloading sync.Mutex // one reload at a time, so that the newest wins
}

// policy is what a reload replaces, as one value.
type policy struct {
	config  *config.Config
	keyring *nxcloud.Keyring
}

// newInstance wires the parts in the order in which a callback meets them. It is
// deliberately one straight function. Both doors are bound here, so that a taken
// port is an error before anything runs.
func newInstance(s *settings, c *config.Config) (i *instance, err error) {
	i = &instance{settings: s, logger: s.logger, started: time.Now()}
	keyring, err := newKeyring(c)
	if err != nil {
		return nil, err
	}
	i.inForce.Store(&policy{c, keyring})

	metrics := new(storeMetrics)
	i.store, i.durable, err = openEngine(s, zonesOf(c), metrics)
	if err != nil {
		return nil, err
	}
	defer func(opened engine) {
		if err != nil {
			err = errors.Join(err, opened.Close())
		}
	}(i.store)
	decoder, err := nxcloud.NewDecoder(i.store.IDKey())
	if err != nil {
		return nil, err
	}
	metricsConfig := collector.Config{
		Settings: i.collectorSettings(c),
		Build:    buildVersion().Build,
		Dedupe:   func() collector.DedupeStats { return collector.DedupeStats(i.store.Stats()) },
		Restored: restored(i.durable),
		Store:    metrics.collector,
		Logger:   s.logger,
	}
	if i.durable != nil {
		metricsConfig.MarkShown = i.durable.MarkShown
	}
	i.collector, err = collector.New(metricsConfig)
	if err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	i.collector.Metrics.Reloaded(true, i.started)
	memory := recent.New(s.cacheBytes)
	var events web.Events = web.MemoryEvents{Memory: memory}
	if i.durable != nil {
		events = history{durable: i.durable, memory: memory}
	}

	callbacks, err := receiver.New(receiver.Config{
		Path:         s.receiverPath,
		MaxBodyBytes: s.maxBodyBytes,
		Keyring:      func() *nxcloud.Keyring { return i.inForce.Load().keyring },
		Decoder:      decoder,
		Store:        i.store,
		Ledger:       i.collector.Ledger,
		Metrics:      i.collector.Metrics,
		Memory:       memory,
		Privacy:      i.privacy,
		Logger:       s.logger,
	})
	if err != nil {
		return nil, err
	}
	pages, err := web.New(web.Config{
		TelemetryPath: s.telemetryPath,
		Metrics:       i.collector.Handler(),
		Events:        events,
		Gaps:          gaps(i.durable),
		Ready:         i.isReady,
		Reload:        i.reload,
		Status:        i.status,
		Access:        i.access,
		Privacy:       i.privacy,
		ExternalURL:   s.externalURL,
		Logger:        s.logger,
	})
	if err != nil {
		return nil, err
	}

	i.public, err = openDoor("public door", "receiver.listen-address", s.receiverAddress, s.receiverConfigFile, receiver.NewServer(callbacks, s.logger))
	if err != nil {
		return nil, err
	}
	i.public.listener = receiver.LimitConnections(i.public.listener)
	i.private, err = openDoor("private door", "web.listen-address", s.webAddress, s.webConfigFile, web.NewServer(pages, s.logger))
	if err != nil {
		return nil, errors.Join(err, i.public.listener.Close())
	}
	return i, nil
}

// Run serves until the context ends, then answers what is in work and returns nil.
// The store ends after the doors, since their last answers wait for it.
func (i *instance) Run(ctx context.Context) error {
	ctx, stopDoors := context.WithCancel(ctx)
	defer stopDoors()
	storing, stopStore := context.WithCancel(context.WithoutCancel(ctx))
	defer stopStore()
	stored := make(chan error, 1)
	go func() {
		defer stopDoors()
		stored <- i.store.Run(storing)
	}()
	err := i.serve(ctx)
	stopStore()
	err = errors.Join(err, <-stored, i.store.Close())
	if err == nil {
		i.logger.Info("stopped")
	}
	return err
}

// serve runs both doors until the context ends. The first that fails ends the other
// one too.
func (i *instance) serve(ctx context.Context) error {
	signals, stopSignals := hangups()
	defer stopSignals()
	group, ctx := errgroup.WithContext(ctx)
	i.ready.Store(true) // both doors are bound; the drain below takes it back
	group.Go(func() error { return i.public.serve(i.logger) })
	group.Go(func() error { return i.private.serve(i.logger) })
	group.Go(func() error { return i.reloadOn(ctx, signals) })
	group.Go(func() error {
		<-ctx.Done()
		i.ready.Store(false)
		i.logger.Info("stopping: no new callbacks are taken, those in work are answered")
		return errors.Join(i.public.drain(drainTimeout, i.logger), i.private.drain(time.Second, i.logger))
	})
	// The path of the callback stays out of the log: it may hold a secret.
	i.logger.Info("ready", "callbacks", i.public.url(""), "metrics", i.private.url(i.settings.telemetryPath),
		"accounts", len(i.inForce.Load().config.Accounts), "storage", i.storageInWords())
	return group.Wait()
}

// isReady reports whether callbacks can be taken.
func (i *instance) isReady() bool {
	return i.ready.Load() && (i.durable == nil || i.durable.Up())
}

// door is one listener with its server.
type door struct {
	name       string
	listener   net.Listener
	server     *http.Server
	configFile string
}

func openDoor(name, flag, address, configFile string, server *http.Server) (*door, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; give another address with --%s", name, err, flag)
	}
	return &door{name, listener, server, configFile}, nil
}

func (d *door) serve(logger *slog.Logger) error {
	err := toolkit.Serve(d.listener, d.server, &toolkit.FlagConfig{WebConfigFile: &d.configFile}, logger.With("door", d.name))
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("%s: %w", d.name, err)
}

// drain stops accepting and waits for the answers in work; past the timeout it
// cuts them off.
func (d *door) drain(timeout time.Duration, logger *slog.Logger) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	err := d.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) { // somebody who sends slowly must not make a good stop look bad
		logger.Warn("cut off what was still under way", "door", d.name, "after", timeout)
		err = d.server.Close()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", d.name, err)
	}
	return nil
}

// url returns how a client on this machine reaches a path of the door.
func (d *door) url(path string) string {
	scheme := "http"
	if secure, err := config.WebTLS(d.configFile); err == nil && secure {
		scheme = "https"
	}
	host, port, err := net.SplitHostPort(d.listener.Addr().String())
	if err != nil {
		return path
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return scheme + "://" + net.JoinHostPort(host, port) + path
}
