// SPDX-License-Identifier: Apache-2.0

package store

import (
	"maps"
	"testing"
)

// TestZones: readers learn in which zones the months are counted, from the start on,
// after a change, and when nobody runs; an account that is no longer configured keeps
// the one it had.
func TestZones(t *testing.T) {
	folder := t.TempDir()
	expect := func(when string, want map[string]string) {
		t.Helper()
		if got := readOK(t, folder).Zones; !maps.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", when, got, want)
		}
	}
	running(t, opened(t, Config{Folder: folder}))()
	expect("an older exporter", map[string]string{})
	s := opened(t, Config{Folder: folder, Zones: map[string]string{"main": "+08:00", "second": "Europe/Berlin"}})
	stop := running(t, s)
	expect("at the start", map[string]string{"main": "+08:00", "second": "Europe/Berlin"})
	for range 2 {
		if err := s.RememberZones(map[string]string{"main": "-05:00", "third": "UTC"}); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]string{"main": "-05:00", "second": "Europe/Berlin", "third": "UTC"}
	expect("after a reload", want)
	stop()
	expect("after the end", want)
	running(t, opened(t, Config{Folder: folder, Zones: map[string]string{"main": "-05:00"}}))()
	expect("after another run", want)
	s = opened(t, Config{Folder: folder})
	stop = running(t, s)
	expect("without any", want)
	stop()
	// Nothing is written, and nobody is waited for, when nothing has changed.
	if err := s.RememberZones(map[string]string{"main": "-05:00"}); err != nil {
		t.Errorf("after the end: %v", err)
	}
}
