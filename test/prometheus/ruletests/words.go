// SPDX-License-Identifier: Apache-2.0

package main

// Histories of one story each, for what the alerts say.

// said are the words of alerts with one value at one moment.
func said(at, value string, alerts ...string) []words {
	var all []words
	for _, alert := range alerts {
		all = append(all, words{at, alert, value})
	}
	return all
}

func deliveryWords() []test {
	return []test{
		alone(scenario{
			name: "what the alerts of a number say", account: "main", series: receipts("main", "1", "4:16 35m"), alerts: didSpike,
			want: []want{fires("30m", both(1)...)}, words: said("30m", "80%", both(1)...),
		}),
		alone(scenario{
			name: "what the alerts of an account say", account: "main", series: numbers("main", 5, "4:16 35m"), alerts: accountSpike,
			want:  []want{fires("30m", accountSpike+" critical", accountSpike+" warning")},
			words: said("30m", "80%", accountSpike+" critical", accountSpike+" warning"),
		}),
		alone(scenario{
			name: "what the alerts of the error budget say", account: "main", series: receipts("main", "1", "4:16 7h30m"), alerts: burn + "|" + didHigh,
			want: []want{fires("7h30m", burn+" critical long=1h short=5m", burn+" critical long=6h short=30m", burn+" warning long=1d short=2h", burn+" info long=3d short=6h", didHigh+" info did=1")},
			words: append(said("7h30m", "80%", burn+" critical long=1h short=5m", burn+" critical long=6h short=30m", burn+" warning long=1d short=2h", burn+" info long=3d short=6h"),
				said("7h30m", "80%", didHigh+" info did=1")...),
		}),
		alone(scenario{
			name: "what the others say", account: "main", alerts: destination + "|" + latency + "|" + oddStatus,
			series: append(receipts("main", "1", "2:0 2h"),
				series{metric("didsms_destination_receipts_total", `account="main"`, `calling_code="86"`, `outcome="delivered"`), "+1 2h"},
				series{metric("didsms_destination_receipts_total", `account="main"`, `calling_code="86"`, `outcome="undelivered"`), "+4 2h"},
				series{metric("didsms_dr_delivery_latency_seconds_bucket", `account="main"`, `outcome="delivered"`, `le="120"`), "+1 2h"},
				series{metric("didsms_dr_delivery_latency_seconds_bucket", `account="main"`, `outcome="delivered"`, `le="320"`), "+2 2h"},
				series{metric("didsms_dr_delivery_latency_seconds_bucket", `account="main"`, `outcome="delivered"`, `le="+Inf"`), "+2 2h"},
				series{metric("didsms_dr_unknown_statuses_total", `account="main"`), "+1 2h"}),
			want: []want{fires("1h30m", destination+" warning calling_code=86", latency+" warning", oddStatus+" info")},
			words: append(append(said("1h30m", "80%", destination+" warning calling_code=86"), said("1h30m", "4m 40s", latency+" warning")...),
				said("1h30m", "60", oddStatus+" info")...),
		}),
	}
}

func trafficWords() []test {
	return []test{
		alone(scenario{
			name: "what the page of silence says", account: "main", alerts: allSilent,
			series: append(process("=0 8d12h"), callbacks("main", "dr", "accepted", "+4 8d10h, +0 2h"), callbacks("main", "mo", "accepted", "+4 8d10h, +0 2h")),
			want:   []want{fires("8d12h", allSilent+" critical")},
			words:  said("8d12h", "0", allSilent+" critical"),
		}),
		alone(scenario{
			name: "what the ticket of missing receipts says", account: "main", alerts: allSilent + "|" + receiptSilent,
			series: append(process("=0 8d12h"), callbacks("main", "dr", "accepted", "+4 8d10h, +0 2h"), callbacks("main", "mo", "accepted", "+4 8d12h")),
			want:   []want{fires("8d12h", receiptSilent+" warning kind=dr")},
			words:  said("8d12h", "0", receiptSilent+" warning kind=dr"),
		}),
		alone(scenario{
			name: "what the ticket of missing messages says", account: "main", alerts: allSilent + "|" + inboundSilent,
			series: append(process("=0 8d12h"), callbacks("main", "dr", "accepted", "+4 8d12h"), callbacks("main", "mo", "accepted", "+4 8d10h, +0 2h")),
			want:   []want{fires("8d12h", inboundSilent+" warning kind=mo")},
			words:  said("8d12h", "0", inboundSilent+" warning kind=mo"),
		}),
		alone(scenario{
			name: "what the alerts of a number say", account: "main", alerts: didSilent + "|" + flood,
			series: []series{
				{metric("didsms_did_max_silence_seconds", `account="main"`, `did="1"`, `kind="mo"`), "=3600 3h"},
				{metric("didsms_did_last_event_timestamp_seconds", `account="main"`, `did="1"`, `kind="mo"`), "now 5m, +0 2h55m"},
				inbound("main", "+40 3h"),
			},
			want:  []want{fires("2h5m", didSilent+" warning did=1 kind=mo", flood+" warning did=1")},
			words: append(said("2h5m", "2h 0m 0s", didSilent+" warning did=1 kind=mo"), said("2h5m", "600", flood+" warning did=1")...),
		}),
	}
}

func budgetWords() []test {
	const (
		fast = budgetBurn + " critical long=1h short=5m currency=USD"
		slow = budgetBurn + " warning long=6h short=30m currency=USD"
		over = exceeded + " warning currency=USD"
	)
	return []test{
		alone(scenario{
			name: "what the page of a budget says, and when it is used up", account: "main", alerts: budgetBurn + "|" + exceeded,
			series: []series{monthly("main", "USD", "=43200 3h"), {metric("didsms_spend_month_to_date", `account="main"`, `currency="USD"`), "=50000 3h"}, spent("main", "1", "USD", "+20 3h")},
			want:   []want{fires("2h55m", fast, over)},
			words:  append(said("2h55m", "20", fast), said("2h55m", "50000.00", over)...),
		}),
		alone(scenario{
			name: "what the ticket of a budget says", account: "main", alerts: budgetBurn,
			series: []series{monthly("main", "USD", "=43200 14h"), spent("main", "1", "USD", "+8 14h")},
			want:   []want{fires("12h55m", slow)},
			words:  said("12h55m", "8", slow),
		}),
	}
}

func spendWords() []test {
	dearer, more := unitPrice+" warning did=1 direction=outbound currency=USD", spendSpike+" warning currency=USD"
	return []test{
		alone(scenario{
			name: "what the alerts of spend and price say", account: "main", alerts: spendSpike + "|" + unitPrice,
			series: []series{spent("main", "1", "USD", "+1 3d, +4 8h"), segments("main", "1", "+10 3d, +20 8h")},
			want:   []want{fires("3d6h30m", more, dearer)},
			words:  append(said("3d6h30m", "240.00", more), said("3d6h30m", "100%", dearer)...),
		}),
	}
}
