// SPDX-License-Identifier: Apache-2.0

package store

import (
	"errors"
	"os"
	"testing"
)

// TestMovedFile: a file that lost its name takes nothing more, or it would be lost
// with the process; put back, it goes on.
func TestMovedFile(t *testing.T) {
	s := opened(t, Config{Folder: t.TempDir()})
	running(t, s)
	mustCommit(t, s, newEvent("m1"))
	away := s.path + ".away"
	if err := os.Rename(s.path, away); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(t.Context(), newEvent("m2")); !errors.Is(err, ErrMoved) || s.Up() {
		t.Errorf("moved: got %v, up %t", err, s.Up())
	}
	if err := os.WriteFile(s.path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(t.Context(), newEvent("m2")); !errors.Is(err, ErrMoved) {
		t.Errorf("replaced: got %v", err)
	}
	if err := os.Rename(away, s.path); err != nil {
		t.Fatal(err)
	}
	if claim, err := s.Commit(t.Context(), newEvent("m2")); err != nil || claim.Duplicate || !s.Up() {
		t.Errorf("put back: got %+v, %v, up %t", claim, err, s.Up())
	}
}

// TestDuplicatesDoNotProveTheDisk: a batch of duplicates writes nothing, so a store
// that is down stays down.
func TestDuplicatesDoNotProveTheDisk(t *testing.T) {
	s := opened(t, Config{Folder: t.TempDir()})
	running(t, s)
	mustCommit(t, s, newEvent("m1"))
	s.up.Store(false)
	if claim, err := s.Commit(t.Context(), newEvent("m1")); err != nil || !claim.Duplicate {
		t.Fatalf("got %+v, %v", claim, err)
	}
	if s.Up() {
		t.Error("a duplicate turned the store up")
	}
}
