// SPDX-License-Identifier: Apache-2.0

package rulelint

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql/parser"
)

// wellNamed: level:metric:operations, as Prometheus's own practice asks.
func wellNamed(r *rule) []finding {
	if r.Record == "" || regexp.MustCompile(`^[a-z][a-z_]*:[a-z][a-z0-9_]*:[a-z][a-z0-9_]*$`).MatchString(r.Record) {
		return nil
	}
	return found("the name is not level:metric:operations")
}

// keepsJob: one server may scrape two installations, told apart by job and by
// whatever labels their owner gave them.
func keepsJob(r *rule) (all []finding) {
	if r.Record == "" {
		return nil
	}
	has := r.shape()
	if !has.labels["job"] && !has.unknown {
		all = append(all, found("the result has no label job, only %s", has.names())...)
	}
	if !has.site && !has.unknown {
		all = append(all, found("the result loses the labels that a site adds: aggregate with without, not by")...)
	}
	return all
}

// levelTrue: the level in a name says which labels tell the series apart. A number
// belongs to one account, so did includes it.
func levelTrue(r *rule) []finding {
	if r.Record == "" || r.shape().unknown {
		return nil
	}
	level, _, _ := strings.Cut(r.Record, ":")
	want := map[string]bool{}
	for _, label := range []string{"calling_code", "account", "currency", "direction", "outcome", "result", "kind", "did", "job"} {
		if rest := strings.Replace("_"+level+"_", "_"+label+"_", "_", 1); rest != "_"+level+"_" {
			want[label], level = true, strings.Trim(rest, "_")
		}
	}
	if level != "" {
		return found("%q in the level is no label", level)
	}
	if want["did"] {
		want["account"] = true
	}
	has := maps.Clone(r.shape().labels)
	for _, label := range []string{"job", "namespace", "service"} { // the same for all replicas
		delete(has, label)
		delete(want, label)
	}
	if !maps.Equal(has, want) {
		return found("the level promises the labels %q, the result has %q", slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(has)))
	}
	return nil
}

// windowTrue: the window in a name is the one over which the exporter's counters are
// summed up, through all that was recorded in between.
func windowTrue(r *rule) (all []finding) {
	match := regexp.MustCompile(`:(?:ratio_)?increase(\d\w*)$`).FindStringSubmatch(r.Record)
	if match == nil {
		return nil
	}
	want, err := model.ParseDuration(match[1])
	if err != nil {
		return found("%s is no length of time", match[1])
	}
	for _, one := range r.leaves() {
		if !r.world.catalogue[one.metric].counted() {
			continue
		}
		if one.how != "increase" {
			all = append(all, found("the name says increase, but it is the %s of %s", one.how, one.metric)...)
		}
		if one.span != time.Duration(want) {
			all = append(all, found("the name says %s, but %s is summed up over %s", want, one.metric, one.span)...)
		}
	}
	return all
}

// tiled: a sum of recorded increases must lay their windows end to end. A step below
// the window counts twice, one above leaves gaps.
func tiled(r *rule) (all []finding) {
	for _, query := range nodes(r.expr, func(*parser.SubqueryExpr) bool { return true }) {
		if query.Step == 0 {
			all = append(all, found("%s has no step: it would be the server's", query)...)
			continue
		}
		for _, one := range r.leavesOf(query.Expr) {
			if one.span > 0 && (query.Step != one.span || query.Range%query.Step != 0) {
				all = append(all, found("%s: steps of %s over increases of %s", query, query.Step, one.span)...)
			}
		}
	}
	for _, call := range r.calls("sum_over_time") {
		if _, ok := call.Args[0].(*parser.MatrixSelector); ok {
			all = append(all, found("%s counts each increase at every evaluation: give it a step", call)...)
		}
	}
	return all
}
