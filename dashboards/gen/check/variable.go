// SPDX-License-Identifier: Apache-2.0

package check

import (
	"regexp"
	"slices"
)

func variableChecks() []Check {
	return []Check{
		{"template-datasource", func(_ Suite, b Board, fault func(string, ...any)) {
			n := 0
			for _, v := range b.Templating.List {
				if v.Type == "datasource" {
					n++
					if v.Name != "datasource" || v.Label != "Data source" || v.Expr() != "prometheus" {
						fault("%s, %q, %q", v.Name, v.Label, v.Expr())
					}
				}
			}
			if n != 1 {
				fault("%d variables for data sources", n)
			}
		}},
		{"template-job", required("job", "Job")},
		{"template-instance", required("instance", "Instance")},
		{"template-account", required("account", "Account")},
		{"template-label-promql", func(_ Suite, b Board, fault func(string, ...any)) {
			for _, v := range queries(b) {
				parts := regexp.MustCompile(`^label_values\((.+), \w+\)$`).FindStringSubmatch(v.Expr())
				if parts == nil {
					fault("%s: %q is no label_values(selector, label)", v.Name, v.Expr())
				} else if _, err := parse(parts[1]); err != nil {
					fault("%s: %v", v.Name, err)
				}
			}
		}},
		{"template-on-time-change-reload", func(_ Suite, b Board, fault func(string, ...any)) {
			for _, v := range queries(b) {
				if v.Refresh != 2 || v.Sort == 0 {
					fault("%s: refresh %d, sort %d", v.Name, v.Refresh, v.Sort)
				}
			}
		}},
		{"template-many", func(_ Suite, b Board, fault func(string, ...any)) {
			for _, v := range queries(b) {
				// A board about one number has one.
				if v.Name != "did" && (!v.Multi || !v.IncludeAll || v.AllValue != ".+") {
					fault("%s: multi %v, all %v %q", v.Name, v.Multi, v.IncludeAll, v.AllValue)
				}
			}
		}},
		{"template-used", func(_ Suite, b Board, fault func(string, ...any)) {
			used := usedBy(b)
			for _, v := range b.Templating.List {
				if !slices.Contains(used, v.Name) {
					fault("nothing uses %s", v.Name)
				}
			}
		}},
	}
}

func required(name, label string) func(Suite, Board, func(string, ...any)) {
	return func(_ Suite, b Board, fault func(string, ...any)) {
		for _, v := range queries(b) {
			if v.Name == name {
				if v.Label != label || !chosen(v.Datasource) {
					fault("label %q, data source %+v", v.Label, v.Datasource)
				}
				return
			}
		}
		fault("missing")
	}
}

// queries are the variables whose values come from Prometheus.
func queries(b Board) []Variable {
	var list []Variable
	for _, v := range b.Templating.List {
		if v.Type == "query" {
			list = append(list, v)
		}
	}
	return list
}

// usedBy lists the variables that a board uses anywhere.
func usedBy(b Board) []string {
	used := []string{"datasource"} // in every panel, as another check says
	for _, v := range queries(b) {
		used = append(used, Used(v.Expr())...)
	}
	for _, l := range allLinks(b) {
		used = append(used, Used(l.URL)...)
	}
	for _, p := range everything(b) {
		used = append(used, p.Repeat)
		for _, t := range p.Targets {
			used = append(used, Used(t.Expr)...)
		}
	}
	return used
}
