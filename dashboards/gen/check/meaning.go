// SPDX-License-Identifier: Apache-2.0

package check

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// meaningChecks hold the boards against tables made by hand. What a board has must be
// in the table, and the other way round.
func meaningChecks() []Check {
	return []Check{
		{"meaning-grades", grades},
		{"meaning-paints", func(s Suite, b Board, fault func(string, ...any)) {
			same(b, s.Paints, paints(b), fault)
		}},
		{"meaning-leads", func(s Suite, b Board, fault func(string, ...any)) {
			same(b, s.Leads, leads(b), fault)
		}},
		perPanel("meaning-fields", fields),
		{"meaning-menu", func(_ Suite, b Board, fault func(string, ...any)) {
			for _, l := range b.Links {
				if l.Type == "dashboards" && (!l.KeepTime || !l.IncludeVars) {
					fault("the menu %s loses the range or the variables", l.Title)
				}
			}
		}},
		{"meaning-settings", func(s Suite, b Board, fault func(string, ...any)) {
			if got, want := settingsOf(b), s.Settings[b.UID]; fmt.Sprint(got) != fmt.Sprint(want) {
				fault("settings are %+v, want %+v", got, want)
			}
		}},
	}
}

// place names a panel of a board in the tables.
func place(b Board, p Panel) string { return b.UID + " / " + p.Title }

// same compares what a board has with what a table says of it. Titles of two panels may
// be the same: then they are one entry.
func same[V any](b Board, table, found map[string]V, fault func(string, ...any)) {
	for _, key := range slices.Sorted(maps.Keys(found)) {
		if want, known := table[key]; !known || fmt.Sprint(want) != fmt.Sprint(found[key]) {
			fault("%s: %v, want %v", key, found[key], want)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(table)) {
		if _, known := found[key]; !known && strings.HasPrefix(key, b.UID+" / ") {
			fault("%s is gone", key)
		}
	}
}

// value reads a setting of an override; what cannot be read is as if it were not there.
func value[V any](raw json.RawMessage) V {
	var v V
	_ = json.Unmarshal(raw, &v)
	return v
}
