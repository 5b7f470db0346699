// SPDX-License-Identifier: Apache-2.0

package check_test

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"didsms_exporter/dashboards/gen/boards"
	"didsms_exporter/dashboards/gen/build"
	"didsms_exporter/dashboards/gen/check"
)

func TestBoards(t *testing.T) {
	for _, fault := range suite(t).Faults() {
		t.Error(fault)
	}
}

// suite holds the boards as generated against the repository's metrics and rules.
func suite(t *testing.T) check.Suite {
	t.Helper()
	s := check.Suite{
		Metrics: metrics(t), Colors: build.Palette(), Schemes: build.Schemes(),
		Grades: grades(), Paints: paints(), Leads: leadTable(), Settings: settings(),
	}
	for _, b := range boards.All() {
		content, err := b.JSON()
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := check.Parse(content)
		if err != nil {
			t.Fatal(err)
		}
		s.Boards = append(s.Boards, parsed)
	}
	return s
}

// metrics are the names in the catalogue and those that the rules record.
func metrics(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	root := filepath.Join("..", "..", "..")
	catalogue, err := os.ReadFile(filepath.Join(root, "collector", "testdata", "catalogue.txt"))
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(catalogue))
	for lines.Scan() {
		if line := lines.Text(); strings.HasPrefix(line, "didsms_") {
			names[strings.Fields(line)[0]] = true
		}
	}
	files, err := filepath.Glob(filepath.Join(root, "alerts", "rules", "*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no rules: %v", err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`(?m)^\s*- record: (\S+)$`).FindAllSubmatch(content, -1) {
			names[string(found[1])] = true
		}
	}
	if len(names) < 80 {
		t.Fatalf("only %d names found", len(names))
	}
	return names
}
