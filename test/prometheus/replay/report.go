// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

func plural(count int, what string) string {
	switch {
	case what == "":
		return fmt.Sprint(count)
	case count == 1:
		return "1 " + what
	default:
		return fmt.Sprintf("%d %ss", count, what)
	}
}

// print shows a verdict to a person, within a hundred columns.
func (v verdict) print(out io.Writer) {
	fmt.Fprintf(out, "\nWHAT MUST BE TOLD (delays in minutes)\n")
	const row = "%3v  %-5s  %-38s  %5s  %7v  %5s  %s\n"
	fmt.Fprintf(out, row, "day", "begin", "what", "after", "allowed", "ended", "verdict")
	for _, f := range v.found {
		after, ended := "-", "-"
		if f.first != nil {
			after = fmt.Sprint(int(f.delay().Minutes()))
			ended = fmt.Sprintf("%+d", int(f.last.end.Sub(f.end).Minutes()))
			if f.last.open {
				ended = "fires"
			}
		}
		fmt.Fprintf(out, row, v.plan.day(f.begin), f.begin.Format("15:04"), f.what,
			after, int(f.expectation.delay.total().Minutes()), ended, f.verdict())
		again := ""
		if f.times > 1 {
			again = fmt.Sprintf(", %d times", f.times)
		}
		fmt.Fprintf(out, "            %s%s\n", f.pattern, again)
	}
	fmt.Fprintln(out, "ended: minutes from the end of the trouble to the last end of the alert")

	v.list(out, "FALSE PAGES (critical, no event explains them)", v.pages)
	v.list(out, "FALSE TICKETS (warning)", v.tickets)
	v.list(out, "NOTES FOR THE WEEKLY LOOK (info)", v.notes)

	n := v.naive
	fmt.Fprintf(out, "\nTHE NAIVE RULE (over 5 %% of 5 minutes undelivered, per number, critical)\n")
	fmt.Fprintf(out, "  %s in %s: %d during the planted failures, %d false ones; %d on the worst day\n",
		plural(n.pages, "page"), plural(v.plan.day(v.plan.end)-1, "day"), n.explained, n.pages-n.explained, n.busiest)
	for i, event := range v.plan.events {
		if event.kind == undelivered {
			after := "missed"
			if delay, seen := n.first[i]; seen {
				after = fmt.Sprintf("after %d min", int(delay.Minutes()))
			}
			fmt.Fprintf(out, "  %s: %s\n", event.what, after)
		}
	}
	var most []string
	for _, did := range slices.SortedFunc(maps.Keys(n.byNumber), func(a, b string) int { return n.byNumber[b] - n.byNumber[a] }) {
		most = append(most, fmt.Sprintf("%s %d", did, n.byNumber[did]))
	}
	fmt.Fprintf(out, "  false ones by number: %s\n", strings.Join(most[:min(4, len(most))], ", "))
}

// list shows episodes by alert; the ones of one alert and subject together.
func (v verdict) list(out io.Writer, title string, episodes []*episode) {
	fmt.Fprintf(out, "\n%s: %d\n", title, len(episodes))
	groups := map[string][]string{}
	for _, e := range episodes {
		var parts []string
		for _, name := range []string{labels.AlertName, "account", "did", "direction", "calling_code", "long"} {
			if value := e.labels.Get(name); value != "" {
				parts = append(parts, value)
			}
		}
		key := strings.Join(parts, " ")
		lasted := e.end.Sub(e.begin).Round(time.Minute)
		groups[key] = append(groups[key], fmt.Sprintf("day %d %s (%s)", v.plan.day(e.begin), e.begin.Format("15:04"), strings.TrimSuffix(lasted.String(), "0s")))
	}
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		fmt.Fprintf(out, "  %d × %s\n", len(groups[key]), key)
		const shown = 6
		times := groups[key]
		if len(times) > shown {
			times = append(slices.Clone(times[:shown]), "…")
		}
		for line := range slices.Chunk(times, 3) {
			fmt.Fprintf(out, "      %s\n", strings.Join(line, ", "))
		}
	}
}

// printDelays shows the table of promised delays as Markdown.
func printDelays(out io.Writer) {
	fmt.Fprintln(out, "| alert | when | window | `for` | receipts | scrape and evaluation | at the latest |")
	fmt.Fprintln(out, "| --- | --- | --- | --- | --- | --- | --- |")
	rows := slices.Collect(maps.Values(delays()))
	rows = append(rows, broadDelay())
	slices.SortFunc(rows, func(a, b delay) int { return strings.Compare(a.alert, b.alert) })
	for _, d := range rows {
		fmt.Fprintf(out, "| `%s` | %s | %s: %s | %s | %s | %s | %s |\n", d.alert, d.when, minutes(d.window), d.why,
			minutes(d.hold), minutes(d.seen), minutes(edges), minutes(d.total()))
	}
}

func minutes(d time.Duration) string { return fmt.Sprintf("%d min", int(d.Minutes())) }
