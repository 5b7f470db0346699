// SPDX-License-Identifier: Apache-2.0

package main

import (
	"slices"
	"time"
)

const (
	rejected   = "DidSmsAllCallbacksRejected"
	signatures = "DidSmsSignatureFailures"
	unknownKey = "DidSmsUnknownAccessKey"
	stale      = "DidSmsStaleCallbacks"
	skew       = "DidSmsClockSkew"
	malformed  = "DidSmsMalformedCallbacks"
	duplicates = "DidSmsDuplicateCallbacks"
	conflicts  = "DidSmsDuplicateConflicts"
	backlog    = "DidSmsCallbackBacklog"
	timestamps = "DidSmsTimestampsUnusable"
	billing    = "DidSmsBillingFieldsUnusable"
)

func callbacks(account, kind, result, script string, more ...string) series {
	return series{metric("didsms_callbacks_total", append([]string{label("account", account), label("kind", kind), label("result", result)}, more...)...), script}
}

func intake() []file {
	return []file{{name: "intake.fast", areas: []string{"intake"}, every: time.Minute, tests: append([]test{{"intake", slices.Concat(refused(), doubtful())}}, intakeWords()...)}}
}

// refused are the stories of callbacks that are not taken.
func refused() []scenario {
	return []scenario{
		{
			name: "the secret was rotated", account: "rotated",
			series: []series{callbacks("rotated", "dr", "accepted", "+2 1h, +0 30m, +2 1h"), callbacks("rotated", "dr", "bad_signature", "+0 1h, +2 30m, +0 1h")},
			want: []want{
				quiet("10m..1h/10m 1h8m"), fires("1h11m 1h13m 1h18m", signatures+" warning"), fires("1h22m 1h30m 1h34m", rejected+" critical"),
				quiet("1h37m..2h30m/1m"),
			},
		},
		{
			name: "all sorts are refused for hours: what the page said is not said again", account: "all-sorts", about: []string{rejected + " warning", signatures, stale, malformed},
			series: []series{
				callbacks("all-sorts", "dr", "accepted", "+4 1h, +0 2h, +4 90m"), callbacks("all-sorts", "dr", "bad_signature", "+0 1h, +2 2h, +0 90m"),
				callbacks("all-sorts", "dr", "stale", "+0 1h, +1 2h, +0 90m"), callbacks("all-sorts", "dr", "malformed", "+0 1h, +1 2h, +0 90m"),
			},
			want: []want{quiet("10m..1h"), fires("1h14m..3h4m/10m", rejected+" critical"), quiet("3h7m..4h30m/1m")},
		},
		{
			name: "the page is over, one of several senders has the old secret still", account: "half", alerts: rejected + "|" + signatures,
			series: []series{callbacks("half", "dr", "accepted", "+2 1h, +0 30m, +2 2h"), callbacks("half", "dr", "bad_signature", "+0 1h, +2 30m, +1 2h")},
			want: []want{
				quiet("10m..1h/10m"), fires("1h22m 1h30m 1h34m", rejected+" critical"), quiet("1h37m..1h51m/1m"), fires("1h58m..3h30m/5m", signatures+" warning"),
			},
		},
		{
			name: "refused for other reasons, and only duplicates are good", account: "only-duplicates", about: []string{rejected, duplicates, malformed}, alerts: rejected + "|" + duplicates + "|" + malformed,
			series: []series{callbacks("only-duplicates", "mo", "duplicate", "+0.1 2h30m"), callbacks("only-duplicates", "dr", "future", "+0.4 2h30m"), callbacks("only-duplicates", "dr", "malformed", "+0.2 2h30m")},
			want:   []want{quiet("10m..2h30m/10m")},
		},
		{
			name: "four refused in 15 minutes and no good one: no page", account: "four", about: []string{rejected + " critical", signatures},
			series: []series{callbacks("four", "mo", "accepted", "+0 2h30m"), callbacks("four", "mo", "bad_signature", "+0.27 2h30m")},
			alerts: rejected, severity: "critical", want: []want{quiet("10m..2h30m/10m")},
		},
		{
			name: "the secret of an account with five callbacks an hour was rotated: a ticket", account: "seldom", about: []string{rejected + " critical", signatures},
			series: []series{callbacks("seldom", "mo", "accepted", "+1/12 1h, +0 2h, +1/12 90m"), callbacks("seldom", "mo", "bad_signature", "+0 1h, +1/12 2h, +0 90m")},
			want:   []want{quiet("10m..2h15m/5m 2h22m"), fires("2h35m..3h35m/5m", rejected+" warning"), quiet("4h10m..4h30m/5m")},
		},
		{
			name: "few are refused by night, and many by day: the ticket does not outlive the page", account: "by-night", about: []string{signatures},
			series: []series{callbacks("by-night", "mo", "accepted", "+1/8 25m, +0 1h45m, +1 2h20m"), callbacks("by-night", "mo", "bad_signature", "+0 25m, +1/8 72m, +1 33m, +0 2h20m")},
			want:   []want{quiet("10m..1h10m/5m"), fires("2h..2h10m/5m", rejected+" critical"), quiet("2h17m..4h30m/1m")},
		},
		{
			name: "the clock is 400 s ahead, and set", account: "clock", alerts: stale + "|" + skew,
			series: []series{
				callbacks("clock", "dr", "accepted", "+2 2h30m"), callbacks("clock", "dr", "stale", "+0 1h, +1 30m, +0 1h"),
				{metric("didsms_callback_clock_offset_seconds", `account="clock"`), "=0 1h, =400 30m, =0 1h"},
			},
			want: []want{quiet("10m..1h/10m"), fires("1h24m 1h29m", skew+" warning"), quiet("1h33m..2h30m/1m")},
		},
		{
			name: "six tries by hand within twenty minutes, on an account without callbacks", account: "tries", about: []string{rejected, signatures},
			series: []series{callbacks("tries", "mo", "accepted", "+0 4h"), callbacks("tries", "mo", "bad_signature", "+0 1h, +1/4 20m, +0 2h40m")},
			want:   []want{quiet("10m..4h/5m")},
		},
		{
			name: "two an hour are refused, on an account without callbacks", account: "two-an-hour", about: []string{rejected, signatures},
			series: []series{callbacks("two-an-hour", "mo", "accepted", "+0 4h"), callbacks("two-an-hour", "mo", "bad_signature", "+1/30 4h")},
			want:   []want{quiet("10m..4h/5m")},
		},
		{
			name: "eight an hour are refused, one or two are good", account: "one-good", about: []string{rejected, signatures},
			series: []series{callbacks("one-good", "mo", "accepted", "+1/40 4h"), callbacks("one-good", "mo", "bad_signature", "+1/7 4h")},
			want:   []want{quiet("1h5m..4h/5m")},
		},
		{
			name: "six refused in 15 minutes, of every sort, and no good one", account: "six",
			series: []series{
				callbacks("six", "mo", "accepted", "+0 2h30m"), callbacks("six", "mo", "bad_signature", "+0 30m, +0.08 1h, +0 1h"), callbacks("six", "mo", "stale", "+0 30m, +0.08 1h, +0 1h"),
				callbacks("six", "dr", "future", "+0 30m, +0.08 1h, +0 1h"), callbacks("six", "dr", "malformed", "+0 30m, +0.08 1h, +0 1h"), callbacks("six", "unknown", "unsupported", "+0 30m, +0.08 1h, +0 1h"),
			},
			alerts: rejected, severity: "critical",
			want: []want{quiet("10m..40m"), fires("55m..1h30m", rejected+" critical"), quiet("1h46m..2h30m/4m")},
		},
		{
			name: "the secret of a busy account was rotated: told within a quarter of an hour", account: "busy",
			series: []series{callbacks("busy", "dr", "accepted", "+10 1h, +0 30m, +10 1h"), callbacks("busy", "dr", "bad_signature", "+0 1h, +10 30m, +0 1h")},
			want: []want{
				quiet("10m..1h/10m 1h3m"), fires("1h8m", signatures+" warning"), fires("1h14m 1h30m 1h34m", rejected+" critical"), quiet("1h37m..2h30m/1m"),
			},
		},
		{
			name: "six bad ones at once, at night", account: "burst", about: []string{rejected, signatures},
			series: []series{callbacks("burst", "dr", "accepted", "+0 2h30m"), callbacks("burst", "dr", "bad_signature", "+0 1h, +6 1m, +0 1h29m")},
			want:   []want{quiet("5m..55m 1h..1h30m/1m 1h35m..2h30m")},
		},
		{
			name: "17 % have a wrong signature", account: "probed", about: []string{rejected},
			series: []series{callbacks("probed", "dr", "accepted", "+5 2h30m"), callbacks("probed", "dr", "bad_signature", "+0 1h, +1 30m, +0 1h")},
			want:   []want{quiet("10m..1h/10m"), fires("1h18m 1h30m", signatures+" warning"), quiet("1h50m..2h30m")},
		},
		{
			name: "3 % have one", account: "hardly-probed", about: []string{signatures, rejected},
			series: []series{callbacks("hardly-probed", "dr", "accepted", "+97 2h30m"), callbacks("hardly-probed", "dr", "bad_signature", "+3 2h30m")},
			want:   []want{quiet("5m..2h30m")},
		},
		{
			name: "two of seven, then eight in 15 minutes", account: "few-signatures", about: []string{signatures, rejected},
			series: []series{callbacks("few-signatures", "dr", "accepted", "+0.5 2h30m"), callbacks("few-signatures", "dr", "bad_signature", "+0 30m, +1 2m, +0 28m, +0.55 1h30m")},
			want:   []want{quiet("5m..2h30m")},
		},
		{
			name: "two bad of an idle account", account: "idle", about: []string{signatures, rejected, stale, malformed},
			series: []series{callbacks("idle", "dr", "accepted", "+0 2h30m"), callbacks("idle", "dr", "bad_signature", "+0 30m, +1 2m, +0 1h58m")},
			want:   []want{quiet("5m..2h30m")},
		},
		{
			name: "an account with two replicas: bad ones count together", account: "replicas",
			series: []series{
				callbacks("replicas", "dr", "accepted", "+2 2h30m"), callbacks("replicas", "dr", "bad_signature", "+0 1h, +0.4 30m, +0 1h"),
				callbacks("replicas", "dr", "accepted", "+2 2h30m", `instance="e2:9911"`), callbacks("replicas", "dr", "bad_signature", "+0 1h, +0.4 30m, +0 1h", `instance="e2:9911"`),
			},
			want: []want{quiet("10m..1h/10m"), fires("1h22m 1h30m", signatures+" warning"), quiet("1h50m..2h30m")},
		},
		{
			name: "stale ones, too many", account: "stale", about: []string{rejected},
			series: []series{callbacks("stale", "dr", "accepted", "+5 2h30m"), callbacks("stale", "dr", "stale", "+0 1h, +0.25 30m, +0 1h"), callbacks("stale", "dr", "future", "+0 1h, +0.25 30m, +0 1h")},
			want:   []want{quiet("10m..1h/10m 1h13m"), fires("1h18m 1h30m", stale+" warning"), quiet("1h50m..2h30m")},
		},
		{
			name: "four stale of fifteen in 15 minutes", account: "stale-few", about: []string{stale},
			series: []series{callbacks("stale-few", "dr", "accepted", "+1 2h30m"), callbacks("stale-few", "dr", "stale", "+0.27 2h30m")},
			want:   []want{quiet("5m..2h30m")},
		},
		{
			name: "1.5 % stale", account: "stale-share", about: []string{stale},
			series: []series{callbacks("stale-share", "dr", "accepted", "+98.5 2h30m"), callbacks("stale-share", "dr", "stale", "+1.5 2h30m")},
			want:   []want{quiet("5m..2h30m")},
		},
		{
			name: "signed, but unreadable", account: "format",
			series: []series{callbacks("format", "dr", "accepted", "+5 2h30m"), callbacks("format", "dr", "malformed", "+0 1h, +0.25 30m, +0 1h"), callbacks("format", "unknown", "unsupported", "+0 1h, +0.25 30m, +0 1h")},
			want:   []want{quiet("10m..1h15m"), fires("1h24m 1h30m", malformed+" warning"), quiet("1h46m..2h30m")},
		},
		{
			name: "four unreadable in 15 minutes", account: "format-few", about: []string{malformed},
			series: []series{callbacks("format-few", "dr", "accepted", "+5 2h30m"), callbacks("format-few", "dr", "malformed", "+0.27 2h30m")},
			want:   []want{quiet("5m..2h30m")},
		},
		{
			name: "too large bodies name no account", account: "unknown", about: []string{rejected, signatures, stale, malformed}, alerts: "DidSms(AllCallbacksRejected|SignatureFailures|StaleCallbacks|MalformedCallbacks)",
			series: []series{
				callbacks("unknown", "unknown", "too_large", "+2 2h30m"), callbacks("unknown", "unknown", "malformed", "+2 2h30m"), callbacks("unknown", "unknown", "stale", "+2 2h30m"),
				callbacks("unknown", "unknown", "bad_signature", "+2 2h30m"), callbacks("unknown", "unknown", "unknown_key", "+0 1h, +1 30m, +0 1h"),
			},
			want: []want{quiet("5m..2h30m")},
		},
		{
			name: "eight unknown keys in 15 minutes, now and then", account: "nobody", alerts: unknownKey, about: []string{unknownKey},
			series: []series{callbacks("nobody", "unknown", "unknown_key", "+0 2h, +0.2 30m", `job="other"`)},
			want:   []want{quiet("5m..2h30m")},
		},
		{
			name: "callbacks with keys that nobody knows", alerts: unknownKey, // the series are those above
			want: []want{quiet("10m..1h10m"), fires("1h18m 1h30m", unknownKey+" warning"), quiet("1h40m..2h30m/10m")},
		},
	}
}

// doubtful are the stories of callbacks that are taken, but something is odd.
func doubtful() []scenario {
	offset := func(account, script string, more ...string) series {
		return series{metric("didsms_callback_clock_offset_seconds", append([]string{label("account", account)}, more...)...), script}
	}
	relay := func(account, good, all string) []series {
		var some []series
		for _, bucket := range []struct{ le, script string }{{"300", good}, {"600", all}, {"+Inf", all}} {
			some = append(some, series{metric("didsms_mo_relay_delay_seconds_bucket", label("account", account), label("le", bucket.le)), bucket.script})
		}
		return some
	}
	counter := func(name, account, script string, more ...string) series {
		return series{metric(name, append([]string{label("account", account)}, more...)...), script}
	}
	return []scenario{
		{
			name: "this clock is ahead by 30 seconds, for half an hour", account: "ahead",
			series: []series{callbacks("ahead", "dr", "accepted", "+1 2h30m"), offset("ahead", "=1 1h, =30 30m, =1 1h")},
			want:   []want{quiet("10m..1h15m"), fires("1h22m 1h30m", skew+" warning"), quiet("1h33m..2h30m/3m")},
		},
		{
			name: "the vendor's clock is ahead by 30 seconds", account: "behind",
			series: []series{callbacks("behind", "dr", "accepted", "+1 2h30m"), offset("behind", "=1 1h, =-30 30m, =1 1h")},
			want:   []want{quiet("10m..1h15m"), fires("1h22m 1h30m", skew+" warning"), quiet("1h33m..2h30m/3m")},
		},
		{
			name: "every second callback is late", account: "jitter", about: []string{skew},
			series: []series{callbacks("jitter", "dr", "accepted", "+1 2h30m"), offset("jitter", "75*(=1 1m, =40 1m)")}, want: []want{quiet("5m..2h30m")},
		},
		{
			name: "every second callback seems to come from the future", account: "backward", about: []string{skew},
			series: []series{callbacks("backward", "dr", "accepted", "+1 2h30m"), offset("backward", "75*(=1 1m, =-40 1m)")}, want: []want{quiet("5m..2h30m")},
		},
		{
			name: "ten seconds, either way", account: "ten", about: []string{skew},
			series: []series{callbacks("ten", "dr", "accepted", "+1 2h30m"), offset("ten", "=12 1h15m, =-12 1h15m")}, want: []want{quiet("5m..2h30m")},
		},
		{
			name: "a lone callback of the night is 90 seconds late", account: "night", about: []string{skew},
			series: []series{callbacks("night", "dr", "accepted", "+0 30m, +1 1m, +0 1h59m"), offset("night", "=1 30m, =90 2h")}, want: []want{quiet("5m..2h30m")},
		},
		{
			name: "two replicas, one of which lately had a late callback", account: "skew-replicas", about: []string{skew},
			series: []series{
				callbacks("skew-replicas", "dr", "accepted", "+1 2h30m"), offset("skew-replicas", "=40 2h30m"),
				callbacks("skew-replicas", "dr", "accepted", "+1 2h30m", `instance="e2:9911"`), offset("skew-replicas", "=1 2h30m", `instance="e2:9911"`),
			},
			want: []want{quiet("5m..2h30m")},
		},
		{
			name: "half of the good callbacks are repetitions", account: "twice",
			series: []series{callbacks("twice", "dr", "accepted", "+3 2h30m"), callbacks("twice", "dr", "duplicate", "+0 1h, +3 30m, +0 1h")},
			want:   []want{quiet("10m..1h10m"), fires("1h20m 1h30m", duplicates+" info"), quiet("1h46m..2h30m")},
		},
		{
			name: "fifteen repetitions in 15 minutes", account: "twice-few", about: []string{duplicates},
			series: []series{callbacks("twice-few", "dr", "accepted", "+1 2h30m"), callbacks("twice-few", "dr", "duplicate", "+1 2h30m")}, want: []want{quiet("5m..2h30m")},
		},
		{
			name: "15 % repetitions", account: "twice-share", about: []string{duplicates},
			series: []series{callbacks("twice-share", "dr", "accepted", "+17 2h30m"), callbacks("twice-share", "dr", "duplicate", "+3 2h30m")}, want: []want{quiet("5m..2h30m")},
		},
		{
			name: "five messages come again with another price", account: "conflict",
			series: []series{counter("didsms_duplicate_conflicts_total", "conflict", "+0 30m, +1 5m, +0 1h55m")},
			want:   []want{quiet("5m..35m"), fires("42m 1h 1h25m", conflicts+" warning"), quiet("1h36m..2h30m")},
		},
		{
			name: "two do, on each replica one", account: "conflict-few", about: []string{conflicts},
			series: []series{
				counter("didsms_duplicate_conflicts_total", "conflict-few", "+0 30m, +1 1m, +0 1h59m"),
				counter("didsms_duplicate_conflicts_total", "conflict-few", "+0 30m, +1 1m, +0 1h59m", `instance="e2:9911"`),
			},
			want: []want{quiet("5m..2h30m")},
		},
		{
			name: "four, on each replica two", account: "conflict-replicas",
			series: []series{
				counter("didsms_duplicate_conflicts_total", "conflict-replicas", "+0 30m, +1 2m, +0 1h58m"),
				counter("didsms_duplicate_conflicts_total", "conflict-replicas", "+0 30m, +1 2m, +0 1h58m", `instance="e2:9911"`),
			},
			want: []want{quiet("5m..35m"), fires("40m 1h 1h25m", conflicts+" warning"), quiet("1h36m..2h30m")},
		},
		{
			name: "most inbound messages wait for more than five minutes", account: "backlog",
			series: join(relay("backlog", "+1 1h, +0.2 30m, +1 1h", "+1 2h30m"), []series{callbacks("backlog", "mo", "accepted", "+1 2h30m")}),
			want:   []want{quiet("10m..1h15m"), fires("1h24m 1h30m", backlog+" warning"), quiet("1h45m..2h30m")},
		},
		{
			name: "a third of them wait", account: "backlog-third", about: []string{backlog},
			series: join(relay("backlog-third", "+0.67 2h30m", "+1 2h30m"), []series{callbacks("backlog-third", "mo", "accepted", "+1 2h30m")}), want: []want{quiet("5m..2h30m")},
		},
		{
			name: "a few late messages of a quiet account that has many receipts", account: "backlog-few", about: []string{backlog},
			series: join(relay("backlog-few", "+0 2h30m", "+0.5 2h30m"), []series{
				callbacks("backlog-few", "mo", "accepted", "+0.5 2h30m"), callbacks("backlog-few", "dr", "accepted", "+5 2h30m"),
				callbacks("backlog-few", "mo", "duplicate", "+0.3 2h30m"),
			}),
			alerts: backlog,
			want:   []want{quiet("5m..2h30m")},
		},
		{
			name: "the times of most callbacks lie in the future: a wrong zone", account: "zone",
			series: []series{
				callbacks("zone", "mo", "accepted", "+1 2h30m"), counter("didsms_event_time_errors_total", "zone", "+0 1h, +0.4 30m, +0 1h", `kind="mo"`, `reason="negative"`),
				counter("didsms_event_time_errors_total", "zone", "+0 1h, +0.5 30m, +0 1h", `kind="dr"`, `reason="too_old"`),
			},
			want: []want{quiet("10m..1h20m"), fires("1h29m 1h30m", timestamps+" info"), quiet("1h46m..2h30m")},
		},
		{
			name: "three odd times of an idle account, then 40 % of a busy one", account: "odd", about: []string{timestamps},
			series: []series{
				callbacks("odd", "mo", "accepted", "+0 30m, +1 3m, +0 27m, +1 1h30m"), counter("didsms_event_time_errors_total", "odd", "+0 30m, +1 3m, +0 27m, +0.4 1h30m", `kind="mo"`, `reason="negative"`),
			},
			want: []want{quiet("5m..2h30m")},
		},
		{
			name: "three odd times in 15 minutes are all there is", account: "odd-few", about: []string{timestamps},
			series: []series{callbacks("odd-few", "mo", "accepted", "+0.25 2h30m"), counter("didsms_event_time_errors_total", "odd-few", "+0.25 2h30m", `kind="mo"`, `reason="negative"`)},
			want:   []want{quiet("5m..2h30m")},
		},
		{
			name: "prices that cannot be read", account: "price",
			series: []series{counter("didsms_billing_field_errors_total", "price", "+0 30m, +1 4m, +0 1h56m", `kind="mo"`, `field="price"`), counter("didsms_billing_field_errors_total", "price", "+0 30m, +1 4m, +0 1h56m", `kind="dr"`, `field="price"`)},
			want:   []want{quiet("5m..35m"), fires("40m 1h 1h25m", billing+" warning field=price"), quiet("1h36m..2h30m")},
		},
		{
			name: "four of each field", account: "price-few", about: []string{billing},
			series: []series{counter("didsms_billing_field_errors_total", "price-few", "+0 30m, +1 4m, +0 1h56m", `kind="mo"`, `field="price"`), counter("didsms_billing_field_errors_total", "price-few", "+0 30m, +1 4m, +0 1h56m", `kind="mo"`, `field="size"`)},
			want:   []want{quiet("5m..2h30m")},
		},
		{
			name: "a labelled target", account: "namespace",
			series: []series{callbacks("namespace", "dr", "accepted", "+5 2h30m", `namespace="sms"`, `pod="e1"`), callbacks("namespace", "dr", "bad_signature", "+0 1h, +1 30m, +0 1h", `namespace="sms"`, `pod="e1"`)},
			want:   []want{quiet("10m..1h/10m"), fires("1h18m 1h30m", signatures+" warning namespace=sms"), quiet("1h50m..2h30m")},
		},
	}
}
