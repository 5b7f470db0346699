// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// pattern matches alerts by name and by some of their labels.
type pattern struct {
	alert  string
	labels map[string]string
}

func (p pattern) matches(set labels.Labels) bool {
	if set.Get(labels.AlertName) != p.alert {
		return false
	}
	for name, value := range p.labels {
		if set.Get(name) != value {
			return false
		}
	}
	return true
}

func (p pattern) String() string {
	var parts []string
	for _, name := range []string{"severity", "account", "did", "long"} {
		if value := p.labels[name]; value != "" {
			parts = append(parts, value)
		}
	}
	return p.alert + " (" + strings.Join(parts, ", ") + ")"
}

// expectation is an alert that an event must raise, and how late it may come.
type expectation struct {
	pattern
	delay delay
}

// delay is the time from the beginning of a trouble to the alert that tells of it,
// without Alertmanager's group_wait.
type delay struct {
	alert  string
	when   string        // under which circumstances
	window time.Duration // until the expression is true
	why    string
	hold   time.Duration // for
	seen   time.Duration // until the trouble shows in callbacks
}

// edges are a scrape and an evaluation, each up to a step late.
const edges = 2 * step

func (d delay) total() time.Duration { return d.window + d.hold + d.seen + edges }

// delays is the one table of what is promised; --delays prints it for the docs.
func delays() map[kind]delay {
	return map[kind]delay{
		outage: {"DidSmsExporterDown", "the exporter is gone", 0, "the first failed scrape", 5 * time.Minute, 0},
		undelivered: {
			"DidSmsDidUndeliveredSpike", "70 % fail, two receipts a minute and more", 8 * time.Minute,
			"half of the last 10m is bad when 7 or 8 minutes of them are", 3 * time.Minute, 3 * time.Minute,
		},
		receiptsStop: {
			"DidSmsReceiptsSilent", "none comes any more", 30 * time.Minute,
			"the 30m window must empty, to 5 % of last week's", 10 * time.Minute, 3 * time.Minute,
		},
		inboundFlood: {
			"DidSmsInboundFlood", "20 times the usual of a weekend", 15 * time.Minute,
			"50 messages and five times the weekly average must be in the 15m window; on a busy day a quarter of it is enough", 2 * time.Minute, 0,
		},
		spending: {
			"DidSmsSpendBudgetBurn", "20 times the pace of the budget", 44 * time.Minute,
			"14.4/20 of the 1h window", 2 * time.Minute, time.Minute,
		},
		secretRotated: {
			"DidSmsAllCallbacksRejected", "not one is good any more", 15 * time.Minute,
			"the last good one must leave the 15m window", 5 * time.Minute, 0,
		},
	}
}

// broadDelay is that of a whole account.
func broadDelay() delay {
	return delay{
		"DidSmsUndeliveredSpike", "55 % fail over all numbers", 15 * time.Minute,
		"all of the last 10m must be bad for half of it to fail, and noise may hide 55 % for some minutes", 3 * time.Minute, 3 * time.Minute,
	}
}

// foreseen lists what an event must and what it may raise. What may come with it is
// what Alertmanager's inhibition keeps back while the first one speaks, and tickets
// that say something true about the same trouble.
func (e event) foreseen() (must []expectation, may []pattern) {
	d := delays()[e.kind]
	of := func(alert string, pairs ...string) pattern {
		set := map[string]string{}
		for i := 0; i+1 < len(pairs); i += 2 {
			set[pairs[i]] = pairs[i+1]
		}
		return pattern{alert, set}
	}
	expect := func(d delay, pairs ...string) []expectation { return []expectation{{of(d.alert, pairs...), d}} }
	account := []string{"account", e.account}
	switch e.kind {
	case outage:
		return expect(d, "severity", "critical"), nil
	case undelivered:
		if e.did != "" {
			return expect(d, "severity", "critical", "account", e.account, "did", e.did), []pattern{
				of("DidSmsDidUndeliveredSpike", "severity", "warning", "did", e.did),
				of("DidSmsDidUndeliveredHigh", "did", e.did),
				of("DidSmsDestinationUndeliveredHigh", account...),
			}
		}
		return expect(broadDelay(), "severity", "critical", "account", e.account), []pattern{
			of("DidSmsUndeliveredSpike", account...),
			of("DidSmsDidUndeliveredSpike", account...),
			of("DidSmsDidUndeliveredHigh", account...),
			of("DidSmsDeliveryErrorBudgetBurn", account...),
			of("DidSmsDestinationUndeliveredHigh", account...),
		}
	case receiptsStop:
		return expect(d, "severity", "warning", "account", e.account), nil
	case inboundFlood:
		return expect(d, "severity", "warning", "account", e.account, "did", e.did), nil
	case spending:
		return expect(d, "severity", "critical", "account", e.account), []pattern{
			of("DidSmsSpendBudgetBurn", account...),
			of("DidSmsSpendSpike", account...),
		}
	case secretRotated:
		return expect(d, "severity", "critical", "account", e.account), []pattern{
			of("DidSmsSignatureFailures", account...),
			of("DidSmsCallbacksSilent", account...),
			of("DidSmsReceiptsSilent", account...),
			of("DidSmsInboundSilent", account...),
		}
	}
	return nil, nil
}
