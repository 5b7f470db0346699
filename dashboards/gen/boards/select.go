// SPDX-License-Identifier: Apache-2.0

package boards

import (
	"fmt"
	"strings"
)

// Matchers that more than one board needs.
const (
	ofAccount   = `account=~"$account"`
	ofDID       = `did=~"$did"`
	ofCurrency  = `currency=~"$currency"`
	undelivered = `outcome="undelivered"`
	delivered   = `outcome="delivered"`
	outbound    = `direction="outbound"`
	// final leaves out receipts that only say where a message is.
	final = `outcome=~"delivered|undelivered"`
	// fromAnyone includes callbacks whose access key is not configured.
	fromAnyone = `account=~"$account|unknown"`
)

// of selects series of the exporters on view.
func of(metric string, matchers ...string) string {
	return metric + `{` + strings.Join(append([]string{`job=~"$job"`, `instance=~"$instance"`}, matchers...), ",") + `}`
}

// recorded selects series of the recording rules, which have no instance.
func recorded(metric string, matchers ...string) string {
	return metric + `{` + strings.Join(append([]string{`job=~"$job"`}, matchers...), ",") + `}`
}

// ours keeps what is of exporters: every program on the server has series like up, and
// All is any job. An exporter that is down was there somewhere in the window; without a
// window it must be there now.
func ours(expr, window string) string {
	exporters := of("didsms_exporter_build_info")
	if window != "" {
		exporters = "last_over_time(" + exporters + "[" + window + "])"
	}
	return expr + " and on (job, instance) " + exporters
}

// Windows of counters: rates take in enough samples, bars count each message once,
// and what stands for itself looks at the whole range, or at the last half hour.
const (
	smooth = "$__rate_interval"
	bar    = "$__interval"
	whole  = "$__range"
	// recent is now, as the alerts and the recording rules take it, whatever the range.
	recent = "30m"
)

func rate(selector, window string) string { return fmt.Sprintf("rate(%s[%s])", selector, window) }
func increase(selector, window string) string {
	return fmt.Sprintf("increase(%s[%s])", selector, window)
}

// sum adds by the labels, or all in one.
func sum(by, expr string) string {
	if by == "" {
		return "sum(" + expr + ")"
	}
	return fmt.Sprintf("sum by (%s) (%s)", by, expr)
}

// ratio has no value where there is nothing to divide by.
func ratio(part, all string) string { return fmt.Sprintf("%s / (%s > 0)", part, all) }

// receipts are the delivery receipts of numbers, what most panels are about.
const receipts = "didsms_dr_receipts_total"

// share is the part of all final receipts that has one more matcher.
func share(by, window, part string, matchers ...string) string {
	with := func(outcome string) string {
		return of(receipts, append(append([]string{}, matchers...), outcome)...)
	}
	return ratio(sum(by, moved(with(part), window)), sum(by, moved(with(final), window)))
}

// shareNow is the undelivered share of the last half hour: as the rules recorded it, so
// that it is what the alerts judge, or counted here where there are no rules.
func shareNow(by string, matchers ...string) string {
	return over("max", by, recorded("did:didsms_dr_undelivered_per_receipts:ratio_increase30m", matchers...)) +
		" or " + share(by, recent, undelivered, matchers...)
}

// quantile reads a native histogram, or the classic buckets where the server keeps
// those. A window without observations has no quantile instead of NaN.
func quantile(q, by, metric, window string, matchers ...string) string {
	classic := "le"
	if by != "" {
		classic = by + ", le"
	}
	return fmt.Sprintf("(histogram_quantile(%s, %s) or histogram_quantile(%s, %s)) >= 0",
		q, sum(by, rate(of(metric, matchers...), window)),
		q, sum(classic, rate(of(metric+"_bucket", matchers...), window)))
}

// cells are both forms of a distribution over time, in a minute: a number in a second
// says little of few messages. The second one is empty where the server keeps native
// histograms.
func cells(metric string, matchers ...string) (native, classic string) {
	return sum("", rate(of(metric, matchers...), smooth)) + " * 60",
		fmt.Sprintf("%s * 60 unless on () count(%s)", sum("le", rate(of(metric+"_bucket", matchers...), smooth)), of(metric, matchers...))
}

// over is sum with another operator.
func over(operator, by, expr string) string {
	return fmt.Sprintf("%s by (%s) (%s)", operator, by, expr)
}

// moved is by how much counters moved, for use in a quotient, where their unit
// cancels out.
func moved(selector, window string) string {
	if window == smooth {
		return rate(selector, window)
	}
	return increase(selector, window)
}
