// SPDX-License-Identifier: Apache-2.0

package rulelint

import "strings"

// group is a rule file with one group.
func group(rules ...string) string {
	return "groups:\n  - name: bad\n    interval: 1m\n    rules:\n" + strings.Join(rules, "")
}

func record(name, expr string) string {
	return "      - record: '" + name + "'\n        expr: |\n          " + expr + "\n"
}

// alert is an alert with further fields, one a line.
func alert(expr string, fields ...string) string {
	text := "      - alert: Known\n        expr: |\n          " + expr + "\n"
	for _, field := range fields {
		text += "        " + field + "\n"
	}
	return text
}

func badEmpty() (all []bad) {
	for _, expr := range []string{
		`up`, `sum(up)`, `up == bool 0`, `up > 1 or vector(0)`, `count(up) / 2`, `up / (up > 0)`, `1 > bool 2`, `up and process_start_time_seconds`,
	} {
		all = append(all, bad{group(alert(expr)), "whatever happens"})
	}
	return all
}

func badFilters() []bad {
	all := append(of("always there", `up == 0 and sum(up)`, `up unless (up * 2)`, `up and (up or up > 3)`),
		of("both sides are", `up or up`, `up > 0 and up > 0`)...)
	return append(all, bad{group(record("job:x:y", `up`), alert(`up == 0 and job:x:y`)), "always there"})
}

func badTold() []bad {
	return []bad{
		{group(alert(`sum without (instance) (increase(didsms_mo_messages_total[5m])) > 1`, "annotations: {summary: 'of {{ $labels.did }}'}")), "each account"},
		{group(alert(`increase(didsms_mo_messages_total[5m]) > 1`, "annotations: {summary: '{{ $labels.did }} {{ $labels.account }}'}")), "each instance"},
	}
}

func badWaits() []bad {
	return []bad{
		{group(alert(`absent(up)`)), "for is 0s"},
		{group(alert(`up == 0`, "for: 15s")), "for is 15s"},
	}
}

func badAnnotated() []bad {
	texts := "annotations: {summary: a, description: 'First: b', runbook_url: c, dashboard_url: d}"
	all := []bad{{group(alert(`up == 0`)), "summary is missing"}}
	for _, change := range [][3]string{
		{"summary: a, ", "", "summary is missing"},
		{"description: 'First: b', ", "", "description is missing"},
		{"First: b", "b", "what to do first"},
		{"runbook_url: c, ", "", "runbook_url is missing"},
		{", dashboard_url: d", "", "dashboard_url is missing"},
	} {
		all = append(all, bad{group(alert(`up == 0`, strings.Replace(texts, change[0], change[1], 1))), change[2]})
	}
	return all
}

func badSevere() []bad {
	return []bad{
		{group(alert(`up == 0`)), `severity is ""`},
		{group(alert(`up == 0`, "labels: {severity: page}")), `severity is "page"`},
		{group(alert(`up == 0`, "labels: {severity: Critical}")), `severity is "Critical"`},
	}
}

func badSteady() []bad {
	return []bad{
		{group(alert(`up == 0`, "labels: {value: '{{ $value }}'}")), "holds the value"},
		{group(alert(`up == 0`, "labels: {value: '{{ .Value | humanize }}'}")), "holds the value"},
	}
}

func badNamed() []bad {
	page := "labels: {severity: critical}"
	return []bad{
		{group(alert(`increase(didsms_mo_messages_total[5m]) > 1`, page, "annotations: {summary: 'of {{ $labels.account }}'}")), "which did"},
		{group(alert(`sum without (did) (increase(didsms_mo_messages_total[5m])) > 1`, page, "annotations: {summary: a number}")), "which account"},
		{group(alert(`up == 0`, page, "annotations: {summary: the exporter is down}")), "which instance"},
	}
}

func badTemplated() []bad {
	return []bad{
		{group(alert(`sum without (did) (increase(didsms_mo_messages_total[5m])) > 1`, "annotations: {summary: '{{ $labels.did }}'}")), "label did"},
		{group(alert(`up == 0`, "annotations: {summary: '{{ .Labels.account }}'}")), "label account"},
		{group(alert(`up == 0`, "labels: {long: 1h}", "annotations: {summary: 'in {{ $labels.long }}'}")), "label long"},
		{group(alert(`absent(up)`, "annotations: {summary: '{{ $labels.instance }}'}")), "label instance"},
		{group(alert(`sum by (job) (up) == 0`, "annotations: {dashboard_url: 'http://g/d/x?var-i={{ $labels.instance }}'}")), "label instance"},
	}
}

func badUnranked() (all []bad) {
	for _, expr := range []string{`topk(5, up) > 0`, `sum(bottomk by (job) (1, up)) > 0`, `limitk(3, up) > 0`} {
		all = append(all, bad{group(alert(expr)), "change their series"})
	}
	return all
}

func badUnique() []bad {
	return []bad{
		{group(record("job:up:sum", `sum(up)`), record("job:up:sum", `count(up)`)), "in bad0.yml already"},
		{group(record("job:up:sum", `sum(up)`)) + "---\n" + group(record("job:up:sum", `sum(up)`)), "in bad0.yml already"},
		{group(alert(`up == 0`, "labels: {severity: info}"), alert(`up == 1`, "labels: {severity: info}")), "in bad0.yml already"},
	}
}

func badPrompt() []bad {
	return []bad{{strings.Replace(group(alert(`up == 0`)), "interval: 1m", "interval: 10m", 1), "every 10m"}}
}

func badRunbook() []bad {
	return []bad{
		{strings.Replace(group(alert(`up == 0`)), "Known", "Unknown", 1), `no heading "## Unknown"`},
		{group(alert(`up == 0`, "annotations: {runbook_url: 'https://r/page#other'}")), `leads to "other"`},
		{group(alert(`up == 0`, "annotations: {runbook_url: 'https://r/page'}")), `leads to ""`},
	}
}

func badDashboard() (all []bad) {
	for address, words := range map[string]string{
		"":                   `uid ""`,
		"http://g/d/nowhere": `uid "nowhere"`,
		"http://g/d/board/x": `uid "board/x"`,
		"http://g/d/board?var-did={{ $labels.did }}":     "no variable for var-did",
		"http://g/d/board?account={{ $labels.account }}": "no variable for account",
		"http://g/d/board?var-account={{ $labels.did }}": "want {{ $labels.account }}",
		"http://g/d/board?var-account=main":              "want {{ $labels.account }}",
		"http://g/d/board":                               "opens over its own range",
		"http://g/d/board?from=yesterday&to=now":         "opens over its own range",
		"http://g/d/board?from=now-3h":                   "opens over its own range",
		"http://g/d/board?var-job=x&var-account=%zz":     "no variable for var-job",
	} {
		all = append(all, bad{group(alert(`up == 0`, "annotations: {dashboard_url: '"+address+"'}")), words})
	}
	return all
}
