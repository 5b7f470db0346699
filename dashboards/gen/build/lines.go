// SPDX-License-Identifier: Apache-2.0

package build

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// Lines draws values over time.
func Lines(title, description string) *Draft {
	o := timeseries.NewOptions()
	o.Legend = common.VizLegendOptions{DisplayMode: common.LegendDisplayModeList, Placement: common.LegendPlacementBottom, ShowLegend: true, Calcs: []string{}}
	// All series of a moment, the largest first: it is the one that is looked for.
	o.Tooltip.Mode, o.Tooltip.Sort = common.TooltipDisplayModeMulti, common.SortOrderDescending
	custom := &common.GraphFieldConfig{
		DrawStyle: new(common.GraphDrawStyleLine), LineWidth: new(2.0), FillOpacity: new(8.0),
		// A sparse series has single points, which a line alone would not show.
		ShowPoints: new(common.VisibilityModeAuto), PointSize: new(5.0),
		SpanNulls:     &common.BoolOrFloat64{Bool: new(false)},
		AxisPlacement: new(common.AxisPlacementAuto), AxisLabel: new(""), AxisBorderShow: new(false),
		Stacking:        &common.StackingConfig{Mode: new(common.StackingModeNone), Group: new("A")},
		ThresholdsStyle: &common.GraphThresholdsStyleConfig{Mode: common.GraphThresholdsStyleModeOff},
	}
	return draft("timeseries", title, description, o, custom)
}

// Counts draws how many there were in each step, as bars of at least five minutes,
// so that a bar is a number of messages and bars do not overlap.
func Counts(title, description string) *Draft {
	d := Lines(title, description).MinStep("5m").Unit("locale", 0).Floor(0)
	c := d.graph()
	c.DrawStyle, c.FillOpacity, c.LineWidth = new(common.GraphDrawStyleBars), new(80.0), new(0.0)
	c.BarAlignment, c.ShowPoints = new(common.BarAlignmentBefore), new(common.VisibilityModeNever)
	return d.Stacked()
}

func (d *Draft) graph() *timeseries.FieldConfig {
	return d.defaults().Custom.(*common.GraphFieldConfig)
}

// Stacked lays series on top of each other, since their sum means something.
func (d *Draft) Stacked() *Draft {
	c := d.graph()
	c.Stacking.Mode = new(common.StackingModeNormal)
	if *c.DrawStyle == common.GraphDrawStyleLine {
		c.FillOpacity, c.LineWidth = new(60.0), new(1.0)
	}
	return d
}

// Room is how far the axis goes at least, so that noise is not drawn as high as a
// mountain; it goes further where values do.
func (d *Draft) Room(to float64) *Draft {
	d.graph().AxisSoftMax = &to
	return d
}

// Axis writes the unit beside the axis.
func (d *Draft) Axis(label string) *Draft {
	d.graph().AxisLabel = &label
	return d
}

// Lined draws thresholds as lines and leaves the colour of the series alone.
func (d *Draft) Lined(base string, steps ...Step) *Draft {
	d.defaults().Thresholds = thresholds(base, steps)
	d.graph().ThresholdsStyle.Mode = common.GraphThresholdsStyleModeDashed
	return d
}
