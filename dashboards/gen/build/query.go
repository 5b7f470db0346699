// SPDX-License-Identifier: Apache-2.0

package build

import (
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
)

// Query draws an expression over time, one line a series, under the legend.
func (d *Draft) Query(expr, legend string) *Draft {
	q := d.query(expr)
	q.Range, q.LegendFormat = new(true), &legend
	return d.add(q)
}

// Exemplars also marks single observations, each with its message id.
func (d *Draft) Exemplars() *Draft {
	q := d.panel.Targets[len(d.panel.Targets)-1].(*prometheus.Dataquery)
	q.Exemplar = new(true)
	return d
}

// Now asks for the value at the end of the range alone.
func (d *Draft) Now(expr, legend string) *Draft {
	q := d.query(expr)
	q.Instant, q.Range, q.LegendFormat = new(true), new(false), &legend
	return d.add(q)
}

// Rows is Now for a table: labels become columns, the value is "Value #A" and so on.
func (d *Draft) Rows(expr string) *Draft {
	d.Now(expr, "")
	q := d.panel.Targets[len(d.panel.Targets)-1].(*prometheus.Dataquery)
	q.Format, q.LegendFormat = new(prometheus.PromQueryFormatTable), nil
	return d
}

// Cells is Query for a heatmap, of native histograms or of classic buckets.
func (d *Draft) Cells(expr string) *Draft {
	d.Query(expr, "{{le}}")
	q := d.panel.Targets[len(d.panel.Targets)-1].(*prometheus.Dataquery)
	q.Format = new(prometheus.PromQueryFormatHeatmap)
	return d
}

func (d *Draft) query(expr string) *prometheus.Dataquery {
	return &prometheus.Dataquery{
		Datasource: source(), EditorMode: new(prometheus.QueryEditorModeCode),
		Expr: strings.TrimSpace(expr), RefId: new("ABCDEFGH"[len(d.panel.Targets):][:1]),
	}
}

func (d *Draft) add(q *prometheus.Dataquery) *Draft {
	d.panel.Targets = append(d.panel.Targets, q)
	return d
}
