// SPDX-License-Identifier: Apache-2.0

package build

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// Table shows rows of queries made with Rows, in the columns that Columns names.
func Table(title, description string) *Draft {
	o := table.NewOptions()
	o.Footer = nil // the one of older versions is another object
	// Narrow columns, so that a telephone shows the first three or four.
	custom := &common.TableFieldOptions{Align: common.FieldTextAlignmentAuto, Filterable: new(false), MinWidth: new(80.0)}
	return draft("table", title, description, o, custom).Unit("none", 0)
}

// Column is one column of a table: the label or value that it shows, its heading,
// and how it looks.
type Column struct {
	From, To string
	// Width is fixed; a column without one gets what is left over, and AtLeast so much.
	Width, AtLeast float64
	// Wrap breaks a text that is too long into lines, where Grafana can: from 11 on.
	Wrap bool
	// Unit and Decimals are those of a number.
	Unit     string
	Decimals float64
	// Gauge draws a bar from 0 to Full behind the number, coloured by Steps; Steps
	// alone colour the cell.
	Full  float64
	Steps []Step
	Words []Word
	// Link leads on from the cell.
	LinkTitle, LinkURL string
}

// Columns joins the queries into rows and orders, names and dresses the columns. All
// other ones are hidden.
func (d *Draft) Columns(hidden []string, columns ...Column) *Draft {
	exclude, order, names := map[string]bool{"Time": true}, map[string]int{}, map[string]string{}
	for _, h := range hidden {
		exclude[h] = true
	}
	for i, c := range columns {
		order[c.From], names[c.From] = i, c.To
		d.dress(c)
	}
	if len(d.panel.Transformations) == 0 { // Having or Ordered has merged them already
		d.Transform("merge", map[string]any{})
	}
	return d.Transform("organize", map[string]any{"excludeByName": exclude, "indexByName": order, "renameByName": names})
}

// Having drops the rows that one of the queries knows nothing of: the others join
// facts to its rows and must not add rows. Comes before Columns.
func (d *Draft) Having(value string) *Draft {
	d.Transform("merge", map[string]any{})
	return d.Transform("filterByValue", map[string]any{
		"filters": []any{map[string]any{"fieldName": value, "config": map[string]any{"id": "isNotNull", "options": map[string]any{}}}},
		"match":   "all", "type": "include",
	})
}

// Sorted puts the largest of a column first; where that is the same or missing, the
// largest of the next one.
func (d *Draft) Sorted(columns ...string) *Draft {
	by := []common.TableSortByFieldState{}
	for _, c := range columns {
		by = append(by, common.TableSortByFieldState{DisplayName: c, Desc: new(true)})
	}
	d.panel.Options.(*table.Options).SortBy = by
	return d
}

// Ordered puts the smallest of what a query gave first. Other than Sorted it leaves no
// arrow beside a heading that a narrow column has no room for. Comes before Columns.
func (d *Draft) Ordered(from string) *Draft {
	d.Transform("merge", map[string]any{})
	return d.Transform("sortBy", map[string]any{"fields": map[string]any{}, "sort": []any{map[string]any{"field": from, "desc": false}}})
}

func (d *Draft) dress(c Column) {
	var p []property
	set := func(id string, value any) { p = append(p, property{Id: id, Value: value}) }
	// A cell without a value would show why the whole table may be empty.
	set("noValue", "–")
	if c.Width > 0 {
		set("custom.width", c.Width)
	}
	if c.AtLeast > 0 {
		set("custom.minWidth", c.AtLeast)
	}
	if c.Wrap {
		set("custom.cellOptions", map[string]any{"type": "auto", "wrapText": true})
		set("custom.wrapText", true) // its place from Grafana 12.2 on
	}
	if c.Unit != "" {
		set("unit", c.Unit)
		set("decimals", c.Decimals)
	}
	if len(c.Steps) > 0 {
		// Small text in the colour of the rest: blue is too dark for it on the dark theme.
		base := Theme
		if c.Full > 0 {
			base = Blue
		}
		set("thresholds", thresholds(base, c.Steps))
		set("color", map[string]any{"mode": "thresholds"})
	}
	switch {
	case c.Full > 0:
		set("min", 0)
		set("max", c.Full)
		set("custom.cellOptions", map[string]any{"type": "gauge", "mode": "basic", "valueDisplayMode": "text"})
	case len(c.Steps) > 0:
		set("custom.cellOptions", map[string]any{"type": "color-text"})
	}
	if len(c.Words) > 0 {
		set("mappings", []dashboard.ValueMapping{mapping(c.Words)})
		if c.Words[0].Color != "" {
			set("custom.cellOptions", map[string]any{"type": "color-text"})
		}
	}
	if c.LinkURL != "" {
		set("links", []dashboard.DashboardLink{link(c.LinkTitle, c.LinkURL)})
	}
	d.override("byName", c.To, p...)
}
