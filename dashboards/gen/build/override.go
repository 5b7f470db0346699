// SPDX-License-Identifier: Apache-2.0

package build

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// property is one setting of an override.
type property = dashboard.DynamicConfigValue

func (d *Draft) override(matcher, value string, properties ...property) *Draft {
	d.panel.FieldConfig.Overrides = append(d.panel.FieldConfig.Overrides, dashboard.DashboardFieldConfigSourceOverrides{
		Matcher: dashboard.MatcherConfig{Id: matcher, Options: value}, Properties: properties,
	})
	return d
}

func fixed(color string) property {
	return property{Id: "color", Value: map[string]any{"mode": "fixed", "fixedColor": color}}
}

// Paint fixes the colour of the series of this name, so that it has the same one on
// every board and in every range.
func (d *Draft) Paint(name, color string) *Draft {
	return d.override("byName", name, fixed(color))
}

// Paints is Paint for a list of names.
func (d *Draft) Paints(names []Word) *Draft {
	for _, n := range names {
		d.Paint(n.Value, n.Color)
	}
	return d
}

// Usual draws the series of a query as what would be usual: dashed, in the colour of
// the text, not filled and not stacked.
func (d *Draft) Usual(query string) *Draft {
	return d.override("byFrameRefID", query,
		fixed(Theme),
		property{Id: "custom.drawStyle", Value: "line"},
		property{Id: "custom.lineStyle", Value: common.LineStyle{Fill: new(common.LineStyleFillDash), Dash: []float64{8, 6}}},
		property{Id: "custom.fillOpacity", Value: 0},
		property{Id: "custom.stacking", Value: map[string]any{"mode": "none"}},
	)
}

// Dashed sets the series of a query apart from those of the same colour.
func (d *Draft) Dashed(query string) *Draft {
	return d.override("byFrameRefID", query,
		property{Id: "custom.lineStyle", Value: common.LineStyle{Fill: new(common.LineStyleFillDash), Dash: []float64{4, 4}}},
		property{Id: "custom.fillOpacity", Value: 0})
}

// Right gives the series of a query an axis of its own.
func (d *Draft) Right(query, unit string, decimals float64, label, color string) *Draft {
	return d.override("byFrameRefID", query,
		property{Id: "unit", Value: unit},
		property{Id: "decimals", Value: decimals},
		property{Id: "custom.axisPlacement", Value: "right"},
		property{Id: "custom.axisLabel", Value: label},
		fixed(color),
	)
}

// Money gives amounts their sign, by the currency in the name of their series.
// Currencies without a line here show as plain numbers beside their name.
func (d *Draft) Money(decimals float64) *Draft {
	d.Unit("short", decimals)
	for _, c := range [][2]string{{"USD", "currencyUSD"}, {"EUR", "currencyEUR"}, {"CNY", "currency:¥"}} {
		d.override("byRegexp", inCurrency(c[0]), property{Id: "unit", Value: c[1]}, property{Id: "decimals", Value: decimals})
	}
	return d
}

// Cents is Money to the cent, however large: what is laid beside an invoice.
func (d *Draft) Cents() *Draft {
	d.Unit("none", 2)
	for _, c := range [][2]string{{"USD", "prefix:$"}, {"EUR", "prefix:€"}, {"CNY", "prefix:¥"}} {
		d.override("byRegexp", inCurrency(c[0]), property{Id: "unit", Value: c[1]})
	}
	return d
}

// Priced is Money for a graph. Prices and amounts may be of any size: with two
// decimals all marks of an axis could read 0.00.
func (d *Draft) Priced() *Draft {
	d.Free("short")
	for _, c := range [][2]string{{"USD", "currencyUSD"}, {"EUR", "currencyEUR"}, {"CNY", "currency:¥"}} {
		d.override("byRegexp", inCurrency(c[0]), property{Id: "unit", Value: c[1]})
	}
	return d
}

// inCurrency matches the names of series in a currency. It is the last word of them,
// but for that of the usual level: an account may be called acme-EUROPE, or USD.
func inCurrency(code string) string { return "/(^|, )" + code + "(, usual)?$/" }

// PaintLike is Paints for series whose names begin with these, as in "stale, main".
func (d *Draft) PaintLike(names []Word) *Draft {
	for _, n := range names {
		d.override("byRegexp", "/^"+n.Value+", /", fixed(n.Color))
	}
	return d
}

// Rename shows names in words.
func (d *Draft) Rename(names []Word) *Draft {
	for _, n := range names {
		d.override("byName", n.Value, property{Id: "displayName", Value: n.Text})
	}
	return d
}
