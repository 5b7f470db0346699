// SPDX-License-Identifier: Apache-2.0

package command

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"didsms_exporter/internal/config"
)

// finding is one thing to know, and what to do about it.
type finding struct {
	Level string `json:"level"`
	File  string `json:"file,omitempty"`
	Line  int    `json:"line,omitempty"`
	// Column is known for a file that is no YAML.
	Column int    `json:"column,omitempty"`
	Key    string `json:"key,omitempty"` // of the file, a variable or a flag
	What   string `json:"what"`
	Do     string `json:"do,omitempty"`

	level config.Level
}

func (k *checker) find(level config.Level, key, what, do string) {
	k.findings = append(k.findings, finding{Level: level.String(), Key: key, What: what, Do: do, level: level})
}

// problem takes over what the configuration found.
func (k *checker) problem(level config.Level, p config.Problem) {
	what, do, _ := strings.Cut(p.Text, "; ")
	if p.Key == "accounts" && p.Line == 0 {
		do = "set DIDSMS_ACCESS_KEY and DIDSMS_ACCESS_SECRET_FILE, or list accounts in the file of --config.file"
	}
	k.findings = append(k.findings, finding{level.String(), p.File, p.Line, p.Column, p.Key, what, do, level})
}

// String returns one line.
func (f *finding) String() string {
	text := config.Problem{File: f.File, Line: f.Line, Column: f.Column, Key: f.Key, Text: f.What}.String()
	if f.Do != "" {
		text += "; " + f.Do
	}
	return f.Level + " " + strings.Join(strings.Fields(plain(strings.ReplaceAll(text, "\n", " "))), " ")
}

// compare puts the worst first, then what stands in a file, in its order.
func (f finding) compare(other finding) int {
	inFile := func(f finding) int {
		if f.File != "" {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(f.level, other.level), cmp.Compare(inFile(f), inFile(other)), cmp.Compare(f.File, other.File),
		cmp.Compare(f.Line, other.Line), cmp.Compare(f.Key, other.Key), cmp.Compare(f.What, other.What))
}

func (k *checker) count(level config.Level) (n int) {
	for _, f := range k.findings {
		if f.level == level {
			n++
		}
	}
	return n
}

// text returns a line for each finding, and one that sums up.
func (k *checker) text() string {
	slices.SortStableFunc(k.findings, finding.compare)
	var b strings.Builder
	for n := range k.findings {
		b.WriteString(k.findings[n].String() + "\n")
	}
	if len(k.findings) > 0 {
		fmt.Fprintf(&b, "%s, %s, %s\n", several(k.count(config.LevelError), "error"),
			several(k.count(config.LevelWarning), "warning"), several(k.count(config.LevelInfo), "note"))
		if len(k.checked) == 0 {
			return b.String()
		}
		b.WriteString("Without fault:\n")
	} else {
		b.WriteString("Nothing to mention. Checked:\n")
	}
	for _, what := range k.checked {
		b.WriteString("  " + what + "\n")
	}
	return b.String()
}

func (k *checker) json() (string, error) {
	slices.SortStableFunc(k.findings, finding.compare)
	out := struct {
		Findings []finding `json:"findings"`
		Errors   int       `json:"errors"`
		Warnings int       `json:"warnings"`
		Infos    int       `json:"infos"`
		Checked  []string  `json:"checked"`
	}{
		append([]finding{}, k.findings...), k.count(config.LevelError), k.count(config.LevelWarning),
		k.count(config.LevelInfo), append([]string{}, k.checked...),
	}
	text, err := json.MarshalIndent(out, "", "  ")
	return string(text) + "\n", err
}
