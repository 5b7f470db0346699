// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"didsms_exporter/test/harness"
)

// TestStackMountsWhatExportWrites: compose.yml finds every file that it mounts in
// the folder that export writes, and nothing is mounted that must be made by hand.
func TestStackMountsWhatExportWrites(t *testing.T) {
	folder := exportTo(t)
	mounts := stackMounts(t, folder)
	if len(mounts) < 5 {
		t.Fatalf("found only %d mounts in compose.yml", len(mounts))
	}
	for _, mount := range mounts {
		if mount.options != "ro" {
			t.Errorf("compose.yml mounts %s, and a container may write to it", mount.place)
		}
		info, err := os.Stat(mount.place)
		if err != nil {
			t.Errorf("compose.yml mounts %s: %v", mount.place, err)
			continue
		}
		if entries, _ := os.ReadDir(mount.place); info.IsDir() && len(entries) == 0 {
			t.Errorf("compose.yml mounts %s, which is empty", mount.place)
		}
	}
}

// TestStackFindsItsFiles: what the programs in the containers are told to read under
// /etc lies in a mount.
func TestStackFindsItsFiles(t *testing.T) {
	folder := exportTo(t)
	mounts := stackMounts(t, folder)
	for _, file := range []string{"compose/compose.yml", "grafana/provisioning/dashboards/didsms.yml"} {
		content, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		paths := regexp.MustCompile(`/etc/[a-zA-Z0-9/._-]+`).FindAllString(string(content), -1)
		if len(paths) == 0 {
			t.Errorf("%s names no file in a container: the test looks for nothing", file)
		}
		for _, path := range paths {
			if !slices.ContainsFunc(mounts, func(m stackMount) bool {
				rest, below := strings.CutPrefix(path, m.target)
				_, err := os.Stat(filepath.Join(m.place, filepath.FromSlash(rest)))
				return below && err == nil
			}) {
				t.Errorf("%s names %s, which no mount brings into a container", file, path)
			}
		}
	}
}

// TestStackPinsItsImages: what comes from elsewhere has a version, and Grafana's is the
// one that the preview draws with.
func TestStackPinsItsImages(t *testing.T) {
	compose, err := os.ReadFile(filepath.Join(exportTo(t), "compose", "compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	images := regexp.MustCompile(`(?m)^ +image: \$\{[A-Z]+_IMAGE:-(.*)\}$`).FindAllStringSubmatch(string(compose), -1)
	if all := strings.Count(string(compose), " image: "); len(images) != all || all < 5 {
		t.Fatalf("%d of %d images can be given from outside", len(images), all)
	}
	preview, err := os.ReadFile(filepath.Join("..", "preview", "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range images {
		name, version, _ := strings.Cut(found[1], ":")
		switch {
		case name == "didsms_exporter": // made here
		case !regexp.MustCompile(`^v?\d+\.\d+\.\d+$`).MatchString(version):
			t.Errorf("%s has the version %q, want one like 1.2.3", name, version)
		case name == "grafana/grafana" && !strings.Contains(string(preview), `"@grafana/ui": "`+version+`"`):
			t.Errorf("%s is %s, but the preview draws with another one", name, version)
		}
	}
}

// stackMount is a file or a folder that compose.yml mounts.
type stackMount struct{ place, target, options string }

func stackMounts(t *testing.T, folder string) (mounts []stackMount) {
	t.Helper()
	compose, err := os.ReadFile(filepath.Join(folder, "compose", "compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range regexp.MustCompile(`(?m)^ +- (\.[^:]*):([^:\n]*):?(.*)$`).FindAllStringSubmatch(string(compose), -1) {
		mounts = append(mounts, stackMount{filepath.Join(folder, "compose", filepath.FromSlash(found[1])), found[2], found[3]})
	}
	return mounts
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
