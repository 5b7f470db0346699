// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

var (
	anAlert = regexp.MustCompile(`^      - alert: (\w+)$`)
	aFor    = regexp.MustCompile(`^        for: (\w+)$`)
	aKeep   = regexp.MustCompile(`^        keep_firing_for: (\w+)$`)
)

// durations are two mutants for each alert: without its for, and with one three times
// as long; and one where keep_firing_for is taken away.
func durations(alerts string) ([]mutant, error) {
	var all []mutant
	for _, area := range []string{"delivery", "traffic", "spend", "intake", "exporter"} {
		content, err := os.ReadFile(filepath.Join(alerts, "rules", area+".yml"))
		if err != nil {
			return nil, err
		}
		lines := strings.Split(string(content), "\n")
		alert, from := "", 0
		for i, line := range lines {
			if match := anAlert.FindStringSubmatch(line); match != nil {
				alert, from = match[1], i
			}
			// From the alert's name on, down to its labels, the text is unique.
			end := i
			for end < len(lines)-1 && !strings.HasPrefix(lines[end], "        labels:") {
				end++
			}
			change := func(what, replacement string) {
				before := strings.Join(lines[from:i], "\n") + "\n"
				after := "\n" + strings.Join(lines[i+1:end+1], "\n")
				severity := regexp.MustCompile(`severity: [^}]*`).FindString(lines[end])
				by := "budget"
				if strings.HasSuffix(alert, "UndeliveredSpike") {
					by = "spikes"
				}
				all = append(all, mutant{
					area: area, by: by, name: fmt.Sprintf("%s, %s: %s", alert, severity, what), times: 1,
					old: before + line + after, new: before + replacement + after,
				})
			}
			if match := aFor.FindStringSubmatch(line); match != nil {
				length, err := time.ParseDuration(match[1])
				if err != nil {
					return nil, err
				}
				change("without for", "        for: 0s")
				change("for three times as long", fmt.Sprintf("        for: %dm", int((3*length).Minutes())))
			}
			if aKeep.MatchString(line) {
				change("without keep_firing_for", "        keep_firing_for: 0s")
			}
		}
	}
	return all, nil
}
