// SPDX-License-Identifier: Apache-2.0

package boards

import (
	"didsms_exporter/dashboards/gen/build"
)

// did is one number: who it is, whether it delivers, how busy it is, what it costs.
func did(objective float64) build.Board {
	return build.Board{
		UID: didUID, Title: "DID SMS / DID detail", From: "now-24h",
		Description: "One number: does it deliver, is now unusual for it, what does it cost? Its single events are at the exporter: see the link Events.",
		Variables: variables(
			build.One("did", "Number", `label_values(didsms_did_info{job=~"$job",account=~"$account"}, did)`),
			// The currencies of this number: two of them never share an axis. Not called
			// currency, so that the choice made on the Spend board does not come along.
			build.Hidden(build.Many("money", "Currency", `label_values(didsms_spend_total{job=~"$job",account=~"$account",did=~"$did"}, currency)`)),
			build.Box("exporter", "Exporter", "Where your browser reaches the exporter's private door; the link Events begins with it", "http://localhost:9911"),
		),
		Annotations: annotations(),
		Links: links(build.Outward("Events of this number", "The number's single callbacks, at the exporter's debug page",
			"${exporter:raw}/debug/events?did=${did:percentencode}")),
		Rows: []build.Row{
			{Title: "Who", Panels: didWho(objective)},
			{Title: "Outcomes", Panels: didOutcomes()},
			{Title: "Traffic", Collapsed: true, Panels: didTraffic()},
			{Title: "Money, $money", Collapsed: true, Repeat: "money", Panels: didMoney()},
		},
	}
}

func didWho(objective float64) []*build.Draft {
	return []*build.Draft{
		build.Stat("Number",
			"Which number is this, and whose? Number, configured name, account. Wrong one: choose another above; without a name: give it one under dids: in the configuration.").
			Rows(`label_join(label_replace(`+over("max", "account, did, name", of("didsms_did_info", ofAccount, ofDID))+`, "account", "($1)", "account", "(.+)"), "who", " ", "did", "name", "account")`).
			Worded("who").Size(5, 5).Unit("none", 0).Color(build.Theme).Empty("No such number, or none yet"),
		build.Stat("Undelivered, last 30 min",
			"Does it fail now? The share of the final receipts of the last half hour, whatever the range on view. Far above its usual share, beside: see when it began in Delivery state below, and what the carrier says in Receipts by status.").
			Now(shareNow("did", ofAccount, ofDID), "Undelivered").
			Size(4, 5).Unit("percentunit", 1).Steps(build.Blue, badShare()...).
			Empty("None in 30 min"),
		build.Stat("Its usual share",
			"What undelivered share is normal for this number? The share of its past week, as the alerts use it; what the objective allows where there is no history, nothing without receipts in the last half hour or without the recording rules. High for good: the route is bad, not the day.").
			Now(over("max", "did", recorded("did:didsms_dr_undelivered_per_receipts:expected", ofAccount, ofDID)), "Usual").
			Size(3, 5).Unit("percentunit", 1).Color(build.Theme).Empty("Not recorded"),
		build.Gauge("How unusual is now",
			"Noise or incident? Standard deviations of the failures of the last half hour above the number's own week. Nothing without receipts in that time, or without the recording rules. From 4 on it may be one: see whether an alert fires, and open its runbook.").
			Now(over("max", "did", recorded("did:didsms_dr_undelivered:zscore30m", ofAccount, ofDID)), "Sigma").
			Size(4, 5).Unit("suffix:σ", 1).Limits(0, 10).Steps(build.Blue, sigmas()...).
			Empty("Not recorded"),
		build.Stat("Delivered in range",
			"Did it deliver, over the whole range on view? Only final receipts count. A long range hides what began just now: for that see the first ones. Low: see when it began in Delivery state below.").
			Now(share("", whole, delivered, ofAccount, ofDID), "Delivered").
			Size(3, 5).Unit("percentunit", 1).Steps(build.Vermilion, reached(objective)...).
			Empty("No receipts"),
		build.Stat("Last event",
			"Is the number alive in each direction? When the last callback of each kind was counted. Long ago: write to the number from a telephone and watch the link Events.").
			Now(over("max", "kind", of("didsms_did_last_event_timestamp_seconds", ofAccount, ofDID)+" > 0")+" * 1000", "{{kind}}").
			Several().Size(5, 5).Unit("dateTimeFromNow", 0).Color(build.Theme).Rename(kinds()).Empty("No event yet"),
	}
}

func didOutcomes() []*build.Draft {
	const latency = "didsms_did_delivery_latency_seconds"
	state := share("account, did", smooth, undelivered, ofAccount, ofDID)
	native, _ := cells("didsms_did_delivery_latency_seconds", ofAccount, ofDID)
	return []*build.Draft{
		build.States("Delivery state",
			"When did it start, when did it end? Fine is under 10 % undelivered, failing over 50 %; gaps are times without receipts. Take the start to what changed then: sender, text, route.").
			Query("("+state+" > bool 0.1) + ("+state+" > bool 0.5)", "{{account}}").
			// Colours by threshold would take the words' place in Grafana's timeline.
			MinStep("5m").Size(24, 4).Unit("none", 0).Color(build.Blue).
			Words(build.Word{Value: "0", Text: "fine", Color: build.Blue}, build.Word{Value: "1", Text: "degraded", Color: build.Amber},
				build.Word{Value: "2", Text: "failing", Color: build.Vermilion}).
			Empty("No final receipts in this range"),
		build.Counts("Receipts by status",
			"Which status does the carrier report? A bar is a number of receipts. REJECTD and DND are the sender's to mend, UNDELIVR and EXPIRED the route's or the recipient's.").
			Query(sum("status", increase(of(receipts, ofAccount, ofDID), bar)), "{{status}}").
			Paints(statuses()).Empty("No receipts in this range"),
		build.Lines("Delivery time",
			"Did receipts slow down before they failed? The 90th percentile; the mean where the server keeps no native histograms. Slower: compare with Delivery time on the Overview, to see whether it is this number alone.").
			Query(quantile("0.9", "did", latency, smooth, ofAccount, ofDID)+" or "+
				ratio(sum("did", rate(of(latency+"_sum", ofAccount, ofDID), smooth)), sum("did", rate(of(latency+"_count", ofAccount, ofDID), smooth))), "{{did}}").
			Exemplars().MinStep("1m").Free("s").Floor(0).Color(build.Blue).Empty("No delivered message in this range"),
		build.Heatmap("Distribution of delivery time",
			"Are all its messages slower, or only some? The more messages, the more a cell stands out. Two bands are two routes or two kinds of recipients: compare with the calling codes on the Overview. Needs native histograms.", "s", 0).
			Cells(native).Exemplars().MinStep("1m").Size(24, 7).Empty("Needs native histograms on the server, and delivered messages"),
	}
}

func didTraffic() []*build.Draft {
	return []*build.Draft{
		build.Counts("Messages in and out",
			"Is traffic normal? A bar is a number of inbound messages, or of final receipts for outbound ones. Only one direction missing: see Last event, then test that direction.").
			Query(sum("", increase(of("didsms_mo_messages_total", ofAccount, ofDID), bar)), "inbound").
			Query(sum("", increase(of(receipts, ofAccount, ofDID, final), bar)), "outbound").
			Paint("inbound", build.Green).Paint("outbound", build.Sky).Empty("No messages in this range"),
		build.Lines("Segments per outbound message",
			"Did somebody start sending long texts? One message of several segments is paid for several times. Segments by final receipts, of which a message has one, whatever was said of it on the way. A step up: a new text, or characters outside of the short alphabet.").
			Query(ratio(sum("did", rate(of("didsms_billed_segments_total", ofAccount, ofDID, outbound), smooth)),
				sum("did", rate(of(receipts, ofAccount, ofDID, final), smooth))), "{{did}}").
			MinStep("5m").Unit("none", 2).Floor(0).Color(build.Sky).Empty("No final receipts in this range"),
	}
}

// didMoney is shown once for each currency of the number.
func didMoney() []*build.Draft {
	const inMoney = `currency=~"$money"`
	return []*build.Draft{
		build.Lines("Average price per segment, $money",
			"Did the price move? By direction. A step: the vendor's price, or the mix of destinations, moved; compare the price list, then the Spend board.").
			Query(price("direction, currency", "direction", ofAccount, ofDID, inMoney), "{{direction}}, {{currency}}").
			MinStep("5m").Floor(0).Priced().PaintLike(directions()).
			Link("Spend board", toBoard(spendUID, sameAccounts)).Empty("No priced messages in this range"),
		build.Counts("Spend, $money",
			"What does this number cost? A bar is an amount. Higher than usual: more messages (Traffic above), longer ones, or dearer ones (beside).").
			Query(sum("direction, currency", increase(of("didsms_spend_total", ofAccount, ofDID, inMoney), bar)), "{{direction}}, {{currency}}").
			Priced().PaintLike(directions()).Empty("Nothing was charged in this range"),
	}
}

func directions() []build.Word {
	return []build.Word{{Value: "inbound", Color: build.Green}, {Value: "outbound", Color: build.Sky}}
}

// price is spend by segments. Segments have no currency, so the accounts of the
// spend's currency are chosen through it.
func price(by, segmentsBy string, matchers ...string) string {
	var unpriced []string
	for _, m := range matchers {
		if len(m) < 8 || m[:8] != "currency" {
			unpriced = append(unpriced, m)
		}
	}
	spent := rate(of("didsms_spend_total", matchers...), smooth)
	segments := rate(of("didsms_billed_segments_total", unpriced...), smooth) +
		" and ignoring (currency) " + of("didsms_spend_total", matchers...)
	return sum(by, spent) + " / on (" + segmentsBy + ") group_left () (" + sum(segmentsBy, segments) + " > 0)"
}
