// SPDX-License-Identifier: Apache-2.0

package main

const (
	didRatio     = "did:didsms_dr_undelivered_per_receipts:"
	accountRatio = "account:didsms_dr_undelivered_per_receipts:"
	// What sums drop, and what it would be with a replica each.
	replicas = "instance, pod, container, endpoint"
	oneEach  = "pod, container, endpoint"
)

func delivery() []mutant {
	d := func(by, name, from, to string, times ...int) mutant {
		m := mutant{area: "delivery", by: by, name: name, old: from, new: to}
		if len(times) > 0 {
			m.times = times[0]
		}
		return m
	}
	spike := func(what string) string { return "          did:didsms_dr_undelivered_per_receipts:" + what }
	return []mutant{
		d("spikes", "outcomes swapped at the number", `did_outcome:didsms_dr_receipts:increase30m{outcome="undelivered"}`, `did_outcome:didsms_dr_receipts:increase30m{outcome="delivered"}`),
		d("spikes", "outcomes swapped at the number, 10m", `did_outcome:didsms_dr_receipts:increase10m{outcome="undelivered"}`, `did_outcome:didsms_dr_receipts:increase10m{outcome="delivered"}`),
		d("budget", "outcomes swapped at the account, 5m", `account_outcome:didsms_dr_receipts:increase5m{outcome="undelivered"}`, `account_outcome:didsms_dr_receipts:increase5m{outcome="delivered"}`),
		d("spikes", "outcomes swapped at the account, 10m", `account_outcome:didsms_dr_receipts:increase10m{outcome="undelivered"}`, `account_outcome:didsms_dr_receipts:increase10m{outcome="delivered"}`),
		d("edges", "pending is final", `didsms_dr_receipts_total{outcome=~"delivered|undelivered"}`, `didsms_dr_receipts_total{outcome=~"delivered|undelivered|pending"}`, 4),
		d("edges", "unknown and pending fail", `{outcome=~"delivered|undelivered"}[30m])`, `[30m])`),
		d("edges", "a series for each replica, 10m", "sum without ("+replicas+", status) (increase(didsms_dr_receipts_total{outcome=~\"delivered|undelivered\"}[10m]))", "sum without ("+oneEach+", status) (increase(didsms_dr_receipts_total{outcome=~\"delivered|undelivered\"}[10m]))"),
		d("edges", "a series for each replica, 30m", "sum without ("+replicas+", status) (increase(didsms_dr_receipts_total{outcome=~\"delivered|undelivered\"}[30m]))", "sum without ("+oneEach+", status) (increase(didsms_dr_receipts_total{outcome=~\"delivered|undelivered\"}[30m]))"),
		d("budget", "a series for each replica, destinations", "sum without ("+replicas+") (increase(didsms_destination_receipts_total", "sum without ("+oneEach+") (increase(didsms_destination_receipts_total", 2),
		d("edges", "namespace is lost", "sum without ("+replicas+", status)", "sum by (job, account, did, outcome)", 2),
		d("edges", "no z-score of a number", "          > 4 + 2.5 * (1", "          > 0 * (1"),
		d("spikes", "z-score of a number over 40", "          > 4 + 2.5 * (1", "          > 40 + 2.5 * (1"),
		d("edges", "no effect size of a number, 30m", didRatio+"ratio_increase30m > "+didRatio+"expected + 0.1", didRatio+"ratio_increase30m > "+didRatio+"expected"),
		d("spikes", "effect of a number over 60 points", didRatio+"ratio_increase30m > "+didRatio+"expected + 0.1", didRatio+"ratio_increase30m > "+didRatio+"expected + 0.6"),
		d("spikes", "no short window of a number", "          unless\n          last_over_time("+didRatio+"ratio_increase10m[30m]) <= "+didRatio+"expected + 0.1\n", ""),
		d("spikes", "a number between two batches is well", "          unless\n          last_over_time("+didRatio+"ratio_increase10m[30m]) <= "+didRatio+"expected + 0.1\n", "          and\n          "+didRatio+"ratio_increase10m > "+didRatio+"expected + 0.1\n"),
		d("spikes", "silence brings a number's spike back", "last_over_time("+didRatio+"ratio_increase10m[30m])", didRatio+"ratio_increase10m"),
		d("spikes", "silence brings an account's spike back", "last_over_time("+accountRatio+"ratio_increase10m[30m])", accountRatio+"ratio_increase10m"),
		d("spikes", "what stands for several numbers is one", `{did!~"other|unknown"}`, ``),
		d("spikes", "a silent number speaks after its account", "          unless\n          (\n            (did:didsms_dr_undelivered_per_receipts:spike30m unless did:didsms_dr_receipts:increase10m > 0)\n            and ignoring (did, alertname, alertstate, alertgroup, severity)\n            max_over_time(ALERTS{alertname=\"DidSmsUndeliveredSpike\",alertstate=\"firing\"}[30m]) == 1\n          )\n", "", 2),
		d("edges", "four failures are enough", "did:didsms_dr_undelivered:increase30m >= 5", "did:didsms_dr_undelivered:increase30m >= 3"),
		d("edges", "a number needs ten failures", "did:didsms_dr_undelivered:increase30m >= 5", "did:didsms_dr_undelivered:increase30m >= 10"),
		d("edges", "no count for a page, 10m", "did:didsms_dr_receipts:increase10m >= 20", "did:didsms_dr_receipts:increase10m >= 0"),
		d("edges", "no count for a page, 30m", "did:didsms_dr_receipts:increase30m >= 20", "did:didsms_dr_receipts:increase30m >= 0"),
		d("spikes", "a page needs 80, 10m", "did:didsms_dr_receipts:increase10m >= 20", "did:didsms_dr_receipts:increase10m >= 80"),
		d("edges", "a page needs 40, 30m", "did:didsms_dr_receipts:increase30m >= 20", "did:didsms_dr_receipts:increase30m >= 40"),
		d("edges", "a page at any share, 10m", didRatio+"ratio_increase10m > 0.5", didRatio+"ratio_increase10m > 0.1"),
		d("edges", "a page at any share, 30m", "("+didRatio+"ratio_increase30m > 0.5", "("+didRatio+"ratio_increase30m > 0.1"),
		d("spikes", "no page for a number, 10m", didRatio+"ratio_increase10m > 0.5", didRatio+"ratio_increase10m > 1"),
		d("edges", "no page for a number, 30m", "("+didRatio+"ratio_increase30m > 0.5", "("+didRatio+"ratio_increase30m > 1"),
		d("edges", "a page lasts for an hour", "max_over_time("+didRatio+"severe[15m])", "max_over_time("+didRatio+"severe[1h])"),
		d("edges", "a page ends at once", "max_over_time("+didRatio+"severe[15m])", didRatio+"severe"),
		d("spikes", "a page for every spike of an account", "present_over_time("+accountRatio+"severe[15m])", "present_over_time("+accountRatio+"ratio_increase30m[15m])"),
		d("edges", "no page of an account for its own share", "present_over_time(account:didsms_dr_undelivered_per_receipts:severe[15m])\n            or\n            ", ""),
		d("edges", "no page of an account for one of its numbers", "            or\n            count without (did) (did:didsms_dr_undelivered_per_receipts:spike30m and present_over_time(did:didsms_dr_undelivered_per_receipts:severe[15m]))\n", ""),
		d("edges", "a number speaks while its account does", "          unless\n          (\n            did:didsms_dr_undelivered_per_receipts:ratio_increase10m <= 0.5\n            and ignoring (did, alertname, alertstate, alertgroup, severity)\n            ALERTS{alertname=\"DidSmsUndeliveredSpike\",alertstate=\"firing\"}\n          )\n", "", 2),
		d("spikes", "a number steps back for long", `            ALERTS{alertname="DidSmsUndeliveredSpike",alertstate="firing"}`, `            max_over_time(ALERTS{alertname="DidSmsUndeliveredSpike",alertstate="firing"}[20m])`, 2),
		d("edges", "a number steps back although most of it fails", "did:didsms_dr_undelivered_per_receipts:ratio_increase10m <= 0.5", "did:didsms_dr_undelivered_per_receipts:ratio_increase10m <= 1", 2),
		d("edges", "two numbers are not nearly all", "account:didsms_dr_undelivered_spike:dids >= 2", "account:didsms_dr_undelivered_spike:dids >= 4"),
		d("edges", "one number is nearly all", "account:didsms_dr_undelivered_spike:dids >= 2", "account:didsms_dr_undelivered_spike:dids >= 1"),
		d("edges", "two numbers of many are nearly all", "< 0.2 * account:didsms_dr_receipts:increase30m", "< account:didsms_dr_receipts:increase30m"),
		d("edges", "no z-score of an account", "account:didsms_dr_undelivered:zscore30m > 5", "account:didsms_dr_undelivered:zscore30m > 0"),
		d("spikes", "z-score of an account over 50", "account:didsms_dr_undelivered:zscore30m > 5", "account:didsms_dr_undelivered:zscore30m > 50"),
		d("spikes", "no short window of an account", "          unless\n          last_over_time("+accountRatio+"ratio_increase10m[30m]) <= "+accountRatio+"expected + 0.05\n", ""),
		d("spikes", "an account between two batches is well", "          unless\n          last_over_time("+accountRatio+"ratio_increase10m[30m]) <= "+accountRatio+"expected + 0.05\n", "          and\n          "+accountRatio+"ratio_increase10m > "+accountRatio+"expected + 0.05\n"),
		d("edges", "no count of an account", "account:didsms_dr_receipts:increase30m >= 20\n          unless\n", "account:didsms_dr_receipts:increase30m >= 0\n          unless\n"),
		d("spikes", "the account speaks for two numbers", "account:didsms_dr_undelivered_spike:dids > 3", "account:didsms_dr_undelivered_spike:dids > 1"),
		d("spikes", "the account speaks for three numbers", "account:didsms_dr_undelivered_spike:dids > 3", "account:didsms_dr_undelivered_spike:dids > 2"),
		d("spikes", "the account does not speak for four", "account:didsms_dr_undelivered_spike:dids > 3", "account:didsms_dr_undelivered_spike:dids > 4"),
		d("spikes", "the account never steps back", "            account:didsms_dr_undelivered_spike:dids > 3\n", "            account:didsms_dr_receipts:increase30m\n"),
		d("edges", "what is left is not looked at", "            or\n            account:didsms_dr_unexplained_undelivered:spike30m\n", ""),
		d("edges", "a number at the edge switches the account", "count without (did) (max_over_time("+didRatio+"spike30m[10m]))", "count without (did) ("+didRatio+"spike30m)"),
		d("edges", "no z-score of what is left", "            * (1 - account:didsms_dr_unexplained_undelivered_per_receipts:expected)\n          ) > 5", "            * (1 - account:didsms_dr_unexplained_undelivered_per_receipts:expected)\n          ) > 0"),
		d("edges", "no effect size of what is left", "          > account:didsms_dr_unexplained_undelivered_per_receipts:expected + 0.05\n", "          > account:didsms_dr_unexplained_undelivered_per_receipts:expected\n"),
		d("edges", "no count of what is left", "(account:didsms_dr_unexplained_receipts:increase30m >= 20)", "(account:didsms_dr_unexplained_receipts:increase30m >= 0)"),
		d("week.slow", "no baseline of a number", didRatio+"baseline7d\n          or\n          did:didsms_dr_receipts:increase30m * 0 + 0.05", "did:didsms_dr_receipts:increase30m * 0 + 0.05"),
		d("days.slow", "an account expects the objective", "sum without (did) (did:didsms_dr_receipts:increase30m * did:didsms_dr_undelivered_per_receipts:expected)\n", "account:didsms_dr_receipts:increase30m * 0.05\n"),
		d("days.slow", "what is left is expected to fail as the objective allows", "did:didsms_dr_receipts:increase30m * did:didsms_dr_undelivered_per_receipts:expected\n              unless", "did:didsms_dr_receipts:increase30m * 0.05\n              unless"),
		d("edges", "nothing is expected of a new number", "did:didsms_dr_receipts:increase30m * 0 + 0.05", "did:didsms_dr_receipts:increase30m * 0 + 0.5"),
		d("week.slow", "a prior of nine tenths", "+ 2.5)", "+ 45)"),
		d("week.slow", "no prior", "increase6h[7d:6h] offset 1h)) + 50)", "increase6h[7d:6h] offset 1h)) + 0)"),
		d("week.slow", "the share may not be above a half", "0.02, 0.95", "0.02, 0.2", 3),
		d("days.slow", "a perfect number is infinitely unlikely to fail", "0.02, 0.95", "0.2, 0.95", 3),
		d("week.slow", "the baseline of a number is six hours", "did_outcome:didsms_dr_receipts:increase6h{outcome=\"undelivered\"}[7d:6h] offset 1h", "did_outcome:didsms_dr_receipts:increase6h{outcome=\"undelivered\"}[6h:6h] offset 1h"),
		d("week.slow", "the baseline of a number is a week old", "did_outcome:didsms_dr_receipts:increase6h{outcome=\"undelivered\"}[7d:6h] offset 1h", "did_outcome:didsms_dr_receipts:increase6h{outcome=\"undelivered\"}[7d:6h] offset 7d"),
		d("budget", "fast burn: no long window", accountRatio+"ratio_increase1h > 0.5", accountRatio+"ratio_increase1h >= 0"),
		d("budget", "fast burn: no short window", "ratio_increase5m > 0.5", "ratio_increase5m >= 0"),
		d("budget", "fast burn: half the share", "_increase1h > 0.5\n          and\n          account:didsms_dr_undelivered_per_receipts:ratio_increase5m > 0.5", "_increase1h > 0.25\n          and\n          account:didsms_dr_undelivered_per_receipts:ratio_increase5m > 0.25"),
		d("budget", "fast burn: twice the share", "account:didsms_dr_undelivered_per_receipts:ratio_increase5m > 0.5", "account:didsms_dr_undelivered_per_receipts:ratio_increase5m > 1"),
		d("budget", "fast burn: no long count", "account:didsms_dr_receipts:increase1h >= 30", "account:didsms_dr_receipts:increase1h >= 0"),
		d("budget", "fast burn: no short count", "account:didsms_dr_receipts:increase5m >= 3", "account:didsms_dr_receipts:increase5m >= 0"),
		d("budget", "burns go on after recovery", "          unless\n          (account:didsms_dr_undelivered_per_receipts:ratio_increase10m <= 0.25 / 2 and account:didsms_dr_receipts:increase10m >= 10)\n", ""),
		d("budget", "slow burn: outlives the spike", "          unless\n          (\n            (account:didsms_dr_undelivered_per_receipts:ratio_increase30m unless account:didsms_dr_undelivered_per_receipts:ratio_increase10m > 0.25 / 2)\n            and ignoring (did, alertname, alertstate, alertgroup, severity)\n            max_over_time(ALERTS{alertname=~\"DidSmsUndeliveredSpike|DidSmsDidUndeliveredSpike\",alertstate=\"firing\",severity=\"critical\"}[1h]) == 1\n          )\n", ""),
		d("budget", "burn: outlives a number's spike", `alertname=~"DidSmsUndeliveredSpike|DidSmsDidUndeliveredSpike",alertstate="firing",severity="critical"`, `alertname="DidSmsUndeliveredSpike",alertstate="firing",severity="critical"`),
		d("budget", "burn: outlives an account's spike", `alertname=~"DidSmsUndeliveredSpike|DidSmsDidUndeliveredSpike",alertstate="firing",severity="critical"`, `alertname="DidSmsDidUndeliveredSpike",alertstate="firing",severity="critical"`),
		d("budget", "burn: a spike hides it whatever its share", " unless account:didsms_dr_undelivered_per_receipts:ratio_increase10m > 0.25 / 2)", ")"),
		d("budget", "burn: a spike hides it while it fires", `alertname=~"DidSmsUndeliveredSpike|DidSmsDidUndeliveredSpike",alertstate="firing",severity="critical"}[1h]`, `alertname=~"DidSmsUndeliveredSpike|DidSmsDidUndeliveredSpike",alertstate="firing",severity="critical"}[1m]`),
		d("days.slow", "slow burn: no short window", "ratio_increase30m > 0.25", "ratio_increase30m >= 0"),
		d("budget", "slow burn: half the share", "_increase6h > 0.25\n          and\n          account:didsms_dr_undelivered_per_receipts:ratio_increase30m > 0.25", "_increase6h > 0.125\n          and\n          account:didsms_dr_undelivered_per_receipts:ratio_increase30m > 0.125"),
		d("budget", "slow burn: twice the share", "ratio_increase6h > 0.25", "ratio_increase6h > 0.5"),
		d("budget", "slow burn: no long count", "account:didsms_dr_receipts:increase6h >= 50", "account:didsms_dr_receipts:increase6h >= 0"),
		d("budget", "slow burn: no short count", "account:didsms_dr_receipts:increase30m >= 5\n", "account:didsms_dr_receipts:increase30m >= 0\n"),
		d("week.slow", "day burn: no short window", "ratio_increase2h > 0.15", "ratio_increase2h >= 0"),
		d("week.slow", "day burn: half the share", "_increase1d > 0.15\n          and\n          account:didsms_dr_undelivered_per_receipts:ratio_increase2h > 0.15", "_increase1d > 0.075\n          and\n          account:didsms_dr_undelivered_per_receipts:ratio_increase2h > 0.075"),
		d("week.slow", "day burn: twice the share", "ratio_increase1d > 0.15", "ratio_increase1d > 0.3"),
		d("week.slow", "day burn: no long count", "account:didsms_dr_receipts:increase1d >= 100", "account:didsms_dr_receipts:increase1d >= 0"),
		d("week.slow", "day burn: no short count", "account:didsms_dr_receipts:increase2h >= 5", "account:didsms_dr_receipts:increase2h >= 0"),
		d("week.slow", "three days' burn: no short window", "ratio_increase6h > 0.05", "ratio_increase6h >= 0"),
		d("week.slow", "three days' burn: half the share", "_increase3d > 0.05\n          and\n          account:didsms_dr_undelivered_per_receipts:ratio_increase6h > 0.05", "_increase3d > 0.025\n          and\n          account:didsms_dr_undelivered_per_receipts:ratio_increase6h > 0.025"),
		d("week.slow", "three days' burn: four times the share", "ratio_increase3d > 0.05", "ratio_increase3d > 0.2"),
		d("week.slow", "three days' burn: no long count", "account:didsms_dr_receipts:increase3d >= 200", "account:didsms_dr_receipts:increase3d >= 0"),
		d("week.slow", "three days' burn: no short count", "account:didsms_dr_receipts:increase6h >= 10", "account:didsms_dr_receipts:increase6h >= 0"),
		d("budget", "high: half the share", spike("ratio_increase6h > 0.5"), spike("ratio_increase6h > 0.25")),
		d("budget", "high: twice the share", spike("ratio_increase6h > 0.5"), spike("ratio_increase6h > 1")),
		d("budget", "high: no count", "did:didsms_dr_receipts:increase6h >= 20", "did:didsms_dr_receipts:increase6h >= 0"),
		d("budget", "destination: half the share", "ratio_increase1h > 0.5\n          and\n          account_calling_code", "ratio_increase1h > 0.25\n          and\n          account_calling_code"),
		d("budget", "destination: twice the share", "ratio_increase1h > 0.5\n          and\n          account_calling_code", "ratio_increase1h > 1\n          and\n          account_calling_code"),
		d("budget", "destination: no count", "account_calling_code:didsms_destination_receipts:increase1h >= 20", "account_calling_code:didsms_destination_receipts:increase1h >= 0"),
		d("budget", "destination: well again, but an hour is an hour", "          unless\n          (\n            max_over_time(account_calling_code:didsms_destination_undelivered_per_receipts:ratio_increase10m[15m]) <= 0.25\n            and\n            account_calling_code:didsms_destination_receipts:increase10m >= 10\n          )\n", ""),
		d("budget", "destination: well again after few", "account_calling_code:didsms_destination_receipts:increase10m >= 10", "account_calling_code:didsms_destination_receipts:increase10m >= 0"),
		d("budget", "destination: well again at any share", "ratio_increase10m[15m]) <= 0.25", "ratio_increase10m[15m]) <= 1"),
		d("budget", "destination: well again at once", "max_over_time(account_calling_code:didsms_destination_undelivered_per_receipts:ratio_increase10m[15m]) <= 0.25", "account_calling_code:didsms_destination_undelivered_per_receipts:ratio_increase10m <= 0.25"),
		d("budget", "destination: outlives a number's spike", "max_over_time(ALERTS{alertname=\"DidSmsDidUndeliveredSpike\",alertstate=\"firing\",severity=\"critical\"}[1h]) == 1\n            )\n          )\n        for: 10m", "max_over_time(ALERTS{alertname=\"DidSmsUndeliveredSpike\",alertstate=\"firing\"}[1h]) == 1\n            )\n          )\n        for: 10m"),
		d("budget", "destination: outlives an account's spike", "              max_over_time(ALERTS{alertname=\"DidSmsUndeliveredSpike\",alertstate=\"firing\"}[1h]) == 1\n              or\n", ""),
		d("budget", "destination: a number's warning hides it", "max_over_time(ALERTS{alertname=\"DidSmsDidUndeliveredSpike\",alertstate=\"firing\",severity=\"critical\"}[1h]) == 1\n            )\n          )\n        for: 10m", "max_over_time(ALERTS{alertname=\"DidSmsDidUndeliveredSpike\",alertstate=\"firing\"}[1h]) == 1\n            )\n          )\n        for: 10m"),
		d("budget", "destination: a spike hides it whatever its share", "              unless\n              account_calling_code:didsms_destination_undelivered_per_receipts:ratio_increase10m > 0.5\n", ""),
		d("budget", "destination: a tenth of the share, and a spike hides it no more", "              account_calling_code:didsms_destination_undelivered_per_receipts:ratio_increase10m > 0.5\n            )", "              account_calling_code:didsms_destination_undelivered_per_receipts:ratio_increase10m > 0.05\n            )"),
		d("budget", "destination: a number's spike that only waits hides it", `DidSmsDidUndeliveredSpike",alertstate="firing",severity="critical"}[1h]) == 1
            )
          )
        for: 10m`, `DidSmsDidUndeliveredSpike"}[1h]) == 1
            )
          )
        for: 10m`),
		d("budget", "destination: a number's spike hides it while it fires", `DidSmsDidUndeliveredSpike",alertstate="firing",severity="critical"}[1h]) == 1
            )
          )
        for: 10m`, `DidSmsDidUndeliveredSpike",alertstate="firing",severity="critical"}[1m]) == 1
            )
          )
        for: 10m`),
		d("budget", "destination: an account's spike hides it while it fires", `DidSmsUndeliveredSpike",alertstate="firing"}[1h]) == 1
              or`, `DidSmsUndeliveredSpike",alertstate="firing"}[1m]) == 1
              or`),
		d("budget", "destination: what is stopped is not over", "            (\n              account_calling_code:didsms_destination_undelivered_per_receipts:ratio_increase1h\n              unless\n              account_calling_code:didsms_destination_undelivered_per_receipts:ratio_increase10m > 0.5\n            )\n", "            account_calling_code:didsms_destination_undelivered_per_receipts:ratio_increase10m <= 0.5\n"),
		d("days.slow", "destination: yesterday does not matter", "          unless\n          account_calling_code:didsms_destination_undelivered_per_receipts:ratio_increase1d > 0.5\n", ""),
		d("days.slow", "destination: any yesterday silences", "          account_calling_code:didsms_destination_undelivered_per_receipts:ratio_increase1d > 0.5\n", "          account_calling_code:didsms_destination_undelivered_per_receipts:ratio_increase1d > 0\n"),
		d("budget", "latency: half of two minutes", " 120\n", " 60\n", 2),
		d("budget", "latency: thrice two minutes", " 120\n", " 360\n", 2),
		d("budget", "latency: the median", "histogram_quantile(0.9, sum without (instance, pod, container, endpoint, outcome) (rate(didsms_dr_delivery_latency_seconds_bucket", "histogram_quantile(0.5, sum without (instance, pod, container, endpoint, outcome) (rate(didsms_dr_delivery_latency_seconds_bucket", 2),
		d("budget", "latency: half an hour is half an hour", "          unless\n          (\n            histogram_quantile(0.9, sum without (instance, pod, container, endpoint, outcome) (rate(didsms_dr_delivery_latency_seconds{outcome=\"delivered\"}[10m])))\n            or\n            histogram_quantile(0.9, sum without (instance, pod, container, endpoint, outcome) (rate(didsms_dr_delivery_latency_seconds_bucket{outcome=\"delivered\"}[10m])))\n          ) <= 120\n", ""),
		d("budget", "latency: well at any time", ") <= 120\n", ") <= 1200\n"),
		d("budget", "latency: no count", "account:didsms_dr_receipts:increase30m >= 50\n          unless\n          (\n            histogram", "account:didsms_dr_receipts:increase30m >= 0\n          unless\n          (\n            histogram"),
		d("budget", "latency: undelivered count", `didsms_dr_delivery_latency_seconds_bucket{outcome="delivered"}`, `didsms_dr_delivery_latency_seconds_bucket`, 2),
		d("budget", "unknown status: always", "(increase(didsms_dr_unknown_statuses_total[1h])) > 0", "(increase(didsms_dr_unknown_statuses_total[1h])) >= 0"),
		d("budget", "unknown status: two are needed", "(increase(didsms_dr_unknown_statuses_total[1h])) > 0", "(increase(didsms_dr_unknown_statuses_total[1h])) > 2"),
	}
}
