// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"
)

// Run writes until the context ends and nothing waits any more. It is the only
// goroutine that touches the database.
func (s *SQLite) Run(ctx context.Context) error {
	defer close(s.stopped)
	heartbeat := time.NewTicker(heartbeatEvery)
	defer heartbeat.Stop()
	again := time.NewTicker(tryAgainEvery)
	defer again.Stop()
	prune := time.NewTicker(pruneEvery)
	defer prune.Stop()
	for {
		select {
		case first := <-s.waiting:
			s.write(first)
		case t := <-s.tasks:
			t.done <- s.attempt(t.change)
		case <-heartbeat.C:
			s.beat()
		case <-again.C:
			if !s.Up() {
				s.beat() // the disk may have room again, also while nothing arrives
			}
		case <-prune.C:
			s.prune()
		case <-ctx.Done():
			return s.finish()
		}
	}
}

// finish writes what still waits, and the time of the end.
func (s *SQLite) finish() error {
	for {
		select {
		case first := <-s.waiting:
			s.write(first)
			continue
		default:
		}
		s.beat()
		return nil
	}
}

// write commits the events that wait, and answers them all.
func (s *SQLite) write(first *pending) {
	batch := []*pending{first}
	for len(batch) < maxBatch {
		select {
		case next := <-s.waiting:
			batch = append(batch, next)
			continue
		default:
		}
		break
	}
	began := time.Now()
	err := s.contain(func(d *database) error { return d.commit(batch) })
	if err != nil || slices.ContainsFunc(batch, (*pending).isNew) {
		s.note(err) // duplicates alone write nothing, so they say nothing of the disk
	}
	if err == nil {
		s.config.Metrics.Committed(time.Since(began))
	} else {
		s.config.Metrics.CommitFailed(reasonOf(err))
	}
	s.count(batch, err)
	for _, p := range batch {
		p.err = err
		close(p.done)
	}
	if err == nil {
		s.checkpoint()
	}
}

func (s *SQLite) count(batch []*pending, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Lookups += uint64(len(batch))
	for _, p := range batch {
		if err == nil && p.claim.Duplicate {
			s.stats.Hits++
		}
	}
	s.stats.Entries = len(s.database.index)
}

// attempt runs a change and notes whether the store can be written.
func (s *SQLite) attempt(change func(*database) error) error {
	err := s.contain(change)
	s.note(err)
	return err
}

// contain runs a change. After a failed sync nothing is written any more: the kernel
// may have dropped what it could not write, and the next sync would succeed without
// it. Nor after a panic, such as the driver's when SQLite is out of memory: nobody
// knows what it left half done.
func (s *SQLite) contain(change func(*database) error) (err error) {
	if s.broken != nil {
		return s.broken
	}
	if err := s.inPlace(); err != nil {
		return err
	}
	defer func() {
		if cause := recover(); cause != nil {
			s.broken = fmt.Errorf("%w: panic: %v", ErrBroken, cause)
			err = s.broken
		}
		if s.broken == nil && s.database.disk.syncFailed.Load() {
			s.broken = fmt.Errorf("%w: a sync to disk failed", ErrBroken)
			err = errors.Join(s.broken, err)
		}
	}()
	return explain(change(s.database))
}

// inPlace reports that the file is no longer the one that is open: what is written
// to a file without a name is lost with the process.
func (s *SQLite) inPlace() error {
	if s.opened == nil {
		return nil
	}
	there, err := os.Stat(s.path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMoved, err)
	}
	if !os.SameFile(there, s.opened) {
		return ErrMoved
	}
	return nil
}

// note logs a change between up and down, not each failure.
func (s *SQLite) note(err error) {
	switch was := s.up.Swap(err == nil); {
	case was && err != nil:
		s.config.Logger.Error("the store cannot be written: callbacks are refused until it can", "folder", s.config.Folder, "reason", reasonOf(err), "err", err)
	case !was && err == nil:
		s.config.Logger.Info("the store can be written again", "folder", s.config.Folder)
	}
}

func (s *SQLite) beat() {
	_ = s.attempt(func(d *database) error { return d.heartbeat(s.config.Now()) }) // noted
	s.checkpoint()                                                                // the log grows also while nothing arrives
}

// jumped reports whether the clock was set, and says so once.
func (s *SQLite) jumped(now time.Time) bool {
	was := s.clock.held()
	jumped := s.clock.jumped(now)
	if jumped && !was {
		s.config.Logger.Warn("the machine's clock was set by more than an hour: nothing is forgotten for an hour, in case it is set back", "now", now.UTC().Format(time.RFC3339))
	}
	return jumped
}

// prune forgets a step of events past retention. A clock that was set must not make
// it forget everything at once, so after a jump it waits.
func (s *SQLite) prune() {
	now := s.config.Now()
	if s.jumped(now) || !s.Up() {
		return
	}
	pruned := 0
	_ = s.attempt(func(d *database) (err error) { // noted
		pruned, err = d.prune(now.Add(-s.config.Retention))
		return err
	})
	if pruned > 0 {
		s.mu.Lock()
		s.stats.EvictedTTL += uint64(pruned)
		s.stats.Entries = len(s.database.index)
		s.mu.Unlock()
		s.checkpoint()
	}
}

// checkpoint empties the log when it has grown. A failure costs nothing yet: the
// log goes on growing, and the next one may succeed.
func (s *SQLite) checkpoint() {
	if s.broken != nil {
		return
	}
	err := s.contain(func(d *database) error { return d.checkpoint(checkpointPages) })
	if err != nil {
		s.config.Logger.Warn("the store's log could not be emptied", "err", err)
	}
	if errors.Is(err, ErrBroken) {
		s.note(err)
	}
}

// clock tells whether the wall clock was set while the process ran.
type clock struct {
	started time.Time // with its monotonic reading
	wall    time.Time // without
	since   time.Time // of a jump that is not believed yet; zero when there is none
}

func newClock(now time.Time) clock { return clock{started: now, wall: now.Round(0)} }

func (c *clock) held() bool { return !c.since.IsZero() }

// jumped compares the two readings. A clock that stays where it was set for an hour
// is believed.
func (c *clock) jumped(now time.Time) bool {
	passed, shown := now.Sub(c.started), now.Round(0).Sub(c.wall)
	switch {
	case (shown - passed).Abs() <= maxClockStep:
		c.since = time.Time{}
		return false
	case c.since.IsZero():
		c.since = now
		return true
	case now.Sub(c.since) < maxClockStep:
		return true
	}
	*c = newClock(now)
	return false
}
