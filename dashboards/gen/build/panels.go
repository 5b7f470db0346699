// SPDX-License-Identifier: Apache-2.0

package build

import (
	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/gauge"
	"github.com/grafana/grafana-foundation-sdk/go/heatmap"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
)

func last() common.ReduceDataOptions {
	return common.ReduceDataOptions{Calcs: []string{"lastNotNull"}, Values: new(false), Fields: new("")}
}

// Stat shows one number large. The size of its text is fixed: the same on a wide
// screen, and on a telephone, where a panel is as wide as the screen.
func Stat(title, description string) *Draft {
	o := stat.NewOptions()
	o.GraphMode, o.ReduceOptions = common.BigValueGraphModeNone, last()
	o.Text = &common.VizTextDisplayOptions{TitleSize: new(14.0), ValueSize: new(32.0)}
	o.Orientation = common.VizOrientationAuto
	return draft("stat", title, description, o, nil).Size(4, 4)
}

// Several makes room in a Stat for one line a series, with the name before it.
func (d *Draft) Several() *Draft {
	o := d.panel.Options.(*stat.Options)
	o.Text.ValueSize, o.TextMode = new(22.0), common.BigValueTextModeValueAndName
	o.Orientation = common.VizOrientationHorizontal
	return d
}

// Worded shows a label in place of a number, of a query made with Rows. The name of
// a series would do as well, but then nothing is said where there is none.
func (d *Draft) Worded(label string) *Draft {
	o := d.panel.Options.(*stat.Options)
	o.ReduceOptions.Fields = new("/^" + label + "$/")
	o.Text.ValueSize, o.TextMode, o.Orientation = new(18.0), common.BigValueTextModeValue, common.VizOrientationHorizontal
	return d
}

// Gauge shows one number on a dial.
func Gauge(title, description string) *Draft {
	o := gauge.NewOptions()
	o.ReduceOptions, o.Orientation = last(), common.VizOrientationAuto
	o.Text = &common.VizTextDisplayOptions{TitleSize: new(14.0), ValueSize: new(24.0)}
	return draft("gauge", title, description, o, nil).Size(4, 5)
}

// Bars shows a bar a series, of full length at the upper limit.
func Bars(title, description string) *Draft {
	o := bargauge.NewOptions()
	o.DisplayMode, o.ReduceOptions = common.BarGaugeDisplayModeBasic, last()
	o.Orientation, o.Legend.ShowLegend = common.VizOrientationHorizontal, false
	o.Legend.DisplayMode, o.Legend.Placement, o.Legend.Calcs = common.LegendDisplayModeHidden, common.LegendPlacementBottom, []string{}
	o.Text = &common.VizTextDisplayOptions{TitleSize: new(14.0), ValueSize: new(18.0)}
	return draft("bargauge", title, description, o, nil).Size(8, 5)
}

// Heatmap shows a distribution over time, of queries made with Cells, whose values are
// numbers in a minute.
func Heatmap(title, description, unit string, decimals float32) *Draft {
	o := heatmap.NewOptions()
	o.Color.Mode, o.Color.Scheme, o.Color.Steps = new(heatmap.HeatmapColorModeScheme), Schemes()[0], 32
	o.YAxis.Unit, o.YAxis.Decimals, o.YAxis.AxisPlacement = &unit, &decimals, new(common.AxisPlacementLeft)
	o.Tooltip.Mode = common.TooltipDisplayModeSingle
	o.ShowValue = common.VisibilityModeNever
	// The legend and the tooltip say what a cell is: so many messages in a minute.
	o.CellValues = &heatmap.CellValues{Unit: new("suffix:/min"), Decimals: new(float32(1))}
	o.Exemplars.Color = Vermilion
	custom := heatmap.NewFieldConfig()
	d := draft("heatmap", title, description, o, custom)
	return d.Unit(unit, float64(decimals))
}

// States shows from when to when something was how, one band a series.
func States(title, description string) *Draft {
	o := statetimeline.NewOptions()
	o.ShowValue = common.VisibilityModeAuto
	o.Legend = common.VizLegendOptions{DisplayMode: common.LegendDisplayModeList, Placement: common.LegendPlacementBottom, ShowLegend: true, Calcs: []string{}}
	o.Tooltip.Mode, o.Tooltip.Sort = common.TooltipDisplayModeSingle, common.SortOrderNone
	custom := &statetimeline.FieldConfig{LineWidth: new(uint32(0)), FillOpacity: new(uint32(80))}
	return draft("state-timeline", title, description, o, custom)
}
