// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"didsms_exporter/dashboards/gen/boards"
)

// TestExportIsGenerated: what export writes for other parameters is what the generator
// would have written for them, though it only has the committed files.
func TestExportIsGenerated(t *testing.T) {
	program := filepath.Join(t.TempDir(), "didsms_exporter")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = filepath.Join("..", "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the exporter: %v\n%s", err, output)
	}
	with := func(change func(p *boards.Parameters)) boards.Parameters {
		p := boards.Usual()
		change(&p)
		return p
	}
	for _, c := range []struct {
		flags  []string
		wanted boards.Parameters
	}{
		{nil, boards.Usual()},
		{[]string{"--objective", "0.93"}, with(func(p *boards.Parameters) { p.Objective = 0.93 })},
		{[]string{"--objective", "0.98"}, with(func(p *boards.Parameters) { p.Objective = 0.98 })},
		{[]string{"--objective", "0.9975"}, with(func(p *boards.Parameters) { p.Objective = 0.9975 })},
		{[]string{"--latency", "45s"}, with(func(p *boards.Parameters) { p.Latency = 45 * time.Second })},
		{[]string{"--latency", "1h"}, with(func(p *boards.Parameters) { p.Latency = time.Hour })},
		{[]string{"--severity", "critical=page"}, with(func(p *boards.Parameters) { p.Critical = "page" })},
		// Words that change places, and words that are the numbers of the ranks.
		{
			[]string{"--severity", "critical=warning", "--severity", "warning=critical"},
			with(func(p *boards.Parameters) { p.Critical, p.Warning = "warning", "critical" }),
		},
		{
			[]string{"--severity", "critical=3", "--severity", "warning=1", "--severity", "info=2", "--objective", "0.94", "--latency", "90s"},
			boards.Parameters{Objective: 0.94, Latency: 90 * time.Second, Critical: "3", Warning: "1", Info: "2"},
		},
	} {
		folder := t.TempDir()
		output, err := exec.Command(program, append(append([]string{"export"}, c.flags...), folder)...).CombinedOutput()
		if err != nil {
			t.Fatalf("export: %v\n%s", err, output)
		}
		for _, b := range boards.For(c.wanted) {
			want, err := b.JSON()
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(filepath.Join(folder, "grafana", "dashboards", b.UID+".json"))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%v: %s.json is not what the generator writes for it (%v)", c.flags, b.UID, err)
			}
		}
	}
}
