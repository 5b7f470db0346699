// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"fmt"
	"regexp"
	"strings"
	"text/template"
	"time"
)

// replica are the labels that tell apart replicas and restarts of one exporter, as
// Prometheus and its Operator give them. Rules aggregate them away and keep the rest,
// so that whatever labels a site adds go on to its alerts.
const replica = "instance, pod, container, endpoint"

// expand fills in the places of one source.
func expand(source string, p Parameters) (string, error) {
	budget := 1 - p.Objective
	places := map[string]any{
		"Replica": replica, "Job": p.Job,
		"Budget": number(budget), "BudgetPercent": number(100*budget) + " %", "Prior": number(50 * budget),
		"LatencySeconds": number(p.Latency.Seconds()), "SpendFloor": number(p.SpendFloor),
		"Critical": p.Critical, "Warning": p.Warning, "Info": p.Info,
	}
	parsed, err := template.New("").Delims("<<", ">>").Option("missingkey=error").Funcs(template.FuncMap{
		"list":      func(words ...string) []string { return words },
		"burns":     p.burns,
		"seconds":   func(window string) (string, error) { return p.ratio(time.Second, window, false) },
		"permonth":  func(window string) (string, error) { return p.ratio(30*24*time.Hour, window, true) },
		"runbook":   func(alert string) string { return p.RunbookURL + "#" + strings.ToLower(alert) },
		"dashboard": p.dashboard,
	}).Parse(source)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	if err := parsed.Execute(&text, places); err != nil {
		return "", err
	}
	return p.leaveOut(p.shorten(text.String())), nil
}

// ratio says how often the one span of time fits into the other.
func (p Parameters) ratio(span time.Duration, window string, spanInWindows bool) (string, error) {
	length, err := parseWindow(window)
	if err != nil {
		return "", err
	}
	ratio := float64(length) / float64(p.Rehearsal) / float64(span)
	if spanInWindows {
		ratio = 1 / ratio
	}
	return number(ratio), nil
}

// dashboard is the address of a dashboard over the last view, such as 3h, long enough
// to show a before and short enough to show what is new; its variables are filled in
// from the alert's labels. Account names and numbers need no escaping in an address.
func (p Parameters) dashboard(uid, view string, variables ...string) (string, error) {
	length, err := parseWindow(view)
	if err != nil {
		return "", err
	}
	if p.Rehearsal > 1 {
		view = fmt.Sprintf("%ds", int(length.Seconds())/p.Rehearsal)
	}
	var settings []string
	for _, variable := range variables {
		settings = append(settings, fmt.Sprintf("var-%s={{ $labels.%s }}", variable, variable))
	}
	settings = append(settings, "from=now-"+view, "to=now")
	return p.GrafanaURL + "/d/" + uid + "?" + strings.Join(settings, "&"), nil
}

// The places of a rule file at which a length of time stands. A subquery has two.
var (
	window = regexp.MustCompile(`(\[|\boffset |(?m:^\s+(?:for|keep_firing_for|interval): ))((?:[0-9]+[smhd])+)`)
	step   = regexp.MustCompile(`(\[[0-9]+ms:)((?:[0-9]+[smhd])+)`)
)

// shorten divides every length of time, for a rehearsal.
func (p Parameters) shorten(text string) string {
	if p.Rehearsal == 1 {
		return text
	}
	for _, place := range []*regexp.Regexp{window, step} {
		text = place.ReplaceAllStringFunc(text, func(found string) string {
			parts := place.FindStringSubmatch(found)
			length, err := parseWindow(parts[2])
			if err != nil {
				return found
			}
			return fmt.Sprintf("%s%dms", parts[1], (length / time.Duration(p.Rehearsal)).Milliseconds())
		})
	}
	return text
}

// leaveOut drops the fields that a server does not know.
func (p Parameters) leaveOut(text string) string {
	for _, field := range p.Without {
		text = regexp.MustCompile(`(?m)^\s+`+field+`:.*\n`).ReplaceAllString(text, "")
	}
	return text
}

// parseWindow reads a length of time as PromQL writes it, in whole units.
func parseWindow(window string) (time.Duration, error) {
	var days int
	rest := window
	if before, after, found := strings.Cut(window, "d"); found {
		if _, err := fmt.Sscanf(before, "%d", &days); err != nil {
			return 0, err
		}
		rest = after
	}
	if rest == "" {
		return time.Duration(days) * 24 * time.Hour, nil
	}
	length, err := time.ParseDuration(rest)
	return time.Duration(days)*24*time.Hour + length, err
}
