// SPDX-License-Identifier: Apache-2.0

package boards

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"didsms_exporter/dashboards/gen/build"
)

// overviewNow fits on a screen without scrolling, above the first graphs. On a
// telephone, where panels lie below each other, the first two answer, and the third
// names what fires.
func overviewNow(p Parameters) []*build.Draft {
	return []*build.Draft{
		build.Stat("Alerts",
			"Has somebody been woken, or should somebody be? What fires now, each alert of a number or account once; in the colour of failing if one of them is for now, of degraded if all can wait for the day, and without those for the weekly look. In the colour of degraded too where the rules of didsms_exporter export have recorded nothing, since then nothing may fire: see whether they are loaded. Any: the table of them says which, their runbooks say what to do first.").
			Now(p.alarm(), "{{worst}}").
			Size(4, 6).Unit("none", 0).Color(build.Blue).Paint("page", build.Vermilion).Paint("ticket", build.Amber).Paint("no rules", build.Amber).
			Words(build.Word{Value: "0", Text: "none"}, build.Word{Value: "-1", Text: "no rules"}).Empty("No exporter on view"),
		build.Stat("Delivered share",
			"Are messages arriving, over the range on view? Only final receipts count. Below the objective: the row Delivery says since when, the row Where says which number.").
			Now(share("", whole, delivered, ofAccount), "Delivered").
			Unit("percentunit", 1).Steps(build.Vermilion, reached(p.Objective)...).
			Size(4, 6).Empty("No final receipts"),
		build.Table("Firing alerts",
			"What fires now, and for how long? Of two severities of an alert the worse one. The names are in words, without the DidSms before them. Open the runbook that the alert's message links to; a click on a number leads to its board.").
			Rows(p.ranked(inWords(p.worst()))).
			Ordered("rank").
			// A telephone shows the first four.
			Columns([]string{"severity"},
				build.Column{From: "rank", To: "Severity", Width: 72, Words: p.severities()},
				build.Column{From: "did", To: "Number", Width: 124, LinkTitle: "This number", LinkURL: toNumber()},
				build.Column{From: "alertname", To: "Alert", AtLeast: 136, Wrap: true},
				build.Column{From: "Value", To: "For", Width: 70, Unit: "s"},
				build.Column{From: "account", To: "Account", Width: 110, LinkTitle: "Only this account", LinkURL: toBoard(overviewUID, "&var-account=${__value.raw}")},
			).Size(16, 6).Empty("No alert fires, or no rules are loaded"),
		build.Stat("Final receipts",
			"How many outcomes is that share based on? Under a few dozen one failure moves it by percents. Take a longer range if there are few.").
			Now("round("+sum("", increase(of(receipts, ofAccount, final), whole))+")", "Receipts").
			Size(4, 5).Unit("locale", 0).Color(build.Blue).Empty("No final receipts"),
		build.Stat("Delivery time (p90)",
			"How long do recipients wait? Nine in ten delivered messages took less, from sending to receipt. In the colour of failing it is longer than export --latency takes for fine: see whether all are slow or only a tail in Delivery time below.").
			Now(quantile("0.9", "", "didsms_dr_delivery_latency_seconds", whole, ofAccount, delivered), "Delivery time").
			Size(4, 5).Unit("s", 1).Steps(build.Blue, slow(p.Latency)...).
			Empty("Nothing delivered"),
		build.Stat("Inbound messages",
			"How much are customers writing to us? Unusually few or many: compare with what is usual in the row Traffic.").
			Now("round("+sum("", increase(of("didsms_mo_messages_total", ofAccount), whole))+")", "Messages").
			Size(4, 5).Unit("locale", 0).Color(build.Green).Link("Numbers", toBoard(didUID, sameAccounts)).Empty("No messages in range"),
		build.Stat("Spend",
			"What did this cost, per currency? An estimate of the range on view. More than expected: the Spend board says which account and which number.").
			Now(sum("currency", increase(of("didsms_spend_total", ofAccount), whole)), "{{currency}}").
			Several().Size(4, 5).Money(2).Color(build.Sky).Link("Spend board", toBoard(spendUID, sameAccounts)).Empty("Nothing was charged"),
		build.Table("Last good callback",
			"Is anything still coming in, per account and kind? Never, or much longer ago than usual: see on the Exporter board whether callbacks are refused, then check the callback address in the vendor's console.").
			Rows(sinceAccepted()).
			Sorted("Ago").
			Columns(nil,
				build.Column{From: "account", To: "Account", LinkTitle: "Exporter board", LinkURL: toBoard(exporterUID, "&var-account=${__value.raw}")},
				build.Column{From: "kind", To: "Kind", Words: kinds()},
				build.Column{From: "Value", To: "Ago", Unit: "s", Words: []build.Word{{Value: strconv.Itoa(never), Text: "never"}}, Steps: []build.Step{{From: 1800, Color: build.Amber}, {From: 7200, Color: build.Vermilion}}},
			).Size(8, 5).Empty("No exporter on view"),
	}
}

// never is in place of a number of seconds: longer than any, so that it comes first.
const never = 1e10

// sinceAccepted has a row for each account and kind, and one without a kind for an
// account of which nothing was accepted yet.
func sinceAccepted() string {
	last := of("didsms_callback_last_accepted_timestamp_seconds", ofAccount) + " > 0"
	return "time() - " + over("max", "account, kind", last) +
		fmt.Sprintf(" or (0 * %s + %.0f unless on (account) %s)", over("max", "account", of("didsms_account_info", ofAccount)), float64(never), last)
}

// alarm counts the alerts that somebody should see to, whatever their severities, and
// says in the label worst how soon. None is only said of an exporter that is there and
// has rules: without them nothing is known.
func (p Parameters) alarm() string {
	named := func(expr, worst string) string {
		return fmt.Sprintf(`label_replace(%s, "worst", %q, "", "")`, expr, worst)
	}
	count := "count(" + over("max", "alertname, account, did", firing(`severity!="`+p.Info+`"`)) + ")"
	return over("max", "worst",
		named(count+" and on () "+firing(`severity="`+p.Critical+`"`), "page")+
			" or on () "+named(count, "ticket")+
			" or on () "+named("0 * count("+of("didsms_exporter_build_info")+") and on () ("+strings.Join(ofEachFile(), " or ")+")", "none")+
			" or on () "+named("0 * count("+of("didsms_exporter_build_info")+") - 1", "no rules"))
}

// ofEachFile are series that the files of rules record, of which each stands alone. That of
// the exporter records nothing.
func ofEachFile() []string {
	var all []string
	for _, series := range []string{
		"job:didsms_exporter_uptime:seconds", "did:didsms_dr_receipts:increase30m", "account_result:didsms_callbacks:increase30m", "did_direction:didsms_billed_segments:increase1h",
	} {
		all = append(all, recorded(series))
	}
	return all
}

// worst has each alert of a number or account once, as the count of them has, with
// the seconds for which it has fired.
func (p Parameters) worst() string {
	since := func(matcher string) string {
		return over("max", "alertname, severity, account, did", "time() - (ALERTS_FOR_STATE and ignoring (alertstate) "+firing(matcher)+")")
	}
	critical, rest := `severity="`+p.Critical+`"`, `severity!="`+p.Critical+`"`
	return since(critical) + " or (" + since(rest) + " unless on (alertname, account, did) " + firing(critical) + ")"
}

// firing are the alerts of the jobs and accounts on view, and those of none.
func firing(matchers ...string) string {
	all := append([]string{`job=~"$job|"`, `alertname=~"DidSms.+"`, `alertstate="firing"`, `account=~"$account|"`}, matchers...)
	return "ALERTS{" + strings.Join(all, ",") + "}"
}

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

// inWords writes the alerts' names as words, DidSmsUnknownStatus as Unknown Status, so
// that a narrow column can break them. Each round parts the last two words that are
// still together; no name has more than four.
func inWords(expr string) string {
	expr = fmt.Sprintf(`label_replace(%s, "alertname", "$1", "alertname", "DidSms(.+)")`, expr)
	for range 3 {
		expr = fmt.Sprintf(`label_replace(%s, "alertname", "$1 $2", "alertname", "(.*[a-z])([A-Z].*)")`, expr)
	}
	return expr
}
