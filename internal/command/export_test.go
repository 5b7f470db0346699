// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"didsms_exporter/alerts"
	"didsms_exporter/dashboards"
)

// exportTo runs export and returns its exit code and what it printed.
func exportTo(t *testing.T, arguments ...string) (code int, out, errors string) {
	t.Helper()
	return run(t.Context(), append([]string{"export"}, arguments...)...)
}

func TestExportWritesRulesAndWhatBelongsToThem(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new")
	code, out, errors := exportTo(t, "--job", "sms", "--severity", "critical=page", "--grafana-url", "https://g.example.org/", folder)
	if code != 0 || errors != "" {
		t.Fatalf("exit %d: %s", code, errors)
	}
	for name, want := range map[string]string{
		"prometheus/rules/delivery.yml":         "dashboard_url: https://g.example.org/d/didsms-did?",
		"prometheus/rules/exporter.yml":         `up{job="sms"} == 0`,
		"prometheus/rules/traffic.yml":          "severity: page}",
		"prometheus/rules/spend.yml":            "DidSmsSpendBudgetBurn",
		"prometheus/rules/intake.yml":           "DidSmsAllCallbacksRejected",
		"prometheus/prometheus.example.yml":     "job_name: sms\n",
		"compose/prometheus.yml":                "job_name: sms\n",
		"kubernetes/prometheusrules.yml":        "kind: PrometheusRule\n",
		"grafana/dashboards/didsms-did.json":    `"uid": "didsms-did"`,
		"alertmanager/alertmanager.example.yml": `severity="page"`,
		"runbooks.md":                           "## DidSmsExporterDown\n",
		"didsms.example.yml":                    "accounts:",
	} {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil || !strings.Contains(string(content), want) {
			t.Errorf("%s has no %q (%v)", name, want, err)
		}
		if !strings.Contains(out, "written     "+filepath.Join(folder, name)+"\n") {
			t.Errorf("%s is not said to be written:\n%s", name, out)
		}
	}
	for _, want := range []string{"\nNext, in " + folder + ":\n", "severity=page account=main", "until you give --runbook-url\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("what to do next lacks %q:\n%s", want, out)
		}
	}
}

// Links are said to lead nowhere only while they do.
func TestExportNamesTheLinksThatLeadNowhere(t *testing.T) {
	runbooks, grafana := []string{"--runbook-url", "https://w.example.org/r.md"}, []string{"--grafana-url", "https://g.example.org"}
	for want, arguments := range map[string][]string{
		"--runbook-url and --grafana-url": nil,
		"--grafana-url":                   runbooks,
		"--runbook-url":                   grafana,
		"":                                append(append([]string{}, runbooks...), grafana...),
	} {
		code, out, errors := exportTo(t, append(arguments, t.TempDir())...)
		_, got, _ := strings.Cut(out, "lead to example.com until you give ")
		if code != 0 || strings.TrimSuffix(got, "\n") != want {
			t.Errorf("%v: exit %d, %s, asks for %q, want %q", arguments, code, errors, got, want)
		}
	}
}

// A rehearsal pages for nothing: its folder says so, and only it is for compose.
func TestExportSaysWhatIsARehearsal(t *testing.T) {
	for _, rehearsal := range []bool{false, true} {
		arguments := []string{t.TempDir()}
		if rehearsal {
			arguments = append([]string{"--rehearsal", "20"}, arguments...)
		}
		code, out, errors := exportTo(t, arguments...)
		if code != 0 {
			t.Fatal(errors)
		}
		for _, part := range []string{"20 times as short. Never in production.", "docker build -t didsms_exporter .", "docker compose -f compose/compose.yml up"} {
			if strings.Contains(out, part) != rehearsal {
				t.Errorf("a rehearsal: %v, and it says %q: %v", rehearsal, part, !rehearsal)
			}
		}
	}
}

// Grafana lets a provisioned data source take the place of one with the same name,
// and there is one default.
func TestExportTakesNoDataSourceOver(t *testing.T) {
	folder := t.TempDir()
	if code, _, errors := exportTo(t, folder); code != 0 {
		t.Fatal(errors)
	}
	content, err := os.ReadFile(filepath.Join(folder, "grafana/provisioning/datasources/didsms.yml"))
	if err != nil || !strings.Contains(string(content), "name: DID SMS Prometheus\n") || !strings.Contains(string(content), "isDefault: false\n") {
		t.Errorf("it may take over another data source (%v):\n%s", err, content)
	}
	boards, err := filepath.Glob(filepath.Join(folder, "grafana/dashboards/*.json"))
	if err != nil || len(boards) != 4 {
		t.Fatalf("%d boards, %v", len(boards), err)
	}
	// So the boards must not count on its name, on its uid or on its being the default.
	source := regexp.MustCompile(`"datasource": (\{\s+"type": "[^"]*",\s+"uid": "([^"]*)"|[^{])`)
	for _, board := range boards {
		content, err := os.ReadFile(board)
		found := source.FindAllStringSubmatch(string(content), -1)
		if err != nil || len(found) < 10 || len(found) != strings.Count(string(content), `"datasource":`) {
			t.Errorf("%s: read %d data sources, %v", board, len(found), err)
		}
		for _, one := range found {
			if one[2] != "${datasource}" {
				t.Errorf("%s asks %s", board, one[0])
			}
		}
	}
}

// The boards are drawn for what the rules are written for.
func TestBoardsAreForTheUsualRules(t *testing.T) {
	rules := alerts.Defaults()
	if want := (dashboards.Parameters{
		Objective: rules.Objective, Latency: rules.Latency, Critical: rules.Critical, Warning: rules.Warning, Info: rules.Info,
	}); dashboards.Usual() != want {
		t.Errorf("the boards are drawn for %v, the rules are for %v", dashboards.Usual(), want)
	}
}

// The boards judge by the objective that the rules judge by.
func TestExportGivesTheBoardsTheObjective(t *testing.T) {
	usual, strict := t.TempDir(), t.TempDir()
	for folder, arguments := range map[string][]string{usual: {usual}, strict: {"--objective", "0.985", strict}} {
		if code, _, errors := exportTo(t, arguments...); code != 0 {
			t.Fatalf("%s: %s", folder, errors)
		}
	}
	for name, changes := range map[string]map[string]string{
		"didsms-overview.json": {`"query": "0.95",`: `"query": "0.985",`, `"text": "0.95",`: `"text": "0.985",`, `"value": 0.9,`: `"value": 0.97,`, `"value": 0.95,`: `"value": 0.985,`},
		"didsms-did.json":      {`"value": 0.9,`: `"value": 0.97,`, `"value": 0.95,`: `"value": 0.985,`},
		"didsms-spend.json":    {},
		"didsms-exporter.json": {}, // its 0.95 is a share of something else
	} {
		committed, err := dashboards.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		same, err := os.ReadFile(filepath.Join(usual, "grafana", "dashboards", name))
		if err != nil || !bytes.Equal(same, committed) {
			t.Errorf("%s is not as committed (%v)", name, err)
		}
		other, err := os.ReadFile(filepath.Join(strict, "grafana", "dashboards", name))
		if err != nil || bytes.Equal(other, committed) != (len(changes) == 0) {
			t.Errorf("%s: changed or unchanged by mistake (%v)", name, err)
		}
		for before, after := range changes {
			if !bytes.Contains(committed, []byte(before)) || bytes.Contains(other, []byte(before)) || !bytes.Contains(other, []byte(after)) {
				t.Errorf("%s: %s did not become %s", name, before, after)
			}
		}
	}
}

// Links to the exporter lead to where the browser reaches it.
func TestExportGivesTheBoardsTheExporter(t *testing.T) {
	usual, there := t.TempDir(), t.TempDir()
	for folder, arguments := range map[string][]string{usual: {usual}, there: {"--exporter-url", "https://sms.example.org/private/", there}} {
		if code, _, errors := exportTo(t, arguments...); code != 0 {
			t.Fatalf("%s: %s", folder, errors)
		}
	}
	for name, changes := range map[string]map[string]string{
		"dashboards/didsms-did.json": {
			`"query": "http://localhost:9911",`: `"query": "https://sms.example.org/private",`,
			`"text": "http://localhost:9911",`:  `"text": "https://sms.example.org/private",`,
			`"value": "http://localhost:9911"`:  `"value": "https://sms.example.org/private"`,
		},
		"provisioning/datasources/didsms.yml": {`"http://localhost:9911/debug/events?`: `"https://sms.example.org/private/debug/events?`},
		"dashboards/didsms-overview.json":     {},
	} {
		before, err := os.ReadFile(filepath.Join(usual, "grafana", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		after, err := os.ReadFile(filepath.Join(there, "grafana", filepath.FromSlash(name)))
		if err != nil || bytes.Contains(after, []byte("localhost:9911")) || bytes.Equal(before, after) != (len(changes) == 0) {
			t.Errorf("%s still leads to this machine, or changed by mistake (%v)", name, err)
		}
		for old, want := range changes {
			if !bytes.Contains(before, []byte(old)) || !bytes.Contains(after, []byte(want)) {
				t.Errorf("%s: %s did not become %s", name, old, want)
			}
		}
	}
}

// A file that somebody changed is worth more than ours.
func TestExportOverwritesNothingUnasked(t *testing.T) {
	folder := t.TempDir()
	if code, _, errors := exportTo(t, folder); code != 0 {
		t.Fatal(errors)
	}
	changed, removed := filepath.Join(folder, "prometheus/rules/spend.yml"), filepath.Join(folder, "runbooks.md")
	if err := os.WriteFile(changed, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(removed); err != nil {
		t.Fatal(err)
	}
	code, _, errors := exportTo(t, folder)
	if code != 1 || !strings.Contains(errors, changed+" differs") || !strings.Contains(errors, "--force") {
		t.Errorf("exit %d: %s", code, errors)
	}
	if content, err := os.ReadFile(changed); err != nil || string(content) != "mine" {
		t.Errorf("the changed file is now %q (%v)", content, err)
	}
	if _, err := os.Stat(removed); err == nil {
		t.Error("a missing file was written although another one stood in the way: all or nothing")
	}
	code, out, _ := exportTo(t, "--force", folder)
	if code != 0 || !strings.Contains(out, "overwritten "+changed+", the former one is spend.yml.bak\n") || !strings.Contains(out, "written     "+removed) ||
		!strings.Contains(out, "unchanged   "+filepath.Join(folder, "didsms.example.yml")) {
		t.Errorf("exit %d:\n%s", code, out)
	}
}

// With --force too: what stood there is beside it, also after the second time, and
// nobody may read it who could not before.
func TestExportKeepsWhatItOverwrites(t *testing.T) {
	folder := t.TempDir()
	if code, _, errors := exportTo(t, folder); code != 0 {
		t.Fatal(errors)
	}
	filled := filepath.Join(folder, "alertmanager", "alertmanager.example.yml")
	for _, content := range []string{"first", "second", "third", "second"} {
		if err := errors.Join(os.Remove(filled), os.WriteFile(filled, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
		if code, _, errors := exportTo(t, "--force", folder); code != 0 {
			t.Fatal(errors)
		}
	}
	for end, want := range map[string]string{".bak": "first", ".bak.2": "second", ".bak.3": "third"} {
		content, err := os.ReadFile(filled + end)
		if err != nil || string(content) != want {
			t.Errorf("%s: %q, want %q (%v)", end, content, want, err)
		}
		if info, err := os.Stat(filled + end); err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v", end, info.Mode())
		}
	}
	if kept, err := filepath.Glob(filepath.Join(folder, "*", "*.bak*")); err != nil || len(kept) != 3 {
		t.Errorf("kept %v (%v), want the three that differed", kept, err)
	}
}

func TestExportRefusesWhatMakesNoSense(t *testing.T) {
	for want, arguments := range map[string][]string{
		"export takes the name of one folder": {},
		"take at least 0.93":                  {"--objective", "0.9", "x"},
		"give level=word":                     {"--severity", "urgent=page", "x"},
		`--severity "critical": give level`:   {"--severity", "critical", "x"},
		`--exporter-url "localhost:9911": it`: {"--exporter-url", "localhost:9911", "x"},
		`--exporter-url "": it looks like`:    {"--exporter-url", "", "x"},
		"it looks like http://host:9911":      {"--exporter-url", "http://host:9911/${x}", "x"},
		"stands for two":                      {"--severity", "info=warning", "x"},
		"only without keep_firing_for":        {"--without", "expr", "x"},
		"is no address":                       {"--runbook-url", "runbooks.md", "x"},
		`Did you mean "--grafana-url"?`:       {"--grafana-ulr", "https://g", "x"},
	} {
		code, out, errors := exportTo(t, arguments...)
		if code != 2 || out != "" || !strings.Contains(errors, want) {
			t.Errorf("export %v: exit %d, %q, want 2 and %q", arguments, code, errors, want)
		}
	}
	if _, err := os.Stat("x"); err == nil {
		t.Error("a refused export wrote its folder")
	}
}

func TestExportAsksForAFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "README.md")
	writeFile(t, file, "text")
	if code, _, errors := exportTo(t, file); code != 1 || !strings.Contains(errors, file+" is a file, give a folder") {
		t.Errorf("exit %d, %q", code, errors)
	}
}

// A link in the folder must not lead the files out of it, and the refusal says where.
func TestExportStaysInItsFolder(t *testing.T) {
	parent := t.TempDir()
	folder, outside := filepath.Join(parent, "in"), filepath.Join(parent, "out")
	for _, made := range []string{filepath.Join(folder, "prometheus"), outside} {
		if err := os.MkdirAll(made, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{
		filepath.Join(folder, "systemd"):                              "../out",
		filepath.Join(folder, "prometheus", "prometheus.example.yml"): "../../out/prometheus.yml",
	} {
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
	}
	if code, _, errors := exportTo(t, folder); code != 1 || !strings.Contains(errors, "in the folder "+folder+": ") {
		t.Errorf("exit %d, %q", code, errors)
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) > 0 {
		t.Errorf("written outside of the folder: %v %v", entries, err)
	}
}

// Behind -- a shell that asks what could follow must not start the command.
func TestCompletionRunsNothing(t *testing.T) {
	t.Chdir(t.TempDir())
	if code, out, _ := exportTo(t, "--", "--generate-bash-completion"); code != 0 || out != "" {
		t.Errorf("exit %d, %q", code, out)
	}
	if entries, err := os.ReadDir("."); err != nil || len(entries) > 0 {
		t.Errorf("completion wrote %v (%v)", entries, err)
	}
}
