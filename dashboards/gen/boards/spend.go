// SPDX-License-Identifier: Apache-2.0

package boards

import (
	"didsms_exporter/dashboards/gen/build"
)

// spend is about money. What has an axis is shown once for each currency: no sum and
// no axis mixes two.
func spend() build.Board {
	return build.Board{
		UID: spendUID, Title: "DID SMS / Spend", From: "now/M",
		Description: "What did it cost, where does that lead, and which numbers cost most? The month to date and the budget are exact; other amounts are estimates of the range on view.",
		Variables: variables(
			build.Many("currency", "Currency", `label_values(didsms_account_info{job=~"$job",account=~"$account"}, currency)`),
		),
		Annotations: annotations(),
		Links:       links(),
		Rows: []build.Row{
			{Title: "Budget", Panels: spendBudget()},
			{Title: "Over time, $currency", Repeat: "currency", Panels: spendOverTime()},
			{Title: "Prices, $currency", Collapsed: true, Repeat: "currency", Panels: spendPrices()},
			{Title: "Ranking, $currency", Collapsed: true, Repeat: "currency", Panels: spendRanking()},
		},
	}
}

func spendBudget() []*build.Draft {
	const spent = "didsms_spend_total"
	return []*build.Draft{
		build.Stat("Month to date",
			"What have we spent this calendar month, exactly? In the account's time zone, by arrival; this and the invoice must agree. If not: didsms_exporter report prints it by number.").
			// Replicas count what each of them took in.
			Now(sum("account, currency", of("didsms_spend_month_to_date", ofAccount, ofCurrency)), "{{account}}, {{currency}}").
			Several().Size(5, 7).Cents().Color(build.Blue).Empty("Needs a store: --storage.path"),
		build.Bars("Monthly budget used",
			"How much of the budget is gone? Month to date by the configured budget. Ahead of the calendar: see the pace beside, then the ranking for who spends it.").
			Now(sum("account, currency", of("didsms_spend_month_to_date", ofAccount, ofCurrency))+" / on (account, currency) "+
				over("max", "account, currency", of("didsms_spend_budget", ofAccount, ofCurrency, `period="month"`)), "{{account}}, {{currency}}").
			Size(6, 7).Unit("percentunit", 1).Limits(0, 1).Steps(build.Blue, build.Step{From: 0.8, Color: build.Amber}, build.Step{From: 1, Color: build.Vermilion}).
			Empty("No budget set, or no store"),
		build.Stat("Pace per 30 days",
			"Where does this pace lead? The spend of the range on view, stretched to 30 days. Far above the budget: look for the day it began in the row Over time.").
			Now(sum("account, currency", rate(of(spent, ofAccount, ofCurrency), whole))+" * 86400 * 30", "{{account}}, {{currency}}").
			Several().Size(5, 7).Money(2).Color(build.Sky).Empty("Nothing was charged"),
		build.Stat("Spend in range",
			"What did we spend in the range on view? An estimate, per currency. For a bill take the month to date, or didsms_exporter report.").
			Now(sum("currency", increase(of(spent, ofAccount, ofCurrency), whole)), "{{currency}}").
			Several().Size(4, 7).Money(2).Color(build.Sky).Empty("Nothing was charged"),
		build.Stat("Paid for undelivered",
			"How much money bought nothing? Messages whose first final outcome was undelivered. More than some percent of the spend: see on the Overview which destination or number fails.").
			Now(sum("currency", increase(of("didsms_undelivered_spend_total", ofAccount, ofCurrency), whole)), "{{currency}}").
			Several().Size(4, 7).Money(2).Color(build.Vermilion).Link("Overview", toBoard(overviewUID, sameAccounts)).Empty("Nothing was charged"),
	}
}

func spendOverTime() []*build.Draft {
	const spent = "didsms_spend_total"
	return []*build.Draft{
		build.Counts("Spend by account, $currency",
			"When was it spent, and by whom? A bar is an amount. A bar that stands out: narrow the range to it and see the ranking.").
			Query(sum("account, currency", increase(of(spent, ofAccount, ofCurrency), bar)), "{{account}}, {{currency}}").
			Priced().Shades(build.Blue).Size(8, 8).Empty("Nothing was charged in this range"),
		build.Lines("Hourly spend against its usual level, $currency",
			"Is this hour unusual? Solid is the last hour, dashed what is usual: the dearer of the same hour last week and yesterday, in the first week the dearest hour so far. Three times as much may be an alert: see whether messages or prices grew.").
			Query(over("max", "account, currency", recorded("account_currency:didsms_spend:increase1h", ofAccount, ofCurrency)), "{{account}}, {{currency}}").
			Query(over("max", "account, currency", recorded("account_currency:didsms_spend:expected1h", ofAccount, ofCurrency)), "{{account}}, {{currency}}, usual").
			MinStep("1m").Floor(0).Priced().Shades(build.Blue).Usual("B").Size(8, 8).Empty("Nothing was charged, or the recording rules of didsms_exporter export are missing"),
		build.Counts("Inbound and outbound, $currency",
			"Which direction costs? A bar is an amount. Inbound that grows with nothing sent: somebody may be flooding a number, see the Overview.").
			Query(sum("direction, currency", increase(of(spent, ofAccount, ofCurrency), bar)), "{{direction}}, {{currency}}").
			Priced().PaintLike(directions()).Size(8, 8).Empty("Nothing was charged in this range"),
	}
}

func spendPrices() []*build.Draft {
	native, classic := cells("didsms_account_unit_price", ofAccount, outbound, ofCurrency)
	numbers, _ := cells("didsms_unit_price", ofAccount, outbound, ofCurrency)
	return []*build.Draft{
		build.Lines("Average price per segment, $currency",
			"Did prices or the mix of destinations move? By account and direction. A step: compare the vendor's price list; a slope: the mix, see the distribution.").
			Query(price("account, direction, currency", "account, direction", ofAccount, ofCurrency), "{{direction}}, {{account}}, {{currency}}").
			MinStep("5m").Floor(0).Priced().PaintLike(directions()).Size(8, 9).Empty("No priced messages in this range"),
		build.Heatmap("Outbound price distribution, $currency",
			"Which prices do we pay per segment? The more messages, the more a cell stands out; a new band is a new price or destination. Compare it with the price list.", "none", 4).
			Cells(native).Cells(classic).MinStep("5m").Size(8, 9).Empty("No priced outbound messages in this range"),
		build.Heatmap("Outbound price steps, $currency",
			"Which price steps do we pay, finer than above? The same from the histograms of single numbers, which only native histograms keep. A step of one number: find it in the table of last prices.", "none", 4).
			Cells(numbers).MinStep("5m").Size(8, 9).Empty("Needs native histograms on the server, and priced messages"),
		build.Table("Last seen unit price, $currency",
			"What is each number charged right now? The newest price per segment, by direction. One that differs from its neighbours: open the number and see when it moved.").
			Rows(over("max", "account, did, direction, currency", of("didsms_last_unit_price", ofAccount, ofCurrency))).
			Sorted("Price").
			Columns(nil,
				build.Column{From: "did", To: "Number", Width: 140, LinkTitle: "This number", LinkURL: toNumber()},
				build.Column{From: "Value", To: "Price", Unit: "locale", Decimals: 9},
				build.Column{From: "currency", To: "Currency", Width: 90},
				build.Column{From: "direction", To: "Direction"},
				build.Column{From: "account", To: "Account"},
			).Size(24, 9).Empty("No message with a price yet"),
	}
}

func spendRanking() []*build.Draft {
	const spent = "didsms_spend_total"
	return []*build.Draft{
		build.Table("Most expensive numbers, $currency",
			"Which numbers should we look at first? The spend of the range on view, what of it bought nothing, and the segments. Click a number to see whether messages, length or price made it dear.").
			Rows("topk by (currency) (20, "+sum("account, did, currency", increase(of(spent, ofAccount, ofCurrency), whole))+" > 0)").
			Rows(sum("account, did, currency", increase(of("didsms_undelivered_spend_total", ofAccount, ofCurrency), whole))).
			Rows("round("+sum("account, did", increase(of("didsms_billed_segments_total", ofAccount), whole))+")").
			Rows(over("max", "account, did, name", of("didsms_did_info", ofAccount))).
			Having("Value #A").Sorted("Spend").
			Columns([]string{"Value #D"},
				build.Column{From: "did", To: "Number", Width: 140, LinkTitle: "This number", LinkURL: toNumber()},
				build.Column{From: "Value #A", To: "Spend", Unit: "none", Decimals: 2, Width: 112},
				build.Column{From: "Value #B", To: "Undelivered", Unit: "none", Decimals: 2, Width: 112},
				build.Column{From: "currency", To: "Currency", Width: 90},
				build.Column{From: "Value #C", To: "Segments", Unit: "locale"},
				build.Column{From: "name", To: "Name"},
				build.Column{From: "account", To: "Account"},
			).Size(24, 10).Empty("Nothing was charged in this range"),
	}
}
