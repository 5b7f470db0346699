// SPDX-License-Identifier: Apache-2.0

package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"

	"didsms_exporter/internal/sms"
)

// populated makes the folder of a store with some events that ended in order.
func populated(t *testing.T, events int) (folder string) {
	t.Helper()
	folder = t.TempDir()
	s := opened(t, Config{Folder: folder})
	for i := range events {
		commitAll(t, s.database, newEvent(fmt.Sprint(i), from(fmt.Sprint(100+i%7)), costing(0, uint32(1+i), 1)))
	}
	running(t, s)()
	return folder
}

// TestOpenRefused: what cannot be used is refused, and the message names the folder
// and what to do.
func TestOpenRefused(t *testing.T) {
	shell := func(folder, sql string) {
		conn, err := sqlite3.OpenFlags(fileURI(filepath.Join(folder, FileName), ""), sqlite3.OPEN_READWRITE|sqlite3.OPEN_CREATE|sqlite3.OPEN_URI)
		if err == nil {
			err = errors.Join(conn.Exec(sql), conn.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write := func(folder, name, content string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name  string
		spoil func(folder string) string // what to open
		is    error
		want  string
	}{
		{"a newer version", func(f string) string { shell(f, "PRAGMA user_version = 99"); return f }, ErrNewer, "version 99"},
		{"no database", func(f string) string { write(f, FileName, strings.Repeat("not a database ", 99)); return f }, ErrDamaged, "put a backup"},
		{"cut in the middle", func(f string) string {
			if err := os.Truncate(filepath.Join(f, FileName), 3*pageSize+1); err != nil {
				t.Fatal(err)
			}
			return f
		}, ErrDamaged, "put a backup"},
		{"the key is lost", func(f string) string { shell(f, "UPDATE meta SET value = x'00' WHERE key = 'key'"); return f }, ErrDamaged, "put a backup"},
		{"another database", func(f string) string {
			if err := os.Remove(filepath.Join(f, FileName)); err != nil {
				t.Fatal(err)
			}
			shell(f, "CREATE TABLE mine (a)")
			return f
		}, nil, ""},
		{"a folder in place of the file", func(f string) string {
			if err := errors.Join(os.Remove(filepath.Join(f, FileName)), os.Mkdir(filepath.Join(f, FileName), 0o700)); err != nil {
				t.Fatal(err)
			}
			return f
		}, nil, "--storage.path"},
		{"a file in place of the folder", func(f string) string { return filepath.Join(f, FileName) }, nil, "--storage.path"},
		{"below a file", func(f string) string { return filepath.Join(f, FileName, "below") }, nil, "--storage.path"},
	} {
		folder := c.spoil(populated(t, 300))
		s, err := Open(Config{Folder: folder, Retention: time.Hour, Now: noon})
		if err == nil {
			_ = s.Close()
			if c.want != "" {
				t.Errorf("%s: no error", c.name)
			}
			continue
		}
		if c.is != nil && !errors.Is(err, c.is) || !strings.Contains(err.Error(), folder) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %q, want the folder, %q and %v", c.name, err, c.want, c.is)
		}
		if lock, err := lockFolder(folder); err == nil {
			_ = lock.Close()
		} else if errors.Is(err, ErrInUse) {
			t.Errorf("%s: the folder is still locked", c.name)
		}
	}
	if _, err := Open(Config{Folder: t.TempDir()}); err == nil {
		t.Error("no retention: no error")
	}
	if _, err := Open(Config{Retention: time.Hour}); err == nil {
		t.Error("no folder: no error")
	}
}

// TestOpenMakes: a missing folder and an empty file become a store that nobody else
// can read.
func TestOpenMakes(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a b+?#%&x=y", "c") // what would break a URI
	s := opened(t, Config{Folder: folder})
	mode := func(path string) fs.FileMode {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode().Perm()
	}
	stop := running(t, s)
	mustCommit(t, s, newEvent("a"))
	if found, err := s.Find(t.Context(), Query{}, 9); err != nil || len(found) != 1 {
		t.Errorf("found %d, %v", len(found), err)
	}
	if got := mode(folder); got != 0o700 {
		t.Errorf("folder: got %s, want 0700", got)
	}
	for _, name := range []string{"lock", FileName, FileName + "-wal", FileName + "-shm"} {
		if got := mode(filepath.Join(folder, name)); got != 0o600 {
			t.Errorf("%s: got %s, want 0600", name, got)
		}
	}
	if s.Size() < 5*pageSize {
		t.Errorf("size: got %d", s.Size())
	}
	stop()
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 2 {
		t.Errorf("a clean end leaves %v, %v; want the file and the lock", entries, err)
	}
	empty := t.TempDir()
	if err := os.WriteFile(filepath.Join(empty, FileName), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s = opened(t, Config{Folder: empty}) // what a crash at the very first start leaves
	running(t, s)
	mustCommit(t, s, newEvent("a"))
}

// TestRestoreByCopy: a restore is a copy of the file into a folder.
func TestRestoreByCopy(t *testing.T) {
	folder := t.TempDir()
	copyFile(t, filepath.Join(populated(t, 20), FileName), filepath.Join(folder, FileName))
	s := opened(t, Config{Folder: folder})
	running(t, s)
	if got := s.Restored().Events; got != 20 {
		t.Errorf("got %d events, want 20", got)
	}
	if claim := mustCommit(t, s, newEvent("3", from("103"), costing(0, 4, 1))); claim != (sms.Claim{Duplicate: true}) {
		t.Errorf("got %+v, want a duplicate", claim)
	}
}

// TestInUse: one store per folder, in this process and between processes.
func TestInUse(t *testing.T) {
	if folder := os.Getenv("DIDSMS_TEST_OPEN"); folder != "" { // the other process
		_, err := Open(Config{Folder: folder, Retention: time.Hour})
		fmt.Println("other process:", err)
		return
	}
	folder := t.TempDir()
	s := opened(t, Config{Folder: folder})
	stop := running(t, s)
	_, err := Open(Config{Folder: folder, Retention: time.Hour})
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), folder) || !strings.Contains(err.Error(), "stop the other exporter") {
		t.Errorf("got %v, want ErrInUse, the folder and what to do", err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	other := exec.CommandContext(t.Context(), self, "-test.run", "^TestInUse$")
	other.Env = append(os.Environ(), "DIDSMS_TEST_OPEN="+folder)
	output, err := other.CombinedOutput()
	if err != nil || !strings.Contains(string(output), ErrInUse.Error()) {
		t.Errorf("the other process says %q, %v", output, err)
	}
	mustCommit(t, s, newEvent("a"))
	stop()
	running(t, opened(t, Config{Folder: folder})) // free again
}
