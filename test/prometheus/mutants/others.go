// SPDX-License-Identifier: Apache-2.0

package main

func in(area string) func(name, from, to string, times ...int) mutant {
	return func(name, from, to string, times ...int) mutant {
		m := mutant{area: area, name: name, old: from, new: to}
		if len(times) > 0 {
			m.times = times[0]
		}
		return m
	}
}

func traffic() []mutant {
	t := in("traffic")
	return []mutant{
		t("silence: half a callback is one", "account:didsms_good_callbacks:increase30m < 0.5", "account:didsms_good_callbacks:increase30m < 30", 2),
		t("silence: never", "account:didsms_good_callbacks:increase30m < 0.5", "account:didsms_good_callbacks:increase30m < 0", 2),
		t("silence: after recovery", "(account:didsms_good_callbacks:increase30m < 0.5 and sum_over_time(", "(sum_over_time("),
		t("silence: at once for few", "account:didsms_good_callbacks:expected30m[2h:30m]) >= 60", "account:didsms_good_callbacks:expected30m[2h:30m]) >= 6000"),
		t("silence: for hardly any", "account:didsms_good_callbacks:expected30m[2h:30m]) >= 60", "account:didsms_good_callbacks:expected30m[2h:30m]) >= 6"),
		t("silence: the edges of the day", "min_over_time(account_kind:didsms_good", "avg_over_time(account_kind:didsms_good", 2),
		t("silence: no count", "account:didsms_good_callbacks:expected30m >= 60", "account:didsms_good_callbacks:expected30m >= 0"),
		t("silence: ten times the count", "account:didsms_good_callbacks:expected30m >= 60", "account:didsms_good_callbacks:expected30m >= 600"),
		t("silence: no guard on uptime", "job:didsms_exporter_uptime:seconds > 2700", "job:didsms_exporter_uptime:seconds > 0", 3),
		t("silence: two weeks of uptime", "job:didsms_exporter_uptime:seconds > 2700", "job:didsms_exporter_uptime:seconds > 1209600", 3),
		t("receipts: four times the share", `{kind="dr"} < 0.05`, `{kind="dr"} < 0.2`),
		t("receipts: a tenth of the share", `{kind="dr"} < 0.05`, `{kind="dr"} < 0.005`),
		t("receipts: no count", `expected30m{kind="dr"} >= 20`, `expected30m{kind="dr"} >= 0`),
		t("inbound: four times the share", `{kind="mo"} < 0.05`, `{kind="mo"} < 0.2`),
		t("inbound: a tenth of the share", `{kind="mo"} < 0.05`, `{kind="mo"} < 0.005`),
		t("inbound: no count", `expected30m{kind="mo"} >= 20`, `expected30m{kind="mo"} >= 0`),
		t("kinds swapped", `increase30m{kind="mo"} <`, `increase30m{kind="dr"} <`),
		t("duplicates are no sign of life", `result=~"accepted|duplicate"`, `result=~"accepted"`),
		t("refused ones are a sign of life", `,result=~"accepted|duplicate"`, ``),
		t("the week before is not asked", "min_over_time(account_kind:didsms_good_callbacks:increase30m[1h] offset 167h30m)\n          or\n          ", ""),
		t("yesterday is not asked", "          or\n          min_over_time(account_kind:didsms_good_callbacks:increase30m[1h] offset 23h30m)\n", ""),
		t("limit: half", "max without (instance, pod, container, endpoint) (didsms_did_max_silence_seconds)\n", "max without (instance, pod, container, endpoint) (didsms_did_max_silence_seconds) / 2\n"),
		t("limit: twice", "max without (instance, pod, container, endpoint) (didsms_did_max_silence_seconds)\n", "max without (instance, pod, container, endpoint) (didsms_did_max_silence_seconds) * 2\n"),
		t("limit: added up over replicas", "max without (instance, pod, container, endpoint) (didsms_did_max_silence_seconds)\n", "sum without (instance, pod, container, endpoint) (didsms_did_max_silence_seconds)\n"),
		t("limit: the deafest replica counts", "min without (instance, pod, container, endpoint) (time() - didsms_did_last_event_timestamp_seconds)", "max without (instance, pod, container, endpoint) (time() - didsms_did_last_event_timestamp_seconds)"),
		t("limit: a number without an event is forgotten", "            or\n            min without (instance, pod, container, endpoint) (time() - (didsms_did_max_silence_seconds * 0 + on (job, instance) group_left () process_start_time_seconds))\n", ""),
		t("flood: no count", "did:didsms_mo_messages:increase15m >= 50", "did:didsms_mo_messages:increase15m >= 0"),
		t("flood: twice the count", "did:didsms_mo_messages:increase15m >= 50", "did:didsms_mo_messages:increase15m >= 100"),
		t("flood: half the factor", "> 8 * clamp_min", "> 3 * clamp_min"),
		t("flood: ten times the factor", "> 8 * clamp_min", "> 80 * clamp_min"),
		t("flood: no history is none", "(did:didsms_mo_messages:increase15m unless did:didsms_mo_messages:hourly_avg7d) >= 500", "did:didsms_mo_messages:increase15m >= 250"),
		t("flood: twice 500", "unless did:didsms_mo_messages:hourly_avg7d) >= 500", "unless did:didsms_mo_messages:hourly_avg7d) >= 1000"),
		t("flood: an hour is history", "count_over_time(did:didsms_mo_messages:increase6h[7d:6h] offset 1h) >= 4", "count_over_time(did:didsms_mo_messages:increase6h[7d:6h] offset 1h) >= 1"),
		t("flood: a replica each", "sum without (instance, pod, container, endpoint) (increase(didsms_mo_messages_total[15m]))", "sum without (pod, container, endpoint) (increase(didsms_mo_messages_total[15m]))"),
	}
}

func spend() []mutant {
	s := in("spend")
	return []mutant{
		s("burn: half of 14.4", "> 14.4", "> 7.2", 2),
		s("burn: twice 14.4", "> 14.4", "> 28.8", 2),
		s("burn: half of 6", "> 6\n", "> 3\n", 2),
		s("burn: twice 6", "> 6\n", "> 12\n", 2),
		s("burn: no short window, 5m", "account_currency:didsms_spend_budget:month > 14.4\n        for", "account_currency:didsms_spend_budget:month >= 0\n        for"),
		s("burn: no short window, 30m", "account_currency:didsms_spend_budget:month > 6\n        for", "account_currency:didsms_spend_budget:month >= 0\n        for"),
		s("burn: no long window, 1h", "account_currency:didsms_spend_budget:month > 14.4\n          and", "account_currency:didsms_spend_budget:month >= 0\n          and"),
		s("burn: no long window, 6h", "account_currency:didsms_spend_budget:month > 6\n          and", "account_currency:didsms_spend_budget:month >= 0\n          and"),
		s("budgets of replicas add up", "max without (instance, pod, container, endpoint, period)", "sum without (instance, pod, container, endpoint, period)"),
		s("a budget of any period", `didsms_spend_budget{period="month"}`, `didsms_spend_budget`),
		s("spend of one replica", "sum without (instance, pod, container, endpoint) (increase(didsms_spend_total[1h]))", "max without (instance, pod, container, endpoint) (increase(didsms_spend_total[1h]))"),
		s("currencies are added, 1h", "sum without (did, direction) (did_direction_currency", "sum without (did, direction, currency) (did_direction_currency"),
		s("exceeded: replicas add up", "max without (instance, pod, container, endpoint) (didsms_spend_month_to_date)", "sum without (instance, pod, container, endpoint) (didsms_spend_month_to_date)"),
		s("exceeded: twice", "          > account_currency:didsms_spend_budget:month\n", "          > 2 * account_currency:didsms_spend_budget:month\n"),
		s("exceeded: half", "          > account_currency:didsms_spend_budget:month\n", "          > 0.5 * account_currency:didsms_spend_budget:month\n"),
		s("spike: twice is enough", "> 3 * account_currency", "> 1.5 * account_currency"),
		s("spike: six times", "> 3 * account_currency", "> 6 * account_currency"),
		s("spike: no floor", "account_currency:didsms_spend:increase1h > 5\n", "account_currency:didsms_spend:increase1h > 0\n"),
		s("spike: ten times the floor", "account_currency:didsms_spend:increase1h > 5\n", "account_currency:didsms_spend:increase1h > 500\n"),
		s("spike: last week is not asked", "          account_currency:didsms_spend:week_ago1h >= account_currency:didsms_spend:yesterday1h\n          or\n", ""),
		s("spike: yesterday is not asked", "          account_currency:didsms_spend:yesterday1h\n          or\n          account_currency:didsms_spend:week_ago1h\n", "          account_currency:didsms_spend:week_ago1h\n"),
		s("spike: the first hour is a whole one", "          and\n          count_over_time(account_currency:didsms_spend:increase30m[30m] offset 25h) > 0\n", ""),
		s("spike: the first hour is a whole one, a week later", "          and\n          count_over_time(account_currency:didsms_spend:increase30m[30m] offset 169h) > 0\n", ""),
		s("price: half the shift", ") > 0.2\n", ") > 0.1\n"),
		s("price: thrice the shift", ") > 0.2\n", ") > 0.6\n"),
		s("price: only upward", "          abs(\n", "          (\n"),
		s("price: no count", "did_direction:didsms_billed_segments:increase6h >= 50", "did_direction:didsms_billed_segments:increase6h >= 0"),
		s("price: the spread does not matter", "> 4 * stddev_over_time", "> 0 * stddev_over_time"),
		s("price: two days are not needed", "[7d:6h] offset 6h) >= 8", "[7d:6h] offset 6h) >= 1"),
	}
}

func intake() []mutant {
	i := in("intake")
	return []mutant{
		i("rejected: half the count", `future|malformed|unsupported"}) >= 5`, `future|malformed|unsupported"}) >= 2`, 2),
		i("rejected: ten times the count", `future|malformed|unsupported"}) >= 5`, `future|malformed|unsupported"}) >= 50`, 2),
		i("rejected: good ones beside them do not matter", "              unless\n              sum without (result) (account_result:didsms_callbacks:increase15m{result=~\"accepted|duplicate\"}) > 0.5\n", ""),
		i("rejected: good ones beside them do not matter, 5m", "              unless\n              sum without (result) (account_result:didsms_callbacks:increase5m{result=~\"accepted|duplicate\"}) > 0.5\n", ""),
		i("rejected: duplicates are not good", `increase15m{result=~"accepted|duplicate"}) > 0.5`, `increase15m{result=~"accepted"}) > 0.5`),
		i("rejected: the unknown account too", `account!="unknown",result=~"bad_signature|`, `result=~"bad_signature|`, 2),
		i("rejected: signatures only", `"bad_signature|stale|future|malformed|unsupported"`, `"bad_signature"`, 3),
		i("rejected: five minutes are enough for an idle account", `{result=~"accepted|duplicate"} offset 5m) >= 30`, `{result=~"accepted|duplicate"} offset 5m) >= 0`),
		i("rejected: a busy account has to wait", `{result=~"accepted|duplicate"} offset 5m) >= 30`, `{result=~"accepted|duplicate"} offset 5m) >= 30000`),
		i("rejected: long after the last one", "          and\n          sum without (result) (account_result:didsms_callbacks:increase5m{result=~\"bad_signature|stale|future|malformed|unsupported\"}) > 0.5\n", ""),
		i("signatures: no share", "          > 0.05\n", "          > 0\n"),
		i("signatures: five times the share", "          > 0.05\n", "          > 0.25\n"),
		i("signatures: no count", `result="bad_signature"}) >= 10`, `result="bad_signature"}) >= 0`),
		i("signatures: half the count", `result="bad_signature"}) >= 10`, `result="bad_signature"}) >= 5`),
		i("signatures: twice the count", `result="bad_signature"}) >= 10`, `result="bad_signature"}) >= 20`),
		i("signatures: the unknown account too", `account!="unknown",result="bad_signature"`, `result="bad_signature"`),
		i("replicas are not added", "sum without (instance, pod, container, endpoint) (increase(didsms_callbacks_total[15m]))", "max without (instance, pod, container, endpoint) (increase(didsms_callbacks_total[15m]))"),
		i("unknown keys: one is enough", `result="unknown_key"}) >= 10`, `result="unknown_key"}) >= 1`),
		i("unknown keys: twice the count", `result="unknown_key"}) >= 10`, `result="unknown_key"}) >= 20`),
		i("stale: no share", "          > 0.02\n", "          > 0\n"),
		i("stale: ten times the share", "          > 0.02\n", "          > 0.2\n"),
		i("stale: no count", `result=~"stale|future"}) >= 5`, `result=~"stale|future"}) >= 0`),
		i("stale: twice the count", `result=~"stale|future"}) >= 5`, `result=~"stale|future"}) >= 10`),
		i("stale: future ones do not count", `result=~"stale|future"`, `result=~"stale"`, 2),
		i("skew: the largest offset", "min_over_time(didsms_callback_clock_offset_seconds[15m])", "max_over_time(didsms_callback_clock_offset_seconds[15m])"),
		i("skew: the smallest offset backward", "max_over_time(didsms_callback_clock_offset_seconds[15m])", "min_over_time(didsms_callback_clock_offset_seconds[15m])"),
		i("skew: half of 20", "[15m])) > 20", "[15m])) > 10"),
		i("skew: twice 20", "[15m])) > 20", "[15m])) > 40"),
		i("skew: half of -20", "[15m])) < -20", "[15m])) < -10"),
		i("skew: twice -20", "[15m])) < -20", "[15m])) < -40"),
		i("skew: one callback is enough", "account:didsms_callbacks:increase15m >= 5\n", "account:didsms_callbacks:increase15m >= 0\n"),
		i("skew: the worst replica", "min without (instance, pod, container, endpoint) (min_over_time", "max without (instance, pod, container, endpoint) (min_over_time"),
		i("malformed: half the count", "result=~\"malformed|unsupported\"}) >= 5", "result=~\"malformed|unsupported\"}) >= 2"),
		i("malformed: twice the count", "result=~\"malformed|unsupported\"}) >= 5", "result=~\"malformed|unsupported\"}) >= 10"),
		i("malformed: unsupported ones are fine", `result=~"malformed|unsupported"`, `result=~"malformed"`),
		i("malformed: the unknown account too", `account!="unknown",result=~"malformed`, `result=~"malformed`),
		i("duplicates: half the share", "          > 0.2\n", "          > 0.1\n"),
		i("duplicates: thrice the share", "          > 0.2\n", "          > 0.6\n"),
		i("duplicates: no count", `result="duplicate"}) >= 20`, `result="duplicate"}) >= 0`),
		i("duplicates: five times the count", `result="duplicate"}) >= 20`, `result="duplicate"}) >= 100`),
		i("conflicts: one is enough", "(increase(didsms_duplicate_conflicts_total[1h])) >= 3", "(increase(didsms_duplicate_conflicts_total[1h])) >= 1"),
		i("conflicts: twice the count", "(increase(didsms_duplicate_conflicts_total[1h])) >= 3", "(increase(didsms_duplicate_conflicts_total[1h])) >= 6"),
		i("conflicts: replicas are not added", "sum without (instance, pod, container, endpoint) (increase(didsms_duplicate_conflicts_total", "sum without (pod, container, endpoint) (increase(didsms_duplicate_conflicts_total"),
		i("backlog: the slowest tenth", "histogram_quantile(0.5, sum without (instance, pod, container, endpoint) (rate(didsms_mo_relay_delay_seconds_bucket", "histogram_quantile(0.9, sum without (instance, pod, container, endpoint) (rate(didsms_mo_relay_delay_seconds_bucket"),
		i("backlog: twice five minutes", ") > 300\n", ") > 600\n"),
		i("backlog: no count", `{kind="mo",result="accepted"}) >= 10`, `{kind="mo",result="accepted"}) >= 0`),
		i("backlog: receipts count", `{kind="mo",result="accepted"}) >= 10`, `{result="accepted"}) >= 10`),
		i("times: half the share", "> 0.5 * sum", "> 0.25 * sum"),
		i("times: twice the share", "> 0.5 * sum", "> 1 * sum"),
		i("times: no count", "(increase(didsms_event_time_errors_total[15m])) >= 5", "(increase(didsms_event_time_errors_total[15m])) >= 0"),
		i("times: twice the count", "(increase(didsms_event_time_errors_total[15m])) >= 5", "(increase(didsms_event_time_errors_total[15m])) >= 20"),
		i("billing: half the count", "(increase(didsms_billing_field_errors_total[1h])) >= 5", "(increase(didsms_billing_field_errors_total[1h])) >= 2"),
		i("billing: twice the count", "(increase(didsms_billing_field_errors_total[1h])) >= 5", "(increase(didsms_billing_field_errors_total[1h])) >= 10"),
		i("billing: fields are added", "sum without (instance, pod, container, endpoint, kind) (increase(didsms_billing_field_errors_total", "sum without (instance, pod, container, endpoint, kind, field) (increase(didsms_billing_field_errors_total"),
	}
}

func exporter() []mutant {
	e := in("exporter")
	return []mutant{
		e("down: any job", `up{job="didsms-exporter"} == 0`, `up == 0`),
		e("down: all replicas", `up{job="didsms-exporter"} == 0`, `max without (instance) (up{job="didsms-exporter"}) == 0`),
		e("absent: any job", `absent(up{job="didsms-exporter"})`, `absent(up)`),
		e("restarting: two starts", "[30m]) > 2", "[30m]) > 1"),
		e("restarting: twice as many", "[30m]) > 2", "[30m]) > 4"),
		e("store: one failed look is enough", "max_over_time(didsms_store_up", "min_over_time(didsms_store_up"),
		e("store: no failure is needed", "(increase(didsms_store_commit_failures_total{job=\"didsms-exporter\"}[30m])) > 0", "(increase(didsms_store_commit_failures_total{job=\"didsms-exporter\"}[30m])) >= 0"),
		e("store: five failures", "(increase(didsms_store_commit_failures_total{job=\"didsms-exporter\"}[30m])) > 0", "(increase(didsms_store_commit_failures_total{job=\"didsms-exporter\"}[30m])) > 5"),
		e("overload: half the count", "[15m])) > 5\n", "[15m])) > 2.5\n"),
		e("overload: five times the count", "[15m])) > 5\n", "[15m])) > 25\n"),
		e("overload: reasons are added", `sum without (account, kind) (increase(didsms_callbacks_total`, `sum without (account, kind, result) (increase(didsms_callbacks_total`),
		e("overload: what others did wrong", `result=~"overload|error"`, `result=~"overload|error|bad_signature"`),
		e("limit: no event is needed", "(increase(didsms_did_overflow_events_total[1h])) > 0", "(increase(didsms_did_overflow_events_total[1h])) >= 0"),
		e("limit: ten events", "(increase(didsms_did_overflow_events_total[1h])) > 0", "(increase(didsms_did_overflow_events_total[1h])) > 10"),
		e("near: half the share", "> 0.9\n", "> 0.45\n"),
		e("near: never", "> 0.9\n", "> 0.99\n"),
		e("near: no limit is a limit of nothing", "(didsms_tracked_dids_limit > 0)", "didsms_tracked_dids_limit"),
		e("filter: what is old enough too", `didsms_dedupe_evictions_total{reason="capacity"}`, `didsms_dedupe_evictions_total`),
		e("reload: one failed look is enough", "max_over_time(didsms_config_last_reload_successful", "min_over_time(didsms_config_last_reload_successful"),
		e("reload: never", "(didsms_config_last_reload_successful[5m]) == 0", "(didsms_config_last_reload_successful[5m]) < 0"),
	}
}
