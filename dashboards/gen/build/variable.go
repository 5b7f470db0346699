// SPDX-License-Identifier: Apache-2.0

package build

import (
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
)

// Source is the variable of the data source.
func Source() dashboard.VariableModel {
	return dashboard.VariableModel{
		Type: dashboard.VariableTypeDatasource, Name: "datasource", Label: new("Data source"),
		Query: text("prometheus"), Hide: new(dashboard.VariableHideDontHide), Refresh: new(dashboard.VariableRefreshOnDashboardLoad),
		Multi: new(false), IncludeAll: new(false), Regex: new(""),
	}
}

// Many is a variable with the values of a label, all of them at first. All is any
// value, so that a selector stays short with 400 numbers.
func Many(name, label, query string) dashboard.VariableModel {
	v := One(name, label, query)
	v.Multi, v.IncludeAll, v.AllValue = new(true), new(true), new(".+")
	v.Current = &dashboard.VariableOption{
		Selected: new(true),
		Text:     dashboard.StringOrArrayOfString{ArrayOfString: []string{"All"}},
		Value:    dashboard.StringOrArrayOfString{ArrayOfString: []string{"$__all"}},
	}
	return v
}

// One is a variable with one value of a label at a time.
func One(name, label, query string) dashboard.VariableModel {
	return dashboard.VariableModel{
		Type: dashboard.VariableTypeQuery, Name: name, Label: &label, Datasource: source(),
		Definition: &query,
		Query:      &dashboard.StringOrMap{Map: map[string]any{"query": query, "refId": name, "qryType": 1}},
		// New numbers and accounts appear when the range changes or goes on.
		Refresh: new(dashboard.VariableRefreshOnTimeRangeChanged), Sort: new(dashboard.VariableSortAlphabeticalCaseInsensitiveAsc),
		Hide: new(dashboard.VariableHideDontHide), Multi: new(false), IncludeAll: new(false), Regex: new(""),
	}
}

// Hidden takes a variable off the bar.
func Hidden(v dashboard.VariableModel) dashboard.VariableModel {
	v.Hide = new(dashboard.VariableHideHideVariable)
	return v
}

// Box is a variable to be typed.
func Box(name, label, description, value string) dashboard.VariableModel {
	one := dashboard.StringOrArrayOfString{String: &value}
	return dashboard.VariableModel{
		Type: dashboard.VariableTypeTextbox, Name: name, Label: &label, Description: &description,
		Query: text(value), Hide: new(dashboard.VariableHideDontHide),
		Current: &dashboard.VariableOption{Selected: new(true), Text: one, Value: one},
		Options: []dashboard.VariableOption{{Selected: new(true), Text: one, Value: one}},
	}
}

func text(s string) *dashboard.StringOrMap { return &dashboard.StringOrMap{String: &s} }

// Mark is an annotation: a line through all graphs where the expression has a value.
func Mark(name, expr, color, title, body string) dashboard.AnnotationQuery {
	return dashboard.AnnotationQuery{
		Name: name, Datasource: source(), Enable: true, Hide: new(false), IconColor: color,
		Expr: &expr, TitleFormat: &title, TextFormat: &body, Step: new("60s"),
		Target: &prometheus.Dataquery{
			Datasource: source(), Expr: expr, RefId: new("Anno"), Range: new(true), Interval: new("60s"), LegendFormat: new(""),
		},
	}
}
