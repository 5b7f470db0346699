// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Parameters are what differs from one installation to another. The zero value is
// not valid; begin with Defaults.
type Parameters struct {
	// Objective is the share of final receipts that should say delivered, in 30 days.
	// It sets the thresholds of DidSmsDeliveryErrorBudgetBurn, and the share of
	// failures that is expected of a number without a history.
	Objective float64
	// Job is the job label under which Prometheus scrapes the exporter.
	Job string
	// Latency is the 90th percentile of the time to a receipt above which delivery
	// counts as slow.
	Latency time.Duration
	// SpendFloor is the spend in an hour, in units of the account's currency, below
	// which no rise is worth a word.
	SpendFloor float64
	// RunbookURL is the address of docs/runbooks.md, GrafanaURL that of Grafana.
	RunbookURL, GrafanaURL string
	// Critical, Warning and Info are the values of the label severity: critical wakes
	// somebody, warning is for today, info for the weekly look.
	Critical, Warning, Info string
	// Without names fields of rules to leave out, for servers that do not know them:
	// keep_firing_for.
	Without []string
	// Rehearsal divides every window, for and interval, to watch in minutes what
	// takes hours; 1 is real life.
	Rehearsal int
}

// Defaults are the parameters of the files in the folder rules.
func Defaults() Parameters {
	return Parameters{
		Objective: 0.95, Job: "didsms-exporter", Latency: 2 * time.Minute, SpendFloor: 5,
		RunbookURL: "https://example.com/didsms/runbooks.md", GrafanaURL: "https://grafana.example.com",
		Critical: "critical", Warning: "warning", Info: "info",
		Rehearsal: 1,
	}
}

// Optional lists the fields that Without may name.
func Optional() []string { return []string{"keep_firing_for"} }

// highestShare is the share of failures up to which a threshold makes sense: an
// alert that needs nearly everything to fail would page too late, and one that needs
// more than everything never.
const highestShare = 0.7

// Validate returns every fault of the parameters, in one error.
func (p Parameters) Validate() error {
	var faults []error
	fault := func(format string, values ...any) { faults = append(faults, fmt.Errorf(format, values...)) }
	if !(p.Objective > 0 && p.Objective < 1) {
		fault("the objective %v is not between 0 and 1, as 0.95 is", p.Objective)
	} else if fast := p.fastest(); fast.share(p) > highestShare {
		fault("with the objective %v the fast burn alert would wait until %.0f %% of the receipts fail; take at least %v",
			p.Objective, 100*fast.share(p), 1-highestShare/fast.Factor)
	}
	if p.Job == "" || strings.ContainsAny(p.Job, "\"\\\n{}") {
		fault("the job %q is no name of a job", p.Job)
	}
	if p.Latency < time.Second {
		fault("the latency %v is below a second, the resolution of the vendor's times", p.Latency)
	}
	if !(p.SpendFloor >= 0 && p.SpendFloor <= 1e9) {
		fault("the spend floor %v is no amount", p.SpendFloor)
	}
	for _, address := range []string{p.RunbookURL, p.GrafanaURL} {
		if parsed, err := url.Parse(address); err != nil || parsed.Host == "" || strings.ContainsAny(address, "\"'<>{}#? \n") {
			fault("%q is no address to put links under; it looks like https://host/path", address)
		}
	}
	severities := []string{p.Critical, p.Warning, p.Info}
	for i, severity := range severities {
		if severity == "" || strings.Trim(severity, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != "" {
			fault("the severity %q is not a word of letters, digits, - and _", severity)
		} else if slices.Contains(severities[:i], severity) {
			fault("the severity %q stands for two", severity)
		}
	}
	for _, field := range p.Without {
		if !slices.Contains(Optional(), field) {
			fault("rules cannot do without %q, only without %s", field, strings.Join(Optional(), ", "))
		}
	}
	if p.Rehearsal < 1 || p.Rehearsal > 60 {
		fault("a rehearsal %d times as fast is not between 1 and 60", p.Rehearsal)
	}
	return errors.Join(faults...)
}

// head is the comment above a file that was rendered.
func (p Parameters) head(area string) string {
	defaults := Defaults()
	command := []string{"didsms_exporter export"}
	option := func(name, value, usual string) {
		if value != usual {
			command = append(command, "--"+name+" "+value)
		}
	}
	option("objective", number(p.Objective), number(defaults.Objective))
	option("job", strconv.Quote(p.Job), strconv.Quote(defaults.Job))
	option("latency", p.Latency.String(), defaults.Latency.String())
	option("spend-floor", number(p.SpendFloor), number(defaults.SpendFloor))
	option("runbook-url", p.RunbookURL, defaults.RunbookURL)
	option("grafana-url", p.GrafanaURL, defaults.GrafanaURL)
	option("severity", "critical="+p.Critical, "critical="+defaults.Critical)
	option("severity", "warning="+p.Warning, "warning="+defaults.Warning)
	option("severity", "info="+p.Info, "info="+defaults.Info)
	option("without", strings.Join(p.Without, ","), "")
	option("rehearsal", strconv.Itoa(p.Rehearsal), "1")
	return fmt.Sprintf("# Rules of didsms_exporter, area %s. Rendered by: %s\n", area, strings.Join(append(command, "FOLDER"), " "))
}

func number(value float64) string { return strconv.FormatFloat(value, 'g', 12, 64) }
