// SPDX-License-Identifier: Apache-2.0

package rulelint

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/prometheus/promql/parser"
)

// scrapeInterval is the one that the documentation recommends.
const scrapeInterval = 15 * time.Second

// waits: one bad scrape is not worth a message, and a series may be missing for one.
func waits(r *rule) []finding {
	if r.Alert == "" || time.Duration(r.For) >= 2*scrapeInterval {
		return nil
	}
	return found("for is %s: less than two scrapes of %s", r.For, scrapeInterval)
}

// annotated: whoever is woken is told what, what first, and where to look.
func annotated(r *rule) (all []finding) {
	if r.Alert == "" {
		return nil
	}
	for _, name := range []string{"summary", "description", "runbook_url", "dashboard_url"} {
		if r.Annotations[name] == "" {
			all = append(all, found("the annotation %s is missing", name)...)
		}
	}
	if !strings.Contains(r.Annotations["description"], "First: ") {
		all = append(all, found("the description does not say what to do first: it has no %q", "First: ")...)
	}
	return all
}

// severe: routes are written against a closed set of severities.
func severe(r *rule) []finding {
	if r.Alert == "" || slices.Contains([]string{"critical", "warning", "info"}, r.Labels["severity"]) {
		return nil
	}
	return found("the severity is %q, not critical, warning or info", r.Labels["severity"])
}

// steadyLabels: with the value in a label each evaluation is another alert, and none
// lasts until its for.
func steadyLabels(r *rule) (all []finding) {
	for name, text := range r.Labels {
		if strings.Contains(text, "$value") || strings.Contains(text, ".Value") {
			all = append(all, found("the label %s holds the value", name)...)
		}
	}
	return all
}

// named: who is woken must not have to look up which number it is.
func named(r *rule) []finding {
	if r.Labels["severity"] != "critical" || r.Alert == "" {
		return nil
	}
	has := r.shape()
	for _, label := range []string{"did", "account", "instance", "job"} {
		if !has.labels[label] {
			continue
		}
		if label == "job" && r.Annotations["summary"] != "" {
			return nil // there is one job; its summary may call it by its name
		}
		for _, name := range []string{"summary", "description"} {
			if strings.Contains(r.Annotations[name], "$labels."+label) {
				return nil
			}
		}
		return found("the page does not say which %s: neither summary nor description has {{ $labels.%s }}", label, label)
	}
	return nil
}

// toldApart: two alerts of one rule must not read the same.
func toldApart(r *rule) (all []finding) {
	if r.Alert == "" {
		return nil
	}
	has, text := r.shape(), r.Annotations["summary"]+r.Annotations["description"]
	for name := range has.labels {
		target := slices.Contains(targetLabels(), name) && name != "instance" // settled by the instance
		if has.fixed[name] == "" && !target && !strings.Contains(text, "$labels."+name) {
			all = append(all, found("there is one alert for each %s, but neither summary nor description has {{ $labels.%s }}", name, name)...)
		}
	}
	return all
}

// templated: a label that the result does not have is an empty place in the text. The
// labels that the rule itself adds are not among them: Prometheus fills in annotations
// from the expression's result alone.
func templated(r *rule) (all []finding) {
	has := r.shapeOf(r.expr)
	for name, text := range r.Annotations {
		for _, use := range regexp.MustCompile(`\$labels\.(\w+)|\.Labels\.(\w+)`).FindAllStringSubmatch(text, -1) {
			if label := use[1] + use[2]; !has.labels[label] && !has.unknown {
				all = append(all, found("%s uses the label %s, but the result has only %s", name, label, has.names())...)
			}
		}
	}
	return all
}

// unranked: an alert on the worst five goes from one series to the next, each time
// as another alert.
func unranked(r *rule) (all []finding) {
	if r.Alert == "" {
		return nil
	}
	for range nodes(r.expr, func(e *parser.AggregateExpr) bool { return picks(e.Op) }) {
		all = append(all, found("topk, bottomk and their like change their series at every evaluation")...)
	}
	return all
}

// unique: two rules of one name and the same labels are one rule written twice.
func unique(r *rule) []finding {
	for _, other := range r.all[:r.index] {
		same := len(other.Labels) == len(r.Labels) && other.Record == r.Record && other.Alert == r.Alert
		for name, value := range r.Labels {
			same = same && other.Labels[name] == value
		}
		if same {
			return found("a rule with this name and these labels is in %s already", other.file)
		}
	}
	return nil
}

// prompt: above five minutes a series is stale between two evaluations.
func prompt(r *rule) []finding {
	if interval := time.Duration(r.group.Interval); interval > 5*time.Minute {
		return found("the group is evaluated every %s; its series are stale after 5m", interval)
	}
	return nil
}
