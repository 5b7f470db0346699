// SPDX-License-Identifier: Apache-2.0

package harness

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Process is a program that runs beside a test and ends with it at the latest.
type Process struct {
	name   string
	cmd    *exec.Cmd
	stdout output
	stderr output
	done   chan struct{} // closed when the program has ended
}

// StartProcess starts a program. What it printed is shown if the test fails.
func StartProcess(t *testing.T, program string, args, env []string) *Process {
	t.Helper()
	p := &Process{
		name: filepath.Base(program),
		cmd:  exec.Command(program, args...),
		done: make(chan struct{}),
	}
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	p.cmd.Env = append(cleanEnvironment(), env...)
	if err := p.cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", p.name, err)
	}
	go func() {
		defer close(p.done)
		p.cmd.Wait() //nolint:errcheck // ExitCode tells
	}()
	t.Cleanup(func() {
		p.cmd.Process.Kill() //nolint:errcheck // it may have ended
		<-p.done
		if t.Failed() {
			t.Logf("%s %s\nstdout:\n%s\nstderr:\n%s", p.name, strings.Join(args, " "), p.stdout.tail(), p.stderr.tail())
		}
	})
	return p
}

// cleanEnvironment is the test's own without settings that a developer may have
// for an exporter of theirs.
func cleanEnvironment() []string {
	var clean []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "DIDSMS_") {
			clean = append(clean, variable)
		}
	}
	return clean
}

// Stdout is what the program has printed so far.
func (p *Process) Stdout() string { return p.stdout.String() }

// Ended says whether the program has ended.
func (p *Process) Ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// Terminate asks the program to end, as an init system does.
func (p *Process) Terminate(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatalf("SIGTERM to %s: %v", p.name, err)
	}
}

// Wait waits for the program's end and gives its exit code.
func (p *Process) Wait(t *testing.T, within time.Duration) int {
	t.Helper()
	select {
	case <-p.done:
	case <-time.After(within):
		t.Fatalf("%s has not ended within %v", p.name, within)
	}
	return p.cmd.ProcessState.ExitCode()
}

// Stop ends the program and fails the test unless it ends well.
func (p *Process) Stop(t *testing.T) {
	t.Helper()
	p.Terminate(t)
	if code := p.Wait(t, 10*time.Second); code != 0 {
		t.Errorf("%s ended with %d after SIGTERM", p.name, code)
	}
}

// output collects what a program prints, from the goroutine that copies it.
type output struct {
	mu     sync.Mutex // guards buffer
	buffer bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buffer.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buffer.String()
}

// tail is the part of the output that a failed test shows.
func (o *output) tail() string {
	const enough = 8 << 10
	text := o.String()
	if len(text) > enough {
		text = "...\n" + text[len(text)-enough:]
	}
	return text
}
