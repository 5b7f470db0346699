// SPDX-License-Identifier: Apache-2.0

package boards

import (
	"strconv"

	"didsms_exporter/dashboards/gen/build"
)

// overview answers "is it well?" in its first row; the next ones say since when and
// how bad, where, and whether the data itself is thin.
func overview(p Parameters) build.Board {
	return build.Board{
		UID: overviewUID, Title: "DID SMS / Overview", From: "now-24h",
		Description: "Is it well? The first row answers; the others say since when, how bad, and where.",
		Variables: variables(
			build.Box("objective", "Objective", "Share of final receipts that should say delivered; as given to: didsms_exporter export --objective", strconv.FormatFloat(p.Objective, 'f', -1, 64)),
		),
		Annotations: annotations(),
		Links:       links(),
		Rows: []build.Row{
			{Title: "Now", Panels: overviewNow(p)},
			{Title: "Delivery", Panels: overviewDelivery()},
			{Title: "Where", Panels: overviewWhere()},
			{Title: "Traffic", Panels: overviewTraffic()},
		},
	}
}

func overviewDelivery() []*build.Draft {
	native, classic := cells("didsms_dr_delivery_latency_seconds", ofAccount, delivered)
	return []*build.Draft{
		build.Lines("Undelivered share against its usual level",
			"Is today worse than this account's own week? Solid is now, dashed what is usual for the account. Well above: find the number or the destination in the row Where.").
			Query(share("account", smooth, undelivered, ofAccount), "{{account}}").
			Query(over("max", "account", recorded("account:didsms_dr_undelivered_per_receipts:expected", ofAccount)), "{{account}}, usual").
			MinStep("1m").Unit("percentunit", 1).Floor(0).Room(0.2).Shades(build.Vermilion).Usual("B").
			Link("Only ${__field.labels.account}", toBoard(overviewUID, "&var-account=${__field.labels.account}")).
			Empty("No final receipts in this range"),
		build.Counts("Receipts by outcome",
			"Did the failing part grow, or did traffic shrink? A bar is a number of receipts. Fewer bars in all: ask whether the application still sends; more of the failing colour: see the row Where.").
			Query(sum("outcome", increase(of(receipts, ofAccount), bar)), "{{outcome}}").
			Paints(outcomes()).Empty("No receipts in this range"),
		build.Lines("Error budget burn",
			"How fast is the objective being used up? 1 uses up exactly what the objective allows in 30 days; solid is the last hour, dashed the last six; the lines across are where alerts start. Above 3: treat it as an incident and see the row Where.").
			Query(burn("1h"), "{{account}}, last hour").
			Query(burn("6h"), "{{account}}, last 6 hours").
			MinStep("1m").Unit("suffix:×", 1).Floor(0).Axis("times the budget").Shades(build.Vermilion).Dashed("B").
			Lined("transparent", build.Step{From: 1, Color: build.Amber}, build.Step{From: 3, Color: build.Amber}, build.Step{From: 5, Color: build.Vermilion}, build.Step{From: 10, Color: build.Vermilion}).
			Empty("Needs the recording rules of didsms_exporter export, and receipts"),
		build.Heatmap("Delivery time",
			"Is everything slower, or only a tail? The more messages, the more a cell stands out. A band that climbs: the route is slow, tell the vendor; a few cells on top: follow a message id from an exemplar to /debug/events.", "s", 0).
			Cells(native).Exemplars().Cells(classic).Exemplars().MinStep("1m").Empty("No delivered message in this range"),
	}
}

// burn divides the share of failures by the one that the objective allows.
func burn(window string) string {
	return "max by (account) (" + recorded("account:didsms_dr_undelivered_per_receipts:ratio_increase"+window, ofAccount) + ") / (1 - $objective)"
}

func overviewTraffic() []*build.Draft {
	return []*build.Draft{
		build.Lines("Inbound messages",
			"Did customers stop writing, or start flooding? Solid is now, dashed what is usual: the least half hour around this time a week ago, in the first week around this time yesterday. Silent: write to a number from a telephone; flooded: see which number under DID detail.").
			Query(sum("account", rate(of("didsms_mo_messages_total", ofAccount), smooth))+" * 60", "{{account}}").
			Query(over("max", "account", recorded("account_kind:didsms_good_callbacks:expected30m", ofAccount, `kind="mo"`))+" / 30", "{{account}}, usual").
			MinStep("1m").Free("short").Axis("a minute").Floor(0).Shades(build.Green).Usual("B").
			Empty("No inbound messages in this range"),
		build.Counts("Rejected callbacks",
			"Are we throwing data away? A bar is a number of refused callbacks, by reason. Any that lasts: the Exporter board says of which account, and what to do about each reason.").
			Query(sum("result", increase(of("didsms_callbacks_total", fromAnyone, `result!~"accepted|duplicate"`), bar))+" > 0", "{{result}}").
			Paints(results()).Link("Exporter board", toBoard(exporterUID, sameAccounts)).
			Empty("Nothing was rejected in this range"),
	}
}
