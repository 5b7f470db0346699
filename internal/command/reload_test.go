// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

const reloadOK = "didsms_config_last_reload_successful"

// TestOneCallback: from the public door to the metrics page and the debug page.
func TestOneCallback(t *testing.T) {
	i := newTestInstance(t, "dids:\n  - {number: \"18184505018\", name: Support}\n")
	start(t, i)
	if status, word, err := i.callback("m1", oldSecret); err != nil || status != 200 || word != "success" {
		t.Fatalf("got %d %q, %v", status, word, err)
	}
	if got := i.sample(t, `didsms_spend_total{account="main",currency="USD",did="18184505018",direction="inbound"}`); got != "0.036" {
		t.Errorf("spend: got %s", got)
	}
	for path, want := range map[string]int{"/-/ready": 200, "/-/healthy": 200, "/": 200, "/debug/events": 200, "/callback": 404} {
		if status, body := i.get(t, path); status != want {
			t.Errorf("%s: got %d %q", path, status, body)
		}
	}
}

// TestRotation replaces a secret under load, by file swap and by symlink swap, the
// way an operator does: first both secrets, then the new one alone. No genuine
// callback is refused on the way.
func TestRotation(t *testing.T) {
	for _, symlink := range []bool{false, true} {
		t.Run(fmt.Sprintf("symlink %t", symlink), func(t *testing.T) {
			i := newTestInstance(t, "")
			secret := filepath.Join(i.folder(), "secret")
			next := filepath.Join(i.folder(), "next")
			writeFile(t, next, newSecret)
			writeFile(t, i.settings.source.File, "accounts:\n  - {name: main, access_key: key, secret_files: [secret, next]}\n")
			start(t, i)

			var inUse atomic.Value // the vendor's side changes over when both are known
			inUse.Store(oldSecret)
			var sent atomic.Int64
			stop := make(chan struct{})
			var senders sync.WaitGroup
			for sender := range 4 {
				senders.Go(func() {
					for n := 0; ; n++ {
						select {
						case <-stop:
							return
						default:
						}
						status, word, err := i.callback(fmt.Sprintf("s%d-%d", sender, n), inUse.Load().(string))
						if err != nil || status != 200 || word != "success" {
							t.Errorf("genuine callback refused: %d %q, %v", status, word, err)
							return
						}
						sent.Add(1)
					}
				})
			}
			waitFor(t, func() bool { return sent.Load() > 50 })
			if status := i.post(t); status != 200 {
				t.Fatalf("both secrets: reload answered %d", status)
			}
			inUse.Store(newSecret)
			before := sent.Load()
			waitFor(t, func() bool { return sent.Load() > before+50 })
			swap(t, secret, newSecret, symlink)
			if status := i.post(t); status != 200 {
				t.Fatalf("new secret alone: reload answered %d", status)
			}
			before = sent.Load()
			waitFor(t, func() bool { return sent.Load() > before+50 })
			close(stop)
			senders.Wait()
			if status, _, err := i.callback("old", oldSecret); err != nil || status != 401 {
				t.Errorf("the old secret still works: %d, %v", status, err)
			}
			if got := i.sample(t, `didsms_callbacks_total{account="main",kind="mo",result="bad_signature"}`); got != "1" {
				t.Errorf("bad_signature: got %s, want the one above", got)
			}
			if got := i.sample(t, `didsms_callbacks_total{account="main",kind="mo",result="accepted"}`); got != fmt.Sprint(sent.Load()) {
				t.Errorf("accepted: got %s, want %d", got, sent.Load())
			}
		})
	}
}

// swap puts a new content in place of a file in one step.
func swap(t *testing.T, path, content string, symlink bool) {
	t.Helper()
	fresh := path + ".fresh"
	writeFile(t, fresh, content)
	source := fresh
	if symlink {
		source = path + ".link"
		if err := os.Symlink(fresh, source); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Rename(source, path); err != nil {
		t.Fatal(err)
	}
}

// TestBadReload: whatever is wrong, the former configuration stays in force as a
// whole, and the gauge says so until a good one comes.
func TestBadReload(t *testing.T) {
	good := "accounts:\n  - {name: main, access_key: key, secret_files: [secret]}\n"
	for name, spoil := range map[string]func(t *testing.T, i *instance){
		"empty secret":      func(t *testing.T, i *instance) { swap(t, filepath.Join(i.folder(), "secret"), "\n", false) },
		"unreadable secret": func(t *testing.T, i *instance) { remove(t, filepath.Join(i.folder(), "secret")) },
		"no accounts":       func(t *testing.T, i *instance) { writeFile(t, i.settings.source.File, "dids: []\n") },
		"no file":           func(t *testing.T, i *instance) { remove(t, i.settings.source.File) },
		"half good": func(t *testing.T, i *instance) {
			writeFile(t, i.settings.source.File, "max_dids: 7\naccounts:\n  - {name: other}\n")
		},
	} {
		t.Run(name, func(t *testing.T) {
			i := newTestInstance(t, "")
			start(t, i)
			if got := i.sample(t, reloadOK); got != "1" {
				t.Errorf("before: got %s", got)
			}
			spoil(t, i)
			if status := i.post(t); status != 500 {
				t.Errorf("reload answered %d", status)
			}
			if got := i.sample(t, reloadOK); got != "0" {
				t.Errorf("after a bad reload: got %s", got)
			}
			if got := i.sample(t, "didsms_tracked_dids_limit"); got != "400" {
				t.Errorf("limit: got %s", got)
			}
			if status, _, err := i.callback("m1", oldSecret); err != nil || status != 200 {
				t.Errorf("genuine callback: %d, %v", status, err)
			}
			swap(t, filepath.Join(i.folder(), "secret"), newSecret, false)
			writeFile(t, i.settings.source.File, good+"max_dids: 9\n")
			if status := i.post(t); status != 200 {
				t.Errorf("good reload answered %d", status)
			}
			if got := i.sample(t, reloadOK); got != "1" {
				t.Errorf("after a good reload: got %s", got)
			}
			if got := i.sample(t, "didsms_tracked_dids_limit"); got != "9" {
				t.Errorf("limit: got %s", got)
			}
			if status, _, err := i.callback("m2", newSecret); err != nil || status != 200 {
				t.Errorf("genuine callback: %d, %v", status, err)
			}
		})
	}
}

// TestHangup: SIGHUP does the same as POST /-/reload.
func TestHangup(t *testing.T) {
	i := newTestInstance(t, "")
	start(t, i)
	waitFor(t, i.ready.Load)
	writeFile(t, i.settings.source.File, "accounts:\n  - {name: main, access_key: key, secret_files: [secret]}\nmax_dids: 9\n")
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { return i.sample(t, "didsms_tracked_dids_limit") == "9" })
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
}

// waitFor polls until the condition holds.
func waitFor(t *testing.T, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if condition() {
			return
		}
	}
	t.Fatal("waited in vain")
}
