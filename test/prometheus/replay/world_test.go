// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// TestEverythingRead holds that the replay makes every metric that a rule reads, but
// for a few that have nothing to say here.
func TestEverythingRead(t *testing.T) {
	t.Parallel()
	left := map[string]string{
		"didsms_dr_delivery_latency_seconds":   "native histogram; the classic buckets are made",
		"didsms_mo_relay_delay_seconds":        "native histogram, no planted backlog",
		"didsms_mo_relay_delay_seconds_bucket": "no planted backlog",
	}
	areas, err := load(rendered)
	if err != nil {
		t.Fatal(err)
	}
	data := newMemory()
	p := afternoon()
	e, w := newExporter(p, data, 1), newWorld(p, 1)
	for minute := range 30 {
		at := p.begin.Add(time.Duration(minute) * step)
		e.take(w.minute(at), at)
	}
	made := map[string]bool{}
	for _, c := range data.columns {
		made[c.labels.Get(model.MetricNameLabel)] = true
	}
	for _, area := range areas {
		for _, group := range area.groups {
			for _, rule := range group.Rules {
				made[rule.Record] = true
				if rule.Alert != "" {
					made["ALERTS"] = true // the evaluator writes it, as a server does
				}
			}
		}
	}
	read := map[string]bool{}
	for _, area := range areas {
		for _, group := range area.groups {
			for _, rule := range group.Rules {
				expression, err := parser.NewParser(parser.Options{}).ParseExpr(rule.Expr)
				if err != nil {
					t.Fatal(err)
				}
				parser.Inspect(expression, func(node parser.Node, _ []parser.Node) error {
					if selector, ok := node.(*parser.VectorSelector); ok {
						read[selector.Name] = true
					}
					return nil
				})
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(read)) {
		if _, excused := left[name]; !made[name] && !excused {
			t.Errorf("no series of %s, which a rule reads", name)
		}
	}
	for name, why := range left {
		if !read[name] {
			t.Errorf("no rule reads %s (%s) any more", name, why)
		}
	}
}

// TestSameSeed holds that a seed gives the same days, whatever the length of the plan.
func TestSameSeed(t *testing.T) {
	t.Parallel()
	text := func(days int, seed uint64) string {
		p := newPlan(days)
		w := newWorld(p, seed)
		var out strings.Builder
		for minute := range 26 * 60 {
			for _, m := range w.minute(p.begin.Add(time.Duration(minute) * step)) {
				fmt.Fprintln(&out, minute, m.number.did, m.inbound, m.failed, m.code, m.segments, m.late)
			}
		}
		return out.String()
	}
	first := text(10, 5)
	if first != text(30, 5) {
		t.Error("ten days are not the beginning of thirty")
	}
	if first == text(10, 6) {
		t.Error("two seeds give the same day")
	}
}

// TestPlan holds what the printed texts say about the plan.
func TestPlan(t *testing.T) {
	t.Parallel()
	count := map[bool]int{}
	for _, e := range newPlan(30).events {
		count[e.kind == outage]++
		if len(e.expects) == 0 {
			t.Errorf("%s: nothing is expected of it", e.what)
		}
	}
	if count[true] != 2 || count[false] != 6 || len(newPlan(30).holidays) != 3 {
		t.Errorf("%d outages, %d incidents, %d holidays", count[true], count[false], len(newPlan(30).holidays))
	}
	if events := newPlan(minimum).events; len(events) != 4 {
		t.Errorf("the shortest plan has %d events", len(events))
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		arguments []string
		code      int
		out, said string
	}{
		{[]string{"--help"}, 0, "", "go run ./replay --days 10"},
		{[]string{"--delays"}, 0, "| `DidSmsUndeliveredSpike` |", ""},
		{[]string{"--days", "3"}, 2, "", ""},
		{[]string{"--no-such-flag"}, 2, "", "no-such-flag"},
		{[]string{"extra"}, 2, "", ""},
		{[]string{"--rules", "/nonexistent"}, 2, "", ""},
	} {
		var out, said bytes.Buffer
		code, err := run(t.Context(), c.arguments, &out, &said)
		if code != c.code || !strings.Contains(out.String(), c.out) || !strings.Contains(said.String(), c.said) {
			t.Errorf("%q: status %d, error %v, %q, %q", c.arguments, code, err, out.String(), said.String())
		}
	}
}
