// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"didsms_exporter/dashboards/gen/check"
)

// values are those that Grafana would put in place of a board's variables. A
// variable that offers none is a fault: the board would be empty. The second map
// has single values, for panels that are repeated for each.
func (p *pass) values(ctx context.Context, b check.Board) (known, single map[string]string, err error) {
	single = map[string]string{}
	known = map[string]string{
		"__rate_interval": span(p.smooth), "__interval": span(p.step), "__range": span(p.long),
	}
	for _, variable := range b.Templating.List {
		if variable.Type != "query" {
			known[variable.Name] = variable.Expr()
			continue
		}
		parts := regexp.MustCompile(`^label_values\((.+), (\w+)\)$`).FindStringSubmatch(variable.Expr())
		if parts == nil {
			return nil, nil, fmt.Errorf("%s: %q is not understood", variable.Name, variable.Expr())
		}
		// The series with most receipts stand for a choice: a number without any has
		// empty panels of good right.
		expr := check.Substitute(fmt.Sprintf("topk(1, count by (%[2]s) (%[1]s))", parts[1], parts[2]), known)
		if variable.Name == "did" {
			expr = check.Substitute(`topk(1, sum by (did) (didsms_dr_receipts_total{did!~"other|unknown",status="UNDELIVR"}) and on (did) `+parts[1]+`)`, known)
		}
		a, err := p.server.now(ctx, expr, p.end)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", variable.Name, err)
		}
		if len(a.Data.Result) == 0 || a.Data.Result[0].Metric[parts[2]] == "" {
			return nil, nil, noChoice{variable.Name, expr}
		}
		single[variable.Name] = a.Data.Result[0].Metric[parts[2]]
		known[variable.Name] = single[variable.Name]
		if variable.AllValue != "" {
			known[variable.Name] = variable.AllValue
		}
	}
	return known, single, nil
}

// noChoice is a variable that has no values, as on a server that has just started.
type noChoice struct{ variable, expr string }

func (n noChoice) Error() string {
	return fmt.Sprintf("%s: nothing to choose from in %s", n.variable, n.expr)
}

func span(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) + "s" }
