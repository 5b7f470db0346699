// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// traceAll shows what the stories lead to, for whoever writes one. promtool prints
// what it got where something else was expected, so a test that expects an alert that
// nobody has, at every moment, tells all.
func traceAll(ruleFolder, promtool, only string) error {
	folder, err := os.MkdirTemp("", "trace")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
	ruleFolder, err = filepath.Abs(ruleFolder)
	if err != nil {
		return err
	}
	if err := os.Symlink(ruleFolder, filepath.Join(folder, "rules")); err != nil {
		return err
	}
	rules, err := readRules(ruleFolder, areas())
	if err != nil {
		return err
	}
	for _, file := range files() {
		if only != "" && file.name != only {
			continue
		}
		for i, test := range file.tests {
			for j := range test.scenarios {
				scenario := &file.tests[i].scenarios[j]
				end := time.Duration(0)
				for _, want := range scenario.want {
					for _, at := range want.at {
						end = max(end, at)
					}
				}
				scenario.want, scenario.words, scenario.values = nil, nil, nil
				var always want
				for at := file.every; at <= end; at += file.every {
					always.at = append(always.at, at)
				}
				scenario.want = []want{always}
			}
			file.tests[i].name = fmt.Sprint("trace ", i)
		}
		content, err := file.render(&rules, newTally())
		if err != nil {
			return err
		}
		path := file.path(filepath.Join(folder, "tests"))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			return err
		}
		got, err := exec.Command(promtool, "test", "rules", path).CombinedOutput()
		var failed *exec.ExitError
		if err != nil && !errors.As(err, &failed) {
			return err
		}
		fmt.Println("==", file.name)
		printSpans(string(got), file.every)
	}
	return nil
}

var (
	aMoment = regexp.MustCompile(`expr: "(.*)", time: (\S+?),`)
	anEntry = regexp.MustCompile(`\{__name__="ALERTS", (.*?)\} 1E`)
)

func printSpans(output string, every time.Duration) {
	type span struct {
		who      string
		from, to time.Duration
	}
	var spans []*span
	open := map[string]*span{}
	var at time.Duration
	matched := false
	for line := range strings.SplitSeq(output, "\n") {
		if match := aMoment.FindStringSubmatch(line); match != nil {
			at, matched = duration(match[2]), true
		}
		if !strings.Contains(line, "got:") && !strings.HasPrefix(strings.TrimSpace(line), "Labels:") {
			if strings.Contains(line, "err:") {
				fmt.Println(line)
			}
			continue
		}
		for _, match := range anEntry.FindAllStringSubmatch(strings.ReplaceAll(line, `\"`, `"`), -1) {
			who := match[1]
			if last := open[who]; last == nil || at > last.to+every {
				open[who] = &span{who, at, at}
				spans = append(spans, open[who])
			} else {
				last.to = at
			}
		}
	}
	if !matched && output != "" {
		fmt.Println(output)
	}
	strip := strings.NewReplacer(`alertstate="firing", `, "", `job="didsms-exporter", `, "", `, job="didsms-exporter"`, "", `"`, "", ",", "")
	for _, span := range spans {
		fmt.Printf("%9s..%-9s %s\n", brief(span.from), brief(span.to), strip.Replace(span.who))
	}
}
