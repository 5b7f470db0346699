// SPDX-License-Identifier: Apache-2.0

package check

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

func lookChecks() []Check {
	return []Check{
		perPanel("colors", func(s Suite, _ Board, p Panel, fault func(string, ...any)) {
			for _, c := range colorsOf(p) {
				if c != "transparent" && !slices.Contains(s.Colors, c) {
					fault("%q is not of the palette", c)
				}
			}
			if p.Type == "table" || p.Type == "heatmap" {
				return // their colours are in overrides and in the scheme
			}
			// Grafana's own palette is neither fixed nor safe for colour-blind eyes.
			c := p.FieldConfig.Defaults.Color
			painted := slices.ContainsFunc(p.FieldConfig.Overrides, func(o Override) bool { return overrides(o, "color") })
			if c == nil && !painted || c != nil && !slices.Contains([]string{"fixed", "shades", "thresholds"}, c.Mode) {
				fault("leaves its colours to Grafana")
			}
		}),
		perPanel("heatmap-scheme", func(s Suite, _ Board, p Panel, fault func(string, ...any)) {
			if p.Type == "heatmap" && !slices.Contains(s.Schemes, p.Options.Color.Scheme) {
				fault("scheme %q", p.Options.Color.Scheme)
			}
		}),
		{"annotation-colors", func(s Suite, b Board, fault func(string, ...any)) {
			for _, a := range b.Annotations.List {
				if !slices.Contains(s.Colors, a.IconColor) {
					fault("%s: %q is not of the palette", a.Name, a.IconColor)
				}
			}
		}},
		perPanel("legend", func(_ Suite, _ Board, p Panel, fault func(string, ...any)) {
			seen := map[string]bool{}
			for _, t := range p.Targets {
				if p.Type == "table" {
					if t.Format != "table" {
						fault("%s: format %q", t.RefID, t.Format)
					}
					continue
				}
				if p.Type == "stat" && t.Format == "table" {
					continue // shows one of its labels, and has no legend
				}
				// An empty legend shows as {} or as all labels.
				if t.Legend == "" || strings.HasPrefix(t.Legend, "__") {
					fault("%s has no legend", t.RefID)
				}
				if seen[t.Legend] && p.Type != "heatmap" {
					fault("%s has the legend of another query", t.RefID)
				}
				seen[t.Legend] = true
				for _, label := range regexp.MustCompile(`\{\{(\w+)\}\}`).FindAllStringSubmatch(t.Legend, -1) {
					if !slices.Contains(grouping(t.Expr), label[1]) && p.Type != "heatmap" {
						fault("%s: the legend names %s, by which the query does not group", t.RefID, label[1])
					}
				}
			}
		}),
		perPanel("money", func(_ Suite, _ Board, p Panel, fault func(string, ...any)) {
			if !showsMoney(p) || p.Type == "heatmap" {
				return
			}
			if p.Type == "table" {
				for _, t := range p.Targets {
					if isMoney(t.Expr) && !slices.Contains(grouping(t.Expr), "currency") {
						fault("%s: amounts without a column for their currency", t.RefID)
					}
				}
				return
			}
			for _, t := range p.Targets {
				for _, name := range namesIn(t.Legend) {
					if got := signsOf(p, name.series); !slices.Equal(got, name.signs) {
						fault("%s: a series named %q has the units %q, want those of %q", t.RefID, name.series, got, name.signs)
					}
				}
			}
			for _, t := range p.Targets {
				if isMoney(t.Expr) && !strings.Contains(t.Legend, "{{currency}}") {
					fault("%s: the legend does not name the currency", t.RefID)
				}
			}
		}),
		perPanel("one-currency-an-axis", func(_ Suite, _ Board, p Panel, fault func(string, ...any)) {
			drawn := []string{"timeseries", "heatmap", "table"}
			if showsMoney(p) && slices.Contains(drawn, p.Type) && p.Repeat != "currency" && p.Repeat != "money" {
				fault("would mix currencies: repeat its row for each")
			}
		}),
	}
}

func overrides(o Override, id string) bool {
	for _, p := range o.Properties {
		if p.ID == id {
			return true
		}
	}
	return false
}

// named is a series and the signs that its amounts should get.
type named struct {
	series string
	signs  []string
}

// namesIn are series that a legend may name: currencies of any kind, of accounts whose
// names look like one.
func namesIn(legend string) []named {
	var list []named
	for currency, sign := range map[string][]string{"USD": {"$"}, "EUR": {"€"}, "CNY": {"¥"}, "USDT": nil, "unknown": nil} {
		for _, account := range []string{"main", "acme-EUROPE", "CNY-eur", "pay.USD", "USD", "EUR"} {
			series := strings.NewReplacer("{{currency}}", currency, "{{account}}", account, "{{direction}}", "inbound").Replace(legend)
			list = append(list, named{series, sign})
		}
	}
	return list
}

// signsOf are the signs that the overrides of a panel give to a series.
func signsOf(p Panel, series string) []string {
	var signs []string
	for _, o := range p.FieldConfig.Overrides {
		pattern, _ := o.Matcher.Options.(string)
		if o.Matcher.ID != "byRegexp" || !overrides(o, "unit") {
			continue
		}
		if matcher, err := regexp.Compile(strings.Trim(pattern, "/")); err != nil || !matcher.MatchString(series) {
			continue
		}
		for _, property := range o.Properties {
			if unit := strings.Trim(string(property.Value), `"`); property.ID == "unit" {
				signs = append(signs, map[string]string{
					"currencyUSD": "$", "prefix:$": "$", "currencyEUR": "€", "prefix:€": "€", "currency:¥": "¥", "prefix:¥": "¥",
				}[unit])
			}
		}
	}
	return signs
}

// isMoney says whether an expression has amounts; one by a budget is a share.
func isMoney(expr string) bool {
	return regexp.MustCompile(`didsms_(spend_total|spend_month|undelivered_spend|last_unit_price|unit_price|account_unit_price)|didsms_spend:`).MatchString(expr) &&
		!strings.Contains(expr, "didsms_spend_budget")
}

func showsMoney(p Panel) bool {
	return slices.ContainsFunc(p.Targets, func(t Target) bool { return isMoney(t.Expr) })
}

// colorsOf finds every colour that the settings of a panel name, at whatever depth.
func colorsOf(p Panel) []string {
	var list []string
	if c := p.FieldConfig.Defaults.Color; c != nil && c.Fixed != "" {
		list = append(list, c.Fixed)
	}
	var walk func(any)
	walk = func(value any) {
		switch v := value.(type) {
		case []any:
			for _, inner := range v {
				walk(inner)
			}
		case map[string]any:
			for key, inner := range v {
				if text, ok := inner.(string); ok && (key == "color" || key == "fixedColor") {
					list = append(list, text)
				}
				walk(inner)
			}
		}
	}
	walk(p.FieldConfig.Defaults.Mappings)
	walk(p.FieldConfig.Defaults.Thresholds)
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			var value any
			if json.Unmarshal(property.Value, &value) == nil {
				walk(value)
			}
		}
	}
	return list
}
