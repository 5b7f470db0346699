// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"didsms_exporter/dashboards/gen/boards"
)

// TestExportIsGenerated: what export writes for another objective is what the
// generator would have written for it, though it only has the committed files.
func TestExportIsGenerated(t *testing.T) {
	program := filepath.Join(t.TempDir(), "didsms_exporter")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = filepath.Join("..", "..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the exporter: %v\n%s", err, output)
	}
	for _, objective := range []float64{0.95, 0.93, 0.98, 0.9975} {
		folder := t.TempDir()
		output, err := exec.Command(program, "export", "--objective", strconv.FormatFloat(objective, 'f', -1, 64), folder).CombinedOutput()
		if err != nil {
			t.Fatalf("export: %v\n%s", err, output)
		}
		for _, b := range boards.For(objective) {
			want, err := b.JSON()
			if err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(filepath.Join(folder, "grafana", "dashboards", b.UID+".json"))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%v: %s.json is not what the generator writes for it (%v)", objective, b.UID, err)
			}
		}
	}
}
