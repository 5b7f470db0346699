// SPDX-License-Identifier: Apache-2.0

package boardanswers

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

// TestWorldIsTrue: every metric of the exporter is in the world with the labels that it
// has, and what the world says is recorded is.
func TestWorldIsTrue(t *testing.T) {
	catalogue := content(t, "collector", "testdata", "catalogue.txt")
	var rules strings.Builder
	files, err := filepath.Glob(filepath.Join(root, "alerts", "rules", "*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no rules: %v", err)
	}
	for _, file := range files {
		rules.WriteString(content(t, "alerts", "rules", filepath.Base(file)))
	}
	known, seen := map[string]string{}, map[string]bool{}
	for _, line := range regexp.MustCompile(`(?m)^(\w+) \w+ \{([\w,]*)\}$`).FindAllStringSubmatch(catalogue, -1) {
		known[line[1]] = line[2]
	}
	if len(known) < 40 {
		t.Fatalf("only %d metrics in the catalogue: has its form changed?", len(known))
	}
	list := slices.Concat(read(t, "world.txt"), read(t, "crowd.txt"), read(t, "states.txt"), read(t, "pages.txt"))
	for _, s := range list {
		name := s.labels.Get(model.MetricNameLabel)
		seen[name] = true
		switch {
		case strings.HasPrefix(name, "didsms_"):
			if want, found := known[name]; !found || own(s.labels) != want {
				t.Errorf("%s has the labels %q, in the catalogue %q", name, own(s.labels), want)
			}
		case strings.Contains(name, ":"):
			if !strings.Contains(rules.String(), "- record: "+name+"\n") {
				t.Errorf("no rule records %s", name)
			}
		}
	}
	for name := range known {
		if !seen[name] {
			t.Errorf("the world has no %s", name)
		}
	}
}

// own are the labels that are the exporter's, sorted. One without a value is none for
// Prometheus.
func own(set labels.Labels) string {
	var list []string
	set.Range(func(l labels.Label) {
		if !slices.Contains([]string{model.MetricNameLabel, "job", "instance"}, l.Name) {
			list = append(list, l.Name)
		}
	})
	for _, empty := range []struct{ of, label string }{{"didsms_did_info", "name"}, {"didsms_exporter_build_info", "tags"}} {
		if set.Get(model.MetricNameLabel) == empty.of && !set.Has(empty.label) {
			list = append(list, empty.label)
		}
	}
	slices.Sort(list)
	return strings.Join(list, ",")
}

func content(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{root}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
