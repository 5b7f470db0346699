// SPDX-License-Identifier: Apache-2.0

package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// noLinks is a file system without hard links.
func noLinks(string, string) error { return errors.ErrUnsupported }

// TestBackupKeepsWhatAppears: a file that was not there when the backup began is
// somebody else's, with links and without; and without one the copy is a store,
// under one name.
func TestBackupKeepsWhatAppears(t *testing.T) {
	source := t.TempDir()
	s, err := Open(Config{Folder: source, Retention: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, link := range map[string]func(string, string) error{"links": os.Link, "no links": noLinks} {
		folder := t.TempDir()
		file := filepath.Join(folder, FileName)
		err := backup(source, file, func(from, to string) error {
			if err := os.WriteFile(to, []byte("mine"), 0o600); err != nil {
				t.Fatal(err)
			}
			return link(from, to)
		})
		if err == nil || !strings.Contains(err.Error(), "exists already") {
			t.Errorf("%s: got %v", name, err)
		}
		if content, err := os.ReadFile(file); err != nil || string(content) != "mine" {
			t.Errorf("%s: the file holds %d bytes, %v", name, len(content), err)
		}
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		if err := backup(source, file, link); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := checkDatabase(file); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		entries, err := os.ReadDir(folder)
		if err != nil || len(entries) != 1 {
			t.Errorf("%s: left behind %v, %v", name, entries, err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}
