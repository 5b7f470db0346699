// SPDX-License-Identifier: Apache-2.0

package main

import "time"

const (
	budgetBurn = "DidSmsSpendBudgetBurn"
	exceeded   = "DidSmsSpendBudgetExceeded"
	spendSpike = "DidSmsSpendSpike"
	unitPrice  = "DidSmsUnitPriceShift"
)

func spent(account, did, currency, script string, more ...string) series {
	return series{metric("didsms_spend_total", append([]string{label("account", account), label("did", did), label("direction", "outbound"), label("currency", currency)}, more...)...), script}
}

func segments(account, did, script string, more ...string) series {
	return series{metric("didsms_billed_segments_total", append([]string{label("account", account), label("did", did), label("direction", "outbound")}, more...)...), script}
}

func monthly(account, currency, script string, more ...string) series {
	return series{metric("didsms_spend_budget", append([]string{label("account", account), label("currency", currency), label("period", "month")}, more...)...), script}
}

// A budget of 43,200 a month is one a minute.
func spendFast() file {
	const (
		fast = budgetBurn + " critical long=1h short=5m currency=USD"
		slow = budgetBurn + " warning long=6h short=30m currency=USD"
		e2   = `instance="e2:9911"`
	)
	month := func(account, currency, script string, more ...string) series {
		return series{metric("didsms_spend_month_to_date", append([]string{label("account", account), label("currency", currency)}, more...)...), script}
	}
	stories := []scenario{
		{
			name: "twenty times too fast, and back", account: "twenty", alerts: budgetBurn,
			series: []series{monthly("twenty", "USD", "=43200 8h"), spent("twenty", "1", "USD", "+20 2h30m, +1 5h30m")},
			want:   []want{quiet("10m..42m/4m"), fires("47m..1h40m/10m 2h20m 2h30m", fast), quiet("2h40m..7h50m/5m")},
		},
		{
			name: "twenty times too fast, then eight times: told again, as a ticket", account: "slower", alerts: budgetBurn,
			series: []series{monthly("slower", "USD", "=43200 8h"), spent("slower", "1", "USD", "+1 30m, +20 2h, +8 3h, +1 2h30m")},
			want:   []want{quiet("10m..30m/5m"), fires("2h 2h30m", fast), quiet("3h5m"), fires("4h..5h30m/30m", slow), quiet("6h10m..7h50m/10m")},
		},
		{
			name: "eight times: the slow pair only, once an hour of good pace is diluted", account: "eight", alerts: budgetBurn, about: []string{budgetBurn + " critical"},
			series: []series{monthly("eight", "USD", "=43200 8h"), spent("eight", "1", "USD", "+1 30m, +9 7h, +1 30m")},
			want:   []want{quiet("10m..4h/10m"), fires("6h 7h 7h30m", slow), quiet("7h52m 8h")},
		},
		{
			name: "five times", account: "five", alerts: budgetBurn, about: []string{budgetBurn},
			series: []series{monthly("five", "USD", "=43200 8h"), spent("five", "1", "USD", "+5 8h")}, want: []want{quiet("10m..8h/10m")},
		},
		{
			name: "twelve times for 25 minutes", account: "twelve", alerts: budgetBurn, about: []string{budgetBurn},
			series: []series{monthly("twelve", "USD", "=43200 8h"), spent("twelve", "1", "USD", "+1 3h, +12 25m, +1 4h35m")}, want: []want{quiet("10m..8h/5m")},
		},
		{
			name: "two replicas: their spend adds up, their budget does not", account: "replicas", alerts: budgetBurn,
			series: []series{monthly("replicas", "USD", "=43200 8h"), monthly("replicas", "USD", "=43200 8h", e2), spent("replicas", "1", "USD", "+1 4h, +10 1h30m, +1 2h30m"), spent("replicas", "1", "USD", "+1 4h, +10 1h30m, +1 2h30m", e2)},
			want:   []want{quiet("10m..4h/10m"), fires("5h10m 5h30m", fast), quiet("5h40m..8h/10m")},
		},
		{
			name: "ten times in each of two currencies is not twenty times", account: "currencies", alerts: budgetBurn, severity: "critical", about: []string{budgetBurn + " critical"},
			series: []series{monthly("currencies", "USD", "=43200 8h"), monthly("currencies", "EUR", "=43200 8h"), spent("currencies", "1", "USD", "+10 8h"), spent("currencies", "1", "EUR", "+10 8h")},
			want:   []want{quiet("10m..8h/10m")},
		},
		{
			name: "fourteen times, and one minute of it sixty times", account: "minute", alerts: budgetBurn, severity: "critical", about: []string{budgetBurn + " critical"},
			series: []series{monthly("minute", "USD", "=43200 8h"), spent("minute", "1", "USD", "+14 3h, +60 1m, +0 4h59m")},
			want:   []want{quiet("10m..2h50m/10m 2h55m..3h10m/1m")},
		},
		{
			name: "no budget", account: "free", alerts: budgetBurn + "|" + exceeded, about: []string{budgetBurn, exceeded},
			series: []series{spent("free", "1", "USD", "+100 8h"), month("free", "USD", "+100 8h")}, want: []want{quiet("10m..8h/10m")},
		},
		{
			name: "a budget of a day is none of a month", account: "daily", alerts: budgetBurn, about: []string{budgetBurn},
			series: []series{{metric("didsms_spend_budget", `account="daily"`, `currency="USD"`, `period="day"`), "=100 8h"}, spent("daily", "1", "USD", "+10 8h")},
			want:   []want{quiet("10m..8h/10m")},
		},
		{
			name: "the month's budget is used up, and raised", account: "up",
			series: []series{monthly("up", "USD", "=100 4h, =200 4h"), month("up", "USD", "=99 2h, =101 6h")},
			want:   []want{quiet("10m..2h4m/6m"), fires("2h7m 3h 4h", exceeded+" warning currency=USD"), quiet("4h1m..8h/10m")},
		},
		{
			name: "90 of 100 in each currency, 45 on each of two replicas", account: "within", about: []string{exceeded},
			series: []series{
				monthly("within", "USD", "=100 8h"), month("within", "USD", "=45 8h"), monthly("within", "EUR", "=100 8h"), month("within", "EUR", "=45 8h"),
				monthly("within", "USD", "=100 8h", e2), month("within", "USD", "=45 8h", e2), monthly("within", "EUR", "=100 8h", e2), month("within", "EUR", "=45 8h", e2),
			},
			want: []want{quiet("10m..8h/10m")},
		},
		{
			name: "60 of 100 on each of two replicas: each counts its own, the budget is one", account: "halves",
			series: []series{
				monthly("halves", "USD", "=100 8h"), monthly("halves", "USD", "=100 8h", e2),
				month("halves", "USD", "=45 2h, =60 2h, =45 4h"), month("halves", "USD", "=45 2h, =60 2h, =45 4h", e2),
			},
			want: []want{quiet("10m..2h4m/6m"), fires("2h7m 3h 4h", exceeded+" warning currency=USD"), quiet("4h1m..8h/10m")},
		},
	}
	// The hour is compared with yesterday, so this one needs a day before it.
	thief := scenario{
		name: "forty times too fast for three quarters of an hour: one page, and no ticket after it", account: "thief", about: []string{spendSpike},
		series: []series{monthly("thief", "USD", "=43200 31h"), spent("thief", "1", "USD", "+0.3 28h, +40 45m, +0.3 135m")},
		want:   []want{quiet("25h..28h/1h"), fires("28h40m", fast), quiet("28h55m..31h/1m")},
	}
	return file{name: "spend.fast", areas: []string{"spend"}, every: time.Minute, tests: append([]test{{"budgets", stories}, {"a thief", []scenario{thief}}}, budgetWords()...)}
}

func spendSlow() file {
	const week = "8*(+0.1 7h, +0.5 14h, +0.1 3h)"
	stories := []scenario{
		{
			name: "five times the same hour of last week", account: "five",
			series: []series{spent("five", "1", "USD", week+", +0.1 7h, +0.5 3h, +2.5 2h, +0.5 8h")},
			want:   []want{quiet("25h..8d10h/7h"), quiet("8d10h25m"), fires("8d10h50m 8d11h20m 8d12h", spendSpike+" warning currency=USD"), quiet("8d13h..8d20h/30m")},
		},
		{
			name: "two dear minutes that one hour sees together, for five minutes", account: "together", about: []string{spendSpike}, alerts: spendSpike,
			series: []series{spent("together", "1", "USD", "+0.5 8d10h, +8.5 5m, +0.5 45m, +8.5 5m, +0.5 9h5m")},
			want:   []want{quiet("25h..8d10h/7h 8d10h30m..8d11h30m/5m 8d12h..8d20h/1h")},
		},
		{
			name: "two and a half times last week", account: "two", about: []string{spendSpike},
			series: []series{spent("two", "1", "USD", "+1 7d, +2.5 1d20h")}, want: []want{quiet("25h..6d20h/3h 7d3h..8d20h/30m")},
		},
		{
			name: "a busy day six times the others, as last week", account: "busy", about: []string{spendSpike},
			series: []series{spent("busy", "1", "USD", "+0.5 1d7h, +3 14h, +0.5 3h, 6*(+0.5 1d), +0.5 7h, +3 13h")}, want: []want{quiet("3d..6d20h/3h 8d..8d20h/30m")},
		},
		{
			name: "from nothing to four an hour: below the floor", account: "cheap", about: []string{spendSpike},
			series: []series{spent("cheap", "1", "USD", "+0 8d10h, +0.065 10h")}, want: []want{quiet("25h..6d20h/90m 7d1h..8d20h/90m")},
		},
		{
			name: "twice as much in each of two currencies", account: "both", about: []string{spendSpike},
			series: []series{spent("both", "1", "USD", week+", +0.1 7h, +0.5 3h, +1 10h"), spent("both", "1", "EUR", week+", +0.1 7h, +0.5 3h, +1 10h")}, want: []want{quiet("25h..6d20h/90m 7d1h..8d20h/90m")},
		},
		{
			name: "on the second day yesterday is asked", account: "second",
			series: []series{spent("second", "1", "USD", "+0.5 1d10h, +2.5 2h, +0.5 7d8h")},
			want:   []want{quiet("1h..23h/1h 25h..1d10h/1h"), fires("1d11h20m 1d12h", spendSpike+" warning currency=USD"), quiet("1d13h..8d8h/3h")},
		},
		{
			name: "on the first day nobody is asked", account: "first-day", about: []string{spendSpike}, alerts: spendSpike,
			series: []series{spent("first-day", "1", "USD", "+0.1 12h, +0.5 8d8h")},
			want:   []want{quiet("1h..24h/30m 25h..8d20h/3h")},
		},
		{
			name: "a week after the first hour, and a day after a cheap one", account: "first-hour", about: []string{spendSpike}, alerts: spendSpike,
			series: []series{spent("first-hour", "1", "USD", "+1 5d22h, +0.05 4h, +1 2d18h")},
			want:   []want{quiet("25h..6d20h/3h 6d23h..7d2h/5m 7d3h..8d20h/3h")},
		},
		{
			name: "the week after a holiday", account: "holiday", about: []string{spendSpike}, alerts: spendSpike,
			series: []series{spent("holiday", "1", "USD", "+1 1d, +0.1 1d, +1 6d20h")},
			want:   []want{quiet("25h..8d20h/1h")},
		},
		{
			name: "the first Monday after a cheap weekend", account: "monday", about: []string{spendSpike}, alerts: spendSpike,
			series: []series{spent("monday", "1", "USD", "3*(+0.1 7h, +1 14h, +0.1 3h), +0.1 2d, +0.1 7h, +1 14h, +0.1 3h, +0.1 7h, +1 14h, +0.1 3h, +0.1 1d20h")},
			want:   []want{quiet("25h..8d20h/1h")},
		},
		{
			name: "the price rises by half, and falls again", account: "price",
			series: []series{spent("price", "1", "USD", "+0.05 8d8h, +0.075 6h, +0.05 6h"), segments("price", "1", "+1 8d20h")},
			want:   []want{quiet("25h..8d10h/7h 8d11h10m..8d11h25m"), fires("8d12h..8d16h/1h", unitPrice+" warning did=1 direction=outbound currency=USD"), quiet("8d19h 8d20h")},
		},
		{
			name: "the price falls by a third", account: "cheaper",
			series: []series{spent("cheaper", "1", "USD", "+0.05 8d8h, +0.033 6h, +0.05 6h"), segments("cheaper", "1", "+1 8d20h")},
			want:   []want{quiet("25h..8d10h/7h"), fires("8d13h..8d15h/1h", unitPrice+" warning did=1 direction=outbound currency=USD"), quiet("8d18h..8d20h/30m")},
		},
		{
			name: "15 % more, and half more over 45 segments in six hours", account: "steady", about: []string{unitPrice},
			series: []series{spent("steady", "1", "USD", "+0.05 8d10h, +0.0575 10h"), segments("steady", "1", "+1 8d20h"), spent("steady", "2", "USD", "+0.00625 8d10h, +0.009375 10h"), segments("steady", "2", "+0.125 8d20h")},
			want:   []want{quiet("25h..6d20h/90m 7d1h..8d20h/90m")},
		},
		{
			name: "another mix by night than by day, and a rise on the second day, before there is a week to compare with", account: "mix", about: []string{unitPrice}, alerts: unitPrice,
			series: []series{
				spent("mix", "1", "USD", "8*(+0.03 12h, +0.06 12h), +0.03 12h"), segments("mix", "1", "+1 8d12h"),
				spent("mix", "2", "USD", "+0.05 1d6h, +0.075 8h, +0.05 7d6h"), segments("mix", "2", "+1 8d20h"),
			},
			want: []want{quiet("1h..8d20h/2h")},
		},
		{
			name: "more is sent at the same price, over two replicas and in two currencies", account: "more", about: []string{unitPrice}, alerts: unitPrice,
			series: []series{
				spent("more", "1", "USD", "+0.05 8d10h, +0.5 10h"), segments("more", "1", "+1 8d10h, +10 10h"),
				spent("more", "1", "USD", "+0.05 8d10h, +0.5 10h", `instance="e2:9911"`), segments("more", "1", "+1 8d10h, +10 10h", `instance="e2:9911"`),
				spent("more", "2", "EUR", "+0.05 8d10h, +0.5 10h"), segments("more", "2", "+1 8d10h, +10 10h"),
			},
			want: []want{quiet("25h..6d20h/90m 7d1h..8d20h/90m")},
		},
	}
	return file{name: "spend.slow", areas: []string{"spend"}, every: 5 * time.Minute, tests: append([]test{{"eight days", stories}}, spendWords()...)}
}
