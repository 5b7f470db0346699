// SPDX-License-Identifier: Apache-2.0

package harness

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// DatabaseFile is the exporter's database in the folder of its store.
const DatabaseFile = "didsms.db"

// Kill ends the program as kill -9 does, and returns once it is gone.
func (p *Process) Kill(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatalf("kill %s: %v", p.name, err)
	}
	<-p.done
}

// Stderr is what the program has logged so far.
func (p *Process) Stderr() string { return p.stderr.String() }

// Wrapped gives a program that starts another one by way of a third, such as
// strace with its arguments.
func Wrapped(t *testing.T, program string, by ...string) string {
	t.Helper()
	var line strings.Builder
	for _, word := range append(by, program) {
		line.WriteString("'" + strings.ReplaceAll(word, "'", `'\''`) + "' ")
	}
	script := filepath.Join(t.TempDir(), filepath.Base(program))
	if err := os.WriteFile(script, []byte("#!/bin/sh\nexec "+line.String()+"\"$@\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return script
}

// Query asks a store with the sqlite3 shell, which shares no code with the
// exporter, and returns the rows, with | between columns.
func Query(t *testing.T, folder, sql string) []string {
	t.Helper()
	program, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Fatalf("%v: install Debian's package sqlite3", err)
	}
	printed, err := exec.CommandContext(t.Context(), program, "-readonly", filepath.Join(folder, DatabaseFile), sql).CombinedOutput()
	if err != nil {
		t.Fatalf("sqlite3 %q: %v\n%s", sql, err, printed)
	}
	return strings.Split(strings.TrimSuffix(string(printed), "\n"), "\n")
}

// QueryInt is Query for one whole number.
func QueryInt(t *testing.T, folder, sql string) int64 {
	t.Helper()
	rows := Query(t, folder, sql)
	n, err := strconv.ParseInt(rows[0], 10, 64)
	if err != nil || len(rows) != 1 {
		t.Fatalf("%s: %q is not one number", sql, rows)
	}
	return n
}
