// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestVmalertTakesTheRules: people who evaluate rules with VictoriaMetrics' vmalert
// use the same files. Without fields that older ones do not know they are taken too.
func TestVmalertTakesTheRules(t *testing.T) {
	for name, options := range map[string][]string{
		"as they are":             nil,
		"without keep_firing_for": {"--without", "keep_firing_for"},
	} {
		t.Run(name, func(t *testing.T) {
			if output, err := dryRun(t, exportRules(t, options...)); err != nil {
				t.Errorf("%v\n%s", err, output)
			}
		})
	}
}

// TestVmalertRefusesFaults proves that the test above can fail: vmalert looks at
// expressions, templates and fields, and each fault ends it.
func TestVmalertRefusesFaults(t *testing.T) {
	for fault, change := range map[string][2]string{
		"an unknown function": {"expr: up{job=", "expr: upward(up){job="},
		"an open bracket":     {`== 0`, `== (0`},
		"a broken template":   {"{{ $labels.instance }}", "{{ $lables.instance }}"},
		"an unknown field":    {"for: 5m", "four: 5m"},
	} {
		t.Run(fault, func(t *testing.T) {
			rules := exportRules(t)
			file := filepath.Join(rules, "exporter.yml")
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			broken := strings.Replace(string(content), change[0], change[1], 1)
			if broken == string(content) {
				t.Fatalf("%q is not in the rules: the test changes nothing", change[0])
			}
			if err := os.WriteFile(file, []byte(broken), 0o600); err != nil {
				t.Fatal(err)
			}
			if output, err := dryRun(t, rules); err == nil {
				t.Errorf("vmalert took it:\n%s", output)
			}
		})
	}
}

// exportRules writes the rules as a user would, and returns their folder.
func exportRules(t *testing.T, options ...string) string {
	t.Helper()
	folder := t.TempDir()
	arguments := append(append([]string{"export"}, options...), folder)
	if output, err := exec.CommandContext(t.Context(), binary, arguments...).CombinedOutput(); err != nil {
		t.Fatalf("export: %v\n%s", err, output)
	}
	return filepath.Join(folder, "prometheus", "rules")
}

// dryRun lets vmalert read the rules and end. Each file is named, so that none is left
// out. Where vmalert is missing the test fails: a test that is left out in silence
// proves nothing.
func dryRun(t *testing.T, rules string) (output string, err error) {
	t.Helper()
	program := os.Getenv("VMALERT")
	if program == "" {
		t.Fatal("VMALERT does not name vmalert: run `make e2e`")
	}
	files, err := filepath.Glob(filepath.Join(rules, "*.yml"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d rule files, want one an area (%v)", len(files), err)
	}
	arguments := []string{"-dryRun"}
	for _, file := range files {
		arguments = append(arguments, "-rule="+file)
	}
	said, err := exec.CommandContext(t.Context(), program, arguments...).CombinedOutput()
	return string(said), err
}
