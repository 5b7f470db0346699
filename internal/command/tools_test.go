// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"didsms_exporter/deploy"
)

// TestExport writes everything, changes nothing the second time, and never
// overwrites what somebody edited unless told to.
func TestExport(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "files")
	code, out, errors := run(t.Context(), "export", folder)
	if code != 0 || errors != "" || !strings.Contains(out, "Next, in "+folder+":\n") {
		t.Fatalf("exit %d, %q, %q", code, out, errors)
	}
	count := 0
	err := fs.WalkDir(deploy.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		count++
		want, err := deploy.Files.ReadFile(name)
		if err != nil {
			return err
		}
		got, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
		if err != nil || string(got) != string(want) {
			t.Errorf("%s: not written as it is, %v", name, err)
		}
		return nil
	})
	if err != nil || count < 3 {
		t.Fatalf("%d files, %v", count, err)
	}
}

// TestHealthcheck asks a ready exporter, one that drains, one with a password, and
// none at all.
func TestHealthcheck(t *testing.T) {
	i := newTestInstance(t, "")
	start(t, i)
	waitFor(t, i.ready.Load)
	address := i.private.listener.Addr().String()
	if code, out, errors := run(t.Context(), "healthcheck", "--web.listen-address", address); code != 0 || errors != "" || !strings.Contains(out, "is ready") {
		t.Errorf("ready: exit %d, %q, %q", code, out, errors)
	}
	i.ready.Store(false)
	if code, _, errors := run(t.Context(), "healthcheck", "--web.listen-address", address); code != 1 || !strings.Contains(errors, "503") {
		t.Errorf("draining: exit %d, %q", code, errors)
	}
	if code, _, errors := run(t.Context(), "healthcheck", "--web.listen-address", "127.0.0.1:1"); code != 1 || !strings.Contains(errors, "does not answer") {
		t.Errorf("nobody: exit %d, %q", code, errors)
	}
	if code, _, errors := run(t.Context(), "healthcheck", "--web.listen-address", "nonsense"); code != 2 || !strings.Contains(errors, "--web.listen-address") {
		t.Errorf("nonsense: exit %d, %q", code, errors)
	}
}

// passwordHash is bcrypt of "correct horse".
const passwordHash = "$2a$04$FyAMFglANKs4/4dTeSdp5OgPk6EHTcxfv8b4R1ZCZXRiEPjq8kdyG"

// TestHealthcheckWithPassword: the door asks for a password, and the probe has it.
func TestHealthcheckWithPassword(t *testing.T) {
	i := newTestInstance(t, "")
	web := filepath.Join(i.folder(), "web.yml")
	writeFile(t, web, "basic_auth_users: {probe: '"+passwordHash+"'}\n")
	i.private.configFile = web
	start(t, i)
	waitFor(t, i.ready.Load)
	address := i.private.listener.Addr().String()
	for content, want := range map[string]int{"probe:correct horse\n": 0, "probe:wrong": 1, "nonsense": 2} {
		auth := filepath.Join(i.folder(), "auth")
		writeFile(t, auth, content)
		code, _, errors := run(t.Context(), "healthcheck", "--web.listen-address", address, "--web.config.file", web, "--web.auth-file", auth)
		if code != want || strings.Contains(errors, "correct horse") {
			t.Errorf("%q: exit %d, want %d, %q", content, code, want, errors)
		}
	}
}

// TestCompletion: each script names the program, and an unknown shell is a mistake.
// What the scripts call reads the process's own command line, so that is tried on
// the binary (test/e2e).
func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		if code, out, errors := run(t.Context(), "completion", shell); code != 0 || errors != "" || !strings.Contains(out, "didsms_exporter") {
			t.Errorf("%s: exit %d, %q", shell, code, errors)
		}
	}
	if code, _, errors := run(t.Context(), "completion", "csh"); code != 2 || !strings.Contains(errors, "bash, zsh or fish") {
		t.Errorf("csh: exit %d, %q", code, errors)
	}
	if code, out, errors := run(t.Context(), "man"); code != 0 || errors != "" || !strings.Contains(out, ".TH didsms_exporter") || !strings.Contains(out, "storage.retention") {
		t.Errorf("man: exit %d, %q", code, errors)
	}
}

// A proxy's page to log in at is no sign of readiness, and what a stranger answers
// does not reach the terminal as it is.
func TestHealthcheckOfAnotherServer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/-/ready" {
			w.Header().Set("Location", "/login")
			w.WriteHeader(http.StatusFound)
			fmt.Fprint(w, "\x1b[2Jgone")
		}
	}))
	defer server.Close()
	code, out, errors := run(t.Context(), "healthcheck", "--web.listen-address", server.Listener.Addr().String())
	if code != 1 || strings.Contains(out+errors, "\x1b") || !strings.Contains(errors, "answered 302") {
		t.Errorf("exit %d, %q, %q", code, out, errors)
	}
}
