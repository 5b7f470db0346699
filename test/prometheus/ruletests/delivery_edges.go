// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"slices"
)

// edges are stories in which one condition alone makes the difference.
func edges() test {
	var tiny, few []series
	for i := range 30 {
		// Three receipts in 30 minutes each: no number reaches five failures.
		tiny = append(tiny, receipts("tiny", fmt.Sprint(i+1), fmt.Sprintf("+0 %dm, 1/10:0 1h30m, 0:1/10 40m, 1/10:0 %dm", i%10, 50-i%10))...)
	}
	for i := range 10 {
		few = append(few, receipts("few", fmt.Sprint(i+1), fmt.Sprintf("0:0 %dm, 0:1/20 3h", 2*i))...)
	}
	stories := []scenario{
		{
			name: "thirty numbers with three failures each: only the account can tell", account: "tiny", about: []string{didSpike},
			series: tiny,
			want: []want{
				quiet("30m..1h30m/10m"), fires("1h50m..2h10m", accountSpike+" critical", accountSpike+" warning"), quiet("2h35m 2h45m"),
			},
		},
		{
			name: "ten numbers, all failing, fifteen receipts in 30 minutes: too few for the account", account: "few", about: []string{accountSpike, didSpike},
			series: few, want: []want{quiet("30m..3h/5m")},
		},
		{
			name: "one number is nine tenths of the account: it is told, not the account", account: "dominating", about: []string{accountSpike},
			series: join(receipts("dominating", "1", "19:1 1h30m, 4:16 30m, 19:1 1h"), receipts("dominating", "2", "0.95:0.05 3h"), receipts("dominating", "3", "0.95:0.05 3h")),
			want:   []want{quiet("30m..1h30m/10m"), fires("1h45m 2h", both(1)...), quiet("2h16m..3h")},
		},
		{
			name: "a failing number beside others that do a little worse: the rest is not a spike", account: "noisy", about: []string{accountSpike},
			series: join(receipts("noisy", "1", "9.5:0.5 1h30m, 2:8 30m, 9.5:0.5 1h"), receipts("noisy", "2", "0.76:0.04 1h30m, 0.67:0.13 30m, 0.76:0.04 1h")),
			want:   []want{quiet("30m..1h30m/10m"), fires("1h45m 2h", both(1)...), quiet("2h16m..3h")},
		},
		{
			name: "a failing number beside many that went from 5 to 8 %: significant, but small", account: "small", about: []string{accountSpike},
			series: join(receipts("small", "1", "9.5:0.5 1h30m, 2:8 30m, 9.5:0.5 1h"), receipts("small", "2", "190:10 1h30m, 184:16 30m, 190:10 1h")),
			want:   []want{quiet("30m..1h30m/10m"), fires("1h45m 2h", both(1)...), quiet("2h16m..3h")},
		},
		{
			name: "a failing number beside fifteen other receipts that all fail", account: "rest", about: []string{accountSpike},
			series: join(receipts("rest", "1", "9.5:0.5 1h30m, 2:8 30m, 9.5:0.5 1h"),
				receipts("rest", "2", "0:0 1h30m, 0:0.1 30m, 0:0 1h"), receipts("rest", "3", "0:0 1h30m, 0:0.1 30m, 0:0 1h"), receipts("rest", "4", "0:0 1h30m, 0:0.1 30m, 0:0 1h"),
				receipts("rest", "5", "0:0 1h30m, 0:0.1 30m, 0:0 1h"), receipts("rest", "6", "0:0 1h30m, 0:0.1 30m, 0:0 1h")),
			want: []want{quiet("30m..1h30m/10m"), fires("1h45m 2h", both(1)...), quiet("2h16m..3h")},
		},
		{
			name: "three failing numbers, and a broad rise beside them: the account speaks", account: "broad",
			series: numbers("broad", 12, "1.9:0.1 1h30m, 1.72:0.28 30m, 1.9:0.1 1h", repeat("1.9:0.1 1h30m, 0.4:1.6 30m, 1.9:0.1 1h", 3)...),
			want:   []want{quiet("30m..1h30m/10m"), fires("1h55m 2h", append(both(1, 2, 3), accountSpike+" critical", accountSpike+" warning")...), quiet("2h16m..3h")},
		},
		{
			name: "every number a little, from 5 to 13 %: the account, no number", account: "drift", about: []string{didSpike, accountSpike + " critical"},
			series: numbers("drift", 4, "95:5 1h30m, 87:13 45m, 95:5 45m"),
			want:   []want{quiet("30m..1h30m/10m"), fires("1h58m..2h12m/2m", accountSpike+" warning"), quiet("2h27m..3h")},
		},
		{
			name: "5 to 9 % of 1,000 a minute: a huge z-score, a small effect", account: "minute", about: []string{didSpike, accountSpike},
			series: receipts("minute", "1", "950:50 1h30m, 910:90 1h30m"), want: []want{quiet("30m..3h/5m")},
		},
		{
			name: "both numbers of an account: they are nearly all of it, and it is told too", account: "pair",
			series: numbers("pair", 2, "", repeat("1.9:0.1 1h30m, 0.4:1.6 30m, 1.9:0.1 1h", 2)...),
			want:   []want{quiet("30m..1h30m/10m"), fires("1h55m 2h", append(both(1, 2), accountSpike+" critical", accountSpike+" warning")...), quiet("2h16m..3h")},
		},
		{
			name: "eight minutes of 20 % on a number with 1,000 receipts a minute: gone before 30 minutes feel it", account: "blip", about: []string{didSpike, accountSpike},
			series: receipts("blip", "1", "950:50 1h30m, 800:200 8m, 950:50 1h22m"), want: []want{quiet("30m..3h/3m")},
		},
		{
			name: "four numbers in a huge account: told as numbers, the account hardly feels it", account: "huge", about: []string{accountSpike},
			series: join(numbers("huge", 4, "1.9:0.1 1h30m, 0.4:1.6 30m, 1.9:0.1 1h"), receipts("huge", "5", "190:10 3h")),
			want:   []want{quiet("30m..1h30m/10m"), fires("1h55m 2h", both(1, 2, 3, 4)...), quiet("2h16m..3h")},
		},
		{
			name: "four numbers with five failures each in an account that is otherwise perfect: not significant there", account: "perfect", about: []string{accountSpike, didSpike + " critical"},
			series: join(numbers("perfect", 4, "0:0 1h30m, 0.02:0.175 40m, 0:0 50m"), receipts("perfect", "5", "4.5:0 3h")),
			want:   []want{quiet("30m..1h30m/10m"), fires("2h5m 2h9m", warned(1, 2, 3, 4)...), quiet("2h26m..3h")},
		},
		{
			name: "five failures of 24: over ten points, under four standard deviations", account: "chance", about: []string{didSpike},
			series: receipts("chance", "1", "0.63:0.17 3h"), want: []want{quiet("10m..3h/5m")},
		},
		{
			name: "four failures of four in 30 minutes", account: "four-of-four", about: []string{didSpike, accountSpike},
			series: receipts("four-of-four", "1", "0:0 1h, 0:1 4m, 0:0 2h"), want: []want{quiet("30m..3h/3m")},
		},
		{
			name: "six of six: a ticket, no page", account: "six", about: []string{didSpike + " critical", accountSpike},
			series: receipts("six", "1", "0:0 1h, 0:1 6m, 0:0 2h"),
			want:   []want{quiet("30m..1h5m/5m"), fires("1h9m..1h29m/4m", warned(1)...), quiet("1h41m..3h")},
		},
		{
			name: "six of six on each of two numbers, all of the account: tickets about them", account: "six-of-two", about: []string{accountSpike},
			series: join(receipts("six-of-two", "1", "0:0 1h, 0:1 6m, 0:0 2h"), receipts("six-of-two", "2", "0:0 1h, 0:1 6m, 0:0 2h")),
			want:   []want{quiet("30m..1h5m/5m"), fires("1h9m..1h29m/4m", warned(1, 2)...), quiet("1h41m..3h")},
		},
		{
			name: "the fourth number fails twelve minutes of every 24: the account stays", account: "edge", alerts: accountSpike,
			series: join(receipts("edge", "1", "2:0 1h, 0.4:1.6 2h"), receipts("edge", "2", "2:0 1h, 0.4:1.6 2h"), receipts("edge", "3", "2:0 1h, 0.4:1.6 2h"),
				receipts("edge", "4", "2:0 1h, 5*(0:2 12m, 2:0 12m)"), receipts("edge", "5", "20:0 3h")),
			want: []want{quiet("30m..1h/5m"), fires("1h30m..3h/1m", accountSpike+" critical", accountSpike+" warning")},
		},
		{
			name: "ten bad minutes of a number with 15 receipts in them: a ticket, no page", account: "short", about: []string{didSpike + " critical"},
			series: receipts("short", "1", "1.425:0.075 1h30m, 0.3:1.2 10m, 1.425:0.075 1h20m"),
			want:   []want{quiet("30m..1h30m/10m"), fires("1h42m", warned(1)...), quiet("1h56m..3h")},
		},
		{
			name: "24 receipts in 30 minutes, most of them failed: a page from the long window", account: "quiet",
			series: receipts("quiet", "1", "0.8:0 1h30m, 0.1:0.7 50m, 0.8:0 40m"),
			want:   []want{quiet("30m..1h30m/10m"), fires("2h10m 2h20m", both(1)...), quiet("2h36m..3h")},
		},
		{
			name: "fifteen receipts in 30 minutes, most of them failed: a ticket", account: "quieter", about: []string{didSpike + " critical", accountSpike},
			series: receipts("quieter", "1", "0.5:0 1h30m, 0.1:0.4 50m, 0.5:0 40m"),
			want:   []want{quiet("30m..1h30m/10m"), fires("2h5m..2h20m", warned(1)...), quiet("2h36m..3h")},
		},
		{
			name: "a receipt every five minutes, all failing, on the only number", account: "sparse", about: []string{didSpike + " critical", accountSpike},
			series: receipts("sparse", "1", "1/5:0 1h30m, 0:1/5 1h, 1/5:0 30m"),
			want:   []want{quiet("30m..1h40m/10m"), fires("2h5m..2h30m", warned(1)...), quiet("2h46m..3h")},
		},
		{
			name: "80 % eases to 30 %: the page ends, the ticket stays", account: "eases",
			series: receipts("eases", "1", "9.5:0.5 1h, 2:8 20m, 7:3 50m, 9.5:0.5 50m"),
			want:   []want{quiet("30m..1h/10m"), fires("1h15m 1h20m 1h35m 1h48m", both(1)...), fires("2h1m..2h10m/3m", warned(1)...), quiet("2h26m..3h")},
		},
		{
			name: "after the bad half hour nothing is sent any more: nothing says that it is over, for 30 minutes", account: "stops",
			series: receipts("stops", "1", "9.5:0.5 1h, 2:8 30m, 0:0 1h30m"),
			want:   []want{quiet("30m..1h/10m"), fires("1h15m 1h30m 1h45m", both(1)...), quiet("2h6m..3h")},
		},
		{
			name: "a new number fails from its first minute", account: "new",
			series: join(receipts("new", "1", "9.5:0.5 3h"), receipts("new", "2", "gap 1h, 1:4 30m, 4.75:0.25 1h30m")),
			want:   []want{quiet("30m..1h/10m"), fires("1h15m 1h30m", both(2)...), quiet("1h46m..3h")},
		},
		{
			name: "nine of ten receipts are pending, most final ones failed", account: "pending",
			series: join(receipts("pending", "1", "0.95:0.05 1h, 0.2:0.8 30m, 0.95:0.05 1h30m"),
				[]series{{metric("didsms_dr_receipts_total", `account="pending"`, `did="1"`, `outcome="pending"`, `status="ACCEPTD"`), "+9 3h"}}),
			want: []want{quiet("30m..1h/10m"), fires("1h28m 1h30m", both(1)...), quiet("1h46m..3h")},
		},
		{
			name: "pending and unknown outcomes are no failures", account: "in-between", about: []string{didSpike, accountSpike, burn},
			series: join(receipts("in-between", "1", "0.95:0.05 3h"), []series{
				{metric("didsms_dr_receipts_total", `account="in-between"`, `did="1"`, `outcome="pending"`, `status="ACCEPTD"`), "+9 3h"},
				{metric("didsms_dr_receipts_total", `account="in-between"`, `did="1"`, `outcome="unknown"`, `status="UNKNOWN"`), "+9 3h"},
			}),
			want: []want{quiet("5m..3h/5m")},
		},
		{
			name: "two replicas: only together they have enough receipts for a page", account: "replicas",
			series: join(receipts("replicas", "1", "0.4:0 1h30m, 0.08:0.32 50m, 0.4:0 40m"),
				receipts("replicas", "1", "0.4:0 1h30m, 0.08:0.32 50m, 0.4:0 40m", `instance="e2:9911"`)),
			want: []want{quiet("30m..1h30m/10m"), fires("2h10m 2h20m", both(1)...), quiet("2h36m..3h")},
		},
		{
			name: "labels of the target live on", account: "namespace",
			series: receipts("namespace", "1", "9.5:0.5 1h, 2:8 30m, 9.5:0.5 1h30m", `namespace="sms"`, `pod="e1"`, `container="exporter"`, `endpoint="http"`),
			want: []want{
				quiet("30m..1h/10m"), fires("1h15m 1h30m", didSpike+" critical did=1 namespace=sms", didSpike+" warning did=1 namespace=sms"), quiet("1h46m..3h"),
			},
		},
		{
			name: "a restart in healthy traffic, with a hole and everything from 0", account: "restart", about: []string{didSpike, accountSpike, burn},
			series: receipts("restart", "1", "9.5:0.5 1h, gap 5m, reset, 9.5:0.5 1h55m"), want: []want{quiet("30m..3h/3m")},
		},
		{
			name: "a restart in the middle of a spike does not end it", account: "restart-bad",
			series: receipts("restart-bad", "1", "9.5:0.5 1h, 2:8 20m, gap 3m, reset, 2:8 27m, 9.5:0.5 1h10m"),
			want:   []want{quiet("30m..1h/10m"), fires("1h15m..1h50m/3m", both(1)...), quiet("2h6m..3h")},
		},
		{
			name: "every third scrape is missing", account: "holes", about: []string{didSpike, accountSpike},
			series: receipts("holes", "1", "60*(9.5:0.5 2m, gap 1m)"), want: []want{quiet("30m..3h/5m")},
		},
		{
			name: "a fourth number comes and goes every 18 minutes: the account stays", account: "flicker",
			series: join(numbers("flicker", 3, "5.7:0.3 1h, 1.2:4.8 1h10m, 5.7:0.3 50m"),
				receipts("flicker", "4", "0:0 1h, 4*(0:30 1m, 0:0 17m), 0:0 48m"), receipts("flicker", "5", "60:0 3h")),
			alerts: accountSpike,
			want:   []want{quiet("30m..1h/10m"), fires("1h30m..2h9m/1m", accountSpike+" critical", accountSpike+" warning"), quiet("2h26m..3h")},
		},
	}
	// The budget burns in many of them; that is told elsewhere.
	for i, story := range stories {
		if story.alerts == "" && !slices.Contains(story.about, burn) {
			stories[i].alerts = accountSpike + "|" + didSpike
		}
	}
	return test{"edges", stories}
}
