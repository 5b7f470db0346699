// SPDX-License-Identifier: Apache-2.0

package check

import (
	"regexp"
	"slices"
	"strings"
)

// leads are where the links of a board lead to and what they choose there, by panel and
// title.
func leads(b Board) map[string]string {
	all := map[string]string{}
	add := func(where string, l Link) {
		target, _, _ := strings.Cut(strings.TrimPrefix(l.URL, "/d/"), "?")
		if l.Type == "dashboards" {
			target = strings.Join(l.Tags, ",")
		}
		chosen := parameters(l.URL)
		slices.Sort(chosen)
		all[where+" / "+l.Title] = strings.TrimSpace(target + " " + strings.Join(chosen, " "))
	}
	for _, l := range b.Links {
		add(b.UID, l)
	}
	for _, p := range b.All() {
		for _, l := range panelLinks(p) {
			add(place(b, p), l)
		}
	}
	return all
}

// fields sees that what a link chooses comes from the label of that name: a number must
// not become an account. Labels are found under the heading of their column.
func fields(_ Suite, _ Board, p Panel, fault func(string, ...any)) {
	labels := map[string]string{}
	for _, t := range p.Transformations {
		for from, to := range t.Options.Rename {
			labels[to] = from
		}
	}
	look := func(column string, links []Link) {
		for _, l := range links {
			for _, set := range regexp.MustCompile(`[?&]var-(\w+)=\$\{([\w.]+)\}`).FindAllStringSubmatch(l.URL, -1) {
				label := ""
				if heading, found := strings.CutPrefix(set[2], "__data.fields."); found {
					label = labels[heading]
				} else if name, found := strings.CutPrefix(set[2], "__field.labels."); found {
					label = name
				} else if set[2] == "__value.raw" {
					label = labels[column]
				}
				if label != set[1] {
					fault("%s: %s gets the label %q", l.Title, set[1], label)
				}
			}
			if strings.Count(l.URL, "var-") != strings.Count(l.URL, "=${") {
				fault("%s chooses something in a way that is not understood: %s", l.Title, l.URL)
			}
		}
	}
	look("", p.FieldConfig.Defaults.Links)
	for _, o := range p.FieldConfig.Overrides {
		column, _ := o.Matcher.Options.(string)
		for _, property := range o.Properties {
			if property.ID == "links" {
				look(column, value[[]Link](property.Value))
			}
		}
	}
}
