// SPDX-License-Identifier: Apache-2.0

package rulelint

// of makes bad alerts of expressions, each to be found with the same words.
func of(words string, expressions ...string) (all []bad) {
	for _, expr := range expressions {
		all = append(all, bad{group(alert(expr)), words})
	}
	return all
}

func badAlone() []bad {
	return append(of("neither in the catalogue nor recorded",
		`didsms_no_such_metric > 0`, `rate(didsms_mo_message_total[5m]) > 0`, `account:nothing:sum > 0`, `up > 0 and node_load1 > 1`),
		bad{group(record("a:b:c", `d:e:f`), record("d:e:f", `up`)), "or below"},
		bad{group(record("a:b:c", `a:b:c or up`)), "or below"},
		bad{group(record("a:b:c", `up`)) + "---\n" + group(alert(`a:b:c > 0`)), "recorded only in bad0.yml"},
	)
}

func badLabels() []bad {
	all := of("has no label", `didsms_store_up{account="main"} == 0`, `increase(didsms_mo_messages_total{outcome="delivered"}[5m]) > 0`,
		`sum without (status) (increase(didsms_mo_messages_total[5m])) > 0`, `sum by (dids) (increase(didsms_mo_messages_total[5m])) > 0`)
	return append(all, bad{group(record("did:x:y", `sum without (instance) (increase(didsms_mo_messages_total[5m]))`), alert(`did:x:y{kind="mo"} > 0`)), "has no label kind"})
}

func badValues() []bad {
	return append(of("there are",
		`increase(didsms_dr_receipts_total{outcome="undeliverd"}[5m]) > 0`,
		`increase(didsms_dr_receipts_total{outcome=~"delivered|failed"}[5m]) > 0`,
		`increase(didsms_dr_receipts_total{status!="UNDELIV"}[5m]) > 0`,
		`increase(didsms_callbacks_total{result=~"bad_sig"}[5m]) > 0`,
		`increase(didsms_callbacks_total{result=~"x.+"}[5m]) > 0`,
		`increase(didsms_callbacks_total{kind="MO"}[5m]) > 0`,
		`increase(didsms_billing_field_errors_total{field="receiveTime"}[5m]) > 0`,
		`increase(didsms_spend_total{direction="out"}[5m]) > 0`,
		`increase(didsms_event_time_errors_total{reason="capacity"}[5m]) > 0`,
		`increase(didsms_dedupe_evictions_total{reason="full"}[5m]) > 0`,
		`increase(didsms_store_commit_failures_total{reason="ttl"}[5m]) > 0`),
		bad{group(record("account_result:x:y", `sum without (kind) (increase(didsms_callbacks_total[5m]))`), alert(`account_result:x:y{result="ok"} > 0`)), `"ok" is no result`})
}

func badRegex() []bad {
	return append(of("is no pattern", `up{job=~"didsms-exporter"} == 0`, `up{job!~"x"} == 0`, `up{job=~""} == 0`),
		of("anchored anyway", `up{job=~"^a.*"} == 0`, `up{job=~"a|b$"} == 0`)...)
}

func badFar() []bad {
	return append(of("back, over", `up offset 9d == 0`, `avg_over_time(up[9d]) < 1`, `avg_over_time(up[5d] offset 4d) < 1`,
		`max_over_time(avg_over_time(up[1d])[7d:1h] offset 1d) < 1`), of("from the future", `up offset -5m == 0`)...)
}

func badCounters() []bad {
	return of("use increase or rate", `didsms_mo_messages_total > 0`, `max_over_time(didsms_mo_messages_total[5m]) > 0`, `delta(didsms_mo_messages_total[5m]) > 0`,
		`didsms_mo_messages_total - didsms_mo_messages_total offset 5m > 0`, `didsms_callback_duration_seconds_sum > 1`,
		`histogram_quantile(0.9, didsms_callback_duration_seconds_bucket) > 1`, `histogram_quantile(0.9, didsms_callback_duration_seconds) > 1`,
		`deriv(didsms_callback_duration_seconds_count[5m]) > 1`, `changes(didsms_spend_total[5m]) > 1`)
}

func badIncreases() []bad {
	all := append(of("which is no counter", `rate(didsms_store_size_bytes[5m]) > 0`, `increase(up[5m]) > 0`, `resets(didsms_spend_month_to_date[5m]) > 0`),
		of("over a subquery", `increase(sum(didsms_mo_messages_total)[5m:1m]) > 0`)...)
	return append(all, bad{group(record("did:x:y", `increase(didsms_mo_messages_total[5m])`), alert(`rate(did:x:y[5m]) > 0`)), "which is no counter"})
}

func badShort() []bad {
	return append(of("under four scrapes", `increase(didsms_mo_messages_total[30s]) > 0`, `max_over_time(up[45s]) == 0`),
		of("last two samples", `irate(didsms_mo_messages_total[5m]) > 0`, `idelta(up[5m]) > 0`)...)
}

func badQuantiles() []bad {
	all := of("lost its label le", `histogram_quantile(0.9, sum by (account) (rate(didsms_mo_relay_delay_seconds_bucket[5m]))) > 1`,
		`histogram_quantile(0.9, sum without (instance, le) (rate(didsms_mo_relay_delay_seconds_bucket[5m]))) > 1`)
	all = append(all, of("native only", `histogram_quantile(0.9, rate(didsms_did_delivery_latency_seconds_bucket[5m])) > 1`)...)
	all = append(all, of("is no histogram", `histogram_quantile(0.9, rate(didsms_mo_messages_total[5m])) > 1`)...)
	return append(all, of("not between 0 and 1", `histogram_quantile(90, rate(didsms_mo_relay_delay_seconds[5m])) > 1`)...)
}

func badStock() []bad {
	all := of("without feature flags", `limitk(1, up) > 0`, `mad_over_time(up[5m]) > 0`, `info(up) > 0`, `sort_by_label(up, "job") > 0`,
		`ts_of_max_over_time(up[5m]) > 0`, `up / fill (0) up > 0`)
	all = append(all, of("has no function", `double_exponential_smoothing(up[5m], 0.5, 0.5) > 0`, `histogram_avg(rate(didsms_mo_relay_delay_seconds[5m])) > 0`,
		`first_over_time(up[5m]) > 0`, `histogram_stddev(rate(didsms_mo_relay_delay_seconds[5m])) > 0`)...)
	all = append(all, of("need a feature flag", `increase(didsms_mo_messages_total[5m] anchored) > 0`, `rate(didsms_mo_messages_total[5m] smoothed) > 0`)...)
	all = append(all, of("looks at now", `up @ 0 == 0`, `up @ end() == 0`, `up offset (1m + 1m) == 0`)...)
	all = append(all, of("computes its range", `max_over_time(up[1m * 2]) == 0`, `max_over_time(up[5m:1m + 1m]) == 0`)...)
	all = append(all, of("as a number", `time() - process_start_time_seconds > 45m`)...)
	return append(all, of("no operator", `rate(didsms_mo_relay_delay_seconds[5m]) >/ 5`)...)
}
