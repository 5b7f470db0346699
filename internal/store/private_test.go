// SPDX-License-Identifier: Apache-2.0

package store

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"didsms_exporter/internal/sms"
)

// TestPrivate: no byte of any file holds a message's text or the other side's whole
// number, while the store runs and after its end. The message id is the caller's to
// make harmless, so it stands here for what must be found.
func TestPrivate(t *testing.T) {
	folder := t.TempDir()
	s := opened(t, Config{Folder: folder})
	stop := running(t, s)
	const text, peer, found = "canary-text-7c1d", "447700912345", "harmless-id-5f2e"
	for _, change := range []func(*sms.Event){
		func(*sms.Event) {},
		inbound,
		withStatus(sms.StatusOther),
		func(e *sms.Event) { e.HasPrice, e.HasSize, e.Account = false, false, "second" },
		func(e *sms.Event) {
			e.FieldErrors = []sms.FieldError{{Field: sms.FieldPrice, Problem: sms.FieldUnparsable}}
			e.Account, e.StatusWord = "third", "odd"
		},
	} {
		e := newEvent(found, func(e *sms.Event) { e.Content, e.Peer = text, peer }, change)
		mustCommit(t, s, e)
		e.Content += "-conflict" // a contradiction leaves no more than a claim
		if claim := mustCommit(t, s, e); !claim.Conflict {
			t.Errorf("got %+v, want a conflict", claim)
		}
	}
	backup := filepath.Join(folder, "backup")
	if err := Backup(folder, backup); err != nil {
		t.Fatal(err)
	}
	search := func(when string, want int) {
		entries, err := os.ReadDir(folder)
		if err != nil || len(entries) != want {
			t.Errorf("%s: %d files, %v; want %d", when, len(entries), err, want)
		}
		hits := 0
		for _, entry := range entries {
			content, err := os.ReadFile(filepath.Join(folder, entry.Name()))
			if err != nil {
				t.Fatal(err)
			}
			for _, canary := range []string{text, peer, peer[:10], peer[2:]} {
				if bytes.Contains(content, []byte(canary)) {
					t.Errorf("%s: %s holds %q", when, entry.Name(), canary)
				}
			}
			if bytes.Contains(content, []byte(found)) {
				hits++
			}
		}
		if hits < 2 { // the log or the file, and the backup
			t.Errorf("%s: the search finds what is there in %d files only", when, hits)
		}
	}
	search("while it runs", 5) // file, log, shared memory, lock, backup
	stop()
	search("after its end", 3)
}
