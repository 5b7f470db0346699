// SPDX-License-Identifier: Apache-2.0

package check

import "fmt"

// Setting is what a board starts with.
type Setting struct {
	Range, Refresh, Timezone string
	// Variables in their order: name, kind, what may be chosen and what is at first.
	Variables []string
}

func settingsOf(b Board) Setting {
	s := Setting{Range: b.Time.From + " to " + b.Time.To, Refresh: b.Refresh, Timezone: b.Timezone}
	for _, v := range b.Templating.List {
		choice := "one"
		if v.Multi {
			choice = "many"
		}
		if v.IncludeAll {
			choice += " or all as " + v.AllValue
		}
		text := fmt.Sprintf("%s: %s, %s, at first %v", v.Name, v.Type, choice, v.Current.Value)
		if v.Hide != 0 {
			text += ", hidden"
		}
		s.Variables = append(s.Variables, text)
	}
	return s
}
