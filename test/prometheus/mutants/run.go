// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// mutant is one textual change of a rendered rule file.
type mutant struct {
	area, name string
	old, new   string
	times      int    // how often old has to be there; all are changed
	by         string // the part of a test file's name that is likely to catch it; tried first
}

type runner struct{ promtool, alerts string }

type result struct {
	mutant mutant
	by     string // the file that caught it
	took   time.Duration
	err    error
}

func (r result) String() string {
	by := r.by
	switch {
	case r.err != nil:
		by = r.err.Error()
	case r.mutant.old == "" && by == "":
		by = "passes"
	case by == "":
		by = "SURVIVED"
	}
	return fmt.Sprintf("%-9s %-72s %-32s %4.0f s", r.mutant.area, r.mutant.name, by, r.took.Seconds())
}

// try changes a copy of the rules and runs the tests of the area until one fails.
func (r runner) try(m mutant) result {
	began := time.Now()
	by, err := r.tryIn(m)
	return result{m, by, time.Since(began), err}
}

func (r runner) tryIn(m mutant) (string, error) {
	folder, err := os.MkdirTemp("", "mutant")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
	if err := os.CopyFS(folder, os.DirFS(r.alerts)); err != nil {
		return "", err
	}
	path := filepath.Join(folder, "rules", m.area+".yml")
	changed, err := m.change(path)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(path, changed, 0o644); err != nil {
		return "", err
	}
	tests, err := r.tests(folder, m)
	if err != nil {
		return "", err
	}
	for _, test := range tests {
		output, err := exec.Command(r.promtool, "test", "rules", test).CombinedOutput()
		var failed *exec.ExitError
		switch {
		case err == nil:
			continue
		case !errors.As(err, &failed):
			return "", err
		case !strings.Contains(string(output), "got:"):
			// A rule that does not load is no proof of anything.
			return "", fmt.Errorf("breaks the rules: %.200s", output)
		}
		return strings.TrimSuffix(filepath.Base(test), ".test.yml"), nil
	}
	return "", nil
}

// change gives the text of the rule file with the mutant in it.
func (m mutant) change(path string) ([]byte, error) {
	content, err := os.ReadFile(path)
	if err != nil || m.old == "" {
		return content, err
	}
	if found := strings.Count(string(content), m.old); found != m.times {
		return nil, fmt.Errorf("no longer applies: is there %d times, not %d", found, m.times)
	}
	return []byte(strings.ReplaceAll(string(content), m.old, m.new)), nil
}

// apply tells which mutants the rules have grown out of.
func (r runner) apply(mutants []mutant) error {
	var faults []error
	for _, m := range mutants {
		if _, err := m.change(filepath.Join(r.alerts, "rules", m.area+".yml")); err != nil {
			faults = append(faults, fmt.Errorf("%s: %s: %w", m.area, m.name, err))
		}
	}
	return errors.Join(faults...)
}

// tests are the files of the area, the likely one first, the slow ones last.
func (r runner) tests(folder string, m mutant) ([]string, error) {
	tests, err := filepath.Glob(filepath.Join(folder, "tests", m.area+".*test.yml"))
	if err != nil || len(tests) == 0 {
		return nil, errors.Join(err, fmt.Errorf("no tests for %s", m.area))
	}
	rank := func(path string) int {
		name := filepath.Base(path)
		switch {
		case m.by != "" && strings.Contains(name, "."+m.by+"."):
			return 0
		case strings.Contains(name, ".fast."):
			return 1
		}
		return 2
	}
	slices.SortStableFunc(tests, func(a, b string) int { return rank(a) - rank(b) })
	return tests, nil
}
