// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"didsms_exporter/test/harness"
)

// A rehearsal has all windows and waits of the rules and of Alertmanager divided by
// this; the times that the documents promise are divided here.
const rehearsal = 20

// The run, and what the documents promise of it.
const (
	runLength = 220 * time.Second
	onset     = runLength / 4
	recovery  = runLength * 3 / 4

	// A number with two receipts a minute is paged within 12 minutes.
	promisedPage = 12 * time.Minute / rehearsal
	// A spike is over within 15 minutes of the recovery, and told with the next
	// group_interval.
	promisedEnd = (15*time.Minute + time.Minute) / rehearsal
	// What does not shrink in a rehearsal: a scrape, and the phases of two groups of
	// rules.
	slack = 8 * time.Second
)

// failing is the number that the simulator lets fail first.
const failing = "13105550178"

// TestSpikeIsOneNotification: exporter, Prometheus with the rules and Alertmanager
// with the example, and what comes out at the end.
func TestSpikeIsOneNotification(t *testing.T) {
	t.Parallel()
	for i, server := range harness.Servers(t) {
		t.Run(server.Name+"_one_number", func(t *testing.T) {
			t.Parallel()
			checkOne(t, rehearse(t, server, "--scenario", "spike", "--failing", "1"), "number "+failing)
		})
		if i == 0 && len(harness.Servers(t)) > 1 {
			continue // the rest with the newest one only: each run has four programs
		}
		t.Run(server.Name+"_steady", func(t *testing.T) {
			t.Parallel()
			if run := rehearse(t, server, "--scenario", "steady"); len(run.notices) > 0 {
				t.Errorf("somebody was told of nothing: %s", run.titles())
			}
		})
		t.Run(server.Name+"_all_numbers", func(t *testing.T) {
			t.Parallel()
			run := rehearse(t, server, "--scenario", "spike", "--failing", "10")
			checkOne(t, run, "account main")
			if strings.Contains(run.String(), "number "+failing) {
				t.Error("a number is named")
			}
		})
	}
}

// rehearsed is what came of a run.
type rehearsed struct {
	began   time.Time
	notices []harness.Notice
	fired   []string
}

func (r *rehearsed) String() string {
	var text strings.Builder
	for _, notice := range r.notices {
		fmt.Fprintf(&text, "\n%v after the begin, by %s: %s\n\t%s", notice.At.Sub(r.began).Round(100*time.Millisecond), notice.Way,
			notice.Title, strings.ReplaceAll(notice.Text, "\n", "\n\t"))
	}
	fmt.Fprintf(&text, "\nfired, whether told or not: %s", strings.Join(r.fired, ", "))
	return text.String()
}

// titles are what was told, short enough for the end of a log.
func (r *rehearsed) titles() string {
	var all []string
	for _, notice := range r.notices {
		all = append(all, fmt.Sprintf("%v by %s: %s", notice.At.Sub(r.began).Round(100*time.Millisecond), notice.Way, notice.Title))
	}
	return strings.Join(all, "; ")
}

// rehearse runs a scenario against the whole stack and returns once it is over and
// the promised time for the end has gone by.
func rehearse(t *testing.T, server harness.Server, arguments ...string) *rehearsed {
	t.Helper()
	folder := exportTo(t, "--rehearsal", fmt.Sprint(rehearsal), "--objective", "0.93") // as many of the simulated messages arrive
	inbox := harness.StartInbox(t)
	alertmanager := harness.StartAlertmanager(t, aimedExample(t, folder, inbox, rehearsal))
	exporter := harness.StartExporter(t, harness.Start{
		Binary: binary,
		// A hold divided as the windows are.
		Config: configuration(t, fmt.Sprintf("series_birth_hold: %dms", 30_000/rehearsal)),
	})
	exporter.AwaitReady(t)
	prometheus := server.StartAs(t, "didsms-exporter", exporter.Web,
		fmt.Sprintf("rule_files: [%q]", filepath.Join(folder, "prometheus", "rules", "*.yml")),
		fmt.Sprintf("alerting: {alertmanagers: [{static_configs: [{targets: [%q]}]}]}", alertmanager.Address))
	prometheus.AwaitValue(t, "up", 1)

	run := &rehearsed{began: time.Now()}
	simulate := exec.CommandContext(t.Context(), binary, append([]string{
		"simulate", "--url", exporter.CallbackURL(), "--dids", "10", "--duration", runLength.String(),
		// Forged callbacks are alerts of their own.
		"--rate", "40", "--bad-signatures", "0", "--json",
		// Two of the numbers fail more often than the objective says, and have no history
		// here that would say so. With one seed in fourteen chance makes that a warning
		// about them; with this one they stay far below.
		"--seed", "5",
	}, arguments...)...)
	simulate.Env = []string{"DIDSMS_ACCESS_KEY=" + harness.TestAccount.AccessKey, "DIDSMS_ACCESS_SECRET=" + harness.TestAccount.Secret}
	if output, err := simulate.CombinedOutput(); err != nil {
		t.Fatalf("simulate: %v\n%s", err, output)
	}
	if rest := time.Until(run.began.Add(recovery + promisedEnd + slack)); rest > 0 {
		time.Sleep(rest)
	}
	run.notices = inbox.Notices()
	fired, err := prometheus.Labels(`last_over_time(ALERTS{alertstate="firing"}[10m])`)
	if err != nil {
		t.Fatal(err)
	}
	for _, alert := range fired {
		run.fired = append(run.fired, strings.Join(strings.Fields(alert["alertname"]+" "+alert["severity"]+" "+alert["did"]+alert["long"]), " "))
	}
	t.Log(run)
	return run
}

// checkOne: one page came in time by each way, names what it should, and its end
// came too; nothing else did.
func checkOne(t *testing.T, run *rehearsed, named string) {
	t.Helper()
	for _, way := range []string{"chat", "mail"} {
		var fired, ended []harness.Notice
		for _, notice := range run.notices {
			switch {
			case notice.Way != way:
			case notice.Resolved():
				ended = append(ended, notice)
			default:
				fired = append(fired, notice)
			}
		}
		if len(fired) != 1 || len(ended) != 1 {
			t.Errorf("%s: %d notifications and %d about an end, want one of each: %s", way, len(fired), len(ended), run.titles())
			continue
		}
		if title := fired[0].Title; !strings.HasPrefix(title, "CRITICAL: ") || !strings.Contains(title, named) || strings.Contains(title, "(1 of ") {
			t.Errorf("%s: %q is no page about %s alone", way, title, named)
		}
		if want := strings.Replace(fired[0].Title, "CRITICAL: ", "Resolved: ", 1); ended[0].Title != want {
			t.Errorf("%s: the end is %q, want %q", way, ended[0].Title, want)
		}
		page, end := fired[0].At.Sub(run.began.Add(onset)), ended[0].At.Sub(run.began.Add(recovery))
		t.Logf("%s: page %v after the onset (%v in real life; promised %v), end %v after the recovery (%v; promised %v)", way,
			page.Round(100*time.Millisecond), (rehearsal * page).Round(10*time.Second), rehearsal*promisedPage,
			end.Round(100*time.Millisecond), (rehearsal * end).Round(10*time.Second), rehearsal*promisedEnd)
		if page < 0 || page > promisedPage+slack {
			t.Errorf("%s: the page came %v after the onset, want within %v", way, page, promisedPage+slack)
		}
		if end < 0 || end > promisedEnd+slack {
			t.Errorf("%s: the end came %v after the recovery, want within %v", way, end, promisedEnd+slack)
		}
	}
}
