// SPDX-License-Identifier: Apache-2.0

package check

import (
	"encoding/json"
	"slices"
	"strings"
)

func panelChecks() []Check {
	return []Check{
		perPanel("panel-datasource", func(_ Suite, _ Board, p Panel, fault func(string, ...any)) {
			if !chosen(p.Datasource) {
				fault("another data source")
			}
			for _, t := range p.Targets {
				if !chosen(t.Datasource) {
					fault("%s: another data source", t.RefID)
				}
			}
		}),
		perPanel("panel-title-description", func(_ Suite, _ Board, p Panel, fault func(string, ...any)) {
			question, rest, found := strings.Cut(p.Description, "?")
			if p.Title == "" || !found || question == "" || strings.Contains(question, ". ") {
				fault("the description does not start with a question: %q", p.Description)
			}
			if !strings.HasSuffix(strings.TrimSpace(rest), ".") {
				fault("the description does not say what to do next: %q", p.Description)
			}
		}),
		perPanel("panel-units", func(_ Suite, _ Board, p Panel, fault func(string, ...any)) {
			if !slices.Contains(units(), p.FieldConfig.Defaults.Unit) {
				fault("unit %q", p.FieldConfig.Defaults.Unit)
			}
			// The axis of a graph can find out by itself, where values may be of any size.
			if p.FieldConfig.Defaults.Decimals == nil && p.Type != "timeseries" {
				fault("says not how many decimals mean something")
			}
			for _, o := range p.FieldConfig.Overrides {
				for _, property := range o.Properties {
					if unit := strings.Trim(string(property.Value), `"`); property.ID == "unit" && !slices.Contains(units(), unit) {
						fault("unit %q", unit)
					}
				}
			}
		}),
		perPanel("panel-precision", func(_ Suite, _ Board, p Panel, fault func(string, ...any)) {
			if d := p.FieldConfig.Defaults; d.Unit == "percentunit" && d.Decimals != nil && *d.Decimals != 1 {
				fault("a share has one decimal, not %d", *d.Decimals)
			}
		}),
		perPanel("panel-no-targets", func(_ Suite, _ Board, p Panel, fault func(string, ...any)) {
			if len(p.Targets) == 0 && p.Type != "text" {
				fault("asks nothing")
			}
		}),
		perPanel("panel-no-value", func(_ Suite, _ Board, p Panel, fault func(string, ...any)) {
			if text := p.FieldConfig.Defaults.NoValue; len(text) < 10 {
				fault("does not say why it is empty: %q", text)
			}
		}),
		perPanel("panel-no-number", func(_ Suite, _ Board, p Panel, fault func(string, ...any)) {
			if !slices.Contains([]string{"stat", "gauge", "bargauge"}, p.Type) {
				return
			}
			// It stands in the place of the number, as large as that, and in its colour.
			if text := p.FieldConfig.Defaults.NoValue; len(text) > 30 {
				fault("too long to be read whole: %q", text)
			}
			if mappings, err := json.Marshal(p.FieldConfig.Defaults.Mappings); err != nil || !strings.Contains(string(mappings), `"match":"null"`) {
				fault("a missing number would be in the colour of the lowest threshold")
			}
		}),
		perPanel("table-columns", func(_ Suite, _ Board, p Panel, fault func(string, ...any)) {
			if p.Type != "table" {
				return
			}
			last := -1
			for i, t := range p.Transformations {
				if t.ID == "organize" {
					last = i
				}
			}
			if last != len(p.Transformations)-1 || last < 1 || p.Transformations[0].ID != "merge" {
				fault("wants merge first and organize last")
				return
			}
			o := p.Transformations[last].Options
			for _, t := range p.Targets {
				value := "Value"
				if len(p.Targets) > 1 {
					value += " #" + t.RefID
				}
				for _, column := range append(grouping(t.Expr), value, "Time") {
					if o.Rename[column] == "" && !o.Exclude[column] && column != "Time" {
						fault("the column %s is neither named nor hidden", column)
					}
				}
			}
			if !o.Exclude["Time"] {
				fault("Time is not hidden")
			}
		}),
		perPanel("target-kind", func(_ Suite, _ Board, p Panel, fault func(string, ...any)) {
			for _, t := range p.Targets {
				if t.Instant == t.Range {
					fault("%s: neither a moment nor a range, or both", t.RefID)
				}
				if t.Instant != slices.Contains([]string{"stat", "gauge", "bargauge", "table"}, p.Type) {
					fault("%s: a %s asks the wrong way", t.RefID, p.Type)
				}
			}
		}),
	}
}

// units are those of Grafana's that make sense here.
func units() []string {
	return []string{
		"short", "locale", "none", "percentunit", "s", "bytes", "reqps", "cpm", "dateTimeFromNow", "dateTimeAsIso",
		"currencyUSD", "currencyEUR", "currency:¥", "prefix:$", "prefix:€", "prefix:¥", "suffix:×", "suffix:σ",
	}
}
