// SPDX-License-Identifier: Apache-2.0

package collector

import (
	"maps"
	"slices"

	"github.com/prometheus/client_golang/prometheus"

	"didsms_exporter/internal/sms"
)

// catalogue holds the descriptors of what the ledger shows. Names and labels are
// an interface that dashboards, rules and other people's queries depend on.
type catalogue struct {
	moMessages, drReceipts, segments, spend, undelivered *prometheus.Desc
	lastPrice, lastEvent, didInfo, maxSilence            *prometheus.Desc

	counters                                   map[sms.CounterName]*prometheus.Desc
	lastAccepted                               *prometheus.Desc
	conflicts, tracked, trackedLimit, overflow *prometheus.Desc
	budget, monthToDate, accountInfo           *prometheus.Desc
}

func newCatalogue() *catalogue {
	desc := prometheus.NewDesc
	return &catalogue{
		moMessages: desc("didsms_mo_messages_total",
			"Inbound messages (MO) of the number, each counted once.",
			[]string{"account", "did"}, nil),
		drReceipts: desc("didsms_dr_receipts_total",
			"Delivery receipts (DR) of the number by status; outcome is a function of status. A later, different status of one message is one more receipt.",
			[]string{"account", "did", "status", "outcome"}, nil),
		segments: desc("didsms_billed_segments_total",
			"Billing count (size) of messages, once per message.",
			[]string{"account", "did", "direction"}, nil),
		spend: desc("didsms_spend_total",
			"Price times size of messages, once per message, in units of the currency label, which comes from configuration since callbacks name none. Assumes that every message is charged, delivered or not.",
			[]string{"account", "did", "direction", "currency"}, nil),
		undelivered: desc("didsms_undelivered_spend_total",
			"Price times size of messages whose first final outcome was undelivered, in units of the currency label. Never taken back.",
			[]string{"account", "did", "currency"}, nil),
		lastPrice: desc("didsms_last_unit_price",
			"Unit price of the newest callback of the number, in units of the currency label.",
			[]string{"account", "did", "direction", "currency"}, nil),
		lastEvent: desc("didsms_did_last_event_timestamp_seconds",
			"When the last callback of the number was counted, in seconds since the epoch.",
			[]string{"account", "did", "kind"}, nil),
		didInfo: desc("didsms_did_info",
			"Configured name and calling code of a tracked number. Always 1.",
			[]string{"account", "did", "name", "calling_code"}, nil),
		maxSilence: desc("didsms_did_max_silence_seconds",
			"Longest silence that the configuration allows the number, in seconds.",
			[]string{"account", "did", "kind"}, nil),

		lastAccepted: desc("didsms_callback_last_accepted_timestamp_seconds",
			"When the last new callback of the account was accepted, in seconds since the epoch.",
			[]string{"account", "kind"}, nil),
		counters: map[sms.CounterName]*prometheus.Desc{
			sms.CounterTimeErrors: desc("didsms_event_time_errors_total",
				"receiveTime values that could not be used: after the arrival, over seven days before it, or unparsable. Many of them mean a wrong time_zone of the account.",
				[]string{"account", "kind", "reason"}, nil),
			sms.CounterBillingErrors: desc("didsms_billing_field_errors_total",
				"price or size values that were refused; their messages count, but add no money.",
				[]string{"account", "kind", "field"}, nil),
			sms.CounterDestinations: desc("didsms_destination_receipts_total",
				"Delivery receipts by calling code of the recipient; at most 60 codes, then other.",
				[]string{"account", "calling_code", "outcome"}, nil),
			sms.CounterUnknownStatuses: desc("didsms_dr_unknown_statuses_total",
				"Delivery receipts whose smsStatus this exporter does not know.",
				[]string{"account"}, nil),
			sms.CounterStatusChanges: desc("didsms_dr_status_changes_total",
				"Delivery receipts for a message that had another status before.",
				[]string{"account"}, nil),
		},
		conflicts: desc("didsms_duplicate_conflicts_total",
			"Duplicates whose content differs from what was counted: a fault of the sender, or a replay with a leaked secret.",
			[]string{"account"}, nil),
		tracked: desc("didsms_tracked_dids",
			"Numbers that have series of their own.",
			[]string{"account"}, nil),
		trackedLimit: desc("didsms_tracked_dids_limit",
			"How many numbers may have series of their own (max_dids), over all accounts.",
			nil, nil),
		overflow: desc("didsms_did_overflow_events_total",
			"Events counted under did=\"other\" because the limit of tracked numbers was reached.",
			[]string{"account"}, nil),
		budget: desc("didsms_spend_budget",
			"Configured budget in units of the currency label.",
			[]string{"account", "currency", "period"}, nil),
		monthToDate: desc("didsms_spend_month_to_date",
			"Spend of the current calendar month in the account's time_zone, by arrival, in units of the currency label. Exact; with a durable store only.",
			[]string{"account", "currency"}, nil),
		accountInfo: desc("didsms_account_info",
			"Configuration of the account. Always 1.",
			[]string{"account", "currency", "timezone", "signature"}, nil),
	}
}

func (c *catalogue) all() []*prometheus.Desc {
	return append(slices.Collect(maps.Values(c.counters)),
		c.moMessages, c.drReceipts, c.segments, c.spend, c.undelivered,
		c.lastPrice, c.lastEvent, c.didInfo, c.maxSilence,
		c.lastAccepted, c.conflicts, c.tracked, c.trackedLimit, c.overflow,
		c.budget, c.monthToDate, c.accountInfo,
	)
}
