// SPDX-License-Identifier: Apache-2.0

package boards

import (
	"didsms_exporter/dashboards/gen/build"
)

// exporterDelays keeps three delays apart that have three different causes.
func exporterDelays() []*build.Draft {
	return []*build.Draft{
		build.Lines("Transport delay (p90)",
			"Is the network or a proxy in the way? From the vendor's signing (ts header) to the arrival here. High on all accounts: look at the proxy; on one: at that account's callback address.").
			Query(quantile("0.9", "account", "didsms_callback_transport_delay_seconds", smooth, ofAccount), "{{account}}").
			MinStep("1m").Size(8, 8).Free("s").Floor(0).Shades(build.Blue).Empty("No new callbacks in this range"),
		build.Lines("Clock offset",
			"Whose clock is wrong? Arrival minus the ts header of the newest callback; negative means that the vendor's clock is ahead. Beyond a minute: check NTP here first.").
			Query(over("max", "account, instance", of("didsms_callback_clock_offset_seconds", ofAccount)), "{{account}}, {{instance}}").
			Size(8, 8).Free("s").Shades(build.Blue).Empty("No callback with a good signature yet"),
		build.Lines("Relay delay of inbound messages",
			"Is the vendor working off a backlog? The median from receiveTime to the arrival here. Whole hours: the account's time_zone is wrong; else ask the vendor.").
			Query(quantile("0.5", "account", "didsms_mo_relay_delay_seconds", smooth, ofAccount), "{{account}}").
			MinStep("1m").Size(8, 8).Free("s").Floor(0).Shades(build.Green).Empty("No inbound messages in this range"),
	}
}

// exporterQuality is what the vendor sent and we could not use.
func exporterQuality() []*build.Draft {
	bars := func(metric, by string) string { return sum(by, increase(of(metric, ofAccount), bar)) }
	return []*build.Draft{
		build.Counts("Unusable receiveTime",
			"Is the account's time zone set right? A bar is a number of callbacks whose time lay in the future (negative), over a week back (too_old), or was no time (unparsable). Many: correct time_zone of the account.").
			Query(bars("didsms_event_time_errors_total", "account, reason"), "{{reason}}, {{account}}").
			Size(8, 8).PaintLike([]build.Word{{Value: "negative", Color: build.Amber}, {Value: "too_old", Color: build.Sky}, {Value: "unparsable", Color: build.Vermilion}}).
			Empty(noSeries),
		build.Counts("Refused prices and sizes",
			"Is money missing? A bar is a number of callbacks whose price or size could not be used: counted, but not charged. Any: find one under Events of its number, then ask the vendor.").
			Query(bars("didsms_billing_field_errors_total", "account, field"), "{{field}}, {{account}}").
			Size(8, 8).PaintLike([]build.Word{{Value: "price", Color: build.Vermilion}, {Value: "size", Color: build.Amber}}).
			Empty(noSeries),
		build.Counts("Oddities",
			"Has the vendor changed something? Unknown statuses and changed contents under a known message id mean a new format or a replay; status changes are late corrections; overflow means that max_dids is reached.").
			Query(bars("didsms_dr_unknown_statuses_total", "account"), "unknown status, {{account}}").
			Query(bars("didsms_duplicate_conflicts_total", "account"), "changed content, {{account}}").
			Query(bars("didsms_dr_status_changes_total", "account"), "status change, {{account}}").
			Query(bars("didsms_did_overflow_events_total", "account"), "overflow, {{account}}").
			Size(8, 8).PaintLike([]build.Word{
			{Value: "unknown status", Color: build.Purple},
			{Value: "changed content", Color: build.Vermilion},
			{Value: "status change", Color: build.Grey},
			{Value: "overflow", Color: build.Amber},
		}).Empty(noSeries),
	}
}
