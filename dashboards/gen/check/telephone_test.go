// SPDX-License-Identifier: Apache-2.0

package check_test

import (
	"cmp"
	"encoding/json"
	"slices"
	"testing"

	"didsms_exporter/dashboards/gen/check"
)

// TestAlertsOnATelephone: there panels lie below each other, line by line from the left.
// Who was woken sees in the first three how bad it is and what fires, and of that table,
// which is 402 wide, what is needed to go on.
func TestAlertsOnATelephone(t *testing.T) {
	overview := suite(t).Boards[0]
	panels := overview.All()
	slices.SortStableFunc(panels, func(a, b check.Panel) int {
		return cmp.Or(cmp.Compare(a.Grid.Y, b.Grid.Y), cmp.Compare(a.Grid.X, b.Grid.X))
	})
	if len(panels) < 3 || panels[0].Title != "Alerts" || panels[2].Title != "Firing alerts" {
		t.Fatalf("not among the first three: %q, %q, %q", panels[0].Title, panels[1].Title, panels[2].Title)
	}
	table := panels[2]
	organize := table.Transformations[len(table.Transformations)-1].Options
	width := map[any]float64{}
	for _, o := range table.FieldConfig.Overrides {
		for _, p := range o.Properties {
			var n float64
			if (p.ID == "custom.width" || p.ID == "custom.minWidth") && json.Unmarshal(p.Value, &n) == nil {
				width[o.Matcher.Options] = n
			}
		}
	}
	var columns []string
	for from := range organize.Rename {
		columns = append(columns, from)
	}
	slices.SortFunc(columns, func(a, b string) int { return cmp.Compare(organize.Index[a], organize.Index[b]) })
	var sum float64
	for i, want := range []string{"Severity", "Number", "Alert", "For"} {
		name := organize.Rename[columns[i]]
		if name != want || width[name] == 0 {
			t.Errorf("column %d is %s and %v wide, not %s", i+1, name, width[name], want)
		}
		sum += width[name]
	}
	if sum > 402 {
		t.Errorf("the first four columns are %v wide", sum)
	}
}
