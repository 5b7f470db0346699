// SPDX-License-Identifier: Apache-2.0

package check

import (
	"slices"
	"strings"
)

func boardChecks() []Check {
	return []Check{
		{"board-identity", func(_ Suite, b Board, fault func(string, ...any)) {
			if !strings.HasPrefix(b.UID, "didsms-") || !strings.HasPrefix(b.Title, "DID SMS / ") || b.Description == "" {
				fault("uid %q, title %q, description %q", b.UID, b.Title, b.Description)
			}
			if !slices.Equal(b.Tags, []string{"didsms", "sms", "prometheus"}) {
				fault("tags %v", b.Tags)
			}
		}},
		{"board-settings", func(_ Suite, b Board, fault func(string, ...any)) {
			if b.SchemaVersion != 39 || b.GraphTooltip != 1 || b.Refresh != "1m" || b.Timezone != "browser" {
				fault("schema %d, tooltip %d, refresh %q, time zone %q", b.SchemaVersion, b.GraphTooltip, b.Refresh, b.Timezone)
			}
		}},
		{"uneditable-dashboard", func(_ Suite, b Board, fault func(string, ...any)) {
			if b.Editable == nil || *b.Editable {
				fault("may be edited")
			}
		}},
		{"ids-unique", func(_ Suite, b Board, fault func(string, ...any)) {
			seen := map[int]bool{}
			for _, p := range everything(b) {
				if p.ID == 0 {
					fault("%s has no id", p.Title)
				}
				if seen[p.ID] {
					fault("two panels have the id %d", p.ID)
				}
				seen[p.ID] = true
			}
		}},
		{"grid", func(_ Suite, b Board, fault func(string, ...any)) {
			panels := everything(b)
			for i, p := range panels {
				g := p.Grid
				if g.W < 1 || g.H < 1 || g.X < 0 || g.X+g.W > 24 {
					fault("%s does not fit: %+v", p.Title, g)
				}
				for _, other := range panels[:i] {
					o := other.Grid
					if g.X < o.X+o.W && o.X < g.X+g.W && g.Y < o.Y+o.H && o.Y < g.Y+g.H {
						fault("%s lies on %s", p.Title, other.Title)
					}
				}
			}
		}},
		{"lines-full", func(_ Suite, b Board, fault func(string, ...any)) {
			width := map[int]int{}
			for _, p := range everything(b) {
				width[p.Grid.Y] += p.Grid.W
			}
			for y, w := range width {
				if w != 24 {
					fault("the line at %d is %d wide, not 24", y, w)
				}
			}
		}},
		{"annotations", func(_ Suite, b Board, fault func(string, ...any)) {
			for _, a := range b.Annotations.List {
				if a.Name == "" || a.Expr == "" || !chosen(a.Datasource) {
					fault("%q is not whole", a.Name)
				}
			}
			if len(b.Annotations.List) != 3 {
				fault("%d instead of alerts, starts, reloads", len(b.Annotations.List))
			}
		}},
	}
}

// everything is All with the rows.
func everything(b Board) []Panel {
	var list []Panel
	for _, p := range b.Panels {
		list = append(list, p)
		list = append(list, p.Panels...)
	}
	return list
}
