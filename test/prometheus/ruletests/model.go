// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"
	"time"
)

// file is one file of tests.
type file struct {
	name  string        // such as delivery.fast
	areas []string      // whose rules it loads
	every time.Duration // between evaluations
	tests []test
	// samples is the time between samples where it is not that between evaluations:
	// a window of five minutes needs two of them.
	samples time.Duration
}

// test is what promtool calls one: a history of its own, from second 0 on. Scenarios
// of one test share the cost of its evaluations, not their series.
type test struct {
	name      string
	scenarios []scenario
}

// scenario is one story, about an account of its own where the rules know accounts.
type scenario struct {
	name    string
	account string
	// about are the alerts that the story tries to wake. One that it never wants to
	// fire counts as proven quiet by it.
	about []string
	// alerts limits what is asserted to these names, where others are beside the point.
	// Without it every moment asserts all alerts of the account.
	alerts   string
	severity string // likewise
	pending  bool   // those that only wait are asserted too
	series   []series
	want     []want
	words    []words
	values   []value
}

type series struct{ metric, script string }

// want are moments and all that fires then.
type want struct {
	at     []time.Duration
	firing []string // DidSmsX critical did=1 …
}

// words assert the annotations of an alert, all forms of which that fire at that
// moment have to be listed. value is what the template makes of it.
type words struct{ at, alert, value string }

// value asserts an expression with one sample without labels.
type value struct{ at, expression, is string }

const (
	job  = "didsms-exporter"
	host = "e1:9911"
)

// metric adds the labels that every target has, unless they are given.
func metric(name string, labels ...string) string {
	given := strings.Join(labels, ",")
	for _, label := range []string{`instance="` + host + `"`, `job="` + job + `"`} {
		if name, _, _ := strings.Cut(label, "="); !strings.Contains(","+given, ","+name+"=") {
			given = strings.TrimSuffix(label+","+given, ",")
		}
	}
	return name + "{" + given + "}"
}

func label(name, value string) string { return fmt.Sprintf("%s=%q", name, value) }

// quiet and fires take moments as 1h30m, or as 1h..2h for every step between, or as
// 1h..2h/10m for every tenth minute.
func quiet(moments string) want { return want{at: times(moments)} }

func fires(moments string, firing ...string) want { return want{times(moments), firing} }

func times(text string) []time.Duration {
	var all []time.Duration
	for part := range strings.FieldsSeq(text) {
		span, every, _ := strings.Cut(part, "/")
		from, to, isSpan := strings.Cut(span, "..")
		if !isSpan {
			all = append(all, duration(span))
			continue
		}
		step := 5 * time.Minute
		if every != "" {
			step = duration(every)
		}
		for at := duration(from); at <= duration(to); at += step {
			all = append(all, at)
		}
	}
	return all
}

// duration is for the times in stories, which are constants.
func duration(text string) time.Duration {
	d, err := lasting(text)
	if err != nil {
		panic(fmt.Sprintf("%q is no time", text))
	}
	return d
}

// receipts are those of one number: delivered:undelivered a minute, for how long.
// Steps without a colon are those of both.
func receipts(account, did, script string, more ...string) []series {
	var delivered, undelivered []string
	steps, err := split(script)
	if err != nil {
		panic(err)
	}
	for _, step := range steps {
		rate, length, _ := strings.Cut(step, " ")
		good, bad, both := strings.Cut(rate, ":")
		if !both {
			delivered, undelivered = append(delivered, step), append(undelivered, step)
			continue
		}
		delivered = append(delivered, "+"+good+" "+length)
		undelivered = append(undelivered, "+"+bad+" "+length)
	}
	of := func(status, outcome string) string {
		return metric("didsms_dr_receipts_total", append([]string{label("account", account), label("did", did), label("outcome", outcome), label("status", status)}, more...)...)
	}
	return []series{
		{of("DELIVRD", "delivered"), strings.Join(delivered, ", ")},
		{of("UNDELIVR", "undelivered"), strings.Join(undelivered, ", ")},
	}
}

func join(parts ...[]series) []series {
	var all []series
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}
