// SPDX-License-Identifier: Apache-2.0

package boardanswers

import (
	"fmt"
	"regexp"
	"strings"
)

// mutation changes the meaning of a query in each place that looks like it.
type mutation struct {
	name, from, to string
}

// mutations are slips that a hand may make, and that leave a valid query.
func mutations() []mutation {
	return []mutation{
		{"another quantile", `histogram_quantile\(0\.9\b`, `histogram_quantile(0.5`},
		{"another quantile", `histogram_quantile\(0\.99\b`, `histogram_quantile(0.9`},
		{"another quantile", `histogram_quantile\(0\.5\b`, `histogram_quantile(0.9`},
		{"the last in place of the first", `\btopk\b`, `bottomk`},
		{"fewer rows", `\b(topk(?: by \(\w+\))? ?)\(\d+`, `$1(3`},
		{"the largest of a sum", `\bsum\b`, `max`},
		{"the average of a sum", `\bsum\b`, `avg`},
		{"a sum of the largest", `\bmax\b`, `sum`},
		{"the least of the largest", `\bmax\b`, `min`},
		{"the largest of the least", `\bmin\b`, `max`},
		{"a sum of a count", `\bcount\b`, `sum`},
		{"the least over time", `\bavg_over_time\b`, `min_over_time`},
		{"failures for successes", `outcome="delivered"`, `outcome="undelivered"`},
		{"successes for failures", `outcome="undelivered"`, `outcome="delivered"`},
		{"all but", `outcome=~"delivered\|undelivered"`, `outcome!~"delivered|undelivered"`},
		{"successes alone", `outcome=~"delivered\|undelivered"`, `outcome="delivered"`},
		{"failures alone", `outcome=~"delivered\|undelivered"`, `outcome="undelivered"`},
		{"another direction", `direction="outbound"`, `direction="inbound"`},
		{"another kind", `kind="mo"`, `kind="dr"`},
		{"another period", `period="month"`, `period="day"`},
		{"another state", `alertstate="firing"`, `alertstate="pending"`},
		{"another severity", `severity="critical"`, `severity="warning"`},
		{"another severity", `severity!="info"`, `severity!="warning"`},
		{"the good results", `result!~"accepted\|duplicate"`, `result=~"accepted|duplicate"`},
		{"fewer good results", `result!~"accepted\|duplicate"`, `result!~"accepted"`},
		{"without the unknown", `\$account\|unknown`, `$$account`},
		{"without those of none", `\$(account|job)\|"`, `$$$1"`},
		{"no factor", ` [*/] (60|30|1000|86400)\b`, ``},
		{"no factor", ` / \(1 - \$objective\)`, ``},
		{"another objective", `\(1 - \$objective\)`, `$$objective`},
		{"nothing taken off", ` - 1\b`, ``},
		{"nothing taken from", `\b(1|time\(\)) - `, ``},
		{"no bound", ` >=? (bool )?[\d.]+`, ``},
		{"another bound", `> bool 0\.1`, `> bool 0.2`},
		{"another bound", `> bool 0\.5`, `> bool 0.4`},
		{"another bound", `>= (5|10)\b`, `>= 1`},
		{"more, not as many", `>= 5\b`, `> 5`},
		{"how many for how often", `\brate\(`, `increase(`},
		{"how often for how many", `\bincrease\(`, `rate(`},
		{"the last steps for the whole rate", `\brate\(`, `irate(`},
		{"not a whole number", `\bround\(`, `(`},
		{"the half hour of the range", `\[\$__range\]`, `[30m]`},
		{"the range of the half hour", `\[30m\]`, `[$$__range]`},
		{"the range of a bar", `\[\$__interval\]`, `[$$__range]`},
		{"the range of a rate", `\[\$__rate_interval\]`, `[$$__range]`},
		{"yesterday", `(\[\$__\w+\]|\[30m\])`, `$1 offset 30m`},
		{"both of either", ` or `, ` and `},
		{"one of both", ` and `, ` or `},
		{"not of both", ` and `, ` unless `},
		{"both of one without", ` unless `, ` and `},
		{"the other way round", ` / on `, ` * on `},
		{"times for divided by", ` / `, ` * `},
		{"less for more", `\) \+ \(`, `) - (`},
		{"another window recorded", `ratio_increase1h\b`, `ratio_increase6h`},
		{"another window recorded", `ratio_increase6h\b`, `ratio_increase1h`},
		{"expected for counted", `didsms_spend:increase1h`, `didsms_spend:expected1h`},
		{"counted for expected", `didsms_spend:expected1h`, `didsms_spend:increase1h`},
		{"counted for expected", `ratio_increase30m\b`, `expected`},
		{"expected for counted", `did:(\w+):expected`, `did:$1:ratio_increase30m`},
		{"what failed of what was spent", `didsms_spend_total`, `didsms_undelivered_spend_total`},
		{"what was spent of what failed", `didsms_undelivered_spend_total`, `didsms_spend_total`},
		{"in for out", `didsms_mo_messages_total`, `didsms_dr_receipts_total`},
		{"out for in", `didsms_dr_receipts_total`, `didsms_mo_messages_total`},
		{"conflicts for changes", `didsms_duplicate_conflicts_total`, `didsms_dr_status_changes_total`},
		{"changes for conflicts", `didsms_dr_status_changes_total`, `didsms_duplicate_conflicts_total`},
		{"hits for lookups", `didsms_dedupe_hits_total`, `didsms_dedupe_lookups_total`},
		{"another rank", `"1", "severity"`, `"2", "severity"`},
		{"another word", `"page"`, `"ticket"`},
		{"another word", `"ticket"`, `"page"`},
	}
}

// mutant is a query with one place changed, and what was done.
type mutant struct{ what, expr string }

// mutants are all of a query.
func mutants(expr string) []mutant {
	var list []mutant
	add := func(what string, at []int, with string) {
		text := expr[:at[0]] + with + expr[at[1]:]
		if text != expr {
			list = append(list, mutant{what, text})
		}
	}
	for _, m := range mutations() {
		from := regexp.MustCompile(m.from)
		for i, at := range from.FindAllStringSubmatchIndex(expr, -1) {
			with := string(from.ExpandString(nil, m.to, expr, at))
			add(fmt.Sprintf("%s %d: %s", m.name, i+1, expr[at[0]:at[1]]), at, with)
		}
	}
	// Without a matcher, or without a label by which series are told apart.
	matchers := map[string]int{}
	for _, at := range regexp.MustCompile(`,?\w+(=~|!~|!=|=)"[^"]*"`).FindAllStringIndex(expr, -1) {
		to := at[1]
		if expr[at[0]] != ',' && expr[to] == ',' {
			to++ // the first one of several
		}
		matcher := strings.Trim(expr[at[0]:to], ",")
		matchers[matcher]++
		add(fmt.Sprintf("without %d: %s", matchers[matcher], matcher), []int{at[0], to}, "")
	}
	for matcher, n := range matchers {
		if n > 1 {
			list = append(list, mutant{"without any: " + matcher, strings.NewReplacer(","+matcher, "", matcher+",", "", matcher, "").Replace(expr)})
		}
	}
	for n, group := range regexp.MustCompile(`(by|on|ignoring) \(([^)]+)\)`).FindAllStringSubmatchIndex(expr, -1) {
		labels := strings.Split(expr[group[4]:group[5]], ", ")
		for i, label := range labels {
			rest := append(append([]string{}, labels[:i]...), labels[i+1:]...)
			add(fmt.Sprintf("not %s %d: %s", expr[group[2]:group[3]], n+1, label), group[4:6], strings.Join(rest, ", "))
		}
	}
	return list
}
