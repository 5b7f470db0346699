// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// render writes a file as promtool reads it, and adds to the tally what it asserts.
func (f file) render(r *rules, t *tally) (string, error) {
	var out strings.Builder
	line := func(indent int, format string, values ...any) {
		fmt.Fprintf(&out, strings.Repeat(" ", indent)+format+"\n", values...)
	}
	up := strings.Repeat("../", strings.Count(f.name, "/")+1)
	line(0, "# Written by go run ./ruletests in test/prometheus; do not edit.")
	line(0, "rule_files:")
	for _, area := range f.areas {
		line(2, "- %srules/%s.yml", up, area)
	}
	line(0, "evaluation_interval: %s", brief(f.every))
	line(0, "group_eval_order:")
	for _, area := range f.areas {
		for _, group := range r.groups[area] {
			line(2, "- %s", group)
		}
	}
	line(0, "tests:")
	for _, test := range f.tests {
		if err := test.render(line, f, r, t); err != nil {
			return "", fmt.Errorf("%s: %s: %w", f.name, test.name, err)
		}
	}
	return out.String(), nil
}

func (test test) render(line func(int, string, ...any), f file, r *rules, t *tally) error {
	line(2, "- name: %q", test.name)
	step := f.samples
	if step == 0 {
		step = f.every
	}
	line(4, "interval: %s", brief(step))
	line(4, "input_series:")
	seen := map[string]bool{}
	for _, scenario := range test.scenarios {
		line(6, "# %s", scenario.name)
		for _, series := range scenario.series {
			if seen[series.metric] {
				return fmt.Errorf("%s is there twice", series.metric)
			}
			seen[series.metric] = true
			samples, err := values(series.script, step)
			if err != nil {
				return err
			}
			line(6, "- series: '%s'", series.metric)
			line(8, "values: %s", samples)
		}
	}
	line(4, "promql_expr_test:")
	for _, scenario := range test.scenarios {
		line(6, "# %s", scenario.name)
		if err := scenario.render(line, r, t); err != nil {
			return fmt.Errorf("%s: %w", scenario.name, err)
		}
	}
	return test.wording(line, r, t)
}

func (s scenario) render(line func(int, string, ...any), r *rules, t *tally) error {
	matchers := []string{`alertstate="firing"`}
	if s.pending {
		matchers = nil
	}
	if s.account != "" {
		matchers = append(matchers, label("account", s.account))
	}
	if s.alerts != "" {
		matchers = append(matchers, `alertname=~"`+s.alerts+`"`)
	}
	if s.severity != "" {
		matchers = append(matchers, label("severity", s.severity))
	}
	var last time.Duration
	for _, want := range s.want {
		var samples []string
		for _, words := range want.firing {
			form, labels, err := s.labels(words, r)
			if err != nil {
				return err
			}
			labels["alertname"], labels["alertstate"] = form.alert, "firing"
			samples = append(samples, selector("ALERTS", labels))
		}
		for _, at := range want.at {
			if at < last {
				return fmt.Errorf("%s comes after %s", brief(at), brief(last))
			}
			last = at
			line(6, "- expr: 'ALERTS{%s}'", strings.Join(matchers, ","))
			line(8, "eval_time: %s", brief(at))
			if len(samples) == 0 {
				line(8, "exp_samples: []")
				t.silences++
				continue
			}
			line(8, "exp_samples:")
			for _, sample := range samples {
				line(8, "- {labels: '%s', value: 1}", sample)
			}
			t.noises++
		}
	}
	for _, value := range s.values {
		line(6, "- expr: '%s'", value.expression)
		line(8, "eval_time: %s", brief(duration(value.at)))
		line(8, "exp_samples: [{labels: '{}', value: %s}]", value.is)
		t.values++
	}
	return t.cover(s, r)
}

// labels are all that an alert in this story has.
func (s scenario) labels(words string, r *rules) (form, map[string]string, error) {
	fields := strings.Fields(words)
	form, err := r.find(fields)
	if err != nil {
		return form, nil, err
	}
	labels := map[string]string{"job": job}
	if s.account != "" {
		labels["account"] = s.account
	}
	maps.Copy(labels, pairs(fields, "="))
	maps.Copy(labels, form.labels)
	return form, labels, nil
}

// wording asserts annotations. promtool compares all that fire under the name, so a
// test with words must hold one scenario.
func (test test) wording(line func(int, string, ...any), r *rules, t *tally) error {
	type moment struct{ at, alert string }
	var order []moment
	spoken := map[moment][]words{}
	for _, scenario := range test.scenarios {
		if len(scenario.words) > 0 && len(test.scenarios) > 1 {
			return fmt.Errorf("%s: words need a test of their own", scenario.name)
		}
		for _, words := range scenario.words {
			key := moment{words.at, strings.Fields(words.alert)[0]}
			if spoken[key] == nil {
				order = append(order, key)
			}
			spoken[key] = append(spoken[key], words)
		}
	}
	if len(order) == 0 {
		return nil
	}
	line(4, "alert_rule_test:")
	for _, key := range order {
		line(6, "- eval_time: %s", brief(duration(key.at)))
		line(8, "alertname: %s", key.alert)
		line(8, "exp_alerts:")
		for _, words := range spoken[key] {
			form, labels, err := test.scenarios[0].labels(words.alert, r)
			if err != nil {
				return err
			}
			line(8, "- exp_labels: %s", flow(labels))
			for name := range form.labels {
				delete(labels, name)
			}
			line(10, "exp_annotations:")
			for _, name := range annotations {
				line(12, "%s: %q", name, text(form.annotations[name], words.value, labels))
			}
			t.worded[form.name()] = true
		}
		t.words++
	}
	return nil
}

func selector(name string, labels map[string]string) string {
	var all []string
	for _, name := range sorted(labels) {
		all = append(all, label(name, labels[name]))
	}
	return name + "{" + strings.Join(all, ",") + "}"
}

func flow(labels map[string]string) string {
	var all []string
	for _, name := range sorted(labels) {
		all = append(all, fmt.Sprintf("%s: %q", name, labels[name]))
	}
	return "{" + strings.Join(all, ", ") + "}"
}

// brief writes a duration as Prometheus reads it.
func brief(d time.Duration) string {
	if d == 0 {
		return "0s"
	}
	var text strings.Builder
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		if d >= unit.length {
			fmt.Fprintf(&text, "%d%s", int64(d/unit.length), unit.name)
			d %= unit.length
		}
	}
	return text.String()
}

func (f file) path(folder string) string { return path.Join(folder, f.name+".test.yml") }

func unique(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
