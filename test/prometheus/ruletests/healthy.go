// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"time"
)

// healthyAll is an exporter with two accounts to which nothing happens for five
// hours, under all rules: no alert at all, not even a pending one.
func healthyAll() file {
	all := []series{
		{metric("up"), "=1 5h"},
		{metric("process_start_time_seconds"), "=0 5h"},
		{metric("didsms_exporter_build_info"), "=1 5h"},
		{metric("didsms_store_up"), "=1 5h"},
		{metric("didsms_store_commit_failures_total", `reason="full"`), "+0 5h"},
		{metric("didsms_tracked_dids_limit"), "=400 5h"},
		{metric("didsms_config_last_reload_successful"), "=1 5h"},
		{metric("didsms_dedupe_evictions_total", `reason="ttl"`), "+4 5h"},
		{metric("didsms_dedupe_evictions_total", `reason="capacity"`), "+0 5h"},
		callbacks("unknown", "unknown", "unknown_key", "+1/30 5h"),
	}
	for _, account := range []struct{ name, currency string }{{"main", "USD"}, {"second", "CNY"}} {
		of := label("account", account.name)
		add := func(name, script string, labels ...string) {
			all = append(all, series{metric(name, append([]string{of}, labels...)...), script})
		}
		for did := range 3 {
			number := fmt.Sprint(did + 1)
			all = append(all, receipts(account.name, number, "1/1:1/25 5h")...)
			add("didsms_mo_messages_total", "+1/3 5h", label("did", number))
			all = append(all, spent(account.name, number, account.currency, "+0.036 5h"), segments(account.name, number, "+1 5h"))
			add("didsms_did_max_silence_seconds", "=3600 5h", label("did", number), `kind="mo"`)
			add("didsms_did_last_event_timestamp_seconds", "now 5h", label("did", number), `kind="mo"`)
		}
		for _, kind := range []string{"mo", "dr"} {
			for _, result := range []string{"bad_signature", "stale", "future", "malformed", "unsupported", "overload", "error"} {
				all = append(all, callbacks(account.name, kind, result, "+0 5h"))
			}
			all = append(all, callbacks(account.name, kind, "accepted", "+3 5h"), callbacks(account.name, kind, "duplicate", "+1/20 5h"))
			add("didsms_event_time_errors_total", "+1/60 5h", label("kind", kind), `reason="negative"`)
			add("didsms_billing_field_errors_total", "+0 5h", label("kind", kind), `field="price"`)
		}
		for _, bucket := range []string{"60", "120", "300", "+Inf"} {
			add("didsms_dr_delivery_latency_seconds_bucket", "+3 5h", label("le", bucket), `outcome="delivered"`)
			add("didsms_mo_relay_delay_seconds_bucket", "+1 5h", label("le", bucket))
		}
		for _, outcome := range []string{"delivered", "undelivered"} {
			add("didsms_destination_receipts_total", map[string]string{"delivered": "+3 5h", "undelivered": "+1/8 5h"}[outcome], `calling_code="86"`, label("outcome", outcome))
		}
		add("didsms_callback_clock_offset_seconds", "=0.4 5h")
		add("didsms_dr_unknown_statuses_total", "+0 5h")
		add("didsms_duplicate_conflicts_total", "+0 5h")
		add("didsms_did_overflow_events_total", "+0 5h")
		add("didsms_tracked_dids", "=3 5h")
		all = append(all, monthly(account.name, account.currency, "=10000 5h"), series{metric("didsms_spend_month_to_date", of, label("currency", account.currency)), "+0.1 5h"})
	}
	return file{name: "healthy.fast", areas: areas(), every: time.Minute, tests: []test{{"a healthy exporter for five hours", []scenario{
		{name: "nothing fires, nothing is even pending", pending: true, series: all, want: []want{quiet("5m..5h")}},
	}}}}
}
