// SPDX-License-Identifier: Apache-2.0

package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
)

// TestWriteFaults: what cannot be written is refused with its reason and not
// counted, and the store goes on by itself when the fault is over.
func TestWriteFaults(t *testing.T) {
	for _, c := range []struct {
		name, suffix string
		err          error
		want         Reason
	}{
		{"full disk", "-wal", &os.PathError{Op: "write", Err: syscall.ENOSPC}, ReasonFull},
		{"over quota", "-wal", &os.PathError{Op: "write", Err: syscall.EDQUOT}, ReasonFull},
		{"I/O error", "-wal", &os.PathError{Op: "write", Err: syscall.EIO}, ReasonIO},
	} {
		folder := t.TempDir()
		s, faults, metrics := withFaults(t, folder)
		stop := running(t, s)
		mustCommit(t, s, newEvent("before"))
		faults.fail("write", c.suffix, c.err)
		for range 3 {
			claim, err := s.Commit(context.Background(), newEvent("during"))
			if err == nil || reasonOf(err) != c.want || errors.Is(err, ErrBroken) {
				t.Errorf("%s: got %+v, %v; want reason %s", c.name, claim, err, c.want)
			}
		}
		if s.Up() || metrics.failed[c.want].Load() != 3 || metrics.committed.Load() != 1 {
			t.Errorf("%s: up %t, %d failures, %d batches; want down, 3, 1", c.name, s.Up(), metrics.failed[c.want].Load(), metrics.committed.Load())
		}
		faults.mend()
		if claim := mustCommit(t, s, newEvent("during")); claim.Duplicate || claim.Seq != 2 {
			t.Errorf("%s: got %+v, want a new event, the second", c.name, claim)
		}
		if !s.Up() {
			t.Errorf("%s: still down", c.name)
		}
		stop()
		if err := audit(s.reopened(t), false); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestComesBackIdle: while nothing arrives, the store finds out by itself that the
// disk has room again.
func TestComesBackIdle(t *testing.T) {
	s, faults, _ := withFaults(t, t.TempDir())
	s.config.Now = func() time.Time { return noon().Add(time.Second) } // the same beat twice writes nothing
	faults.fail("write", "-wal", syscall.ENOSPC)
	s.beat()
	if s.Up() {
		t.Error("up although it cannot write")
	}
	faults.mend()
	s.beat() // as Run does each second
	if !s.Up() {
		t.Error("down although it can write")
	}
	running(t, s)()
}

// TestFailedSync: after a failed sync nothing is acknowledged or written any more in
// this process, also when the next sync would succeed. The file is right after it.
func TestFailedSync(t *testing.T) {
	folder := t.TempDir()
	s, faults, metrics := withFaults(t, folder)
	stop := running(t, s)
	mustCommit(t, s, newEvent("before"))
	faults.fail("sync", "-wal", syscall.EIO)
	log := filepath.Join(folder, FileName+"-wal")
	var left []byte
	for i := range 3 {
		if i == 1 {
			faults.mend()
			left, _ = os.ReadFile(log)
		}
		claim, err := s.Commit(context.Background(), newEvent("during"))
		if !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), "sync") || reasonOf(err) != ReasonIO {
			t.Errorf("got %+v, %v; want ErrBroken", claim, err)
		}
	}
	if err := s.MarkShown(nil); !errors.Is(err, ErrBroken) || s.Up() || metrics.failed[ReasonIO].Load() != 3 {
		t.Errorf("mark: %v, up %t, %d failures; want ErrBroken, down, 3", err, s.Up(), metrics.failed[ReasonIO].Load())
	}
	stop()
	if now, err := os.ReadFile(log); err != nil || !bytes.Equal(now, left) {
		t.Errorf("the log was written or removed: %d bytes, %v; were %d", len(now), err, len(left))
	}
	s = opened(t, Config{Folder: folder})
	// Refused or not, the event may be there; it is there whole.
	if err := audit(s.database.conn, false); err != nil {
		t.Error(err)
	}
	running(t, s)
	if claim := mustCommit(t, s, newEvent("before")); !claim.Duplicate {
		t.Errorf("got %+v: what was acknowledged is lost", claim)
	}
	mustCommit(t, s, newEvent("during"))
}

// TestLocked: another connection that writes makes a commit fail, with its reason.
func TestLocked(t *testing.T) {
	s, _, metrics := withFaults(t, t.TempDir())
	if err := s.database.conn.Exec("PRAGMA busy_timeout=1"); err != nil { // rather than five seconds
		t.Fatal(err)
	}
	running(t, s)
	other := s.reopened(t)
	if err := other.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(context.Background(), newEvent("a")); reasonOf(err) != ReasonLocked || s.Up() {
		t.Errorf("got %v, up %t; want reason locked, down", err, s.Up())
	}
	if err := other.Exec("ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if claim := mustCommit(t, s, newEvent("a")); claim.Duplicate || !s.Up() || metrics.failed[ReasonLocked].Load() != 1 {
		t.Errorf("got %+v, up %t, %d failures", claim, s.Up(), metrics.failed[ReasonLocked].Load())
	}
}

// TestCheckpointFails: what is in the log is safe, so that the log cannot be emptied
// is logged and no more; unless a sync failed.
func TestCheckpointFails(t *testing.T) {
	for _, kind := range []string{"write", "sync"} {
		var text bytes.Buffer
		faults := newFaultDisk()
		s := opened(t, Config{Folder: t.TempDir(), Logger: slog.New(slog.NewTextHandler(&text, nil)), fs: faults})
		commitAll(t, s.database, newEvent("a"))
		if s.database.logPages == 0 {
			t.Fatal("the length of the log is not known")
		}
		s.database.emptied = -checkpointPages // as if the log were long
		faults.fail(kind, FileName, syscall.EIO)
		s.checkpoint()
		if !strings.Contains(text.String(), "could not be emptied") || s.Up() != (kind == "write") {
			t.Errorf("%s: up %t, log %s", kind, s.Up(), &text)
		}
		faults.mend()
		running(t, s)()
	}
}

// TestCheckpointsAreRare: the log is emptied when it has grown, and not after every
// commit from then on, although its file does not shrink.
func TestCheckpointsAreRare(t *testing.T) {
	disk := newCrashDisk("")
	d, _ := inMemory(t, disk)
	const every = 50
	emptied := 0
	disk.hook = func(kind, name string) error {
		if kind == "sync" && name == "/db" {
			emptied++
		}
		return nil
	}
	pages := 0
	for i := range 400 {
		commitAll(t, d, newEvent(fmt.Sprint(i)))
		pages = max(pages, d.logPages)
		if err := d.checkpoint(every); err != nil {
			t.Fatal(err)
		}
	}
	if emptied < 5 || emptied > 50 || pages > 2*every {
		t.Errorf("emptied %d times over 400 commits, at most %d pages; want about 400 * 6 / %d times", emptied, pages, every)
	}
}

// TestIdleLog: the log is emptied also while no event arrives, or signs of life and
// pruning would let it grow without end.
func TestIdleLog(t *testing.T) {
	s := opened(t, Config{Folder: t.TempDir()})
	commitAll(t, s.database, newEvent("a"))
	later := noon().Add(testRetention + time.Hour)
	s.config.Now = func() time.Time { return later }
	s.clock = newClock(later)
	for name, act := range map[string]func(){"a sign of life": s.beat, "pruning": s.prune} {
		s.database.emptied = -checkpointPages // as if the log were long
		act()
		if s.database.emptied < 0 {
			t.Errorf("%s: the log was not emptied", name)
		}
	}
	running(t, s)()
}

// TestPanic: a panic inside a change, such as the driver's when SQLite is out of
// memory, reaches nobody but the log and what waited; nothing is written after it.
func TestPanic(t *testing.T) {
	folder := t.TempDir()
	s, _, metrics := withFaults(t, folder)
	stop := running(t, s)
	mustCommit(t, s, newEvent("before"))
	planted := newEvent("during")
	planted.Status = 99 // no such status
	if _, err := s.Commit(context.Background(), planted); !errors.Is(err, ErrBroken) || !strings.Contains(err.Error(), "panic") {
		t.Errorf("got %v, want ErrBroken and the panic", err)
	}
	if _, err := s.Commit(context.Background(), newEvent("after")); !errors.Is(err, ErrBroken) || s.Up() {
		t.Errorf("got %v, up %t; want ErrBroken, down", err, s.Up())
	}
	if n := metrics.failed[ReasonIO].Load(); n != 2 {
		t.Errorf("got %d failures, want 2", n)
	}
	stop()
	s = opened(t, Config{Folder: folder})
	if got, err := queryInt(s.database.conn, "SELECT count(*) FROM events"); err != nil || got != 1 {
		t.Errorf("got %d events, %v; want 1", got, err)
	}
	running(t, s)()
}

// TestAfterTheEnd: nothing is taken any more.
func TestAfterTheEnd(t *testing.T) {
	s := opened(t, Config{Folder: t.TempDir()})
	stop := running(t, s)
	stop()
	_, err := s.Commit(context.Background(), newEvent("a"))
	for _, err := range []error{err, s.MarkShown(nil)} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
	}
	s = opened(t, Config{Folder: t.TempDir()}) // never run
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range cap(s.waiting) {
		s.waiting <- nil
	}
	if _, err := s.Commit(ctx, newEvent("a")); !errors.Is(err, context.Canceled) {
		t.Errorf("a full queue: got %v, want the context's error", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestReasons: every error has one reason, and every reason a word.
func TestReasons(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{sqlite3.FULL, "full"},
		{fmt.Errorf("write: %w", syscall.ENOSPC), "full"},
		{sqlite3.BUSY, "locked"},
		{ErrInUse, "locked"},
		{sqlite3.IOERR_FSYNC, "io"},
		{sqlite3.READONLY, "io"},
		{errors.Join(ErrBroken, errors.New("sync")), "io"},
		{sqlite3.CORRUPT, "other"},
		{errors.New("anything"), "other"},
	} {
		if got := reasonOf(c.err).String(); got != c.want {
			t.Errorf("%v: got %s, want %s", c.err, got, c.want)
		}
	}
	if got := len(Reasons()); got != int(reasonCount) {
		t.Errorf("got %d reasons, want %d", got, reasonCount)
	}
}
