// SPDX-License-Identifier: Apache-2.0

package boardanswers

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// series is one line of a world, at one place: what it is and how it goes on.
type series struct {
	labels       labels.Labels
	kind         string
	amount       float64
	above        float64 // the lowest bound of a histogram
	weight       float64 // of its place
	since, until float64 // minutes before the end
}

// read makes series of a file in testdata, whose beginning explains its words.
func read(t *testing.T, file string) []series {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	var list []series
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "# ") || line == "#" {
			continue
		}
		many := 1
		if strings.Contains(line, "#") {
			many = 24
		}
		for i := range many {
			one, err := parse(strings.ReplaceAll(line, "#", fmt.Sprintf("%02d", i+1)))
			if err != nil {
				t.Fatalf("%s: %s: %v", file, line, err)
			}
			if !strings.HasSuffix(line, " each") {
				one.amount *= float64(i + 1)
			}
			list = append(list, one.places()...)
		}
	}
	return list
}

func parse(line string) (series, error) {
	parts := regexp.MustCompile(`^(\S+?)(\{.*\})? (counts|charges|fails|observes|is|says|ago|moves|misses) (\S+)(?: above (\S+))?(?: since (\d+))?(?: until (\d+))?(?: each)?$`).FindStringSubmatch(line)
	if parts == nil {
		return series{}, fmt.Errorf("not understood")
	}
	// The parser's own reading of labels, though a name alone would do for it as well.
	set, err := parser.NewParser(parser.Options{}).ParseMetric(parts[1] + parts[2])
	if err != nil {
		return series{}, fmt.Errorf("labels: %w", err)
	}
	one := series{labels: set, kind: parts[3], weight: 1, since: length.Minutes()}
	for i, to := range map[int]*float64{4: &one.amount, 5: &one.above, 6: &one.since, 7: &one.until} {
		if parts[i] == "" {
			continue
		}
		if *to, err = strconv.ParseFloat(parts[i], 64); err != nil {
			return series{}, fmt.Errorf("number: %w", err)
		}
	}
	return one, nil
}

// places are a series at each place where it is to be seen.
func (s series) places() []series {
	type place struct {
		job, instance string
		weight        float64
	}
	all := []place{{"main", "a", 1}, {"main", "b", 2}, {"spare", "a", 4}}
	if strings.Contains(s.labels.Get(model.MetricNameLabel), ":") {
		all = []place{{"main", "", 1}, {"spare", "", 2}}
	}
	if s.labels.Has("job") || strings.HasPrefix(s.labels.Get(model.MetricNameLabel), "ALERTS") {
		return []series{s}
	}
	list := make([]series, 0, len(all))
	for _, p := range all {
		one, b := s, labels.NewBuilder(s.labels)
		one.labels = b.Set("job", p.job).Set("instance", p.instance).Labels() // an empty one is none
		one.weight = p.weight
		list = append(list, one)
	}
	return list
}
