// SPDX-License-Identifier: Apache-2.0

package check

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Grade says in which colour a panel, or a column of a table, shows a value.
type Grade struct {
	Board, Panel, Column string
	Colors               map[float64]string
}

// scale is how values get their colours.
type scale struct {
	Steps []struct {
		Value *float64 `json:"value"`
		Color string   `json:"color"`
	} `json:"steps"`
}

// mapping gives single values words, and maybe colours.
type mapping struct {
	Type    string `json:"type"`
	Options map[string]struct {
		Color string `json:"color"`
	} `json:"options"`
}

// graded is a panel or column whose colour says something about a value.
type graded struct {
	steps    scale
	mappings []mapping
}

// color is that of the value: a word's own, or the one of the last step up to it.
func (g graded) color(v float64) string {
	for _, m := range g.mappings {
		if word, found := m.Options[strconv.FormatFloat(v, 'f', -1, 64)]; found && m.Type == "value" && word.Color != "" {
			return word.Color
		}
	}
	color := ""
	for _, s := range g.steps.Steps {
		if s.Value == nil || *s.Value <= v {
			color = s.Color
		}
	}
	return color
}

// colored says whether anything depends on the value.
func (g graded) colored() bool {
	return len(g.steps.Steps) > 0 || slices.ContainsFunc(g.mappings, func(m mapping) bool {
		for _, word := range m.Options {
			if m.Type == "value" && word.Color != "" {
				return true
			}
		}
		return false
	})
}

// scales are those of a panel, by column.
func scales(p Panel) map[string]graded {
	d := p.FieldConfig.Defaults
	all := map[string]graded{"": {remade[scale](d.Thresholds), remade[[]mapping](d.Mappings)}}
	for _, o := range p.FieldConfig.Overrides {
		var g graded
		for _, property := range o.Properties {
			switch property.ID {
			case "thresholds":
				g.steps = value[scale](property.Value)
			case "mappings":
				g.mappings = value[[]mapping](property.Value)
			}
		}
		all[fmt.Sprint(o.Matcher.Options)] = g
	}
	maps.DeleteFunc(all, func(_ string, g graded) bool { return !g.colored() })
	return all
}

func grades(s Suite, b Board, fault func(string, ...any)) {
	known := map[string]bool{}
	for _, p := range b.All() {
		for column, g := range scales(p) {
			i := slices.IndexFunc(s.Grades, func(g Grade) bool { return g.Board == b.UID && g.Panel == p.Title && g.Column == column })
			if i < 0 {
				fault("%s %s: its colours are in no table", p.Title, column)
				continue
			}
			known[p.Title+" "+column] = true
			for v, want := range s.Grades[i].Colors {
				if got := g.color(v); got != want {
					fault("%s: %v is %s, want %s", strings.TrimSpace(p.Title+" "+column), v, got, want)
				}
			}
		}
	}
	for _, g := range s.Grades {
		if g.Board == b.UID && !known[g.Panel+" "+g.Column] {
			fault("%s %s: colours no values", g.Panel, g.Column)
		}
	}
}
