// SPDX-License-Identifier: Apache-2.0

package check

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

func linkChecks() []Check {
	return []Check{
		{"links-resolve", func(s Suite, b Board, fault func(string, ...any)) {
			for _, l := range allLinks(b) {
				target, found := strings.CutPrefix(l.URL, "/d/")
				if !found {
					continue
				}
				uid, _, _ := strings.Cut(target, "?")
				i := slices.IndexFunc(s.Boards, func(other Board) bool { return other.UID == uid })
				if i < 0 {
					fault("%s leads to %q, which is no board", l.Title, uid)
					continue
				}
				for _, name := range parameters(l.URL) {
					if !has(s.Boards[i], name) {
						fault("%s sets %s, which %s does not have", l.Title, name, uid)
					}
				}
			}
		}},
		{"links-keep-range", func(_ Suite, b Board, fault func(string, ...any)) {
			for _, l := range allLinks(b) {
				if strings.HasPrefix(l.URL, "/d/") && (!strings.Contains(l.URL, "${__url_time_range}") || !strings.Contains(l.URL, "${datasource:queryparam}")) {
					fault("%s loses the range or the data source: %s", l.Title, l.URL)
				}
			}
		}},
		{"links-keep-exporters", func(_ Suite, b Board, fault func(string, ...any)) {
			for _, l := range allLinks(b) {
				for _, name := range []string{"job", "instance"} {
					if strings.HasPrefix(l.URL, "/d/") && !strings.Contains(l.URL, "${"+name+":queryparam}") {
						fault("%s loses the chosen %s: %s", l.Title, name, l.URL)
					}
				}
			}
		}},
		{"links-variables", func(_ Suite, b Board, fault func(string, ...any)) {
			for _, l := range allLinks(b) {
				for _, name := range Used(l.URL) {
					if !strings.HasPrefix(name, "__") && !has(b, name) {
						fault("%s uses %s, which is no variable here", l.Title, name)
					}
				}
			}
		}},
		perPanel("links-fields", func(_ Suite, _ Board, p Panel, fault func(string, ...any)) {
			var columns []string
			for _, t := range p.Transformations {
				for _, name := range t.Options.Rename {
					columns = append(columns, name)
				}
			}
			for _, l := range panelLinks(p) {
				for _, field := range regexp.MustCompile(`\$\{__data\.fields\.(\w+)\}`).FindAllStringSubmatch(l.URL, -1) {
					if !slices.Contains(columns, field[1]) {
						fault("%s uses the column %s, which the table does not have", l.Title, field[1])
					}
				}
			}
		}),
		{"links-boards", func(_ Suite, b Board, fault func(string, ...any)) {
			if !slices.ContainsFunc(b.Links, func(l Link) bool { return l.Type == "dashboards" && slices.Equal(l.Tags, []string{"didsms"}) }) {
				fault("no menu of the other boards")
			}
		}},
	}
}

// parameters are the variables that an address sets.
func parameters(url string) []string {
	var list []string
	for _, found := range regexp.MustCompile(`[?&]var-(\w+)=`).FindAllStringSubmatch(url, -1) {
		list = append(list, found[1])
	}
	for _, found := range regexp.MustCompile(`\$\{(\w+):queryparam\}`).FindAllStringSubmatch(url, -1) {
		list = append(list, found[1])
	}
	return list
}

func has(b Board, variable string) bool {
	return slices.ContainsFunc(b.Templating.List, func(v Variable) bool { return v.Name == variable })
}

func allLinks(b Board) []Link {
	list := slices.Clone(b.Links)
	for _, p := range b.All() {
		list = append(list, panelLinks(p)...)
	}
	return list
}

func panelLinks(p Panel) []Link {
	list := slices.Clone(p.FieldConfig.Defaults.Links)
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			var links []Link
			if property.ID == "links" && json.Unmarshal(property.Value, &links) == nil {
				list = append(list, links...)
			}
		}
	}
	return list
}
