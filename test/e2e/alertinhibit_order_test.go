// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestKeptBackIsEvaluatedFirst: Prometheus hands over each alert as soon as its rule is
// evaluated. Where an incident ends for two alerts in the same round, the one that was
// kept back has to end first, or a notification that is due between the two is sent.
func TestKeptBackIsEvaluatedFirst(t *testing.T) {
	t.Parallel()
	places := rulePlaces(t)
	pairs := 0
	for _, c := range inhibitions() {
		source, _ := place(places, c.source)
		if source.file == "" {
			t.Errorf("no rule is %s", c.source)
		}
		for _, text := range c.silent {
			target, ok := place(places, text)
			switch {
			case !ok:
				t.Errorf("no rule is %s", text)
			case target.file != source.file:
				continue // groups are evaluated at times of their own
			case target.line > source.line:
				t.Errorf("%s: %s stands below %s, which keeps it back", source.file, text, c.source)
			}
			pairs++
		}
	}
	if pairs < 20 {
		t.Errorf("only %d pairs of one file", pairs)
	}
}

// rulePlace is where a form of an alert stands.
type rulePlace struct {
	labels, file string
	line         int
}

// rulePlaces are those of the rule files, by alert.
func rulePlaces(t *testing.T) map[string][]rulePlace {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "alerts", "rules", "*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no rules: %v", err)
	}
	alert, labels := regexp.MustCompile(`^ +- alert: (\w+)$`), regexp.MustCompile(`^ +labels: \{(.*)\}$`)
	all := map[string][]rulePlace{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := ""
		for line, text := range strings.Split(string(content), "\n") {
			if match := alert.FindStringSubmatch(text); match != nil {
				name = match[1]
			} else if match := labels.FindStringSubmatch(text); match != nil {
				all[name] = append(all[name], rulePlace{match[1], filepath.Base(file), line})
			}
		}
	}
	return all
}

// place finds the form that an inhibition means: by its severity, and by its long
// window where it names one.
func place(places map[string][]rulePlace, text string) (rulePlace, bool) {
	words := strings.Fields(text)
	for _, form := range places[words[0]] {
		fits := strings.Contains(form.labels, "severity: "+words[1])
		for _, word := range words[2:] {
			if long, ok := strings.CutPrefix(word, "long="); ok {
				fits = fits && strings.Contains(form.labels, "long: "+long)
			}
		}
		if fits {
			return form, true
		}
	}
	return rulePlace{}, false
}
