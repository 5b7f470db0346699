// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"didsms_exporter/test/harness"
)

// The time without an exporter is known afterwards: in a counter, in the log and on
// the debug page, for callbacks of that time may be missing for good.
func TestGapIsKnown(t *testing.T) {
	t.Parallel()
	const warning, down = "no exporter was up", 2500 * time.Millisecond
	start := harness.Start{Binary: binary, Storage: t.TempDir(), Config: configuration(t)}
	exporter := harness.StartExporter(t, start)
	exporter.AwaitReady(t)
	exporter.Send(t, harness.Receipt("447700900001", "DELIVRD"))
	if downtime, there := exporter.Samples(t)["didsms_downtime_seconds_total{}"]; downtime != 0 || !there {
		t.Errorf("downtime %v (there: %v) at the first start", downtime, there)
	}
	if gaps := page(t, exporter, "").Gaps; len(gaps) > 0 || strings.Contains(exporter.Stderr(), warning) {
		t.Errorf("gaps %v at the first start; its log:\n%s", gaps, exporter.Stderr())
	}
	exporter.Stop(t)
	var total time.Duration
	for round := 1; round <= 2; round++ { // the second adds to the first
		stopped := time.Now()
		time.Sleep(down) // the passing of time is the subject
		exporter = harness.StartExporter(t, start)
		exporter.AwaitReady(t)
		total += time.Since(stopped)
		downtime := exporter.Samples(t).Sum("didsms_downtime_seconds_total")
		if most := total.Seconds() + 1.5; downtime < float64(round)*down.Seconds() || downtime > most {
			t.Errorf("downtime %v s after stop %d, want %v to %v", downtime, round, float64(round)*down.Seconds(), most)
		}
		gaps := page(t, exporter, "").Gaps
		if len(gaps) != round {
			t.Fatalf("gaps %v after stop %d", gaps, round)
		}
		if gap := gaps[round-1]; gap.To.Sub(gap.From) < down || gap.From.Before(stopped.Add(-time.Second)) {
			t.Errorf("gap %v to %v, stopped at %v", gap.From, gap.To, stopped)
		}
		var warnings int
		for line := range strings.Lines(exporter.Stderr()) {
			if strings.Contains(line, "level=WARN") && strings.Contains(line, warning) {
				warnings++
			}
		}
		if warnings != 1 {
			t.Errorf("%d warnings of a gap", warnings)
		}
		exporter.Stop(t)
		t.Logf("downtime %v s after stop %d", downtime, round)
	}
}

// The debug page reaches back over a restart: every event once, page by page, newest
// first, the other side's number masked, with the refusals of this process among
// them at their times.
func TestHistoryAfterRestart(t *testing.T) {
	t.Parallel()
	const old, fresh, peer = 1_200, 30, "12025550143"
	start := harness.Start{Binary: binary, Storage: t.TempDir(), Config: configuration(t, "series_birth_hold: 0s")}
	exporter := harness.StartExporter(t, start)
	exporter.AwaitReady(t)
	known := map[string]bool{}
	statuses := map[string]int{}
	send := func(n int) {
		callback := harness.Receipt(fmt.Sprintf("1818450%04d", n%10), []string{"DELIVRD", "UNDELIV", "ENROUTE"}[n%3])
		if n%4 == 3 {
			callback = harness.Inbound(fmt.Sprintf("1818450%04d", n%10))
		} else {
			statuses[[]string{"DELIVRD", "UNDELIV", "ENROUTE"}[n%3]]++
		}
		var message harness.Message
		if err := json.Unmarshal(callback.Body, &message); err != nil {
			t.Fatal(err)
		}
		known[message.MessageID] = true
		if answer := exporter.Send(t, callback); answer != harness.Success {
			t.Fatalf("answer %v", answer)
		}
	}
	for n := range old {
		send(n)
	}
	exporter.Kill(t)
	restarted := time.Now()
	exporter = harness.StartExporter(t, start)
	exporter.AwaitReady(t)
	for n := range fresh { // one by one, so that the order is known
		send(old + n)
		callback := harness.Receipt("447700900001", "DELIVRD")
		stranger := harness.Account{AccessKey: harness.TestAccount.AccessKey, Secret: "another"}
		answer, err := harness.Post(t.Context(), http.DefaultClient, exporter.CallbackURL(), stranger.Header(callback), callback.Body)
		if err != nil || answer != harness.Unauthorized {
			t.Fatalf("answer %v, %v", answer, err)
		}
	}

	for _, limit := range []int{1000, 97} {
		seen := map[string]int{}
		refusals, rows := 0, 0
		last := time.Now()
		for cursor := ""; ; {
			query := fmt.Sprintf("limit=%d", limit)
			if cursor != "" {
				query += "&cursor=" + url.QueryEscape(cursor)
			}
			answer := page(t, exporter, query)
			for _, event := range answer.Events {
				// A stored time has milliseconds.
				if event.ReceivedAt.After(last.Add(time.Millisecond)) {
					t.Fatalf("event of %v after one of %v", event.ReceivedAt, last)
				}
				last = event.ReceivedAt
				if event.Result != "accepted" {
					refusals++
					if rows != 2*(refusals-1) {
						t.Errorf("refusal %d stands in row %d", refusals, rows)
					}
				} else {
					seen[event.MessageID]++
					if !strings.HasPrefix(event.Peer, "+1") || !strings.HasSuffix(event.Peer, "43") || !strings.Contains(event.Peer, "***") {
						t.Errorf("peer %q", event.Peer)
					}
				}
				rows++
			}
			if len(answer.Events) > limit {
				t.Errorf("%d events on a page of %d", len(answer.Events), limit)
			}
			if cursor = answer.NextCursor; cursor == "" {
				break
			}
		}
		for id := range known {
			if seen[id] != 1 {
				t.Errorf("pages of %d: message %s is there %d times", limit, id, seen[id])
			}
		}
		if len(seen) != old+fresh || refusals != fresh {
			t.Errorf("pages of %d: %d events and %d refusals, want %d and %d", limit, len(seen), refusals, old+fresh, fresh)
		}
	}
	if text := string(pageBody(t, exporter, "limit=1000")); strings.Contains(text, peer) {
		t.Error("a whole number of the other side is on the page")
	}

	all := old + fresh
	since := "since=" + url.QueryEscape(restarted.UTC().Format(time.RFC3339Nano))
	until := "until=" + url.QueryEscape(restarted.UTC().Format(time.RFC3339Nano))
	var one string
	for one = range known {
		break
	}
	for query, want := range map[string]int{
		"message_id=" + one:                        1,
		"did=18184500003":                          all / 10,
		"did=%2B1+818+450+0003":                    all / 10,
		"action=mo":                                all/4 + 0,
		"status=DELIVRD":                           statuses["DELIVRD"],
		"status=UNDELIV":                           statuses["UNDELIV"],
		"status=UNDELIVR":                          statuses["UNDELIV"],
		"result=accepted":                          1000,
		"result=accepted&" + since:                 fresh,
		since:                                      2 * fresh,
		until + "&action=dr&status=ENROUTE":        400 * 3 / 4,
		"result=bad_signature":                     fresh,
		"result=bad_signature&" + until:            0,
		"account=main&did=18184500003&" + since:    fresh / 10,
		"account=other":                            0,
		"result=duplicate":                         0,
		"did=18184500003&action=mo&status=DELIVRD": 0,
	} {
		if got := len(page(t, exporter, query+"&limit=1000").Events); got != want {
			t.Errorf("%s: %d events, want %d", query, got, want)
		}
	}
	exporter.Stop(t)
}

// What an account has spent in its month goes on exactly after each kind of end.
func TestMonthToDateGoesOn(t *testing.T) {
	t.Parallel()
	start := harness.Start{Binary: binary, Storage: t.TempDir(), Config: configuration(t, "series_birth_hold: 10m")}
	exporter := harness.StartExporter(t, start)
	exporter.AwaitReady(t)
	spent := uint64(0)
	check := func(when string) {
		t.Helper()
		series := harness.Series("didsms_spend_month_to_date", map[string]string{"account": "main", "currency": "USD"})
		if got, there := exporter.Samples(t)[series]; got != exactly(spent) || !there {
			t.Errorf("%s is %v (there: %v) %s, want %v", series, got, there, when, exactly(spent))
		}
	}
	check("at first")
	for round := range 3 {
		for range 111 {
			callback := harness.Receipt(fmt.Sprintf("44770090%04d", round), "DELIVRD") // 1 segment at 0.0360
			for range 2 {
				if answer := exporter.Send(t, callback); answer != harness.Success {
					t.Fatalf("answer %v", answer)
				}
			}
			spent += 360
		}
		check("before the restart")
		if round%2 == 0 {
			exporter.Kill(t)
		} else {
			exporter.Stop(t)
		}
		exporter = harness.StartExporter(t, start)
		exporter.AwaitReady(t)
		check("after the restart")
	}
	exporter.Stop(t)
}

// debugPage is an answer of /debug/events.
type debugPage struct {
	Events []struct {
		ReceivedAt time.Time `json:"received_at"`
		Result     string    `json:"result"`
		MessageID  string    `json:"message_id"`
		Peer       string    `json:"peer"`
	} `json:"events"`
	NextCursor string `json:"next_cursor"`
	Gaps       []struct{ From, To time.Time }
}

func page(t *testing.T, exporter *harness.Exporter, query string) debugPage {
	t.Helper()
	var answer debugPage
	if err := json.Unmarshal(pageBody(t, exporter, query), &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func pageBody(t *testing.T, exporter *harness.Exporter, query string) []byte {
	t.Helper()
	got, err := harness.Get(t.Context(), "http://"+exporter.Web+"/debug/events?"+query, "application/json", "identity")
	if err != nil {
		t.Fatal(err)
	}
	return got.Body
}
