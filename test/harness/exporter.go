// SPDX-License-Identifier: Apache-2.0

package harness

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// BuildExporter builds the product of this repository as a release is built, and
// returns the path of the binary in a folder of the caller's.
func BuildExporter(folder string) (string, error) {
	binary := filepath.Join(folder, "didsms_exporter")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, ".")
	build.Dir = filepath.Join("..", "..") // from test/<package>
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if printed, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the exporter: %w\n%s", err, printed)
	}
	return binary, nil
}

// Exporter is a running exporter with both doors on loopback.
type Exporter struct {
	*Process
	Receiver string // address of the public door
	Web      string // address of the private door
}

// Start says how to start an exporter.
type Start struct {
	Binary  string
	Command string   // serve when empty
	Config  string   // YAML; none when empty
	Args    []string // further flags
	Env     []string // further settings
	Storage string   // folder of the store, to find again after a restart; memory only when empty

	// Web is the address of the private door, for a restart that a Prometheus
	// server has to find again; a free one when empty.
	Web string
}

// StartExporter starts an exporter and returns at once; see AwaitReady.
func StartExporter(t *testing.T, start Start) *Exporter {
	t.Helper()
	e := &Exporter{Receiver: FreeAddress(t), Web: start.Web}
	if e.Web == "" {
		e.Web = FreeAddress(t)
	}
	command := start.Command
	if command == "" {
		command = "serve"
	}
	args := []string{
		command,
		"--receiver.listen-address", e.Receiver,
		"--web.listen-address", e.Web,
	}
	if command == "serve" { // demo has a temporary folder of its own
		args = append(args, "--storage.path", start.Storage)
	}
	args = append(args, start.Args...)
	if start.Config != "" {
		file := filepath.Join(t.TempDir(), "config.yml")
		if err := os.WriteFile(file, []byte(start.Config), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--config.file", file)
	}
	e.Process = StartProcess(t, start.Binary, args, start.Env)
	return e
}

// AwaitReady waits until the exporter says that it is ready.
func (e *Exporter) AwaitReady(t *testing.T) {
	t.Helper()
	Eventually(t, 15*time.Second, func() error {
		if e.Ended() {
			t.Fatal("the exporter ended before it was ready")
		}
		return ready(e.Web)
	})
}

// CallbackURL is where the vendor would push to.
func (e *Exporter) CallbackURL() string { return "http://" + e.Receiver + "/callback" }

// MetricsURL is what Prometheus scrapes.
func (e *Exporter) MetricsURL() string { return "http://" + e.Web + "/metrics" }

// Send signs a callback with the account of the tests, sends it and returns the
// answer; the test fails if there is none.
func (e *Exporter) Send(t *testing.T, c Callback) Answer {
	t.Helper()
	answer, err := Post(t.Context(), http.DefaultClient, e.CallbackURL(), TestAccount.Header(c), c.Body)
	if err != nil {
		t.Fatalf("send a callback: %v", err)
	}
	return answer
}

// ready asks a program that follows Prometheus's manners whether it is ready.
func ready(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/-/ready", nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("/-/ready answers %s", response.Status)
	}
	return nil
}
