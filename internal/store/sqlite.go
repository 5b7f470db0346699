// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ncruces/go-sqlite3/vfs"

	"didsms_exporter/internal/sms"
)

// FileName is the database in the folder of the store.
const FileName = "didsms.db"

// Times of a SQLite store.
const (
	heartbeatEvery = 10 * time.Second
	tryAgainEvery  = time.Second // while the store is down
	pruneEvery     = 20 * time.Millisecond
	maxClockStep   = time.Hour

	markShownTimeout = 500 * time.Millisecond
	rememberTimeout  = 5 * time.Second
)

// Bounds of a SQLite store.
const (
	maxBatch        = 512
	maxWaiting      = 4096
	checkpointPages = 4000 // of 4 KiB in the log
)

// Metrics notes what happens to the store.
type Metrics interface {
	Committed(took time.Duration) // a batch of events
	CommitFailed(reason Reason)
}

// Config sets up a SQLite store.
type Config struct {
	Folder    string // made when it is missing
	Retention time.Duration
	Now       func() time.Time
	Metrics   Metrics
	Logger    *slog.Logger
	Zones     map[string]string // names of the accounts' zones, for readers of the months

	fs vfs.VFS // below SQLite; the system's own when nil
}

// SQLite is the durable engine: one file, one writer, one transaction for each
// batch of events that wait at the same time. Commit returns once its event is on
// disk, so durability costs one sync per batch and not one per event.
type SQLite struct {
	config   Config
	path     string
	vfsName  string
	lock     *os.File
	opened   os.FileInfo // which file is open; nil on a file system of a test
	restored *Restored

	waiting chan *pending
	tasks   chan task
	stopped chan struct{} // closed when Run has returned

	// Of Run's goroutine alone, once it runs:
	database *database
	broken   error // why nothing is written any more
	clock    clock

	up    atomic.Bool
	mu    sync.Mutex // guards all below
	stats Stats
	gaps  []Gap // oldest first
	zones map[string]string
}

// task is a change that is no event.
type task struct {
	change func(*database) error
	done   chan error
}

// Open opens or makes the store in a folder and reads back what is in it. The
// folder belongs to this process until Close.
func Open(config Config) (*SQLite, error) {
	if config.Retention <= 0 || config.Folder == "" {
		return nil, errors.New("store: folder and retention are required")
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.fs == nil {
		config.fs = vfs.Find("")
	}
	if err := os.MkdirAll(config.Folder, 0o700); err != nil {
		return nil, folderError(config.Folder, err)
	}
	lock, err := lockFolder(config.Folder)
	if err != nil {
		return nil, folderError(config.Folder, err)
	}
	folder, err := filepath.Abs(config.Folder)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	s := &SQLite{
		config:  config,
		path:    filepath.Join(folder, FileName),
		vfsName: fmt.Sprintf("didsms-%p", lock),
		lock:    lock,
		waiting: make(chan *pending, maxWaiting),
		tasks:   make(chan task),
		stopped: make(chan struct{}),
		clock:   newClock(config.Now()),
	}
	if err := s.open(); err != nil {
		return nil, errors.Join(folderError(config.Folder, err), lock.Close())
	}
	return s, nil
}

// folderError says which folder, and what else could be done.
func folderError(folder string, err error) error {
	switch {
	case errors.Is(err, ErrDamaged):
		return fmt.Errorf("storage folder %s: %w; put a backup of %s in its place, or move it away to start from 0", folder, err, FileName)
	case errors.Is(err, ErrNewer), errors.Is(err, ErrInUse):
		return fmt.Errorf("storage folder %s: %w", folder, err)
	case reasonOf(err) == ReasonFull:
		return fmt.Errorf("storage folder %s: %w; free some space on its disk and start again", folder, err)
	}
	return fmt.Errorf("storage folder %s cannot be used: %w; give another one with --storage.path, or --storage.path \"\" to keep everything in memory", folder, err)
}

func (s *SQLite) open() error {
	for _, suffix := range []string{"", "-shm"} { // made here so that nobody else on the machine can read them
		file, err := os.OpenFile(s.path+suffix, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return err
		}
		if err := file.Close(); err != nil {
			return err
		}
	}
	now := s.config.Now()
	database, err := openDatabase(databaseConfig{path: s.path, vfsName: s.vfsName, fs: s.config.fs, now: now, progress: s.progress})
	if err != nil {
		return err
	}
	gap, found, err := database.closeGap(now)
	if err == nil {
		s.restored, err = database.restored()
	}
	if err == nil {
		s.gaps, err = database.allGaps()
	}
	if err == nil {
		err = s.openZones(database)
	}
	if err != nil {
		return errors.Join(explain(err), database.close(s.vfsName))
	}
	if s.config.fs == vfs.Find("") {
		if s.opened, err = os.Stat(s.path); err != nil {
			return errors.Join(err, database.close(s.vfsName))
		}
	}
	s.database = database
	s.stats.Entries, s.stats.Capacity = len(database.index), 0
	s.up.Store(true)
	if found {
		s.config.Logger.Warn("no exporter was up: callbacks of that time may be missing for good",
			"from", gap.From.UTC().Format(time.RFC3339), "to", gap.To.UTC().Format(time.RFC3339), "lasted", gap.To.Sub(gap.From).Round(time.Second))
	}
	return nil
}

// progress tells that reading back takes longer than a person expects.
func (s *SQLite) progress(events int, took time.Duration) {
	s.config.Logger.Info("reading the store back", "events", events, "after", took.Round(time.Second))
}

// Restored returns what an earlier run left.
func (s *SQLite) Restored() *Restored { return s.restored }

// IDKey returns the key under which odd message ids are hashed.
func (s *SQLite) IDKey() []byte { return s.database.hasher.key }

// Up reports whether the last attempt to write succeeded.
func (s *SQLite) Up() bool { return s.up.Load() }

// Commit claims the event and returns once that is on disk. Events that wait at the
// same time share one transaction; a duplicate whose first copy is among them, or
// was before them, is answered after that copy is on disk.
func (s *SQLite) Commit(ctx context.Context, e *sms.Event) (sms.Claim, error) {
	p := &pending{event: e, done: make(chan struct{})}
	select {
	case s.waiting <- p:
	case <-s.stopped:
		return sms.Claim{}, ErrClosed
	case <-ctx.Done():
		return sms.Claim{}, ctx.Err()
	}
	select {
	case <-p.done:
	case <-s.stopped:
		select {
		case <-p.done: // with the last batch
		default:
			return sms.Claim{}, ErrClosed
		}
	}
	return p.claim, p.err
}

// MarkShown remembers that totals are on display, so that a restart does not hold
// them back.
// It is asked for by a scrape, so it gives up soon: the totals then stay held back
// until the next one.
func (s *SQLite) MarkShown(keys []sms.TotalKey) error {
	ctx, cancel := context.WithTimeout(context.Background(), markShownTimeout)
	defer cancel()
	return s.do(ctx, func(d *database) error { return d.markShown(keys) })
}

// do runs a change between two batches. When the context ends first, the change may
// still happen later.
func (s *SQLite) do(ctx context.Context, change func(*database) error) error {
	t := task{change: change, done: make(chan error, 1)}
	select {
	case s.tasks <- t:
	case <-s.stopped:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-t.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close gives the folder back. It comes after Run has returned.
func (s *SQLite) Close() error {
	return errors.Join(s.database.close(s.vfsName), s.lock.Close())
}

// Stats returns a snapshot of the engine's figures.
func (s *SQLite) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}

// Gaps returns the times in which no exporter was up, oldest first.
func (s *SQLite) Gaps() []Gap { return s.gaps }

// Size returns the bytes of the store's files.
func (s *SQLite) Size() int64 {
	var size int64
	for _, suffix := range []string{"", "-wal"} {
		if info, err := os.Stat(s.path + suffix); err == nil {
			size += info.Size()
		}
	}
	return size
}
