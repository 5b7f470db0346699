// SPDX-License-Identifier: Apache-2.0

package store

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestReadOnlyFolder: a folder that must not be written is refused. Root may write
// everywhere, so as root one thread becomes somebody else for file access, and ends
// with its goroutine.
func TestReadOnlyFolder(t *testing.T) {
	const nobody = 65534
	for _, populate := range []bool{false, true} {
		folder := t.TempDir()
		if populate {
			folder = populated(t, 3)
		}
		for _, path := range []string{filepath.Dir(folder), folder} {
			if err := os.Chmod(path, 0o555); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.Chmod(path, 0o700) })
		}
		failed := make(chan error)
		go func() {
			runtime.LockOSThread()
			if os.Getuid() == 0 {
				if err := syscall.Setfsuid(nobody); err != nil {
					t.Error(err)
				}
			}
			s, err := Open(Config{Folder: folder, Retention: time.Hour, Now: noon})
			if err == nil {
				_ = s.Close()
			}
			failed <- err
		}()
		err := <-failed
		if err == nil || !strings.Contains(err.Error(), folder) || !strings.Contains(err.Error(), "permission denied") || !strings.Contains(err.Error(), "--storage.path") {
			t.Errorf("populated %t: got %v, want the folder, the cause and what to do", populate, err)
		}
	}
}
