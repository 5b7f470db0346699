// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"

	"didsms_exporter/dashboards/gen/check"
)

// The kinds of servers.
const (
	native   = "native"   // keeps native histograms; hours of history at most
	baseline = "baseline" // classic buckets alone; hours of history at most
	seeded   = "seeded"   // as baseline, with more than a week of history
)

// calm is the reason that no server proves or disproves.
const calm = "nothing of the kind happened, and the panel says so"

func setups() []string { return []string{native, baseline, seeded} }

// allowance says why a query may have nothing to show on some servers.
type allowance struct {
	uid, panel, query string // an empty query: all queries of the panel
	setups            []string
	reason            string
}

func allowed() []allowance {
	const (
		nativeOnly = "only native histograms keep the distribution of single numbers"
		oneForm    = "the other query of the panel has the histogram in the form that this server keeps"
		history    = "compares with the same time yesterday or last week, before which this server has no history"
	)
	short, classic := []string{native, baseline}, []string{baseline, seeded}
	return []allowance{
		{"didsms-overview", "Delivery time", "A", classic, oneForm},
		{"didsms-overview", "Delivery time", "B", []string{native}, oneForm},
		{"didsms-spend", "Outbound price distribution, $currency", "A", classic, oneForm},
		{"didsms-spend", "Outbound price distribution, $currency", "B", []string{native}, oneForm},
		{"didsms-spend", "Outbound price steps, $currency", "", classic, nativeOnly},
		{"didsms-did", "Distribution of delivery time", "", classic, nativeOnly},
		{"didsms-overview", "Inbound messages", "B", short, history},
		{"didsms-spend", "Hourly spend against its usual level, $currency", "B", short, history},
		{"didsms-overview", "Firing alerts", "", setups(), calm},
	}
}

// may finds the allowance for a query, by its place in the list.
func (p *pass) may(b check.Board, panel check.Panel, t check.Target) (int, bool) {
	for i, a := range allowed() {
		if a.reason == calm && p.eventful {
			continue
		}
		if a.uid == b.UID && a.panel == panel.Title && (a.query == "" || a.query == t.RefID) && slices.Contains(a.setups, p.setup) {
			return i, true
		}
	}
	return 0, false
}
