// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// form is one alerting rule. Several may bear one name and differ in labels.
type form struct {
	area, alert string
	labels      map[string]string // those the rule sets: severity, long, short
	annotations map[string]string
}

// name is what tests call it: DidSmsUndeliveredSpike critical, or with the long
// window where one severity has several.
func (f form) name() string {
	name := f.alert + " " + f.labels["severity"]
	if f.labels["long"] != "" {
		name += " long=" + f.labels["long"]
	}
	return name
}

// rules are the rendered rule files, as far as their tests need to know them.
type rules struct {
	forms  []form
	groups map[string][]string // of each area, in their order
}

// The rendered files are regular, so lines are enough to read them; a line that
// looks otherwise is an error, never passed over.
var (
	aGroup      = regexp.MustCompile(`^  - name: (\S+)$`)
	anAlert     = regexp.MustCompile(`^      - alert: (\w+)$`)
	someLabels  = regexp.MustCompile(`^        labels: \{(.*)\}$`)
	anything    = regexp.MustCompile(`^          (summary|description|runbook_url|dashboard_url): (.*)$`)
	folded      = regexp.MustCompile(`^            (.*)$`)
	annotations = []string{"summary", "description", "runbook_url", "dashboard_url"}
)

func readRules(folder string, areas []string) (rules, error) {
	all := rules{groups: map[string][]string{}}
	for _, area := range areas {
		content, err := os.ReadFile(filepath.Join(folder, area+".yml"))
		if err != nil {
			return all, err
		}
		if err := all.read(area, strings.Split(string(content), "\n")); err != nil {
			return all, err
		}
	}
	return all, nil
}

func (r *rules) read(area string, lines []string) error {
	var now *form
	var key string // of the annotation that is being read
	for i, line := range lines {
		if match := aGroup.FindStringSubmatch(line); match != nil {
			r.groups[area] = append(r.groups[area], match[1])
		}
		if match := anAlert.FindStringSubmatch(line); match != nil {
			r.forms = append(r.forms, form{area: area, alert: match[1], annotations: map[string]string{}})
			now, key = &r.forms[len(r.forms)-1], ""
		}
		if now == nil {
			continue
		}
		if match := someLabels.FindStringSubmatch(line); match != nil {
			now.labels = pairs(strings.Split(match[1], ", "), ": ")
		}
		if match := anything.FindStringSubmatch(line); match != nil {
			key = match[1]
			now.annotations[key] = strings.TrimPrefix(strings.Trim(match[2], "'"), ">-")
		} else if match := folded.FindStringSubmatch(line); match != nil && key != "" {
			now.annotations[key] = strings.TrimSpace(now.annotations[key] + " " + match[1])
		}
		if strings.HasPrefix(line, "      - ") && anAlert.FindString(line) == "" && strings.Contains(line, "alert") {
			return fmt.Errorf("%s.yml:%d: an alert that cannot be read: %s", area, i+1, line)
		}
	}
	for _, form := range r.forms {
		for _, key := range annotations {
			if form.annotations[key] == "" || form.labels["severity"] == "" {
				return fmt.Errorf("%s.yml: %s lacks %s or a severity", area, form.alert, key)
			}
		}
	}
	return nil
}

// find gives the rule that a test's words mean: DidSmsX critical did=1.
func (r *rules) find(words []string) (form, error) {
	for _, form := range r.forms {
		if len(words) > 1 && form.alert == words[0] && form.labels["severity"] == words[1] &&
			(form.labels["long"] == "" || slices.Contains(words, "long="+form.labels["long"])) {
			return form, nil
		}
	}
	return form{}, fmt.Errorf("no rule is called %q", strings.Join(words, " "))
}

var aPlace = regexp.MustCompile(`\{\{ \$(labels\.(\w+)|value[^}]*) \}\}`)

// blind are the labels that an annotation reads although the rule only adds them
// later, so that Prometheus fills in nothing.
func (f form) blind() []string {
	var all []string
	for _, name := range sorted(f.annotations) {
		for _, match := range aPlace.FindAllStringSubmatch(f.annotations[name], -1) {
			if f.labels[match[2]] != "" {
				all = append(all, match[2])
			}
		}
	}
	return unique(all)
}

// text is an annotation as Prometheus fills it in, from the labels of the expression.
func text(template, value string, labels map[string]string) string {
	return aPlace.ReplaceAllStringFunc(template, func(place string) string {
		if name := aPlace.FindStringSubmatch(place)[2]; name != "" {
			return labels[name]
		}
		return value
	})
}

func pairs(words []string, between string) map[string]string {
	all := map[string]string{}
	for _, word := range words {
		if name, value, ok := strings.Cut(word, between); ok {
			all[name] = value
		}
	}
	return all
}

func sorted[V any](all map[string]V) []string { return slices.Sorted(maps.Keys(all)) }
