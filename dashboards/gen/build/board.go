// SPDX-License-Identifier: Apache-2.0

package build

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Board is one dashboard.
type Board struct {
	UID, Title, Description string
	From                    string // of the default range, which ends now
	Variables               []dashboard.VariableModel
	Annotations             []dashboard.AnnotationQuery
	Links                   []dashboard.DashboardLink
	Rows                    []Row
}

// Row is a row of panels. Repeat names the variable for each of whose values the row
// is shown once.
type Row struct {
	Title     string
	Collapsed bool
	Repeat    string
	Panels    []*Draft
}

// schemaVersion is the one of Grafana 10.4, the oldest version in support here.
const schemaVersion = 39

// JSON is the dashboard as a file, for provisioning and for the import page alike.
func (b Board) JSON() ([]byte, error) {
	board := dashboard.NewDashboard()
	board.Uid, board.Title, board.Description = &b.UID, &b.Title, &b.Description
	board.Tags = Tags()
	board.Editable, board.GraphTooltip = new(false), new(dashboard.DashboardCursorSyncCrosshair)
	board.Time = &dashboard.DashboardDashboardTime{From: b.From, To: "now"}
	board.Refresh, board.SchemaVersion, board.Version = new("1m"), schemaVersion, new(uint32(1))
	board.Templating.List, board.Annotations.List, board.Links = b.Variables, b.Annotations, b.Links
	board.Panels = layout(b.Rows)
	whole := struct {
		Requires []requirement `json:"__requires"`
		*dashboard.Dashboard
	}{requirements(board.Panels), board}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(whole); err != nil {
		return nil, fmt.Errorf("%s: %w", b.UID, err)
	}
	return legible(out.Bytes()), nil
}

// legible undoes the escapes for HTML that the SDK's own encoders put in: > and & are
// common in PromQL and in addresses, and these files are read in diffs.
func legible(content []byte) []byte {
	for escaped, plain := range map[string]string{`\u003c`: "<", `\u003e`: ">", `\u0026`: "&"} {
		content = bytes.ReplaceAll(content, []byte(escaped), []byte(plain))
	}
	return content
}

// Tags are those of all boards; the first is the one by which they find each other.
func Tags() []string { return []string{"didsms", "sms", "prometheus"} }

// Boards is the menu of the other boards, which keeps range and variables.
func Boards() dashboard.DashboardLink {
	l := dashboard.NewDashboardLink()
	l.Type, l.Title, l.Icon, l.Placement = dashboard.DashboardLinkTypeDashboards, "DID SMS", "external link", nil
	l.Tags, l.AsDropdown, l.IncludeVars, l.KeepTime = Tags()[:1], true, true, true
	return *l
}

// Outward is a link to another program, which opens beside the board.
func Outward(title, tooltip, url string) dashboard.DashboardLink {
	l := link(title, url)
	l.Icon, l.Tooltip, l.TargetBlank = "external link", tooltip, true
	return l
}

// layout gives every panel its number and place: rows below each other, panels from
// left to right in lines.
func layout(rows []Row) []dashboard.PanelOrRowPanel {
	var list []dashboard.PanelOrRowPanel
	var y, id uint32
	for _, r := range rows {
		id++
		row := &dashboard.RowPanel{
			Type: "row", Collapsed: r.Collapsed, Title: &r.Title, Id: id,
			GridPos: &dashboard.GridPos{H: 1, W: 24, Y: y}, Panels: []dashboard.Panel{},
		}
		if r.Repeat != "" {
			row.Repeat = &r.Repeat
		}
		list = append(list, dashboard.PanelOrRowPanel{RowPanel: row})
		y++
		var x, line uint32
		for _, d := range r.Panels {
			if x+d.width > 24 {
				x, y, line = 0, y+line, 0
			}
			id++
			p := d.panel
			p.Id, p.GridPos = new(id), &dashboard.GridPos{X: x, Y: y, W: d.width, H: d.height}
			x, line = x+d.width, max(line, d.height)
			if r.Collapsed {
				row.Panels = append(row.Panels, p)
			} else {
				list = append(list, dashboard.PanelOrRowPanel{Panel: &p})
			}
		}
		y += line
	}
	return list
}

// requirement tells grafana.com what a board needs.
type requirement struct {
	Type    string `json:"type"`
	ID      string `json:"id"`
	Name    string `json:"name"`
	Version string `json:"version"`
}

func requirements(panels []dashboard.PanelOrRowPanel) []requirement {
	list := []requirement{
		{"grafana", "grafana", "Grafana", "10.4.0"},
		{"datasource", "prometheus", "Prometheus", "1.0.0"},
	}
	known := map[string]bool{}
	add := func(p dashboard.Panel) {
		if !known[p.Type] {
			known[p.Type] = true
			list = append(list, requirement{"panel", p.Type, p.Type, ""})
		}
	}
	for _, p := range panels {
		if p.Panel != nil {
			add(*p.Panel)
			continue
		}
		for _, inner := range p.RowPanel.Panels {
			add(inner)
		}
	}
	return list
}
