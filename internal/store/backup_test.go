// SPDX-License-Identifier: Apache-2.0

package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// TestBackup: a copy taken while events are committed holds at least what was
// acknowledged before it began, agrees with itself, and starts an exporter.
func TestBackup(t *testing.T) {
	folder, target := t.TempDir(), t.TempDir()
	s := opened(t, Config{Folder: folder})
	stop := running(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var acknowledged atomic.Int64
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				mustCommit(t, s, newEvent(fmt.Sprint(g, "-", i)))
				acknowledged.Add(1)
			}
		})
	}
	for n := range 5 {
		before := acknowledged.Load()
		file := filepath.Join(target, fmt.Sprint(n), FileName)
		if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := Backup(folder, file); err != nil {
			t.Fatal(err)
		}
		copied := opened(t, Config{Folder: filepath.Dir(file)})
		restored := copied.Restored()
		total := uint64(0)
		for _, t := range restored.Totals {
			total += t.Events
		}
		if int64(restored.Events) < before || total != uint64(restored.Events) {
			t.Errorf("the copy has %d events and a total of %d, acknowledged were %d", restored.Events, total, before)
		}
		if claim := commitAll(t, copied.database, newEvent("0-0"))[0]; before > 100 && !claim.Duplicate {
			t.Error("the copy does not know the first event")
		}
		running(t, copied)()
		if err := audit(copied.reopened(t), false); err != nil {
			t.Error(err)
		}
	}
	cancel()
	group.Wait()
	stop()
	if _, err := os.Stat(filepath.Join(target, "0", FileName+".partial")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the partial file is still there: %v", err)
	}
}

// TestBackupAfterTheEnd: a store that nobody runs is backed up too, also one that
// ended without order and has its newest events in the log.
func TestBackupAfterTheEnd(t *testing.T) {
	folder := t.TempDir()
	s := opened(t, Config{Folder: folder})
	commitAll(t, s.database, newEvent("a"), newEvent("b"))
	killed := t.TempDir()
	for _, suffix := range []string{"", "-wal"} {
		copyFile(t, filepath.Join(folder, FileName+suffix), filepath.Join(killed, FileName+suffix))
	}
	running(t, s)()
	for _, source := range []string{folder, killed} {
		file := filepath.Join(t.TempDir(), FileName)
		if err := Backup(source, file); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %s, %v; want 0600: the key is in it", info.Mode(), err)
		}
		copied := opened(t, Config{Folder: filepath.Dir(file)})
		if got := copied.Restored().Events; got != 2 {
			t.Errorf("got %d events, want 2", got)
		}
		running(t, copied)()
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestBackupRefused: nothing is overwritten, and nothing half done stays.
func TestBackupRefused(t *testing.T) {
	folder := t.TempDir()
	s := opened(t, Config{Folder: folder})
	for i := range 200 {
		commitAll(t, s.database, newEvent(fmt.Sprint(i)))
	}
	running(t, s)()
	damaged := t.TempDir()
	content, err := os.ReadFile(filepath.Join(folder, FileName))
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)-100] ^= 1
	if err := os.WriteFile(filepath.Join(damaged, FileName), content, 0o600); err != nil {
		t.Fatal(err)
	}
	cut := t.TempDir()
	content[len(content)-100] ^= 1
	if err := os.WriteFile(filepath.Join(cut, FileName), content[:len(content)-100], 0o600); err != nil {
		t.Fatal(err)
	}
	existing := filepath.Join(t.TempDir(), "existing")
	if err := os.WriteFile(existing, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, folder, file, want string }{
		{"the file exists", folder, existing, "exists already"},
		{"no such folder for it", folder, filepath.Join(t.TempDir(), "none", "copy"), "none"},
		{"no store", t.TempDir(), filepath.Join(t.TempDir(), "copy"), "no store in"},
		{"a store that was cut off", cut, filepath.Join(t.TempDir(), "copy"), ErrDamaged.Error()},
		{"a damaged store", damaged, filepath.Join(t.TempDir(), "copy"), ErrDamaged.Error()},
	} {
		err := Backup(c.folder, c.file)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
		left, _ := filepath.Glob(filepath.Join(filepath.Dir(c.file), "copy*"))
		if len(left) != 0 {
			t.Errorf("%s: left %v", c.name, left)
		}
	}
	if got, err := os.ReadFile(existing); err != nil || !bytes.Equal(got, []byte("mine")) {
		t.Errorf("the existing file says %q, %v", got, err)
	}
}

// TestBackupLeavesNothing: a copy of a store that nobody runs leaves no file beside
// it, which the exporter's user might not be able to open.
func TestBackupLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	s := opened(t, Config{Folder: folder})
	stop := running(t, s)
	mustCommit(t, s, newEvent("m1"))
	stop()
	for _, suffix := range []string{"-wal", "-shm"} {
		if err := os.Remove(filepath.Join(folder, FileName+suffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	if err := Backup(folder, filepath.Join(t.TempDir(), "copy.db")); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if entry.Name() != FileName && entry.Name() != "lock" {
			t.Errorf("left behind: %s", entry.Name())
		}
	}
}
