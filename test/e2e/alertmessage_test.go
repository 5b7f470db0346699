// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"didsms_exporter/test/harness"
)

// hurried makes the waits of the example short enough to read what it sends: the
// page's is 30 ms, the ticket's a second, that of an info 22 s.
const hurried = 1000

// told starts an Alertmanager with the example and hands it alerts.
func told(t *testing.T, alerts ...harness.Alert) (*harness.Alertmanager, *harness.Inbox) {
	t.Helper()
	inbox := harness.StartInbox(t)
	alertmanager := harness.StartAlertmanager(t, aimedExample(t, exportTo(t), inbox, hurried))
	alertmanager.Take(t, alerts...)
	return alertmanager, inbox
}

// awaitNotice waits for a notification with this title and these parts of the text
// by this way.
func awaitNotice(t *testing.T, inbox *harness.Inbox, way, title string, parts ...string) harness.Notice {
	t.Helper()
	var found harness.Notice
	harness.Eventually(t, 40*time.Second, func() error {
		var titles []string
		for _, notice := range inbox.Notices() {
			lacks := func(part string) bool { return !strings.Contains(notice.Text, part) }
			if found = notice; notice.Way == way && notice.Title == title && !slices.ContainsFunc(parts, lacks) {
				return nil
			}
			titles = append(titles, notice.Way+": "+notice.Title)
		}
		return fmt.Errorf("no %s %q, but %q", way, title, titles)
	})
	return found
}

var since = time.Date(2026, 11, 24, 9, 41, 0, 0, time.UTC)

// spikeOf is the page about a number as the rules make it.
func spikeOf(did string) harness.Alert {
	return harness.Alert{
		Labels: map[string]string{
			"alertname": "DidSmsDidUndeliveredSpike", "severity": "critical", "job": "didsms-exporter", "account": "main", "did": did,
		},
		Annotations: map[string]string{
			"summary":       "Most messages from number " + did + " are not delivered.",
			"description":   "62.5% of the receipts of number " + did + " (account main) say undelivered & so on.",
			"dashboard_url": "https://grafana.example.com/d/didsms-did?var-account=main&var-did=" + did + "&from=now-3h&to=now",
			"runbook_url":   "https://example.com/didsms/runbooks.md#didsmsdidundeliveredspike",
		},
		StartsAt: since, EndsAt: time.Now().Add(time.Hour),
	}
}

const silence = "https://alertmanager.example.com/#/silences/new?filter=%7Balertname%3D%22DidSmsDidUndeliveredSpike%22%2Caccount%3D%22main%22%2Cdid%3D%2213105550178%22%7D"

// TestMessageAboutOneNumber reads what most messages are like, in full.
func TestMessageAboutOneNumber(t *testing.T) {
	t.Parallel()
	alert := spikeOf(failing)
	alertmanager, inbox := told(t, alert)
	const summary = "Most messages from number 13105550178 are not delivered."

	chat := awaitNotice(t, inbox, "chat", "CRITICAL: "+summary)
	const wantChat = `62.5% of the receipts of number 13105550178 (account main) say undelivered & so on.
Firing since 24 Nov 09:41 UTC · account main
<https://grafana.example.com/d/didsms-did?var-account=main&var-did=13105550178&from=now-3h&to=now|Dashboard> · <https://example.com/didsms/runbooks.md#didsmsdidundeliveredspike|Runbook> · <` + silence + `|Silence>`
	if chat.Text != wantChat || chat.Color != "danger" || chat.Link != alert.Annotations["dashboard_url"] {
		t.Errorf("chat, %s, %s:\n%s\nwant\n%s", chat.Color, chat.Link, chat.Text, wantChat)
	}

	mail := awaitNotice(t, inbox, "mail", "CRITICAL: "+summary)
	const wantMail = summary + `
Firing since 24 Nov 09:41 UTC · account main

62.5% of the receipts of number 13105550178 (account main) say undelivered & so on.

Dashboard: https://grafana.example.com/d/didsms-did?var-account=main&var-did=13105550178&from=now-3h&to=now
Runbook:   https://example.com/didsms/runbooks.md#didsmsdidundeliveredspike
Silence:   ` + silence + "\n"
	if mail.Text != wantMail || mail.To != "on-call@example.com" {
		t.Errorf("mail to %s:\n%s\nwant\n%s", mail.To, mail.Text, wantMail)
	}
	for _, want := range []string{
		">" + summary + "</h1>", "say undelivered &amp; so on.</p>", "border-left:5px solid #c62828",
		`<a href="https://grafana.example.com/d/didsms-did?var-account=main&amp;var-did=13105550178&amp;from=now-3h&amp;to=now">Dashboard</a>`, `<a href="` + silence + `">Silence</a>`,
	} {
		if !strings.Contains(mail.HTML, want) {
			t.Errorf("HTML lacks %s:\n%s", want, mail.HTML)
		}
	}

	alert.EndsAt = since.Add(24*time.Minute + 13*time.Second)
	alertmanager.Take(t, alert)
	const wantEnd = "Fired from 24 Nov 09:41 to 10:05 UTC (24m13s) · account main"
	if end := awaitNotice(t, inbox, "chat", "Resolved: "+summary); end.Text != wantEnd || end.Color != "good" {
		t.Errorf("chat about the end, %s:\n%s\nwant\n%s", end.Color, end.Text, wantEnd)
	}
	if end := awaitNotice(t, inbox, "mail", "Resolved: "+summary); end.Text != "Over: "+summary+"\n"+wantEnd+"\n" {
		t.Errorf("mail about the end:\n%s", end.Text)
	}
}

// TestMessageAboutSeveralNumbers: they are one message, and what is over is told
// apart from what is not.
func TestMessageAboutSeveralNumbers(t *testing.T) {
	t.Parallel()
	over := spikeOf("447700900321")
	alertmanager, inbox := told(t, spikeOf(failing), over)
	chat := awaitNotice(t, inbox, "chat", "CRITICAL: Most messages from number 13105550178 are not delivered. (1 of 2 alerts)")
	for _, want := range []string{
		"*Most messages from number 13105550178 are not delivered.*\n62.5%",
		"|Silence>\n\n*Most messages from number 447700900321 are not delivered.*\n62.5%",
	} {
		if !strings.Contains(chat.Text, want) {
			t.Errorf("chat lacks %q:\n%s", want, chat.Text)
		}
	}
	over.EndsAt = since.Add(time.Hour)
	alertmanager.Take(t, over)
	// Alertmanager may have told of the first of the two before it had the second.
	chat = awaitNotice(t, inbox, "chat", "CRITICAL: Most messages from number 13105550178 are not delivered.", "Over: ")
	const want = "|Silence>\n\nOver: Most messages from number 447700900321 are not delivered.\nFired from 24 Nov 09:41 to 10:41 UTC (1h0m0s) · account main"
	if !strings.HasSuffix(chat.Text, want) {
		t.Errorf("chat:\n%s\nwant at its end\n%s", chat.Text, want)
	}
}

// TestMessageAboutManyNumbers: it stays short enough to be read, and names them all.
func TestMessageAboutManyNumbers(t *testing.T) {
	t.Parallel()
	var alerts []harness.Alert
	for i := range 5 {
		alerts = append(alerts, spikeOf(fmt.Sprintf("1310555017%d", i)))
	}
	_, inbox := told(t, alerts...)
	chat := awaitNotice(t, inbox, "chat", "CRITICAL: Most messages from number 13105550170 are not delivered. (1 of 5 alerts)")
	if summaries, descriptions := strings.Count(chat.Text, "*Most messages from number 1310555017"), strings.Count(chat.Text, "62.5%"); summaries != 5 || descriptions != 3 {
		t.Errorf("%d summaries and %d descriptions:\n%s", summaries, descriptions, chat.Text)
	}
}

// TestMessageAboutLittle: an alert without an account or annotations is still told,
// a ticket in the chat and an info by mail.
func TestMessageAboutLittle(t *testing.T) {
	t.Parallel()
	bare := harness.Alert{
		Labels:   map[string]string{"alertname": "DidSmsExporterRestarting", "severity": "warning", "job": "didsms-exporter", "instance": "e1:9911"},
		StartsAt: since, EndsAt: time.Now().Add(time.Hour),
	}
	info := harness.Alert{
		Labels:   map[string]string{"alertname": "DidSmsDidLimitNear", "severity": "info", "job": "didsms-exporter", "instance": "e1:9911"},
		StartsAt: since, EndsAt: time.Now().Add(time.Hour),
	}
	_, inbox := told(t, bare, info)
	chat := awaitNotice(t, inbox, "chat", "WARNING: DidSmsExporterRestarting")
	if want := "Firing since 24 Nov 09:41 UTC · e1:9911\n<https://alertmanager.example.com/#/silences/new?filter="; !strings.HasPrefix(chat.Text, want) || chat.Color != "warning" {
		t.Errorf("chat, %s:\n%s", chat.Color, chat.Text)
	}
	if mail := awaitNotice(t, inbox, "mail", "INFO: DidSmsDidLimitNear"); mail.To != "messaging-team@example.com" {
		t.Errorf("mail to %s", mail.To)
	}
}
