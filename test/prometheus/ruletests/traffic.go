// SPDX-License-Identifier: Apache-2.0

package main

import "time"

const (
	allSilent     = "DidSmsCallbacksSilent"
	receiptSilent = "DidSmsReceiptsSilent"
	inboundSilent = "DidSmsInboundSilent"
	didSilent     = "DidSmsDidSilent"
	flood         = "DidSmsInboundFlood"
)

func inbound(account, script string, more ...string) series {
	return series{metric("didsms_mo_messages_total", append([]string{label("account", account), label("did", "1")}, more...)...), script}
}

// process is what the guard on uptime reads; it must be told once a test.
func process(script string) []series {
	return []series{{metric("process_start_time_seconds"), script}, {metric("didsms_exporter_build_info"), "=1 8d20h"}}
}

func trafficFast() file {
	limit := func(account, did, kind, script string, more ...string) series {
		return series{metric("didsms_did_max_silence_seconds", append([]string{label("account", account), label("did", did), label("kind", kind)}, more...)...), script}
	}
	last := func(account, did, kind, script string, more ...string) series {
		return series{metric("didsms_did_last_event_timestamp_seconds", append([]string{label("account", account), label("did", did), label("kind", kind)}, more...)...), script}
	}
	const e2 = `instance="e2:9911"`
	start := func(script string) []series {
		return []series{{metric("process_start_time_seconds"), script}, {metric("process_start_time_seconds", e2), script}}
	}
	stories := []scenario{
		{
			name: "a number with a limit of an hour gets nothing for two", account: "limit",
			series: append(start("=0 4h"), limit("limit", "1", "mo", "=3600 4h"), limit("limit", "1", "mo", "=3600 4h", e2), last("limit", "1", "mo", "now 1h, +0 2h, now 1h")),
			want:   []want{quiet("10m..2h4m/6m"), fires("2h7m 2h30m 3h", didSilent+" warning did=1 kind=mo"), quiet("3h1m..4h/5m")},
		},
		{
			name: "a number with a limit that never had an event counts from the start", account: "never",
			series: []series{limit("never", "1", "dr", "=3600 4h"), last("never", "1", "dr", "gap 3h, now 1h")},
			want:   []want{quiet("10m..1h5m"), fires("1h7m 2h 2h59m", didSilent+" warning did=1 kind=dr"), quiet("3h1m..4h/5m")},
		},
		{
			name: "a number without a limit, one within it, and one that another replica has heard of", account: "silent-ok", about: []string{didSilent},
			series: []series{
				last("silent-ok", "1", "mo", "now 1m, +0 3h59m"), limit("silent-ok", "2", "mo", "=3600 4h"), last("silent-ok", "2", "mo", "5*(now 1m, +0 49m)"),
				limit("silent-ok", "3", "mo", "=3600 4h"), last("silent-ok", "3", "mo", "now 1m, +0 3h59m"), limit("silent-ok", "3", "mo", "=3600 4h", e2), last("silent-ok", "3", "mo", "now 4h", e2),
				limit("silent-ok", "4", "mo", "=14000 4h"),
			},
			want: []want{quiet("10m..3h50m/5m")},
		},
		{
			name: "600 in 15 minutes without a history", account: "burst",
			series: []series{inbound("burst", "+1 1h, +40 20m, +1 2h40m")},
			want:   []want{quiet("10m..1h10m"), fires("1h16m 1h20m 1h30m", flood+" warning did=1"), quiet("1h46m..4h/5m")},
		},
		{
			name: "two bursts that one window of 15 minutes sees together for a minute", account: "burst-two", about: []string{flood},
			series: []series{inbound("burst-two", "+1 1h, +300 1m, +0 12m, +300 1m, +0 2h46m")},
			want:   []want{quiet("10m..1h5m/5m 1h10m..1h25m/1m 1h30m..4h/5m")},
		},
		{
			name: "450 in 15 minutes without a history", account: "burst-less", about: []string{flood},
			series: []series{inbound("burst-less", "+1 1h, +30 3h")}, want: []want{quiet("10m..4h/5m")},
		},
		{
			name: "300 on each replica", account: "burst-replicas",
			series: []series{inbound("burst-replicas", "+1 1h, +20 30m, +1 2h30m"), inbound("burst-replicas", "+1 1h, +20 30m, +1 2h30m", e2)},
			want:   []want{quiet("10m..1h10m"), fires("1h18m 1h30m", flood+" warning did=1"), quiet("1h56m..4h/5m")},
		},
	}
	return file{name: "traffic.fast", areas: []string{"traffic"}, every: time.Minute, tests: []test{{"limits and floods", stories}}}
}

// trafficSlow has eight days behind it, days of 14 busy hours and 10 quiet ones.
func trafficSlow() file {
	const (
		day  = "+1 7h, +4 14h, +1 3h"
		week = "8*(" + day + ")"
	)
	good := func(account, kind, script string) series { return callbacks(account, kind, "accepted", script) }
	end := ", +1 7h, "
	stories := []scenario{
		{
			name: "everything stops in the morning of the ninth day, for two hours", account: "stopped",
			series: append(process("=0 8d20h"), callbacks("stopped", "dr", "bad_signature", "+0 8d10h, +4 2h, +0 8h"), good("stopped", "mo", week+end+"+4 3h, +0 2h, +4 8h"), good("stopped", "dr", week+end+"+4 3h, +0 2h, +4 8h")),
			want: []want{
				quiet("1d..8d10h/3h"), quiet("8d10h30m"), fires("8d10h55m..8d12h/15m", allSilent+" critical"),
				quiet("8d12h10m..8d20h/30m"),
			},
		},
		{
			name: "the same, and the first inbound messages are few", account: "stopped-slow", alerts: allSilent + "|" + inboundSilent,
			series: []series{good("stopped-slow", "mo", week+end+"+4 3h, +0 2h, +0.2 10m, +4 7h50m"), good("stopped-slow", "dr", week+end+"+4 3h, +0 2h, +4 8h")},
			want:   []want{quiet("1d..8d10h/6h"), fires("8d10h55m..8d12h/15m", allSilent+" critical"), quiet("8d12h5m..8d13h/5m 8d14h..8d20h/1h")},
		},
		{
			name: "the same, and only receipts come back", account: "stopped-half", alerts: allSilent + "|" + inboundSilent,
			series: []series{good("stopped-half", "mo", week+end+"+4 3h, +0 10h"), good("stopped-half", "dr", week+end+"+4 3h, +0 2h, +4 8h")},
			want: []want{
				quiet("1d..8d10h/6h"), fires("8d10h55m..8d12h/15m", allSilent+" critical"), quiet("8d12h5m..8d12h15m/5m"),
				fires("8d12h30m..8d14h/30m", inboundSilent+" warning kind=mo"),
			},
		},
		{
			name: "only receipts stop", account: "receipts", about: []string{allSilent, inboundSilent},
			series: []series{good("receipts", "mo", week+end+"+4 13h"), good("receipts", "dr", week+end+"+4 3h, +0 2h, +4 8h")},
			want:   []want{quiet("1d..8d10h/6h"), quiet("8d10h30m"), fires("8d10h55m..8d12h/15m", receiptSilent+" warning kind=dr"), quiet("8d12h10m..8d20h/30m")},
		},
		{
			name: "only inbound messages stop; duplicates go on and are a sign of life", account: "inbound", about: []string{allSilent, receiptSilent},
			series: []series{good("inbound", "mo", week+end+"+4 3h, +0 2h, +4 8h"), good("inbound", "dr", week+end+"+4 3h, +0 2h, +4 8h"), callbacks("inbound", "dr", "duplicate", week+end+"+0 3h, +4 2h, +0 8h")},
			want:   []want{quiet("1d..8d10h/6h"), quiet("8d10h30m"), fires("8d10h55m..8d12h/15m", inboundSilent+" warning kind=mo"), quiet("8d12h10m..8d20h/30m")},
		},
		{
			name: "callbacks fall to a tenth", account: "tenth", about: []string{allSilent, receiptSilent, inboundSilent},
			series: []series{good("tenth", "mo", week+end+"+0.4 13h"), good("tenth", "dr", week+end+"+0.4 13h")}, want: []want{quiet("1d..8d20h/90m")},
		},
		{
			name: "callbacks fall to a fiftieth: not all are silent", account: "fiftieth", about: []string{allSilent},
			series: []series{good("fiftieth", "mo", week+end+"+0.08 3h, +4 10h"), good("fiftieth", "dr", week+end+"+0.08 3h, +4 10h")},
			want:   []want{quiet("1d..8d7h/6h"), fires("8d8h..8d10h/30m", receiptSilent+" warning kind=dr", inboundSilent+" warning kind=mo"), quiet("8d10h30m..8d20h/30m")},
		},
		{
			name: "the clocks change: a day that starts and stops sharply comes an hour later", account: "clocks", about: []string{allSilent}, alerts: allSilent,
			series: []series{good("clocks", "dr", "7*(+0 7h, +40 10h, +0 7h), +0 8h, +40 10h, +0 6h, +0 8h, +40 10h, +0 2h"), good("clocks", "mo", "8*(+0 24h), +0 20h")},
			want:   []want{quiet("7d6h..7d20h/10m 8d6h..8d18h/10m")},
		},
		{
			name: "an hour a day with 300 in 15 minutes, on a number that is a week old", account: "new-habit", alerts: flood,
			series: []series{inbound("new-habit", "+0.1 7d10h, +20 1h, +0.1 23h, +20 1h, +0.1 9h")},
			want:   []want{quiet("1d..7d9h/6h"), fires("7d10h20m..7d11h/10m", flood+" warning did=1"), quiet("7d12h..8d9h/3h 8d10h..8d12h/5m 8d13h..8d20h/3h")},
		},
		{
			name: "nights, and weekends, without any", account: "nights", about: []string{allSilent, receiptSilent, inboundSilent},
			series: []series{good("nights", "mo", "5*(+0 7h, +4 14h, +0 3h), +0 48h, +0 7h, +4 14h, +0 3h, +0 7h, +4 13h"), good("nights", "dr", "5*(+0 7h, +4 14h, +0 3h), +0 48h, +0 7h, +4 14h, +0 3h, +0 7h, +4 13h")},
			want:   []want{quiet("1d..5d6h/90m"), quiet("7d..8d20h/90m")},
		},
		{
			name: "an account that gets 18 in 30 minutes stops: told after two hours, until it gets some", account: "slow",
			series: []series{good("slow", "dr", "+0.6 8d10h, +0 4h, +0.6 6h")},
			want:   []want{quiet("1d..8d10h/6h 8d10h..8d12h/10m"), fires("8d12h20m..8d14h/20m", allSilent+" critical"), quiet("8d14h10m..8d20h/10m")},
		},
		{
			name: "an account that starts and stops sharply, every day", account: "sharp", about: []string{allSilent, receiptSilent, inboundSilent},
			series: []series{good("sharp", "dr", "8*(+0 7h, +40 14h, +0 3h), +0 7h, +40 13h"), good("sharp", "mo", "8*(+0 7h, +40 14h, +0 3h), +0 7h, +40 13h")},
			want:   []want{quiet("1d6h30m..1d7h40m 1d21h..1d23h55m 8d6h30m..8d7h40m")},
		},
		{
			name: "an account of which inbound messages are few: they stop, receipts do not", account: "few-inbound", about: []string{inboundSilent, receiptSilent, allSilent},
			series: []series{good("few-inbound", "dr", "+4 8d20h"), good("few-inbound", "mo", "+0.5 8d10h, +0 10h")}, want: []want{quiet("1d..8d20h/90m")},
		},
		{
			name: "a day without any, as last week: yesterday's traffic does not matter", account: "day-off", about: []string{allSilent, receiptSilent},
			series: []series{good("day-off", "dr", "+4 1d, +0 1d, +4 6d, +4 3h, +0 17h"), good("day-off", "mo", "+4 1d, +0 1d, +4 6d, +4 3h, +0 17h")},
			want:   []want{quiet("2d2h..8d/3h 8d2h..8d20h/2h")},
		},
		{
			name: "an account that gets six in 30 minutes stops", account: "little", about: []string{allSilent, receiptSilent, inboundSilent},
			series: []series{good("little", "dr", "+0.2 8d10h, +0 10h")}, want: []want{quiet("1d..8d20h/90m")},
		},
		{
			name: "on the second day only yesterday can be asked: tickets, no page", account: "second-day", about: []string{allSilent},
			series: []series{good("second-day", "dr", "+4 1d10h, +0 2h, +4 7d8h")},
			want: []want{
				quiet("1h..1d10h/1h"), fires("1d11h 1d12h", receiptSilent+" warning kind=dr"), quiet("1d12h10m..8d20h/3h"),
			},
		},
		{
			name: "the first weekend is silent, the week before it was not: no page", account: "first-weekend", about: []string{allSilent}, alerts: allSilent,
			series: []series{good("first-weekend", "dr", "5*(+1 7h, +4 14h, +1 3h), +0 48h, +1 7h, +4 14h, +1 3h, +1 7h, +4 13h"), good("first-weekend", "mo", "5*(+1 7h, +4 14h, +1 3h), +0 48h, +1 7h, +4 14h, +1 3h, +1 7h, +4 13h")},
			want:   []want{quiet("1d..8d20h/1h")},
		},
		{
			name: "an hour a day with 200 in 15 minutes, and one day with 750", account: "daily", alerts: flood,
			series: []series{inbound("daily", "6*(+0.1 10h, +13 1h, +0.1 13h), +0.1 10h, +50 1h, +0.1 13h, +0.1 10h, +13 1h, +0.1 9h")},
			want:   []want{quiet("3h..1d9h/3h 1d10h..1d12h/5m 2d..5d9h/3h 5d10h..5d12h/5m"), fires("6d10h20m..6d11h/10m", flood+" warning did=1"), quiet("6d12h..7d9h/3h 7d10h..7d12h/5m 7d13h..8d20h/3h")},
		},
		{
			name: "an hour a week with 200 in 15 minutes", account: "weekly", alerts: flood,
			series: []series{inbound("weekly", "+0.1 1d4h, +13 1h, +0.1 6d23h, +13 1h, +0.1 15h")},
			want:   []want{fires("1d4h30m..1d5h/10m", flood+" warning did=1"), quiet("1d6h..8d3h/3h 8d4h..8d6h/5m 8d7h..8d20h/3h")},
		},
		{
			name: "after two quiet days 60 in 15 minutes are a flood", account: "flood",
			series: []series{inbound("flood", "+0.1 2d1h, +6 1h, +0.1 6d18h")},
			want:   []want{quiet("1h..2d/3h"), quiet("2d1h"), fires("2d1h30m 2d2h", flood+" warning did=1"), quiet("2d2h40m..8d20h/3h")},
		},
		{
			name: "60 in 15 minutes on a number that has 16 usually", account: "usual-15", about: []string{flood},
			series: []series{inbound("usual-15", "+1.1 2d1h, +4 1h, +1.1 6d18h")}, want: []want{quiet("1h..2d/3h"), quiet("2d1h..2d3h/5m"), quiet("3d..8d20h/3h")},
		},
		{
			name: "90 in 15 minutes on a number that is ten hours old", account: "young", about: []string{flood},
			series: []series{inbound("young", "+0.1 10h, +6 1h, +0.1 8d9h")}, want: []want{quiet("1h..9h/2h 10h..12h/5m")},
		},
		{
			name: "45 in 15 minutes after two days of nothing", account: "trickle", about: []string{flood},
			series: []series{inbound("trickle", "+0 2d1h, +3 6h, +0 6d13h")}, want: []want{quiet("1d..2d/3h"), quiet("2d1h15m..2d8h/15m")},
		},
		{
			name: "busy from the first minute", account: "busy", about: []string{flood},
			series: []series{inbound("busy", "+20 8d20h")}, want: []want{quiet("1h..8d20h/3h")},
		},
	}
	const other = `namespace="other"`
	elsewhere := []series{{metric("process_start_time_seconds", other), "=0 8d20h"}, {metric("didsms_exporter_build_info", other), "=1 8d20h"}}
	restart := scenario{
		name: "a restart in the morning, with a hole of 50 minutes and everything from 0, while another namespace runs on", account: "restarted", about: []string{allSilent, receiptSilent, inboundSilent},
		series: append(append(process("=0 8d10h, gap 50m, =729900 9h10m"), elsewhere...), good("restarted", "mo", week+end+"+4 3h, gap 50m, reset, +0 30m, +4 8h40m"), good("restarted", "dr", week+end+"+4 3h, gap 50m, reset, +0 30m, +4 8h40m")),
		want:   []want{quiet("1d..8d10h/6h"), quiet("8d10h..8d20h/5m")},
	}
	return file{name: "traffic.slow", areas: []string{"traffic"}, every: 5 * time.Minute, tests: append([]test{{"eight days", stories}, {"a restart", []scenario{restart}}}, trafficWords()...)}
}
