// SPDX-License-Identifier: Apache-2.0

// Package build puts Grafana dashboards together from the types of the foundation
// SDK: what all panels of this project have in common is said here once.
package build

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Draft is a panel in the making.
type Draft struct {
	panel         dashboard.Panel
	width, height uint32
}

// draft begins a panel. The description starts with the question that the panel
// answers and ends with what to do next.
func draft(kind, title, description string, options, custom any) *Draft {
	return &Draft{
		panel: dashboard.Panel{
			Type: kind, Title: &title, Description: &description, Datasource: source(), Options: options,
			FieldConfig: &dashboard.FieldConfigSource{
				Defaults:  dashboard.FieldConfig{Custom: custom},
				Overrides: []dashboard.DashboardFieldConfigSourceOverrides{},
			},
		},
		width: 12, height: 8,
	}
}

// source is the data source that the reader chose.
func source() *common.DataSourceRef {
	return &common.DataSourceRef{Type: new("prometheus"), Uid: new("${datasource}")}
}

func (d *Draft) defaults() *dashboard.FieldConfig { return &d.panel.FieldConfig.Defaults }

// Size is in units of the grid: 24 across, each 38 pixels high.
func (d *Draft) Size(width, height uint32) *Draft {
	d.width, d.height = width, height
	return d
}

// MinStep keeps $__interval and $__rate_interval from getting too short to count in.
func (d *Draft) MinStep(step string) *Draft {
	d.panel.Interval = &step
	return d
}

// Empty is what the panel says instead of No data: the reason. Where a number is
// missing it stands in the number's place, and would take the colour of the lowest
// threshold, which may be that of an alarm.
func (d *Draft) Empty(text string) *Draft {
	d.defaults().NoValue = &text
	switch d.panel.Type {
	case "stat", "gauge", "bargauge":
		d.defaults().Mappings = append(d.defaults().Mappings, dashboard.ValueMapping{SpecialValueMap: &dashboard.SpecialValueMap{
			Type: dashboard.MappingTypeSpecialValue,
			Options: dashboard.DashboardSpecialValueMapOptions{
				Match:  dashboard.SpecialValueMatchNull,
				Result: dashboard.ValueMappingResult{Text: &text, Color: new(Theme), Index: new(int32(9))},
			},
		}})
	}
	return d
}

// Link is followed by a click on a value.
func (d *Draft) Link(title, url string) *Draft {
	d.defaults().Links = append(d.defaults().Links, link(title, url))
	return d
}

func link(title, url string) dashboard.DashboardLink {
	l := dashboard.NewDashboardLink()
	l.Type, l.Title, l.Url, l.Placement = dashboard.DashboardLinkTypeLink, title, &url, nil
	return *l
}

// Transform adds a transformation of what the queries gave.
func (d *Draft) Transform(id string, options any) *Draft {
	d.panel.Transformations = append(d.panel.Transformations, dashboard.DataTransformerConfig{Id: id, Options: options})
	return d
}
