// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"didsms_exporter/test/harness"
)

// rule is an alert at one of its severities.
type rule struct{ name, severity, file string }

// rulesIn reads the alerts of exported rule files, in their order.
func rulesIn(t *testing.T, folder string) []rule {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "prometheus", "rules", "*.yml"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d rule files (%v)", len(files), err)
	}
	begin, severity := regexp.MustCompile(`^ +- alert: (\w+)$`), regexp.MustCompile(`^ +labels: \{severity: (\w+)`)
	var rules []rule
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(content)) {
			line = strings.TrimSuffix(line, "\n")
			if found := begin.FindStringSubmatch(line); found != nil {
				rules = append(rules, rule{name: found[1], file: filepath.Base(file)})
			} else if found := severity.FindStringSubmatch(line); found != nil {
				rules[len(rules)-1].severity = found[1]
			}
		}
	}
	if len(rules) < 30 {
		t.Fatalf("found only %d alerts", len(rules))
	}
	return rules
}

func exampleIn(folder string) string {
	return filepath.Join(folder, "alertmanager", "alertmanager.example.yml")
}

// TestEveryAlertHasItsReceiver: a page wakes, a ticket waits, and nothing is lost.
func TestEveryAlertHasItsReceiver(t *testing.T) {
	t.Parallel()
	folder := exportTo(t)
	receivers := map[string]string{
		"critical": "didsms-page", "warning": "didsms-ticket", "info": "didsms-info",
		"of-a-site": "didsms-ticket", // renamed, and forgotten here
	}
	rules := append(rulesIn(t, folder), rule{name: "DidSmsExporterDown", severity: "of-a-site"})
	seen := map[string]bool{}
	for _, rule := range rules {
		seen[rule.severity] = true
		goesTo(t, folder, receivers[rule.severity], "alertname="+rule.name, "severity="+rule.severity, "job=didsms-exporter", "account=main")
	}
	if len(seen) != len(receivers) {
		t.Errorf("tested only the severities %v", seen)
	}
	goesTo(t, folder, "nobody", "alertname=NodeDown", "severity=critical")
}

func goesTo(t *testing.T, folder, receiver string, labels ...string) {
	t.Helper()
	arguments := append([]string{"config", "routes", "test", "--config.file=" + exampleIn(folder), "--verify.receivers=" + receiver}, labels...)
	if output, err := exec.Command("amtool", arguments...).CombinedOutput(); err != nil {
		t.Errorf("%v do not reach %s: %v\n%s", labels, receiver, err, output)
	}
}

// inhibition is one of the example's inhibit_rules, as its text has it.
type inhibition struct{ source, target, equal string }

func inhibitionsOf(t *testing.T, folder string) []inhibition {
	t.Helper()
	example, err := os.ReadFile(exampleIn(folder))
	if err != nil {
		t.Fatal(err)
	}
	var all []inhibition
	for _, found := range regexp.MustCompile(`(?m)^  - source_matchers: (.*)\n    target_matchers: (.*)\n    equal: (.*)$`).FindAllStringSubmatch(string(example), -1) {
		all = append(all, inhibition{found[1], found[2], found[3]})
	}
	if count := strings.Count(string(example), "source_matchers:"); len(all) != count || count < 10 {
		t.Fatalf("read %d of %d inhibit rules", len(all), count)
	}
	return all
}

var alertName = regexp.MustCompile(`\bDidSms\w+`)

// TestInhibitionsNameRealAlerts: a renamed alert must not leave a rule behind that
// keeps nothing back.
func TestInhibitionsNameRealAlerts(t *testing.T) {
	t.Parallel()
	folder := exportTo(t)
	known := map[string]bool{}
	for _, rule := range rulesIn(t, folder) {
		known[rule.name] = true
	}
	for _, inhibition := range inhibitionsOf(t, folder) {
		for _, name := range alertName.FindAllString(inhibition.source+inhibition.target, -1) {
			if !known[name] {
				t.Errorf("no rule raises %s: %+v", name, inhibition)
			}
		}
		if !strings.Contains(inhibition.equal, "job") {
			t.Errorf("another installation keeps alerts back: %+v", inhibition)
		}
	}
}

// TestOnlyAPageKeepsAPageBack: nothing that waits 15m before somebody is told may
// silence what wakes somebody.
func TestOnlyAPageKeepsAPageBack(t *testing.T) {
	t.Parallel()
	folder := exportTo(t)
	severities := map[string][]string{}
	for _, rule := range rulesIn(t, folder) {
		severities[rule.name] = append(severities[rule.name], rule.severity)
	}
	for _, inhibition := range inhibitionsOf(t, folder) {
		sources := mayBe(inhibition.source, severities)
		if strings.Join(sources, "") == "critical" {
			continue
		}
		for _, severity := range mayBe(inhibition.target, severities) {
			if severity == "critical" {
				t.Errorf("%v keeps a page back: %+v", sources, inhibition)
			}
		}
	}
}

// mayBe lists the severities that matchers let through.
func mayBe(matchers string, severities map[string][]string) []string {
	if found := regexp.MustCompile(`severity=~?"([\w|]+)"`).FindStringSubmatch(matchers); found != nil {
		return strings.Split(found[1], "|")
	}
	var all []string
	seen := map[string]bool{}
	for _, name := range alertName.FindAllString(matchers, -1) {
		for _, severity := range severities[name] {
			if !seen[severity] {
				seen[severity] = true
				all = append(all, severity)
			}
		}
	}
	return all
}

// aimedExample writes the example as a user fills it in, but for the inbox, and with
// all waits divided; it returns the file.
func aimedExample(t *testing.T, folder string, inbox *harness.Inbox, divisor int) string {
	t.Helper()
	content, err := os.ReadFile(exampleIn(folder))
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	secrets := t.TempDir()
	for _, change := range []struct{ old, new string }{
		{"smtp.example.com:587", inbox.MailTo},
		{"smtp_require_tls: true", "smtp_require_tls: false"},
		{"/etc/alertmanager/smtp-password", secretFile(t, secrets, "smtp-password", "unused")},
		{"/etc/alertmanager/chat-webhook-url", secretFile(t, secrets, "chat-webhook-url", inbox.ChatURL)},
	} {
		if strings.Count(text, change.old) != 1 {
			t.Fatalf("the example does not have %q once", change.old)
		}
		text = strings.Replace(text, change.old, change.new, 1)
	}
	wait := regexp.MustCompile(`(?m)^( +(?:group_wait|group_interval|repeat_interval): )([0-9]+)([smhd])$`)
	if count := len(wait.FindAllString(text, -1)); count != 9 {
		t.Fatalf("found %d waits, want three routes with three", count)
	}
	text = wait.ReplaceAllStringFunc(text, func(line string) string {
		parts := wait.FindStringSubmatch(line)
		var number int
		fmt.Sscan(parts[2], &number) //nolint:errcheck // digits
		milliseconds := map[string]int{"s": 1, "m": 60, "h": 3600, "d": 86400}[parts[3]] * 1000 * number
		return fmt.Sprintf("%s%dms", parts[1], milliseconds/divisor)
	})
	aimed := filepath.Join(filepath.Dir(exampleIn(folder)), "aimed.yml") // beside its template
	if err := os.WriteFile(aimed, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	passes(t, "amtool", "check-config", aimed)
	return aimed
}

// TestExampleMarksWhatIsToFillIn: amtool finds no fault with a name that is no more
// than an example, nor with a file that is not there; only the mark tells.
func TestExampleMarksWhatIsToFillIn(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(exampleIn(exportTo(t)))
	if err != nil {
		t.Fatal(err)
	}
	_, settings, _ := strings.Cut(string(content), "\nglobal:\n")
	found := 0
	for line := range strings.Lines(settings) {
		setting := strings.TrimSpace(line)
		if strings.HasPrefix(setting, "#") || !strings.Contains(setting, "example.com") && !strings.Contains(setting, "_file:") {
			continue
		}
		if found++; !strings.Contains(setting, "# FILL IN") {
			t.Errorf("not marked: %s", setting)
		}
	}
	if found != 7 {
		t.Errorf("found %d settings to fill in, want 7", found)
	}
}

// TestExampleWithoutMailOrChat does what the example says for those who have neither.
func TestExampleWithoutMailOrChat(t *testing.T) {
	t.Parallel()
	folder := exportTo(t)
	content, err := os.ReadFile(exampleIn(folder))
	if err != nil {
		t.Fatal(err)
	}
	advice := regexp.MustCompile(`(?m)^# +(webhook_configs:)\n# +(- url: .*)\n# +(send_resolved: true)\n`).FindStringSubmatch(string(content))
	if advice == nil {
		t.Fatal("the example shows no webhook")
	}
	take := func(text, what string) string {
		taken := regexp.MustCompile(`(?m)`+what).ReplaceAllString(text, "")
		if taken == text {
			t.Fatalf("the example has no %s", what)
		}
		return taken
	}
	const block, chat = `:.*\n(      .*\n)+`, "    slack_configs: *chat\n"
	mailless := take(take(string(content), `^  smtp_.*\n`), `^    email_configs`+block)
	mailless = strings.Replace(mailless, "  - name: didsms-info\n", "  - name: didsms-info\n"+chat, 1)
	bare := take(take(take(mailless, `^  slack_api_url_file.*\n`), `^    slack_configs: &chat\n(      .*\n)+`), `^    slack_configs: \*chat\n`)
	bare = regexp.MustCompile(`(?m)^  - name: didsms-.*\n`).ReplaceAllString(bare, "$0    "+advice[1]+"\n      "+advice[2]+"\n        "+advice[3]+"\n")
	for name, text := range map[string]string{"mailless.yml": mailless, "bare.yml": bare} {
		file := filepath.Join(filepath.Dir(exampleIn(folder)), name) // beside its template
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		passes(t, "amtool", "check-config", file)
	}
	if strings.Contains(mailless, "\n    email_configs:") || strings.Contains(bare, "\n    slack_configs:") || strings.Count(bare, "\n    webhook_configs:\n") != 3 {
		t.Errorf("not what the example says:\n%s\n%s", mailless, bare)
	}
}

func secretFile(t *testing.T, folder, name, content string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
