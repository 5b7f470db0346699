// SPDX-License-Identifier: Apache-2.0

package check

import (
	"encoding/json"
	"fmt"
	"regexp"
)

// Whole stands for all series of a panel that have no colour of their own, and Query
// before a letter for those of one query.
const (
	Whole = "*"
	Query = "query "
)

// paints are the colours of a board that names have, by panel.
func paints(b Board) map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, a := range b.Annotations.List {
		all[b.UID+" / annotations"] = with(all[b.UID+" / annotations"], a.Name, a.IconColor)
	}
	for _, p := range b.All() {
		if c := p.FieldConfig.Defaults.Color; c != nil && c.Fixed != "" {
			all[place(b, p)] = with(all[place(b, p)], Whole, c.Fixed)
		}
		for _, o := range p.FieldConfig.Overrides {
			for _, property := range o.Properties {
				c := value[Color](property.Value)
				if property.ID != "color" || c.Fixed == "" {
					continue
				}
				all[place(b, p)] = with(all[place(b, p)], painted(o), c.Fixed)
			}
		}
	}
	return all
}

func with(names map[string]string, name, color string) map[string]string {
	if names == nil {
		names = map[string]string{}
	}
	names[name] = color
	return names
}

// painted is the name that an override is for, or that series begin with.
func painted(o Override) string {
	name := fmt.Sprint(o.Matcher.Options)
	switch o.Matcher.ID {
	case "byFrameRefID":
		return Query + name
	case "byRegexp":
		if parts := regexp.MustCompile(`^/\^(.+), /$`).FindStringSubmatch(name); parts != nil {
			return parts[1]
		}
	}
	return name
}

// remade reads what was decoded without a type.
func remade[V any](from any) V {
	content, err := json.Marshal(from)
	if err != nil {
		content = nil
	}
	return value[V](content)
}
