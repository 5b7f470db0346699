// SPDX-License-Identifier: Apache-2.0

package alerts_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"didsms_exporter/alerts"
)

var update = flag.Bool("update", false, "write the folder rules anew")

func render(t *testing.T, change func(*alerts.Parameters)) map[string]string {
	t.Helper()
	parameters := alerts.Defaults()
	if change != nil {
		change(&parameters)
	}
	files, err := alerts.Render(parameters)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(alerts.Areas()) {
		t.Fatalf("%d files for %d areas", len(files), len(alerts.Areas()))
	}
	texts := map[string]string{}
	for _, file := range files {
		texts[file.Name] = string(file.Content)
	}
	return texts
}

// The files that people copy are those that the program writes.
func TestFolderRulesIsRendered(t *testing.T) {
	files, err := alerts.Render(alerts.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := filepath.Join("rules", file.Name)
		if *update {
			if err := os.WriteFile(name, file.Content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		present, err := os.ReadFile(name)
		if err != nil || !bytes.Equal(present, file.Content) {
			t.Errorf("%s is not what the source gives (%v): run go test ./alerts -update", name, err)
		}
	}
	if entries, err := os.ReadDir("rules"); err != nil || len(entries) != len(files) {
		t.Errorf("folder rules holds %d files, want %d (%v)", len(entries), len(files), err)
	}
}

func TestParametersReachTheRules(t *testing.T) {
	for name, test := range map[string]struct {
		change  func(*alerts.Parameters)
		file    string
		present string
		absent  string
	}{
		"objective": {func(p *alerts.Parameters) { p.Objective = 0.98 }, "delivery.yml", "receipts:ratio_increase1h > 0.2\n          and\n          account:", "receipts:ratio_increase1h > 0.5\n          and\n          account:"},
		"prior":     {func(p *alerts.Parameters) { p.Objective = 0.98 }, "delivery.yml", "offset 1h)) + 1)", "+ 2.5)"},
		"job":       {func(p *alerts.Parameters) { p.Job = "sms" }, "exporter.yml", `up{job="sms"} == 0`, "didsms-exporter\""},
		"latency":   {func(p *alerts.Parameters) { p.Latency = 5e9 }, "delivery.yml", ") > 5\n", ") > 120\n"},
		"floor":     {func(p *alerts.Parameters) { p.SpendFloor = 7.25 }, "spend.yml", "increase1h > 7.25\n", "increase1h > 5\n"},
		"runbook":   {func(p *alerts.Parameters) { p.RunbookURL = "https://wiki/x" }, "spend.yml", "runbook_url: https://wiki/x#didsmsspendspike\n", "example.com/didsms"},
		"grafana":   {func(p *alerts.Parameters) { p.GrafanaURL = "http://g:3000" }, "delivery.yml", "dashboard_url: http://g:3000/d/didsms-did?var-account={{ $labels.account }}&var-did={{ $labels.did }}&from=now-3h&to=now\n", "grafana.example"},
		"severity":  {func(p *alerts.Parameters) { p.Critical = "page" }, "exporter.yml", "severity: page}", "severity: critical"},
		"without":   {func(p *alerts.Parameters) { p.Without = []string{"keep_firing_for"} }, "traffic.yml", "for: 2m\n        labels:", "keep_firing_for:"},
		"windows":   {func(p *alerts.Parameters) { p.Rehearsal = 20 }, "delivery.yml", "[1080000ms:90000ms]", "[6h:30m]"},
		"subquery":  {func(p *alerts.Parameters) { p.Rehearsal = 20 }, "delivery.yml", "[30240000ms:1080000ms] offset 180000ms", "offset 1h"},
		"for":       {func(p *alerts.Parameters) { p.Rehearsal = 20 }, "delivery.yml", "        for: 9000ms\n        keep_firing_for: 15000ms\n", "for: 3m"},
		"interval":  {func(p *alerts.Parameters) { p.Rehearsal = 20 }, "spend.yml", "    interval: 3000ms\n", "interval: 1m"},
		"seconds":   {func(p *alerts.Parameters) { p.Rehearsal = 20 }, "traffic.yml", "uptime:seconds > 135\n", "> 2700"},
		"view":      {func(p *alerts.Parameters) { p.Rehearsal = 20 }, "delivery.yml", "&from=now-540s&to=now\n", "from=now-3h"},
		"month":     {func(p *alerts.Parameters) { p.Rehearsal = 20 }, "spend.yml", "increase1h * 14400 /", "* 720 /"},
	} {
		t.Run(name, func(t *testing.T) {
			usual, changed := render(t, nil)[test.file], render(t, test.change)[test.file]
			if !strings.Contains(changed, test.present) {
				t.Errorf("%q is not in %s", test.present, test.file)
			}
			if strings.Contains(changed, test.absent) {
				t.Errorf("%q is still in %s", test.absent, test.file)
			}
			if !strings.Contains(usual, test.absent) {
				t.Errorf("%q is not in the usual %s: the test looks for nothing", test.absent, test.file)
			}
		})
	}
}

// Every length of time is divided: a window that stays long makes a rehearsal wrong.
func TestRehearsalLeavesNoWindowLong(t *testing.T) {
	long := regexp.MustCompile(`\[[0-9]+[smhd]\b|:[0-9]+[smhd]\]|offset [0-9]+[smhd]\b|(for|interval): [0-9]+[smhd]\b`)
	if !long.MatchString(render(t, nil)["delivery.yml"]) {
		t.Fatal("the pattern finds no window in the usual rules")
	}
	for name, text := range render(t, func(p *alerts.Parameters) { p.Rehearsal = 20 }) {
		if found := long.FindString(text); found != "" {
			t.Errorf("%s still has %q", name, found)
		}
	}
}

func TestHeadSaysHowItWasRendered(t *testing.T) {
	text := render(t, func(p *alerts.Parameters) { p.Objective, p.Job, p.Critical = 0.98, "sms", "page" })["spend.yml"]
	head, _, _ := strings.Cut(text, "\n")
	const want = `# Rules of didsms_exporter, area spend. Rendered by: didsms_exporter export --objective 0.98 --job "sms" --severity critical=page FOLDER`
	if head != want {
		t.Errorf("head is %s\nwant    %s", head, want)
	}
}

func TestParametersThatMakeNoSense(t *testing.T) {
	for want, change := range map[string]func(*alerts.Parameters){
		"is not between 0 and 1":   func(p *alerts.Parameters) { p.Objective = 95 },
		"take at least 0.93":       func(p *alerts.Parameters) { p.Objective = 0.9 },
		"is no name of a job":      func(p *alerts.Parameters) { p.Job = `x"} or vector(1)` },
		"below a second":           func(p *alerts.Parameters) { p.Latency = 1 },
		"is no amount":             func(p *alerts.Parameters) { p.SpendFloor = -1 },
		"is no address":            func(p *alerts.Parameters) { p.RunbookURL = "runbooks.md" },
		"https://host/path":        func(p *alerts.Parameters) { p.GrafanaURL = "https://g/{{ . }}" },
		"is not a word":            func(p *alerts.Parameters) { p.Warning = "so so" },
		"stands for two":           func(p *alerts.Parameters) { p.Warning = p.Critical },
		"only without keep_firing": func(p *alerts.Parameters) { p.Without = []string{"for"} },
		"not between 1 and 60":     func(p *alerts.Parameters) { p.Rehearsal = 0 },
	} {
		parameters := alerts.Defaults()
		change(&parameters)
		if _, err := alerts.Render(parameters); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error with %q", err, want)
		}
	}
}

func TestPrometheusRuleIsTheSameText(t *testing.T) {
	files, err := alerts.Render(alerts.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	text := string(alerts.PrometheusRule(files))
	if got := strings.Count(text, "kind: PrometheusRule\n"); got != len(files) {
		t.Errorf("%d objects for %d files", got, len(files))
	}
	for _, file := range files {
		indented := regexp.MustCompile(`(?m)^(.+)$`).ReplaceAllString(string(file.Content), "  $1")
		if !strings.Contains(text, "spec:\n"+indented) {
			t.Errorf("%s is not in the object as it stands alone", file.Name)
		}
	}
}
