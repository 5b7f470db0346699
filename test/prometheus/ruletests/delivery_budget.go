// SPDX-License-Identifier: Apache-2.0

package main

// budget are the stories of the error budget in its two fast pairs of windows, of a
// number that is bad for hours, and of destinations, latency and unknown statuses.
func budget() test {
	const (
		fast = burn + " critical long=1h short=5m"
		slow = burn + " critical long=6h short=30m"
	)
	buckets := func(account, script, more string) []series {
		var all []series
		for _, bucket := range []struct{ le, script string }{{"60", script}, {"300", more}, {"+Inf", more}} {
			all = append(all, series{metric("didsms_dr_delivery_latency_seconds_bucket", label("account", account), label("le", bucket.le), `outcome="delivered"`), bucket.script})
		}
		return all
	}
	toward := func(account, code, good, bad string) []series {
		of := func(outcome string) string {
			return metric("didsms_destination_receipts_total", label("account", account), label("calling_code", code), label("outcome", outcome))
		}
		return []series{{of("delivered"), good}, {of("undelivered"), bad}}
	}
	return test{"budget, destinations, latency", []scenario{
		{
			name: "80 % fail from the beginning: both fast pairs; after recovery the short windows end them", account: "eighty",
			series: receipts("eighty", "1", "1:4 1h30m, 4.75:0.25 2h"), alerts: burn, severity: "critical",
			want: []want{
				quiet("6m"), fires("10m 12m 30m 40m", fast), fires("50m..1h30m/10m", fast, slow), fires("1h40m", slow), quiet("1h50m..3h30m/10m"),
			},
		},
		{
			name: "80 % fail, but for three minutes", account: "dip", alerts: burn, severity: "critical",
			series: receipts("dip", "1", "1:4 30m, 5:0 3m, 1:4 57m, 4.75:0.25 2h"),
			want:   []want{quiet("6m"), fires("12m 30m..40m/1m", fast)},
		},
		{
			name: "one number with few receipts fails, and is well again: no page about the budget after its own", account: "few-well", alerts: burn + "|" + didSpike, severity: "critical",
			series: receipts("few-well", "1", "0.85:0.04 30m, 0.15:0.75 1h30m, 0.88:0.02 1h30m"),
			want:   []want{fires("1h55m 2h", didSpike+" critical did=1", fast, slow), quiet("2h17m..3h30m/1m")},
		},
		{
			name: "one number with few receipts fails, and is stopped", account: "few-stopped", alerts: burn + "|" + didSpike, severity: "critical",
			series: receipts("few-stopped", "1", "0.85:0.04 30m, 0.3:0.6 1h30m, 0:0 1h30m"),
			want:   []want{fires("1h55m 2h", didSpike+" critical did=1", fast, slow), quiet("2h37m..3h30m/1m")},
		},
		{
			name: "five numbers with few receipts fail, and are well again", account: "few-broad", alerts: burn + "|" + accountSpike, severity: "critical",
			series: numbers("few-broad", 5, "", repeat("0.17:0.008 30m, 0.03:0.15 1h30m, 0.176:0.004 1h30m", 5)...),
			want:   []want{fires("1h55m 2h", accountSpike+" critical", fast, slow), quiet("2h17m..3h30m/1m")},
		},
		{
			name: "40 % fail: the pair of six hours only", account: "forty", alerts: burn, severity: "critical", about: []string{burn + " critical long=1h"},
			series: receipts("forty", "1", "3:2 2h, 4.75:0.25 1h30m"),
			want:   []want{quiet("10m 20m 30m 40m"), fires("50m..2h/10m", slow), quiet("2h45m..3h30m")},
		},
		{
			name: "20 % fail: neither", account: "twenty", alerts: burn, severity: "critical", about: []string{burn + " critical long=1h", burn + " critical long=6h"},
			series: receipts("twenty", "1", "4:1 3h30m"), want: []want{quiet("5m..3h30m")},
		},
		{
			name: "4 % fail", account: "usual", about: []string{burn, didSpike, accountSpike, didHigh},
			series: receipts("usual", "1", "4.8:0.2 3h30m"), want: []want{quiet("5m..3h30m")},
		},
		{
			name: "three lone failures", account: "lone", about: []string{burn, didSpike, accountSpike, didHigh},
			series: receipts("lone", "1", "0:0 1h, 0:1 1m, 0:0 20m, 0:1 1m, 0:0 20m, 0:1 1m, 0:0 1h47m"), want: []want{quiet("5m..3h30m")},
		},
		{
			name: "four failures within minutes of an otherwise idle hour", account: "idle", about: []string{burn, didSpike, accountSpike, didHigh},
			series: receipts("idle", "1", "0:0 1h, 0:1 4m, 0:0 2h26m"), want: []want{quiet("1h..3h30m/2m")},
		},
		{
			name: "twenty failures in minutes of an idle hour: too few for the hour", account: "twenty-in-minutes", alerts: burn, severity: "critical", about: []string{burn + " critical long=1h", burn + " critical long=6h"},
			series: receipts("twenty-in-minutes", "1", "0:0 1h, 0:2 10m, 0:0 2h20m"), want: []want{quiet("1h..3h30m/2m")},
		},
		{
			name: "after a bad hour only one receipt in five minutes is left", account: "trickle", alerts: burn, severity: "critical", about: []string{burn + " critical long=6h"},
			series: receipts("trickle", "1", "0:1 36m, 0:0 5m, 0:1/5 44m, 10:0 2h5m"),
			want:   []want{quiet("10m 20m"), fires("34m 36m", fast), quiet("48m..1h35m/1m")},
		},
		{
			name: "45 failures in three hours: too few for six", account: "sparse-six", alerts: burn, severity: "critical", about: []string{burn + " critical long=1h", burn + " critical long=6h"},
			series: receipts("sparse-six", "1", "0:0.25 3h, 0:0 30m"), want: []want{quiet("5m..3h30m")},
		},
		{
			name: "after a bad hour and a half only three receipts in 30 minutes are left", account: "trickle-six", alerts: burn, severity: "critical",
			series: receipts("trickle-six", "1", "0:1 1h30m, 0:0.1 2h"),
			want:   []want{quiet("10m 20m"), fires("1h20m 1h30m", fast, slow), quiet("2h18m..3h30m/4m")},
		},
		{
			name: "a number that fails by 60 % for hours, and then no more", account: "hours", alerts: didHigh,
			series: receipts("hours", "1", "0.08:0.12 2h40m, 2:0 50m"),
			want:   []want{quiet("30m..2h25m"), fires("2h33m 2h40m 2h50m", didHigh+" info did=1"), quiet("3h5m..3h30m")},
		},
		{
			name: "fifteen failures in three hours", account: "hardly", alerts: didHigh, about: []string{didHigh},
			series: receipts("hardly", "1", "0:0.08 3h30m"), want: []want{quiet("5m..3h30m")},
		},
		{
			name: "45 % fail for hours", account: "below-half", alerts: didHigh, about: []string{didHigh},
			series: receipts("below-half", "1", "0.55:0.45 3h30m"), want: []want{quiet("5m..3h30m")},
		},
		{
			name: "one destination of two fails", account: "route",
			series: join(toward("route", "86", "+1 1h, +0.2 1h, +2 1h30m", "+0 1h, +0.8 1h, +0 1h30m"), toward("route", "1", "+1 3h30m", "+0 3h30m")),
			want: []want{
				quiet("10m..1h45m"), fires("1h53m 2h 2h15m", destination+" warning calling_code=86"), quiet("2h24m..3h30m"),
			},
		},
		{
			name: "a destination that fails for twelve minutes of every twenty: one alert", account: "waves",
			series: toward("waves", "86", "+10 1h, 7*(+10 8m, +0 12m), +10 10m", "+0 1h, 7*(+0 8m, +10 12m), +0 10m"),
			want:   []want{quiet("10m..1h30m"), fires("2h30m..3h20m", destination+" warning calling_code=86")},
		},
		{
			name: "a destination that is well for 23 minutes between: one alert", account: "respite",
			series: toward("respite", "86", "+10 1h, +0 1h, +10 23m, +0 1h7m", "+0 1h, +10 1h, +0 23m, +10 1h7m"),
			want:   []want{quiet("10m..1h35m"), fires("1h43m 2h..3h30m/3m", destination+" warning calling_code=86")},
		},
		{
			name: "all toward a destination fail for an hour, and no more: over before the hour is half good", account: "route-hour",
			series: toward("route-hour", "86", "+10 1h, +0 1h, +10 1h30m", "+0 1h, +10 1h, +0 1h30m"),
			want:   []want{quiet("10m..1h35m"), fires("1h43m 2h..2h25m/5m", destination+" warning calling_code=86"), quiet("2h30m..3h30m/2m")},
		},
		{
			name: "eight good receipts in ten minutes are too few to end it before the hour does", account: "well-after-few",
			series: toward("well-after-few", "86", "+0 2h, +0.8 1h30m", "+0.8 2h, +0 1h30m"),
			want:   []want{fires("1h..2h32m/4m", destination+" warning calling_code=86"), quiet("2h38m..3h30m")},
		},
		{
			name: "a destination that one number made fail is over before the number's alert", account: "route-number", alerts: destination + "|" + didSpike,
			series: join(numbers("route-number", 10, healthy, "9.5:0.5 1h, 1:9 1h, 9.5:0.5 1h20m"),
				toward("route-number", "86", "+9.5 1h, +1 1h, +9.5 1h20m", "+0.5 1h, +9 1h, +0.5 1h20m")),
			want: []want{
				quiet("30m..1h"), fires("1h20m 1h30m", both(1)...), fires("1h45m..2h5m/5m", append(both(1), destination+" warning calling_code=86")...),
				fires("2h12m", both(1)...), quiet("2h17m..3h10m/2m"),
			},
		},
		{
			name: "one with few receipts, likewise", account: "route-few", alerts: destination + "|" + didSpike,
			series: join(numbers("route-few", 10, healthy, "0.8:0 1h, 0:0.8 1h, 0.8:0 1h20m"),
				toward("route-few", "86", "+0.8 1h, +0 1h, +0.8 1h20m", "+0 1h, +0.8 1h, +0 1h20m")),
			want: []want{
				quiet("30m..1h"), fires("2h..2h5m", append(both(1), destination+" warning calling_code=86")...), quiet("2h17m..3h10m/2m"),
			},
		},
		{
			name: "a number that is only warned of keeps no destination back", account: "route-warned", alerts: destination + "|" + didSpike,
			series: join(numbers("route-warned", 10, healthy, "0.5:0 1h, 0:0.5 1h, 0.5:0 1h20m"),
				toward("route-warned", "86", "+0.5 1h, +0 1h, +0.5 1h20m", "+0 1h, +0.5 1h, +0 1h20m")),
			want: []want{
				quiet("30m..1h"), fires("2h..2h5m", append(warned(1), destination+" warning calling_code=86")...), fires("2h17m..2h30m/2m", destination+" warning calling_code=86"),
				quiet("2h40m..3h10m/5m"),
			},
		},
		{
			name: "nothing is sent any more, as the page of the number says", account: "route-stop", alerts: destination + "|" + didSpike,
			series: join(numbers("route-stop", 10, healthy, "9.5:0.5 1h, 1:9 1h, 0:0 1h20m"),
				toward("route-stop", "86", "+9.5 1h, +1 1h, +0 1h20m", "+0.5 1h, +9 1h, +0 1h20m")),
			want: []want{fires("2h..2h5m", append(both(1), destination+" warning calling_code=86")...), fires("2h16m..2h25m/3m", both(1)...), quiet("2h40m..3h15m/2m")},
		},
		{
			name: "a number is well again, the destination is not", account: "route-stays", alerts: destination + "|" + didSpike,
			series: join(numbers("route-stays", 10, healthy, "9.5:0.5 1h, 1:9 1h, 9.5:0.5 1h20m"),
				toward("route-stays", "86", "+9.5 1h, +1 2h20m", "+0.5 1h, +9 2h20m")),
			want: []want{
				quiet("30m..1h"), fires("1h45m..2h5m/5m", append(both(1), destination+" warning calling_code=86")...),
				fires("2h20m..3h15m/5m", destination+" warning calling_code=86"),
			},
		},
		{
			name: "45 % toward one, fifteen failures an hour toward another", account: "routes", about: []string{destination},
			series: join(toward("routes", "86", "+0.55 3h30m", "+0.45 3h30m"), toward("routes", "44", "+0 3h30m", "+0.25 3h30m")),
			want:   []want{quiet("10m..3h30m/10m")},
		},
		{
			name: "a number is well again, the destination nearly", account: "route-nearly", alerts: destination + "|" + didSpike,
			series: join(numbers("route-nearly", 10, healthy, "9.5:0.5 1h, 1:9 1h, 9.5:0.5 1h20m"),
				toward("route-nearly", "86", "+9.5 1h, +1 1h, +6 1h20m", "+0.5 1h, +9 1h, +4 1h20m")),
			want: []want{fires("2h..2h5m", append(both(1), destination+" warning calling_code=86")...), quiet("2h17m..3h15m/2m")},
		},
		{
			name: "a number is well again, and little is sent to the destination", account: "route-silent", alerts: destination + "|" + didSpike,
			series: join(numbers("route-silent", 10, healthy, "9.5:0.5 1h, 1:9 1h, 9.5:0.5 1h20m"),
				toward("route-silent", "86", "+9.5 1h, +1 1h, +9.5 12m, +0 1h8m", "+0.5 1h, +9 1h, +0.5 12m, +0 1h8m")),
			want: []want{fires("2h..2h5m", append(both(1), destination+" warning calling_code=86")...), quiet("2h17m..3h15m/2m")},
		},
		{
			name: "a destination that an account's spike made fail, and is nearly well", account: "route-account", alerts: destination + "|" + accountSpike,
			series: join(numbers("route-account", 10, healthy, repeat("9.5:0.5 1h, 6:4 1h, 9.5:0.5 1h20m", 10)...),
				toward("route-account", "86", "+9.5 1h, +1 1h, +6 1h20m", "+0.5 1h, +9 1h, +4 1h20m")),
			want: []want{
				fires("2h..2h5m", accountSpike+" warning", destination+" warning calling_code=86"), quiet("2h17m..3h15m/2m"),
			},
		},
		{
			name: "a number that had some failures hides no destination", account: "route-blip", alerts: destination + "|" + didSpike,
			series: join(numbers("route-blip", 10, healthy, "4.75:0.25 1h50m, 0:60 1m, 300:0 10m, 4.75:0.25 1h19m"),
				toward("route-blip", "86", "+9.5 1h, +1 1h, +6 1h20m", "+0.5 1h, +9 1h, +4 1h20m")),
			want: []want{quiet("30m..1h30m"), fires("1h45m..2h45m/5m", destination+" warning calling_code=86")},
		},
		{
			name: "a destination over two replicas, each with too few receipts", account: "route-replicas",
			series: []series{
				{metric("didsms_destination_receipts_total", `account="route-replicas"`, `calling_code="86"`, `outcome="delivered"`), "+0.05 2h30m, +5 1h"},
				{metric("didsms_destination_receipts_total", `account="route-replicas"`, `calling_code="86"`, `outcome="undelivered"`), "+0.2 2h30m, +0 1h"},
				{metric("didsms_destination_receipts_total", `account="route-replicas"`, `calling_code="86"`, `outcome="delivered"`, `instance="e2:9911"`), "+0.05 2h30m, +5 1h"},
				{metric("didsms_destination_receipts_total", `account="route-replicas"`, `calling_code="86"`, `outcome="undelivered"`, `instance="e2:9911"`), "+0.2 2h30m, +0 1h"},
			},
			want: []want{quiet("10m..40m"), fires("1h20m..2h30m/10m", destination+" warning calling_code=86"), quiet("3h..3h30m")},
		},
		{
			name: "one message in five takes longer than a minute, up to five", account: "late", alerts: latency,
			series: join(receipts("late", "1", "2:0 3h30m"), buckets("late", "+2 1h, +1.6 1h, +2 1h30m", "+2 3h30m")),
			want:   []want{quiet("10m..1h25m"), fires("1h36m 1h50m 2h", latency+" warning"), quiet("2h12m..3h30m/3m")},
		},
		{
			name: "half take longer than a minute, up to five: over soon after", account: "late-half", alerts: latency,
			series: join(receipts("late-half", "1", "2:0 3h30m"), buckets("late-half", "+2 1h, +1 1h, +2 1h30m", "+2 3h30m")),
			want:   []want{quiet("10m..1h10m"), fires("1h25m 1h50m 2h", latency+" warning"), quiet("2h12m..3h30m/3m")},
		},
		{
			name: "all within a minute but one in twenty", account: "quick", about: []string{latency},
			series: join(receipts("quick", "1", "2:0 3h30m"), buckets("quick", "+1.9 3h30m", "+2 3h30m")),
			want:   []want{quiet("10m..3h30m/10m")},
		},
		{
			name: "one message in nine takes longer than a minute: nine in ten arrive within 82 s", account: "late-little", about: []string{latency},
			series: join(receipts("late-little", "1", "2:0 3h30m"), buckets("late-little", "+1.78 3h30m", "+2 3h30m")),
			want:   []want{quiet("10m..3h30m/10m")},
		},
		{
			name: "half are late, but there are fifteen in 30 minutes", account: "late-few", about: []string{latency},
			series: join(receipts("late-few", "1", "0.5:0 3h30m"), buckets("late-few", "+0.25 3h30m", "+0.5 3h30m")),
			want:   []want{quiet("10m..3h30m/10m")},
		},
		{
			name: "undelivered receipts that are late do not count", account: "late-undelivered", about: []string{latency},
			series: join(receipts("late-undelivered", "1", "2:0.08 3h30m"), buckets("late-undelivered", "+2 3h30m", "+2 3h30m"), []series{
				{metric("didsms_dr_delivery_latency_seconds_bucket", `account="late-undelivered"`, `le="60"`, `outcome="undelivered"`), "+0 3h30m"},
				{metric("didsms_dr_delivery_latency_seconds_bucket", `account="late-undelivered"`, `le="+Inf"`, `outcome="undelivered"`), "+1 3h30m"},
			}),
			want: []want{quiet("10m..3h30m/10m")},
		},
		{
			name: "a status that nobody knows", account: "odd",
			series: []series{{metric("didsms_dr_unknown_statuses_total", `account="odd"`), "+0 1h, +1 1m, +0 2h29m"}},
			want:   []want{quiet("10m..1h5m"), fires("1h8m 1h30m 1h55m", oddStatus+" info"), quiet("2h5m..3h30m")},
		},
		{
			name: "no unknown status", account: "known", about: []string{oddStatus},
			series: []series{{metric("didsms_dr_unknown_statuses_total", `account="known"`), "+0 3h30m"}}, want: []want{quiet("10m..3h30m/10m")},
		},
	}}
}
