// SPDX-License-Identifier: Apache-2.0

package rulelint

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

// root is the folder of the whole repository.
const root = "../../.."

// finding is what a check has to say about a rule, in words.
type finding string

func found(format string, values ...any) []finding {
	return []finding{finding(fmt.Sprintf(format, values...))}
}

// rule is one rule together with all that a check may want to look up.
type rule struct {
	rulefmt.Rule
	expr  parser.Expr
	group *rulefmt.RuleGroup
	file  string
	all   []*rule // of every file, in order
	index int     // own place in all
	world *world

	// What the recorded series looks like, worked out once.
	shaped *shape
	traced []leaf
	spans  *bounds
}

func (r *rule) name() string { return r.Record + r.Alert }

// world is what the rules are about.
type world struct {
	catalogue map[string]metric
	closed    closedSets
	runbooks  map[string]bool            // headings
	boards    map[string]map[string]bool // uid of a dashboard, its variables
}

// recorded finds the rule of the same file, above this one, that records a series.
// Files stand alone, and what is recorded below is a minute old.
func (r *rule) recorded(name string) *rule {
	for _, other := range r.all[:r.index] {
		if other.Record == name && other.file == r.file {
			return other
		}
	}
	return nil
}

// alerts finds the rules of the same file whose own series ALERTS is asked for; where
// one has several forms, the last, which is the same but for its severity. None, if
// the file lacks one of those named.
func (r *rule) alerts(e *parser.VectorSelector) (all []*rule) {
	if e.Name != "ALERTS" {
		return nil
	}
	for _, matcher := range e.LabelMatchers {
		if matcher.Name != labels.AlertName {
			continue
		}
		names := matcher.SetMatches()
		if matcher.Type == labels.MatchEqual {
			names = []string{matcher.Value}
		}
		for _, name := range names {
			other := r.alert(name)
			if other == nil {
				return nil
			}
			all = append(all, other)
		}
	}
	return all
}

func (r *rule) alert(name string) *rule {
	for _, other := range slices.Backward(r.all) {
		if other.Alert == name && other.file == r.file {
			return other
		}
	}
	return nil
}

// parse reads rule files. The parser takes what is experimental too, so that a check
// can name it.
func parse(names []string, contents [][]byte, w *world) ([]*rule, error) {
	everything := parser.NewParser(parser.Options{EnableExperimentalFunctions: true, EnableBinopFillModifiers: true})
	var all []*rule
	for i, content := range contents {
		groups, faults := rulefmt.Parse(content, false, model.UTF8Validation, everything, slog.New(slog.DiscardHandler))
		if len(faults) > 0 {
			return nil, fmt.Errorf("%s: %w", names[i], errors.Join(faults...))
		}
		for g := range groups.Groups {
			for _, one := range groups.Groups[g].Rules {
				expr, err := everything.ParseExpr(one.Expr)
				if err != nil {
					return nil, err
				}
				all = append(all, &rule{Rule: one, expr: expr, group: &groups.Groups[g], file: names[i], index: len(all), world: w})
			}
		}
	}
	for _, r := range all {
		r.all = all
	}
	return all, nil
}

// committed are the rule files that people copy.
func committed(t *testing.T, w *world) []*rule {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "alerts", "rules", "*.yml"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d rule files, want one an area (%v)", len(files), err)
	}
	var names []string
	var contents [][]byte
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		names, contents = append(names, filepath.Base(file)), append(contents, content)
	}
	all, err := parse(names, contents, w)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
