// SPDX-License-Identifier: Apache-2.0

package boardanswers

import (
	"encoding/json"
	"fmt"
	"slices"
)

// look is how a panel shows what its queries answer: in which unit, in which words, in
// which columns and rows. An answer under another heading is another one.
type look struct {
	Unit     string         `json:"unit"`
	Mappings []wordsMapping `json:"mappings"`
}

type wordsMapping struct {
	Type    string          `json:"type"`
	Options json.RawMessage `json:"options"`
}

type overriding struct {
	Matcher struct {
		ID      string `json:"id"`
		Options any    `json:"options"`
	} `json:"matcher"`
	Properties []struct {
		ID    string          `json:"id"`
		Value json.RawMessage `json:"value"`
	} `json:"properties"`
}

type transformation struct {
	ID      string `json:"id"`
	Options struct {
		Rename  map[string]string `json:"renameByName"`
		Filters []struct {
			Field string `json:"fieldName"`
		} `json:"filters"`
		Sort []struct {
			Field      string `json:"field"`
			Descending bool   `json:"desc"`
		} `json:"sort"`
	} `json:"options"`
}

// options are those of the kinds of panels that choose among what was answered.
type options struct {
	SortBy []struct {
		Column     string `json:"displayName"`
		Descending bool   `json:"desc"`
	} `json:"sortBy"`
	Reduce struct {
		Fields string   `json:"fields"`
		Calcs  []string `json:"calcs"`
	} `json:"reduceOptions"`
}

// reading are the lines about a panel itself.
func (p panel) reading() []string {
	lines := words("", p.Fields.Defaults.Mappings)
	if unit := p.Fields.Defaults.Unit; unit != "" {
		lines = append(lines, "in "+unit)
	}
	for _, o := range p.Fields.Overrides {
		name := fmt.Sprint(o.Matcher.Options)
		if o.Matcher.ID == "byFrameRefID" {
			name = "query " + name
		}
		for _, property := range o.Properties {
			switch property.ID {
			case "unit", "displayName", "custom.axisPlacement", "custom.drawStyle":
				lines = append(lines, fmt.Sprintf("%s: %s %s", name, property.ID, property.Value))
			case "mappings":
				var mappings []wordsMapping
				_ = json.Unmarshal(property.Value, &mappings) // what has no words gives no line, and the page differs
				lines = append(lines, words(name+": ", mappings)...)
			}
		}
	}
	for _, t := range p.Transformations {
		for from, to := range t.Options.Rename {
			lines = append(lines, fmt.Sprintf("column %s: %s", to, from))
		}
		for _, f := range t.Options.Filters {
			lines = append(lines, "only rows with "+f.Field)
		}
		for _, s := range t.Options.Sort {
			lines = append(lines, order(s.Field, s.Descending))
		}
	}
	for i, s := range p.Options.SortBy {
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, order(s.Column, s.Descending)))
	}
	if r := p.Options.Reduce; len(r.Calcs) > 0 {
		lines = append(lines, fmt.Sprintf("shows %v of %q", r.Calcs, r.Fields))
	}
	slices.Sort(lines)
	return lines
}

func words(of string, mappings []wordsMapping) []string {
	var lines []string
	for _, m := range mappings {
		var said map[string]struct {
			Text string `json:"text"`
		}
		if m.Type != "value" || json.Unmarshal(m.Options, &said) != nil {
			continue
		}
		for value, word := range said {
			lines = append(lines, fmt.Sprintf("%s%s reads %q", of, value, word.Text))
		}
	}
	return lines
}

func order(of string, descending bool) string {
	if descending {
		return "the largest first of " + of
	}
	return "the smallest first of " + of
}
