// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/ncruces/go-sqlite3"

	"didsms_exporter/internal/sms"
)

func everything(*Book, string, string) bool { return true }

func readOK(t *testing.T, folder string) *Book {
	t.Helper()
	book, err := ReadBook(context.Background(), folder, everything)
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// TestReadBook: the same figures while the store runs, after a crash, whose log is
// left behind, and after a clean end; and no trace of the reading.
func TestReadBook(t *testing.T) {
	folder, crashed := t.TempDir(), t.TempDir()
	s := opened(t, Config{Folder: folder})
	stop := running(t, s)
	other := newEvent("b", inbound, from("447700900123"))
	other.Month = "2026-12"
	mustCommit(t, s, newEvent("a"))
	mustCommit(t, s, other)
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(s.path + suffix)
		if err == nil {
			err = os.WriteFile(filepath.Join(crashed, FileName+suffix), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	check := func(state, folder string, inUse bool) {
		t.Helper()
		book := readOK(t, folder)
		if len(book.Months) != 2 || book.InUse != inUse || book.LastSign.Before(noon()) || !book.Since.Equal(noon()) {
			t.Fatalf("%s: got %+v", state, book)
		}
		for _, m := range book.Months {
			switch {
			case m.Month == "2026-11" && m.DID == "18184505018" && m.Kind == sms.KindDR && m.Events == 1 && m.Segments == 2 && m.Spend.String() == "0.072":
			case m.Month == "2026-12" && m.DID == "447700900123" && m.Kind == sms.KindMO:
			default:
				t.Errorf("%s: got %+v", state, m)
			}
		}
		some, err := ReadBook(context.Background(), folder, func(_ *Book, account, month string) bool { return account == "main" && month == "2026-12" })
		if err != nil || len(some.Months) != 1 || len(some.Numbers["main"]) != 2 {
			t.Errorf("%s: of one month, got %+v, %v", state, some, err)
		}
	}
	check("running", folder, true)
	check("crashed", crashed, false)
	stop()
	check("stopped", folder, false)
	if left, err := os.ReadDir(folder); err != nil || len(left) != 2 { // the file and the lock
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestReadBookRefuses: what cannot be read right is not read at all.
func TestReadBookRefuses(t *testing.T) {
	if _, err := ReadBook(context.Background(), t.TempDir(), everything); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no store: got %v", err)
	}
	folder := t.TempDir()
	s := opened(t, Config{Folder: folder})
	stop := running(t, s)
	for _, id := range []string{"a", "b", "c"} {
		mustCommit(t, s, newEvent(id))
	}
	content, err := os.ReadFile(s.path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	stop()
	version := func(n string) {
		t.Helper()
		conn, err := sqlite3.OpenFlags(fileURI(s.path, ""), sqlite3.OPEN_READWRITE|sqlite3.OPEN_URI)
		if err == nil {
			err = errors.Join(conn.Exec("PRAGMA user_version = "+n), conn.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	version("99")
	if _, err := ReadBook(context.Background(), folder, everything); !errors.Is(err, ErrNewer) {
		t.Errorf("newer: got %v", err)
	}
	version("0")
	if book := readOK(t, folder); !book.Since.IsZero() || len(book.Months) != 0 {
		t.Errorf("never used: got %+v", book)
	}
	// A log that is damaged before its last transaction would read as a shorter one.
	version("1")
	content[len(content)/2] ^= 1
	if err := os.WriteFile(s.path+"-wal", content, 0o600); err != nil {
		t.Fatal(err)
	}
	if book, err := ReadBook(context.Background(), folder, everything); !errors.Is(err, ErrDamaged) {
		t.Errorf("damaged log: got %+v, %v", book, err)
	}
}

// TestReadBookInterrupted: Ctrl-C ends a long reading.
func TestReadBookInterrupted(t *testing.T) {
	folder := t.TempDir()
	running(t, opened(t, Config{Folder: folder}))()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := ReadBook(ctx, folder, everything); !errors.Is(err, context.Canceled) && !errors.Is(err, sqlite3.INTERRUPT) {
		t.Errorf("got %v", err)
	}
}
