// SPDX-License-Identifier: Apache-2.0

package build

import (
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Unit says what values are and how many decimals mean something.
func (d *Draft) Unit(unit string, decimals float64) *Draft {
	d.defaults().Unit, d.defaults().Decimals = &unit, &decimals
	return d
}

// Free is Unit for a graph whose values may be of any size: its axis finds out how
// many decimals tell two marks apart.
func (d *Draft) Free(unit string) *Draft {
	d.defaults().Unit, d.defaults().Decimals = &unit, nil
	return d
}

// Limits are those of the axis or gauge.
func (d *Draft) Limits(low, high float64) *Draft {
	d.defaults().Min, d.defaults().Max = &low, &high
	return d
}

// Floor leaves the upper end open.
func (d *Draft) Floor(low float64) *Draft {
	d.defaults().Min = &low
	return d
}

// Color paints everything in one colour.
func (d *Draft) Color(color string) *Draft {
	d.defaults().Color = &dashboard.FieldColor{Mode: dashboard.FieldColorModeIdFixed, FixedColor: &color}
	return d
}

// Shades gives each series its own brightness of a colour, where their names are not
// known beforehand.
func (d *Draft) Shades(color string) *Draft {
	d.defaults().Color = &dashboard.FieldColor{Mode: dashboard.FieldColorModeIdShades, FixedColor: &color}
	return d
}

// Step is a threshold: from this value on, this colour.
type Step struct {
	From  float64
	Color string
}

// Steps colours by thresholds above the base colour.
func (d *Draft) Steps(base string, steps ...Step) *Draft {
	d.defaults().Color = &dashboard.FieldColor{Mode: dashboard.FieldColorModeIdThresholds}
	d.defaults().Thresholds = thresholds(base, steps)
	return d
}

func thresholds(base string, steps []Step) *dashboard.ThresholdsConfig {
	list := []dashboard.Threshold{{Color: base}}
	for _, s := range steps {
		list = append(list, dashboard.Threshold{Value: &s.From, Color: s.Color})
	}
	return &dashboard.ThresholdsConfig{Mode: dashboard.ThresholdsModeAbsolute, Steps: list}
}

// Word is what a value is called, and its colour if it has one.
type Word struct{ Value, Text, Color string }

// Words replaces values by words.
func (d *Draft) Words(words ...Word) *Draft {
	d.defaults().Mappings = append(d.defaults().Mappings, mapping(words))
	return d
}

func mapping(words []Word) dashboard.ValueMapping {
	options := map[string]dashboard.ValueMappingResult{}
	for i, w := range words {
		result := dashboard.ValueMappingResult{Text: &w.Text, Index: new(int32(i))}
		if w.Color != "" {
			result.Color = &w.Color
		}
		options[w.Value] = result
	}
	return dashboard.ValueMapping{ValueMap: &dashboard.ValueMap{Type: dashboard.MappingTypeValueToText, Options: options}}
}
