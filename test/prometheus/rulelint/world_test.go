// SPDX-License-Identifier: Apache-2.0

package rulelint

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// metric is one series name that rules may read.
type metric struct {
	kind   string // counter, gauge, histogram, or bucket, sum and count of a classic one
	labels []string
	native bool // without classic buckets
}

// counted reports whether the metric only ever grows, but for resets.
func (m metric) counted() bool { return m.kind != "" && m.kind != "gauge" }

// targetLabels are on everything that is scraped: what Prometheus and its Operator
// attach.
func targetLabels() []string {
	return []string{"job", "instance", "pod", "container", "endpoint", "namespace", "service"}
}

// theWorld reads what the rules are held against. Missing runbooks and dashboards
// are left to the checks that want them.
func theWorld(t *testing.T) *world {
	t.Helper()
	return &world{catalogue: catalogue(t), closed: readClosedSets(t), runbooks: runbooks(t), boards: dashboards(t)}
}

// catalogue reads the golden file of the collector's tests, which is what the
// exporter shows, and adds what Prometheus itself and every process has.
func catalogue(t *testing.T) map[string]metric {
	t.Helper()
	content := read(t, "collector", "testdata", "catalogue.txt")
	metrics := map[string]metric{
		"up":                         {kind: "gauge"},
		"process_start_time_seconds": {kind: "gauge"},
		"ALERTS":                     {kind: "gauge", labels: []string{"alertname", "alertstate", "alertgroup", "severity"}}, // vmalert adds alertgroup
	}
	lines := regexp.MustCompile(`(?m)^(\w+) (counter|gauge|histogram) \{([\w,]*)\}\n\s+(.*)$`).FindAllStringSubmatch(content, -1)
	if len(lines) < 40 {
		t.Fatalf("only %d metrics in the catalogue: has its form changed?", len(lines))
	}
	for _, line := range lines {
		one := metric{kind: line[2], native: strings.Contains(line[4], "Native histogram")}
		if line[3] != "" {
			one.labels = strings.Split(line[3], ",")
		}
		metrics[line[1]] = one
		if one.kind == "histogram" {
			metrics[line[1]+"_sum"] = metric{kind: "sum", labels: one.labels}
			metrics[line[1]+"_count"] = metric{kind: "count", labels: one.labels}
			metrics[line[1]+"_bucket"] = metric{kind: "bucket", labels: append([]string{"le"}, one.labels...), native: one.native}
		}
	}
	return metrics
}

// runbooks are the headings of the page about alerts.
func runbooks(t *testing.T) map[string]bool {
	t.Helper()
	headings := map[string]bool{}
	for _, line := range regexp.MustCompile(`(?m)^## (DidSms\w*)$`).FindAllStringSubmatch(read(t, "docs", "runbooks.md"), -1) {
		headings[line[1]] = true
	}
	return headings
}

// dashboards are the uids and variables that links may name.
func dashboards(t *testing.T) map[string]map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "dashboards", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	boards := map[string]map[string]bool{}
	for _, file := range files {
		var board struct {
			UID        string `json:"uid"`
			Templating struct {
				List []struct {
					Name string `json:"name"`
				} `json:"list"`
			} `json:"templating"`
		}
		if err := json.Unmarshal([]byte(read(t, "dashboards", filepath.Base(file))), &board); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if board.UID == "" {
			continue // another file beside them
		}
		boards[board.UID] = map[string]bool{}
		for _, variable := range board.Templating.List {
			boards[board.UID][variable.Name] = true
		}
	}
	return boards
}

func read(t *testing.T, path ...string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(append([]string{root}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
