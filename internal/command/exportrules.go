// SPDX-License-Identifier: Apache-2.0

package command

import (
	"strings"

	"github.com/urfave/cli/v2"

	"didsms_exporter/alerts"
	"didsms_exporter/dashboards"
)

// ruleFlags are the parameters of the alert rules. docs/alerts.md says more.
func ruleFlags() []cli.Flag {
	usual := alerts.Defaults()
	return []cli.Flag{
		&cli.Float64Flag{Name: "objective", Usage: "`SHARE` of the receipts in 30 days that should say delivered", Value: usual.Objective},
		&cli.StringFlag{Name: "job", Usage: "job `NAME` under which Prometheus scrapes the exporter", Value: usual.Job},
		&cli.DurationFlag{Name: "latency", Usage: "`TIME` to the receipt of nine in ten messages that is still fine", Value: usual.Latency},
		&cli.Float64Flag{Name: "spend-floor", Usage: "`AMOUNT` an hour, in the account's currency, below which no rise of spend is reported", Value: usual.SpendFloor},
		&cli.StringFlag{Name: "runbook-url", Usage: "`URL` of runbooks.md, for the links in alerts", Value: usual.RunbookURL},
		&cli.StringFlag{Name: "grafana-url", Usage: "`URL` of Grafana, for the links in alerts", Value: usual.GrafanaURL},
		&cli.StringSliceFlag{Name: "severity", Usage: "another `LEVEL=WORD` for critical, warning or info, such as critical=page; may be given three times"},
		&cli.StringSliceFlag{Name: "without", Usage: "leave out a `FIELD` of the rules that your server does not know: " + strings.Join(alerts.Optional(), ", ")},
		&cli.IntFlag{Name: "rehearsal", Usage: "make all windows `N` times as short, to see alerts come and go in minutes; never in production", Value: usual.Rehearsal},
	}
}

// exporterFlag is for the dashboards and the data source alone; the rules name no
// exporter.
func exporterFlag() cli.Flag {
	return &cli.StringFlag{Name: "exporter-url", Usage: "`URL` at which your browser reaches the exporter's private door, for the links in dashboards", Value: dashboards.Exporter}
}

func exporterURL(c *cli.Context) (string, error) {
	address := strings.TrimSuffix(c.String("exporter-url"), "/")
	parsed, err := parseExternalURL(address)
	if err != nil || parsed == nil || strings.ContainsAny(address, "\"'\\$<>{}#? \n") {
		return "", usagef("--exporter-url %q: it looks like http://host:9911", address)
	}
	return address, nil
}

// ruleParameters takes the flags; what makes no sense is a mistake in usage.
func ruleParameters(c *cli.Context) (alerts.Parameters, error) {
	parameters := alerts.Parameters{
		Objective: c.Float64("objective"), Job: c.String("job"),
		Latency: c.Duration("latency"), SpendFloor: c.Float64("spend-floor"),
		RunbookURL: strings.TrimSuffix(c.String("runbook-url"), "/"), GrafanaURL: strings.TrimSuffix(c.String("grafana-url"), "/"),
		Critical: alerts.Defaults().Critical, Warning: alerts.Defaults().Warning, Info: alerts.Defaults().Info,
		Without: c.StringSlice("without"), Rehearsal: c.Int("rehearsal"),
	}
	levels := map[string]*string{"critical": &parameters.Critical, "warning": &parameters.Warning, "info": &parameters.Info}
	for _, pair := range c.StringSlice("severity") {
		level, word, _ := strings.Cut(pair, "=")
		if levels[level] == nil || word == "" {
			return parameters, usagef("--severity %q: give level=word, that is critical=WORD, warning=WORD or info=WORD", pair)
		}
		*levels[level] = word
	}
	if err := parameters.Validate(); err != nil {
		return parameters, usagef("%v\nSee 'didsms_exporter export --help'.", err)
	}
	return parameters, nil
}
