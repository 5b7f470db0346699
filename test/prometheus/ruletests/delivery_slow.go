// SPDX-License-Identifier: Apache-2.0

package main

import "time"

// deliverySlow are two files. One has eight days behind it and is evaluated every ten
// minutes, so that for: 3m means ten; windows below that see nothing. The other has a
// day and a half, and windows of five minutes.
func deliverySlow() []file {
	const (
		day       = burn + " warning long=1d short=2h"
		threeDays = burn + " info long=3d short=6h"
	)
	toward := func(account, good, bad string) []series {
		return []series{
			{metric("didsms_destination_receipts_total", label("account", account), `calling_code="86"`, `outcome="delivered"`), good},
			{metric("didsms_destination_receipts_total", label("account", account), `calling_code="86"`, `outcome="undelivered"`), bad},
		}
	}
	spikeOnly := didSpike + "|" + accountSpike
	week := []scenario{
		{
			name: "a number that always fails by 60 % is no spike; it is told as what it is", account: "chronic", about: []string{didSpike, accountSpike},
			alerts: spikeOnly + "|" + didHigh,
			series: receipts("chronic", "1", "0.4:0.6 8d12h"),
			want:   []want{fires("1d..8d12h/6h", didHigh+" info did=1")},
		},
		{
			name: "10 to 20 % after a week of 12 %", account: "wobble", about: []string{didSpike, accountSpike}, alerts: spikeOnly,
			series: receipts("wobble", "1", "8*(0.44:0.06 12h, 0.43:0.07 12h), 0.4:0.1 12h"),
			want:   []want{quiet("1d..8d/6h"), quiet("8d..8d12h/20m")},
		},
		{
			name: "10 to 60 % after a week", account: "ten", alerts: spikeOnly,
			series: receipts("ten", "1", "9:1 8d2h, 4:6 1h, 9:1 9h"),
			want:   []want{quiet("1d..8d/6h"), fires("8d2h40m..8d3h/10m", both(1)...), quiet("8d3h20m..8d12h/10m")},
		},
		{
			name: "20 % is much for a number that has a week of 2 %, not for one of 15 %", account: "own", alerts: didSpike,
			series: join(receipts("own", "1", "0.98:0.02 8d2h, 0.79:0.21 1h, 0.98:0.02 9h"), receipts("own", "2", "0.85:0.15 8d2h, 0.79:0.21 1h, 0.85:0.15 9h")),
			want:   []want{quiet("1d..8d/6h"), fires("8d2h40m..8d3h/10m", warned(1)...), quiet("8d3h30m..8d12h/10m")},
		},
		{
			name: "a usual share of 40 %, now 55 %: the prior alone would call it a spike", account: "forty", about: []string{didSpike, accountSpike}, alerts: spikeOnly,
			series: receipts("forty", "1", "0.6:0.4 8d2h, 0.52:0.48 10h"),
			want:   []want{quiet("1d..8d/6h"), quiet("8d2h..8d12h/20m")},
		},
		{
			name: "twenty of twenty after a silent week", account: "first-after", alerts: didSpike, severity: "warning",
			series: receipts("first-after", "1", "0:0 8d2h, 0:1 20m, 0:0 9h40m"),
			want:   []want{quiet("1d..8d/6h"), fires("8d2h20m", didSpike+" warning did=1"), quiet("8d3h30m..8d12h/1h")},
		},
		{
			name: "one failure after a silent week, then four of five", account: "silent-week", about: []string{didSpike, accountSpike, burn, didHigh},
			series: receipts("silent-week", "1", "0:0 8d1h, 0:0.2 5m, 0:0 1h, 0.05:0 20m, 0:0.8 5m, 0:0 9h30m"),
			want:   []want{quiet("1d..8d/6h"), quiet("8d..8d12h/20m")},
		},
		{
			name: "20 % for a day and a half: the pair of a day", account: "day", alerts: burn,
			series: receipts("day", "1", "0.98:0.02 3d, 0.8:0.2 1d12h, 0.98:0.02 4d"),
			want: []want{
				quiet("6h..3d12h/2h 3d14h 3d15h30m"), fires("3d17h 3d18h30m", threeDays), fires("3d20h 4d 4d12h", threeDays, day), fires("4d17h", threeDays), quiet("4d20h..8d12h/4h"),
			},
		},
		{
			name: "12 % for days: the pair of three days", account: "twelve", alerts: burn, about: []string{day},
			series: receipts("twelve", "1", "0.98:0.02 3d, 0.88:0.12 2d, 0.98:0.02 3d12h"),
			want:   []want{quiet("6h..3d20h/2h"), fires("4d14h 5d", threeDays), quiet("5d8h..8d12h/4h")},
		},
		{
			name: "6 % for days, and one step of half an hour in which six hours show less", account: "dip-three", alerts: burn, severity: "info",
			series: receipts("dip-three", "1", "0.94:0.06 5d, 1.47:0 30m, 0.94:0.06 5h, 1.47:0 30m, 0.94:0.06 3d6h"),
			want:   []want{fires("4d..5d/6h 5d10m..5d14h/10m 6d..8d12h/6h", threeDays)},
		},
		{
			name: "4 % for ever", account: "four", about: []string{burn, didSpike, accountSpike, didHigh},
			series: receipts("four", "1", "0.96:0.04 8d12h"), want: []want{quiet("6h..8d12h/3h")},
		},
		{
			name: "80 failures a day, then 60 a day: too few for the pair of a day", account: "few-day", about: []string{day}, alerts: burn, severity: "warning",
			series: receipts("few-day", "1", "0:0.055 4d, 0:0.04 4d12h"), want: []want{quiet("6h..8d12h/3h")},
		},
		{
			name: "60 failures a day: too few for the pair of three days", account: "few-three", about: []string{threeDays}, alerts: burn, severity: "info",
			series: receipts("few-three", "1", "0:0.04 8d12h"), want: []want{quiet("6h..8d12h/3h")},
		},
		{
			name: "a bad day, and then hardly any receipt", account: "trickle", alerts: burn,
			series: receipts("trickle", "1", "0.8:0.2 1d12h, 0:0.02 7d"), severity: "warning",
			want: []want{fires("1d 1d12h", day), quiet("1d15h..8d12h/3h")},
		},
		{
			name: "bad days, and then hardly any receipt", account: "trickle-three", alerts: burn, severity: "info",
			series: receipts("trickle-three", "1", "0.8:0.2 3d12h, 0:0.02 5d"),
			want:   []want{fires("2d 3d12h", threeDays), quiet("3d20h..8d12h/3h")},
		},
	}
	days := []scenario{
		{
			name: "an account that always fails by 60 % is well: the page about the budget does not wait for the half hour", account: "chronic-well", alerts: burn + "|" + accountSpike + "|" + didSpike, severity: "critical",
			series: numbers("chronic-well", 5, "", repeat("0.4:0.6 1d12h, 0.98:0.02 6h", 5)...),
			want:   []want{fires("1d..1d12h/3h", burn+" critical long=1h short=5m", burn+" critical long=6h short=30m"), quiet("1d12h20m..1d18h/5m")},
		},
		{
			name: "20 % for a day, and one step of half an hour in which two hours show less", account: "dip-day", alerts: burn, severity: "warning",
			series: receipts("dip-day", "1", "0.8:0.2 1d9h, 0.6:0 30m, 0.8:0.2 1h, 0.6:0 30m, 0.8:0.2 7h"),
			want:   []want{fires("1d..1d9h/3h 1d9h5m..1d15h/5m 1d18h", day)},
		},
		{
			name: "a receipt every two minutes, 80 % of them bad for three hours: the page ends with the half hour, not with the six", account: "slowly", alerts: burn, severity: "critical",
			series: receipts("slowly", "1", "0.5:0 1d9h, 0.1:0.4 3h, 0.5:0 6h"),
			want:   []want{quiet("6h..1d9h/3h"), fires("1d11h50m 1d12h", burn+" critical long=6h short=30m"), quiet("1d12h50m..1d18h/10m")},
		},
		{
			name: "all numbers of an account, for two hours after a day and a half", account: "broad", alerts: accountSpike,
			series: numbers("broad", 5, "", repeat("9.5:0.5 1d12h, 6:4 2h, 9.5:0.5 4h", 5)...),
			want:   []want{quiet("1h..1d12h/3h"), fires("1d12h35m..1d14h", accountSpike+" warning"), quiet("1d14h20m..1d18h/20m")},
		},
		{
			name: "an account that always fails by 30 %", account: "always", about: []string{accountSpike, didSpike}, alerts: spikeOnly,
			series: numbers("always", 5, "0.7:0.3 1d18h"), want: []want{quiet("15h..1d18h/1h")},
		},
		{
			name: "an account whose usual share is 30 %, now 37 %: the objective alone would call it a spike", account: "thirty", about: []string{accountSpike, didSpike}, alerts: spikeOnly,
			series: numbers("thirty", 5, "", repeat("0.7:0.3 1d12h, 0.63:0.37 6h", 5)...), want: []want{quiet("15h..1d18h/30m")},
		},
		{
			name: "four failures of four on a number that was perfect", account: "four-of-perfect", about: []string{didSpike, accountSpike}, alerts: spikeOnly,
			series: receipts("four-of-perfect", "1", "1:0 1d12h, 0:0 1h, 0:1 4m, 0:0 4h56m"), want: []want{quiet("1h..1d12h/6h 1d12h..1d18h/5m")},
		},
		{
			name: "one that was perfect, now 9 %", account: "was-perfect", alerts: accountSpike,
			series: numbers("was-perfect", 5, "", repeat("10:0 1d12h, 9.1:0.9 2h, 10:0 4h", 5)...),
			want:   []want{quiet("1h..1d12h/3h"), fires("1d12h50m..1d14h", accountSpike+" warning"), quiet("1d14h20m..1d18h/20m")},
		},
		{
			name: "a destination that was no better yesterday", account: "route-always", about: []string{destination},
			series: toward("route-always", "+0.4 1d18h", "+0.6 1d18h"), want: []want{quiet("6h..1d18h/2h")},
		},
		{
			name: "a destination that fails since two hours", account: "route-new",
			series: toward("route-new", "+0.95 1d12h, +0.2 2h, +0.95 4h", "+0.05 1d12h, +0.8 2h, +0.05 4h"),
			want:   []want{quiet("6h..1d12h/6h"), fires("1d13h..1d14h/15m", destination+" warning calling_code=86"), quiet("1d15h..1d18h/30m")},
		},
	}
	return []file{
		{name: "delivery.days.slow", areas: []string{"delivery"}, every: 5 * time.Minute, samples: time.Minute, tests: []test{{"a day and a half", days}}},
		{name: "delivery.week.slow", areas: []string{"delivery"}, every: 10 * time.Minute, samples: 5 * time.Minute, tests: []test{{"eight days", week}}},
	}
}
