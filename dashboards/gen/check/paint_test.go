// SPDX-License-Identifier: Apache-2.0

package check_test

import (
	"slices"
	"testing"

	"didsms_exporter/dashboards/gen/build"
	"didsms_exporter/dashboards/gen/check"
)

type colors = map[string]string

// paints are the colours that names have, of every panel that gives any: the same thing
// in the same colour everywhere, and what is paid for in that of its direction.
func paints() map[string]map[string]string {
	marks := colors{"Alerts": build.Vermilion, "Starts": build.Sky, "Reloads": build.Grey}
	directions := colors{"inbound": build.Green, "outbound": build.Sky}
	results := colors{
		"accepted": build.Blue, "duplicate": build.Grey, "bad_signature": build.Vermilion, "unknown_key": build.Purple,
		"stale": build.Amber, "future": build.Yellow, "malformed": build.Sky, "unsupported": build.Green,
		"too_large": build.Teal, "error": build.Wine, "overload": build.Theme,
	}
	whole := func(color string) colors { return colors{check.Whole: color} }
	beside := func(color, b string) colors { return colors{check.Whole: color, check.Query + "B": b} }
	return map[string]map[string]string{
		"didsms-overview / annotations":                               marks,
		"didsms-overview / Alerts":                                    {check.Whole: build.Blue, "page": build.Vermilion, "ticket": build.Amber, "no rules": build.Amber},
		"didsms-overview / Final receipts":                            whole(build.Blue),
		"didsms-overview / Spend":                                     whole(build.Sky),
		"didsms-overview / Inbound messages":                          beside(build.Green, build.Theme), // the number, and the graph with what is usual
		"didsms-overview / Undelivered share against its usual level": beside(build.Vermilion, build.Theme),
		"didsms-overview / Receipts by outcome": {
			"delivered": build.Blue, "undelivered": build.Vermilion, "pending": build.Grey, "unknown": build.Purple,
		},
		"didsms-overview / Error budget burn":  whole(build.Vermilion),
		"didsms-overview / Rejected callbacks": results,

		"didsms-did / annotations":     marks,
		"didsms-did / Number":          whole(build.Theme),
		"didsms-did / Its usual share": whole(build.Theme),
		"didsms-did / Last event":      whole(build.Theme),
		"didsms-did / Delivery state":  whole(build.Blue),
		"didsms-did / Receipts by status": {
			"DELIVRD": build.Blue, "UNDELIVR": build.Vermilion, "REJECTD": build.Wine, "EXPIRED": build.Amber,
			"DELETED": build.Purple, "DND": build.Teal, "ACCEPTD": build.Grey, "ENROUTE": build.Sky,
			"BUFFERED": build.Yellow, "SUBMITTED": build.Green, "other": build.Theme,
		},
		"didsms-did / Delivery time":                     whole(build.Blue),
		"didsms-did / Messages in and out":               directions,
		"didsms-did / Segments per outbound message":     whole(build.Sky),
		"didsms-did / Average price per segment, $money": directions,
		"didsms-did / Spend, $money":                     directions,

		"didsms-spend / annotations":                                     marks,
		"didsms-spend / Month to date":                                   whole(build.Blue),
		"didsms-spend / Pace per 30 days":                                whole(build.Sky),
		"didsms-spend / Spend in range":                                  whole(build.Sky),
		"didsms-spend / Paid for undelivered":                            whole(build.Vermilion),
		"didsms-spend / Spend by account, $currency":                     whole(build.Blue),
		"didsms-spend / Hourly spend against its usual level, $currency": beside(build.Blue, build.Theme),
		"didsms-spend / Inbound and outbound, $currency":                 directions,
		"didsms-spend / Average price per segment, $currency":            directions,

		"didsms-exporter / annotations":              marks,
		"didsms-exporter / Callbacks by result":      results,
		"didsms-exporter / Rejected share by reason": results,
		"didsms-exporter / Answer time (p99)":        {"mo": build.Green, "dr": build.Sky, "unknown": build.Purple},
		"didsms-exporter / Being answered":           whole(build.Blue),
		"didsms-exporter / Store size":               whole(build.Blue),
		"didsms-exporter / Commit time (p99)":        whole(build.Blue),
		"didsms-exporter / Failed commits by reason": {
			check.Whole: build.Theme, "full": build.Vermilion, "io": build.Amber, "locked": build.Sky,
			"unreachable": build.Purple, "other": build.Grey,
		},
		"didsms-exporter / Transport delay (p90)":           whole(build.Blue),
		"didsms-exporter / Clock offset":                    whole(build.Blue),
		"didsms-exporter / Relay delay of inbound messages": whole(build.Green),
		"didsms-exporter / Unusable receiveTime":            {"negative": build.Amber, "too_old": build.Sky, "unparsable": build.Vermilion},
		"didsms-exporter / Refused prices and sizes":        {"price": build.Vermilion, "size": build.Amber},
		"didsms-exporter / Oddities": {
			"unknown status": build.Purple, "changed content": build.Vermilion, "status change": build.Grey, "overflow": build.Amber,
		},
		"didsms-exporter / Repeated callbacks":  whole(build.Grey),
		"didsms-exporter / Messages remembered": beside(build.Blue, build.Amber),
		"didsms-exporter / Series exposed":      whole(build.Blue),
		"didsms-exporter / Missed scrapes":      whole(build.Vermilion),
		"didsms-exporter / Memory and CPU":      beside(build.Blue, build.Amber),
	}
}

// TestOneColorAName: a name has one colour on all boards.
func TestOneColorAName(t *testing.T) {
	// What is left over: of statuses, and of reasons of the store.
	several := []string{"other"}
	known := colors{}
	for where, names := range paints() {
		for name, color := range names {
			if name == check.Whole || name == check.Query+"B" || slices.Contains(several, name) {
				continue
			}
			if other, found := known[name]; found && other != color {
				t.Errorf("%s: %s is %s here and %s elsewhere", where, name, color, other)
			}
			known[name] = color
		}
	}
}
