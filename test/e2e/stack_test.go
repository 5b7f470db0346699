// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"didsms_exporter/test/harness"
)

// TestStackMountsWhatExportWrites: compose.yml finds every file that it mounts in
// the folder that export writes, and nothing is mounted that must be made by hand.
func TestStackMountsWhatExportWrites(t *testing.T) {
	folder := exportTo(t)
	compose, err := os.ReadFile(filepath.Join(folder, "compose", "compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	mounts := regexp.MustCompile(`(?m)^ +- (\.[^:]*):[^:]*:ro$`).FindAllStringSubmatch(string(compose), -1)
	if len(mounts) < 5 {
		t.Fatalf("found only %d mounts in compose.yml", len(mounts))
	}
	for _, mount := range mounts {
		place := filepath.Join(folder, "compose", filepath.FromSlash(mount[1]))
		info, err := os.Stat(place)
		if err != nil {
			t.Errorf("compose.yml mounts %s: %v", mount[1], err)
			continue
		}
		if entries, _ := os.ReadDir(place); info.IsDir() && len(entries) == 0 {
			t.Errorf("compose.yml mounts %s, which is empty", mount[1])
		}
	}
}

// TestExportedFilesPassTheirPrograms: each program takes the files written for it.
func TestExportedFilesPassTheirPrograms(t *testing.T) {
	folder := exportTo(t)
	rules, err := filepath.Glob(filepath.Join(folder, "prometheus", "rules", "*.yml"))
	if err != nil || len(rules) < 5 {
		t.Fatalf("%d rule files, %v", len(rules), err)
	}
	for _, server := range harness.Servers(t) {
		passes(t, server.Promtool, append([]string{"check", "rules", "--lint=all", "--lint-fatal"}, rules...)...)
		passes(t, server.Promtool, "check", "config", filepath.Join(folder, "prometheus", "prometheus.example.yml"))
	}
	// Its scrape_native_histograms is of Prometheus 3.
	servers := harness.Servers(t)
	passes(t, servers[len(servers)-1].Promtool, "check", "config", "--syntax-only", filepath.Join(folder, "compose", "prometheus.yml"))
	passes(t, "amtool", "check-config", filepath.Join(folder, "compose", "alertmanager.yml"))
	passes(t, "amtool", "check-config", filepath.Join(folder, "alertmanager", "alertmanager.example.yml"))
}

// exportTo runs export into a new folder.
func exportTo(t *testing.T, arguments ...string) (folder string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "files")
	passes(t, binary, append(append([]string{"export"}, arguments...), folder)...)
	return folder
}

func passes(t *testing.T, program string, arguments ...string) {
	t.Helper()
	if output, err := exec.Command(program, arguments...).CombinedOutput(); err != nil {
		t.Errorf("%s %v: %v\n%s", program, arguments, err, output)
	}
}
