// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"didsms_exporter/test/harness"
)

// The ports that the examples of the help name.
const (
	exampleReceiver = "http://127.0.0.1:8080/callback"
	exampleReady    = "http://127.0.0.1:9911/-/ready"
)

// TestExamplesWorkAsPrinted runs every example of every command's help in a shell,
// in a folder with the files that they name.
func TestExamplesWorkAsPrinted(t *testing.T) {
	folder := exampleFolder(t)
	examples := map[string][]string{}
	for _, command := range commands(t, folder) {
		examples[command] = examplesOf(t, folder, command)
		if len(examples[command]) != 2 {
			t.Errorf("%s: %d examples, want two: %q", command, len(examples[command]), examples[command])
		}
	}
	if len(examples) < 10 {
		t.Fatalf("only %d commands: %v", len(examples), examples)
	}
	for i, serve := range examples["serve"] {
		stop := startExample(t, folder, serve)
		harness.Eventually(t, 20*time.Second, answersReady)
		if i == 1 { // everything else while the second one runs
			capture(t, folder)
			for command, lines := range examples {
				if command == "serve" || command == "demo" {
					continue
				}
				for _, line := range lines {
					if output, err := shell(t, folder, line).CombinedOutput(); err != nil {
						t.Errorf("%s\n%v\n%s", line, err, output)
					}
				}
			}
		}
		stop()
	}
	for _, demo := range examples["demo"] {
		stop := startExample(t, folder, demo)
		harness.Eventually(t, 20*time.Second, answersReady)
		stop()
	}
}

// exampleFolder holds what the examples name.
func exampleFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	write := func(name, content string) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("nxcloud.secret", "a secret of the examples\n")
	write("didsms.yml", "accounts:\n  - {name: main, access_key: kGp5uFHN, secret_files: [nxcloud.secret], currency: USD, time_zone: \"+08:00\"}\n")
	write("callback.json", `{"messageId":"m-example","toPhone":"18184505018","price":"0.036","size":"1"}`)
	write(".config/fish/completions/.keep", "")
	if err := os.Symlink(binary, filepath.Join(folder, "didsms_exporter")); err != nil {
		t.Fatal(err)
	}
	return folder
}

// shell runs a line as a person would. A line that names a configuration file gets
// no account from the environment as well: it would be a second one named main.
func shell(t *testing.T, folder, line string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", "-c", "set -o pipefail; "+line)
	cmd.Dir = folder
	cmd.Env = []string{"PATH=" + folder + ":" + os.Getenv("PATH"), "HOME=" + folder, "TMPDIR=" + folder}
	if !strings.Contains(line, "--config.file") {
		cmd.Env = append(cmd.Env, "DIDSMS_ACCESS_KEY=kGp5uFHN", "DIDSMS_ACCESS_SECRET_FILE=nxcloud.secret")
	}
	return cmd
}

// commands asks the binary as a shell's completion does.
func commands(t *testing.T, folder string) []string {
	t.Helper()
	output, err := shell(t, folder, "didsms_exporter --generate-bash-completion").Output()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(string(output)) {
		if name, _, _ := strings.Cut(strings.TrimSpace(line), ":"); name != "" && !strings.HasPrefix(name, "-") {
			names = append(names, name)
		}
	}
	return names
}

// examplesOf cuts the examples out of a command's help; a backslash joins lines.
func examplesOf(t *testing.T, folder, command string) []string {
	t.Helper()
	output, err := shell(t, folder, "didsms_exporter "+command+" --help").Output()
	if err != nil {
		t.Fatalf("%s --help: %v", command, err)
	}
	_, text, found := strings.Cut(string(output), "\nEXAMPLES:\n")
	if !found {
		t.Errorf("%s --help has no examples", command)
	}
	var examples []string
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", "")) {
		if line = strings.TrimSpace(line); line != "" {
			examples = append(examples, line)
		}
	}
	return examples
}

// startExample runs a line that goes on until it is told to end, and returns what
// ends it.
func startExample(t *testing.T, folder, line string) (stop func()) {
	t.Helper()
	line = "exec env " + line // so that the signal reaches the program
	cmd := shell(t, folder, line)
	if !strings.Contains(line, "--config.file") && strings.Contains(line, "serve") {
		cmd.Env = append(cmd.Env, "DIDSMS_WEB_LISTEN_ADDRESS=127.0.0.1:9911", "DIDSMS_RECEIVER_LISTEN_ADDRESS=127.0.0.1:8080")
	}
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
			t.Error(err)
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v\n%s", line, err, output.String())
		}
	}
}

func answersReady() error {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, exampleReady, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", exampleReady, response.Status)
	}
	return nil
}

// capture writes a signed request the way a proxy's log would have it.
func capture(t *testing.T, folder string) {
	t.Helper()
	signed, err := shell(t, folder, "didsms_exporter sign --body callback.json --json").Output()
	if err != nil {
		t.Fatalf("sign: %v", err)
	}
	var answer struct{ Headers map[string]string }
	if err := json.Unmarshal(signed, &answer); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(filepath.Join(folder, "callback.json"))
	if err != nil {
		t.Fatal(err)
	}
	var request bytes.Buffer
	request.WriteString("POST /callback HTTP/1.1\r\nHost: didsms.example.com\r\n")
	for name, value := range answer.Headers {
		fmt.Fprintf(&request, "%s: %s\r\n", name, value)
	}
	fmt.Fprintf(&request, "Content-Length: %d\r\n\r\n%s", len(body), body)
	if err := os.WriteFile(filepath.Join(folder, "captured.txt"), request.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}
