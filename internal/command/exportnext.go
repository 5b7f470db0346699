// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"strings"

	"didsms_exporter/alerts"
)

// nextSteps is what to do with the files. It tells only what is so: the links lead to
// example.com until an address was given, and compose is for a rehearsal.
func nextSteps(folder string, parameters alerts.Parameters) string {
	var steps strings.Builder
	step := func(program string, lines ...string) {
		for _, line := range lines {
			fmt.Fprintf(&steps, "  %-13s %s\n", program, line)
			program = ""
		}
	}
	if parameters.Rehearsal > 1 {
		fmt.Fprintf(&steps, "\nThis is a rehearsal: all windows are %d times as short. Never in production.\n", parameters.Rehearsal)
	}
	fmt.Fprintf(&steps, "\nNext, in %s:\n", folder)
	step("Exporter",
		"cp didsms.example.yml didsms.yml (--force overwrites the example); fill in didsms.yml; put the secret into",
		"secrets/nxcloud beside it; then: didsms_exporter serve --config.file didsms.yml",
		"systemd/didsms_exporter.service says at its head how to install it")
	step("Prometheus",
		"put the entries of prometheus/prometheus.example.yml into your prometheus.yml and the",
		"folder prometheus/rules beside it; promtool check config prometheus.yml must find 5 rule files")
	step("Operator", "or: kubectl apply -f kubernetes/prometheusrules.yml")
	step("Alertmanager",
		"cp alertmanager/alertmanager.example.yml alertmanager/alertmanager.yml (--force overwrites the example);",
		"in the copy fill in what is marked FILL IN, and write the two files with secrets that it names;",
		"it says how to do without e-mail, or with a webhook of yours. Then, in the folder alertmanager:",
		"  amtool check-config alertmanager.yml",
		"  alertmanager --config.file=alertmanager.yml --web.external-url=https://alertmanager.example.org",
		"(or curl -X POST http://localhost:9093/-/reload, where it runs already). That URL is where people reach it,",
		"for the links in messages. A test page, which arrives after 30 s:",
		`  amtool --alertmanager.url=http://localhost:9093 alert add alertname=DidSmsTest severity=`+parameters.Critical+` account=main \`,
		`    --annotation=summary="Test page"`)
	step("Grafana",
		"import the four files of grafana/dashboards in the browser, and nothing else; or provision them:",
		"grafana/dashboards  goes to /etc/grafana/dashboards, or to what provisioning/dashboards/didsms.yml names",
		"grafana/provisioning goes to /etc/grafana/provisioning; change url in datasources/didsms.yml, or leave that",
		"file out where Grafana has this Prometheus already; then restart Grafana")
	if parameters.Rehearsal > 1 {
		step("Everything",
			"at once, on simulated traffic: docker build -t didsms_exporter . in the repository, then here:",
			"  docker compose -f compose/compose.yml up")
	}
	step("Runbooks", append([]string{"put runbooks.md where people read it"}, linksToGive(parameters)...)...)
	return steps.String()
}

// linksToGive tells of the links in alerts that lead nowhere yet.
func linksToGive(parameters alerts.Parameters) []string {
	var missing []string
	if parameters.RunbookURL == alerts.Defaults().RunbookURL {
		missing = append(missing, "--runbook-url")
	}
	if parameters.GrafanaURL == alerts.Defaults().GrafanaURL {
		missing = append(missing, "--grafana-url")
	}
	if len(missing) == 0 {
		return nil
	}
	return []string{"links in alerts lead to example.com until you give " + strings.Join(missing, " and ")}
}
