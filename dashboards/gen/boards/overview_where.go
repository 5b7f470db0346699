// SPDX-License-Identifier: Apache-2.0

package boards

import (
	"strconv"

	"didsms_exporter/dashboards/gen/build"
)

func overviewWhere() []*build.Draft {
	const destinations = "didsms_destination_receipts_total"
	// Where there are few receipts, a single failure is unusual.
	sigma := over("max", "account, did", recorded("did:didsms_dr_undelivered:zscore30m", ofAccount)) +
		" and " + over("max", "account, did", recorded("did:didsms_dr_receipts:increase30m", ofAccount)) + " >= 5"
	return []*build.Draft{
		build.Table("Undelivered share by destination",
			"Is it one country? Calling codes with at least 10 final receipts in the range, the worst first. One far above the others: tell the vendor that route; all alike: look at the numbers beside.").
			Rows("topk(15, "+atLeast("account, calling_code", destinations, 10)+")").
			Rows("round("+sum("account, calling_code", increase(of(destinations, ofAccount, final), whole))+")").
			Having("Value #A").Sorted("Undelivered").
			Columns(nil,
				build.Column{From: "calling_code", To: "Calling code", Width: 108},
				build.Column{From: "Value #A", To: "Undelivered", Width: 112, Unit: "percentunit", Decimals: 1, Full: 1, Steps: badShare()},
				build.Column{From: "Value #B", To: "Receipts", Unit: "locale", Width: 100},
				build.Column{From: "account", To: "Account"},
			).Size(10, 9).Empty("No destination has 10 final receipts in this range"),
		build.Table("Numbers that need a look",
			"Is it one number, and is that unusual for it now? Sigma compares the last half hour with the number's own week: 4 and more may be an alert. Then come, by their share in the range on view, numbers with less than 5 final receipts in the half hour, or all of them where there are no recording rules. Click a number for its board.").
			Rows("topk(20, "+sigma+" or "+atLeast("account, did", receipts, 5)+" - 1)").
			Rows(sigma).
			Rows(shareNow("account, did", ofAccount)).
			Rows(over("max", "account, did", recorded("did:didsms_dr_undelivered_per_receipts:expected", ofAccount))).
			Rows(share("account, did", whole, undelivered, ofAccount)).
			Rows("round("+sum("account, did", increase(of(receipts, ofAccount, final), whole))+")").
			Rows(over("max", "account, did, name", of("didsms_did_info", ofAccount))).
			Having("Value #A").Sorted("Sigma", "In range").
			Columns([]string{"Value #A", "Value #G"},
				build.Column{From: "did", To: "Number", Width: 124, LinkTitle: "This number", LinkURL: toNumber()},
				build.Column{From: "Value #B", To: "Sigma", Unit: "none", Decimals: 1, Width: 80, Steps: sigmas()},
				build.Column{From: "Value #C", To: "Last 30 min", Width: 112, Unit: "percentunit", Decimals: 1, Full: 1, Steps: badShare()},
				build.Column{From: "Value #D", To: "Usual", Width: 86, Unit: "percentunit", Decimals: 1},
				build.Column{From: "Value #E", To: "In range", Width: 94, Unit: "percentunit", Decimals: 1, Steps: badShare()},
				build.Column{From: "Value #F", To: "Receipts", Unit: "locale", Width: 82},
				build.Column{From: "name", To: "Name"},
				build.Column{From: "account", To: "Account"},
			).Size(14, 9).Empty("No number has 5 final receipts in this range"),
	}
}

// atLeast is the share of failures where there are enough receipts to speak of one.
func atLeast(by, metric string, floor int) string {
	return sum(by, increase(of(metric, ofAccount, undelivered), whole)) + " / (" +
		sum(by, increase(of(metric, ofAccount, final), whole)) + " >= " + strconv.Itoa(floor) + ")"
}

// sigmas are the thresholds of how unusual a share of failures is.
func sigmas() []build.Step {
	return []build.Step{{From: 2, Color: build.Amber}, {From: 4, Color: build.Vermilion}}
}
