// SPDX-License-Identifier: Apache-2.0

package boards

import (
	"strconv"

	"didsms_exporter/dashboards/gen/build"
)

func overviewWhere() []*build.Draft {
	const destinations = "didsms_destination_receipts_total"
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
			"Is it one number, and is that unusual for it? Numbers with at least 5 final receipts in the range, the worst first. Sigma compares the last half hour with the number's own week: 4 is an alert. Click a number for its board.").
			Rows("topk(20, "+atLeast("account, did", receipts, 5)+")").
			Rows("round("+sum("account, did", increase(of(receipts, ofAccount, final), whole))+")").
			Rows(over("max", "account, did", recorded("did:didsms_dr_undelivered:zscore30m", ofAccount))).
			Rows(over("max", "account, did, name", of("didsms_did_info", ofAccount))).
			Having("Value #A").Sorted("Undelivered").
			Columns([]string{"Value #D"},
				build.Column{From: "did", To: "Number", Width: 140, LinkTitle: "This number", LinkURL: toNumber()},
				build.Column{From: "Value #A", To: "Undelivered", Width: 112, Unit: "percentunit", Decimals: 1, Full: 1, Steps: badShare()},
				build.Column{From: "Value #C", To: "Sigma", Unit: "none", Decimals: 1, Width: 66, Steps: sigmas()},
				build.Column{From: "Value #B", To: "Receipts", Unit: "locale", Width: 82},
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
