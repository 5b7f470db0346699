// SPDX-License-Identifier: Apache-2.0

package boards

import (
	"fmt"
	"time"

	"didsms_exporter/dashboards/gen/build"
)

// overviewNow fits on a screen without scrolling, above the first graphs. On a
// telephone, where panels lie below each other, the first two answer.
func overviewNow(p Parameters) []*build.Draft {
	return []*build.Draft{
		build.Stat("Alerts",
			"Has somebody been woken, or should somebody be? The number of alerts that fire now; without the rules of didsms_exporter export there is nothing to fire. Any: the table below names them, their runbooks say what to do first.").
			// None is only said of an exporter that is there: without one nothing is known.
			Now("count("+firing+") or 0 * count("+of("didsms_exporter_build_info")+")", "Firing").
			Unit("none", 0).Steps(build.Blue, build.Step{From: 1, Color: build.Vermilion}).Words(build.Word{Value: "0", Text: "none"}).
			Empty("No exporter on view"),
		build.Stat("Delivered share",
			"Are messages arriving, over the range on view? Only final receipts count. Below the objective: the row Delivery says since when, the row Where says which number.").
			Now(share("", whole, delivered, ofAccount), "Delivered").
			Unit("percentunit", 1).Steps(build.Vermilion, reached(p.Objective)...).
			Empty("No final receipts"),
		build.Stat("Final receipts",
			"How many outcomes is that share based on? Under a few dozen one failure moves it by percents. Take a longer range if there are few.").
			Now("round("+sum("", increase(of(receipts, ofAccount, final), whole))+")", "Receipts").
			Unit("locale", 0).Color(build.Blue).Empty("No final receipts"),
		build.Stat("Delivery time (p90)",
			"How long do recipients wait? Nine in ten delivered messages took less, from sending to receipt. In the colour of failing it is longer than export --latency takes for fine: see whether all are slow or only a tail in Delivery time below.").
			Now(quantile("0.9", "", "didsms_dr_delivery_latency_seconds", whole, ofAccount, delivered), "Delivery time").
			Unit("s", 1).Steps(build.Blue, slow(p.Latency)...).
			Empty("Nothing delivered"),
		build.Stat("Inbound messages",
			"How much are customers writing to us? Unusually few or many: compare with last week in the row Traffic.").
			Now("round("+sum("", increase(of("didsms_mo_messages_total", ofAccount), whole))+")", "Messages").
			Unit("locale", 0).Color(build.Green).Link("Numbers", toBoard(didUID, sameAccounts)).Empty("No messages in range"),
		build.Stat("Spend",
			"What did this cost, per currency? An estimate of the range on view. More than expected: the Spend board says which account and which number.").
			Now(sum("currency", increase(of("didsms_spend_total", ofAccount), whole)), "{{currency}}").
			Several().Money(2).Color(build.Sky).Link("Spend board", toBoard(spendUID, sameAccounts)).Empty("Nothing was charged"),
		build.Table("Last good callback",
			"Is anything still coming in, per account and kind? Much longer ago than usual: see on the Exporter board whether callbacks are refused, then check the callback address in the vendor's console.").
			Rows("time() - "+over("max", "account, kind", of("didsms_callback_last_accepted_timestamp_seconds", ofAccount)+" > 0")).
			Sorted("Ago").
			Columns(nil,
				build.Column{From: "account", To: "Account", LinkTitle: "Exporter board", LinkURL: toBoard(exporterUID, "&var-account=${__value.raw}")},
				build.Column{From: "kind", To: "Kind", Words: kinds()},
				build.Column{From: "Value", To: "Ago", Unit: "s", Steps: []build.Step{{From: 1800, Color: build.Amber}, {From: 7200, Color: build.Vermilion}}},
			).Size(10, 6).Empty("No callback accepted yet, or no exporter on view"),
		build.Table("Firing alerts",
			"What fires now, and for how long? Open the runbook that the alert's message links to; a click on a number leads to its board.").
			Rows(p.ranked(over("max", "alertname, severity, account, did", "time() - (ALERTS_FOR_STATE and ignoring (alertstate) "+firing+")"))).
			Ascending("Severity").
			Columns([]string{"severity"},
				build.Column{From: "alertname", To: "Alert", Width: 260},
				build.Column{From: "did", To: "Number", Width: 140, LinkTitle: "This number", LinkURL: toNumber()},
				build.Column{From: "account", To: "Account", LinkTitle: "Only this account", LinkURL: toBoard(overviewUID, "&var-account=${__value.raw}")},
				build.Column{From: "rank", To: "Severity", Width: 90, Words: p.severities()},
				build.Column{From: "Value", To: "Active for", Width: 100, Unit: "s"},
			).Size(14, 6).Empty("No alert fires, or no rules are loaded"),
	}
}

// firing are the alerts of the accounts on view, and those of no account.
const firing = `ALERTS{alertname=~"DidSms.+",alertstate="firing",account=~"$account|"}`

// slow are the thresholds of a delivery time.
func slow(latency time.Duration) []build.Step {
	return []build.Step{{From: latency.Seconds() / 2, Color: build.Amber}, {From: latency.Seconds(), Color: build.Vermilion}}
}

// severities are numbers here, since a table sorts by values and not by the words
// for them: in the alphabet info would come before warning.
func (p Parameters) severities() []build.Word {
	return []build.Word{
		{Value: "1", Text: p.Critical, Color: build.Vermilion}, {Value: "2", Text: p.Warning, Color: build.Amber}, {Value: "3", Text: p.Info, Color: build.Theme},
	}
}

// ranked adds the numbers as a label of their own: in the place of the words, a word
// that is a number would be taken for another one's. An alert that is not of the rules
// may have yet another word, which stays as it is.
func (p Parameters) ranked(expr string) string {
	expr = fmt.Sprintf("label_replace(%s, \"rank\", \"$1\", \"severity\", \"(.*)\")", expr)
	for _, s := range p.severities() {
		expr = fmt.Sprintf("label_replace(%s, \"rank\", %q, \"severity\", %q)", expr, s.Value, s.Text)
	}
	return expr
}
