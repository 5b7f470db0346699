// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"
)

// Stories of one number, some, many or all of an account. Rates are delivered and
// undelivered receipts a minute. Without a history 5 % failures are expected.
const (
	didSpike     = "DidSmsDidUndeliveredSpike"
	accountSpike = "DidSmsUndeliveredSpike"
	burn         = "DidSmsDeliveryErrorBudgetBurn"
	didHigh      = "DidSmsDidUndeliveredHigh"
	destination  = "DidSmsDestinationUndeliveredHigh"
	latency      = "DidSmsDeliveryLatencyHigh"
	oddStatus    = "DidSmsUnknownStatus"

	healthy = "4.75:0.25 3h20m"
	// Two good hours, half an hour in which 80 % fail, and the time after.
	failing = "4.75:0.25 2h, 1:4 30m, 4.75:0.25 50m"
)

// numbers gives the first of an account's numbers a script each, and the others of
// count the healthy one.
func numbers(account string, count int, healthy string, first ...string) []series {
	var all []series
	for i := range count {
		script := healthy
		if i < len(first) {
			script = first[i]
		}
		all = append(all, receipts(account, fmt.Sprint(i+1), script)...)
	}
	return all
}

// both are the two severities of the alert of numbers.
func both(dids ...int) []string {
	var all []string
	for _, did := range dids {
		all = append(all, fmt.Sprintf("%s critical did=%d", didSpike, did), fmt.Sprintf("%s warning did=%d", didSpike, did))
	}
	return all
}

func warned(dids ...int) []string {
	var all []string
	for _, did := range dids {
		all = append(all, fmt.Sprintf("%s warning did=%d", didSpike, did))
	}
	return all
}

func upTo(count int) []int {
	var all []int
	for i := range count {
		all = append(all, i+1)
	}
	return all
}

func repeat(script string, count int) []string {
	return strings.Split(strings.Repeat(script+"|", count-1)+script, "|")
}

func spikes() test {
	account := []string{accountSpike + " critical", accountSpike + " warning"}
	return test{"spikes", []scenario{
		{
			name: "one number of ten fails: it is told, in both severities, the account is not", account: "one", about: []string{accountSpike, burn, didHigh},
			series: numbers("one", 10, healthy, failing),
			want: []want{
				quiet("5m..2h1m/4m 2h5m"), fires("2h8m", warned(1)...), fires("2h12m 2h20m 2h30m 2h40m", both(1)...), quiet("2h46m..3h16m"),
			},
		},
		{
			name: "two numbers", account: "two", about: []string{accountSpike},
			series: numbers("two", 10, healthy, failing, failing),
			want:   []want{quiet("30m..2h/30m"), fires("2h12m 2h20m 2h30m", both(1, 2)...), quiet("2h46m..3h16m")},
		},
		{
			name: "three numbers", account: "three", about: []string{accountSpike},
			series: numbers("three", 10, healthy, failing, failing, failing),
			want:   []want{quiet("30m..2h/30m"), fires("2h12m 2h20m 2h30m", both(1, 2, 3)...), quiet("2h46m..3h16m")},
		},
		{
			name: "four numbers are the account", account: "four",
			series: numbers("four", 10, healthy, failing, failing, failing, failing),
			want: []want{
				quiet("30m..2h/30m"), fires("2h15m..2h30m", append(both(1, 2, 3, 4), account...)...), quiet("2h46m..3h16m"),
			},
		},
		{
			name: "all numbers fail by a third and are well again, but one", account: "one-stays", about: []string{didSpike + " critical"},
			series: numbers("one-stays", 10, healthy, append(repeat("9.5:0.5 2h, 6:4 30m, 9.5:0.5 46m", 9), "9.5:0.5 2h, 6:4 1h, 9.5:0.5 16m")...),
			want:   []want{quiet("30m..2h/30m"), fires("2h10m..2h40m/6m", account[1]), fires("2h50m..3h10m/5m", warned(10)...), quiet("3h14m")},
		},
		{
			name: "a batch every twenty minutes, most of two of them failing: one alert, also between them", account: "batches",
			series: join(receipts("batches", "1", "4*(38:2 1m, 0:0 19m), 2*(8:32 1m, 0:0 19m), 2*(38:2 1m, 0:0 19m)"), receipts("batches", "2", "4*(38:2 1m, 0:0 19m), 2*(8:32 1m, 0:0 19m), 2*(38:2 1m, 0:0 19m)")),
			alerts: accountSpike,
			want:   []want{quiet("30m..1h20m/5m"), fires("1h24m..2h5m/1m", account...), quiet("2h10m..3h16m/6m")},
		},
		{
			name: "the same on one number of ten", account: "one-batches", alerts: didSpike + "|" + accountSpike,
			series: numbers("one-batches", 10, healthy, "4*(38:2 1m, 0:0 19m), 2*(8:32 1m, 0:0 19m), 2*(38:2 1m, 0:0 19m)"),
			want:   []want{quiet("30m..1h20m/5m"), fires("1h24m..2h5m/1m", both(1)...), quiet("2h10m..3h16m/6m")},
		},
		{
			name: "all numbers fail, and nothing is sent any more but from one: over with the account", account: "stopped",
			series: numbers("stopped", 10, "2:0 2h, 0.5:1.5 30m, 0:0 46m", append([]string{"2:0 2h, 0.5:1.5 30m, 2:0 46m"}, repeat("2:0 2h, 0.5:1.5 30m, 0:0 46m", 9)...)...),
			want:   []want{quiet("30m..2h/30m"), fires("2h20m", append(both(upTo(10)...), account...)...), quiet("2h46m..3h16m/1m")},
		},
		{
			name: "once it was well again, silence does not bring it back", account: "quiet-after",
			series: receipts("quiet-after", "1", "2:0 2h, 0.5:1.5 30m, 2:0 2m, 0:0 44m"),
			want:   []want{quiet("30m..2h/30m"), fires("2h13m..2h30m", both(1)...), quiet("2h50m..3h16m/1m")},
		},
		{
			name: "nor an account", account: "quiet-account", alerts: accountSpike,
			series: numbers("quiet-account", 10, "", repeat("2:0 2h, 0.5:1.5 30m, 2:0 2m, 0:0 44m", 10)...),
			want:   []want{quiet("30m..2h/30m"), fires("2h13m..2h30m", account...), quiet("2h50m..3h16m/1m")},
		},
		{
			name: "what stands for several numbers is no number", account: "overflow", about: []string{didSpike},
			series: join(receipts("overflow", "other", failing), receipts("overflow", "1", healthy)), alerts: didSpike,
			want: []want{quiet("30m..3h16m/2m")},
		},
		{
			name: "all numbers", account: "ten",
			series: numbers("ten", 10, healthy, repeat(failing, 10)...),
			want: []want{
				quiet("30m..2h/30m 2h3m"), fires("2h6m", accountSpike+" warning"),
				fires("2h13m 2h20m 2h30m 2h36m", append(both(upTo(10)...), account...)...), fires("2h41m", account...), quiet("2h46m..3h16m"),
			},
		},
	}}
}
