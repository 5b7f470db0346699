// SPDX-License-Identifier: Apache-2.0

// Command ruletests writes the unit tests of the alerting rules, as promtool reads
// them, from the stories in this folder. It fails when an alert is not proven to
// fire, to resolve, to stay quiet and to say what it should.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	ruleFolder := flag.String("rules", "../../alerts/rules", "folder of the rendered rules")
	out := flag.String("out", "../../alerts/tests", "folder to write to")
	check := flag.Bool("check", false, "write nothing; fail if a file is not what would be written")
	trace := flag.String("trace", "", "path of promtool: print from when to when each alert fires, write nothing")
	only := flag.String("file", "", "with -trace: the one file, such as delivery.fast")
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	err := run(*ruleFolder, *out, *check)
	if *trace != "" {
		err = traceAll(*ruleFolder, *trace, *only)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func areas() []string { return []string{"delivery", "traffic", "spend", "intake", "exporter"} }

func run(ruleFolder, out string, check bool) error {
	rules, err := readRules(ruleFolder, areas())
	if err != nil {
		return err
	}
	tally := newTally()
	known := map[string]bool{}
	var faults []error
	for _, file := range files() {
		content, err := file.render(&rules, tally)
		if err != nil {
			return err
		}
		tally.tests += len(file.tests)
		for _, test := range file.tests {
			tally.scenarios += len(test.scenarios)
		}
		path := file.path(out)
		known[filepath.Clean(path)] = true
		if check {
			if have, err := os.ReadFile(path); err != nil || !bytes.Equal(have, []byte(content)) {
				faults = append(faults, fmt.Errorf("%s is not what ruletests writes", path))
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			return err
		}
	}
	faults = append(faults, strangers(out, known), tally.gaps(&rules))
	fmt.Printf("%d alerts in %d forms; %s\n", len(names(rules.forms)), len(rules.forms), tally)
	return errors.Join(faults...)
}

// strangers are test files that nothing here writes.
func strangers(out string, known map[string]bool) error {
	var faults []error
	for _, pattern := range []string{"*.yml", "*/*.yml"} {
		found, err := filepath.Glob(filepath.Join(out, pattern))
		if err != nil {
			return err
		}
		for _, path := range found {
			if !known[path] {
				faults = append(faults, fmt.Errorf("%s comes from no story", path))
			}
		}
	}
	return errors.Join(faults...)
}
