// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"didsms_exporter/test/harness"
)

// crashSeed makes the traffic and the moments of the crashes the same in each run;
// what the machine does in between is not.
const crashSeed = 20261125

// kill -9 at random moments under load, twins in flight, and some SIGTERM: what was
// acknowledged is counted, never twice, to the last digit of the money, in every
// round and at the end, on the metrics page and in the tables.
//
// DIDSMS_CRASH_ROUNDS asks for more rounds than the few of every day.
func TestKillNineLosesNothing(t *testing.T) {
	kills, terminations := 5, 1
	if asked := os.Getenv("DIDSMS_CRASH_ROUNDS"); asked != "" {
		n, err := strconv.Atoi(asked)
		if err != nil || n < 1 {
			t.Fatalf("DIDSMS_CRASH_ROUNDS=%q is no number of rounds", asked)
		}
		kills, terminations = n, max(1, n*3/20)
	}
	random := rand.New(rand.NewPCG(crashSeed, 0))
	start := harness.Start{Binary: binary, Storage: t.TempDir(), Config: configuration(t, "series_birth_hold: 0s")}
	v := &vendor{seed: crashSeed}
	shown, slowest := 0, time.Duration(0)

	open := func() *harness.Exporter {
		t.Helper()
		began := time.Now()
		exporter := harness.StartExporter(t, start)
		exporter.AwaitReady(t)
		took := time.Since(began)
		slowest = max(slowest, took)
		if took > 10*time.Second {
			t.Errorf("ready %v after the start", took)
		}
		now := counted(exporter.Samples(t))
		if acked := v.acknowledged(); now < acked || now < shown {
			t.Errorf("%d counted after the restart; %d were acknowledged, %d were shown before", now, acked, shown)
		}
		shown = now
		return exporter
	}
	for round := range kills + terminations {
		exporter := open()
		moment := time.Duration(100+random.IntN(1100)) * time.Millisecond
		// SIGTERM is spread over the rounds and comes last in any case.
		terminate := (round+1)*terminations/(kills+terminations) > round*terminations/(kills+terminations)
		shown = max(shown, v.interrupted(t, exporter, round, moment, terminate))
		t.Logf("round %d: %v after %v; %d acknowledged, %d shown", round+1,
			map[bool]string{true: "SIGTERM", false: "kill -9"}[terminate], moment, v.acknowledged(), shown)
		if !terminate && random.IntN(3) == 0 { // and once more, while the next one starts
			early := harness.StartExporter(t, start)
			time.Sleep(time.Duration(random.IntN(80)) * time.Millisecond)
			if early.Ended() {
				t.Fatal("the exporter ended by itself")
			}
			early.Kill(t)
		}
	}

	exporter := open()
	v.settle(t, exporter.CallbackURL())
	samples := exporter.Samples(t)
	v.compare(t, samples)
	checkTables(t, start.Storage, samples) // beside a running exporter
	v.resend(t, exporter, random, 300)
	v.compare(t, exporter.Samples(t))
	exporter.Kill(t)
	checkTables(t, start.Storage, samples) // as they lie there after a crash
	exporter = open()
	samples = exporter.Samples(t)
	v.compare(t, samples)
	exporter.Stop(t)
	checkTables(t, start.Storage, samples)
	t.Logf("%d kills, %d terminations; %d requests, %d unanswered, %d answered 503; %d acknowledged == %d counted; slowest start %v",
		kills, terminations, v.sent, v.broken, v.refused, v.acknowledged(), counted(samples), slowest.Round(time.Millisecond))
}

// interrupted puts the exporter under load and ends it in the middle. It returns
// the most that a scrape has shown meanwhile.
func (v *vendor) interrupted(t *testing.T, exporter *harness.Exporter, round int, after time.Duration, terminate bool) (shown int) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	var others sync.WaitGroup
	others.Go(func() { v.load(ctx, t, exporter.CallbackURL(), round) })
	others.Go(func() {
		for ctx.Err() == nil {
			scrape, err := harness.Get(ctx, exporter.MetricsURL(), harness.AcceptText, "identity")
			if err != nil {
				return // it was ended
			}
			samples, err := harness.Text(scrape.Body)
			if err != nil {
				t.Error(err)
				return
			}
			now := counted(samples)
			if now < shown {
				t.Errorf("%d events shown after %d", now, shown)
			}
			shown = now
			time.Sleep(20 * time.Millisecond)
		}
	})
	time.Sleep(after) // the moment is the subject
	if terminate {
		exporter.Stop(t)
	} else {
		exporter.Kill(t)
	}
	stop()
	others.Wait()
	return shown
}

// resend sends acknowledged callbacks once more, as a vendor does that has lost the
// answer. Each is answered with success and counted no second time.
func (v *vendor) resend(t *testing.T, exporter *harness.Exporter, random *rand.Rand, n int) {
	t.Helper()
	client := client()
	defer client.CloseIdleConnections()
	for range n {
		if answer := v.send(t.Context(), t, client, exporter.CallbackURL(), v.pushes[random.IntN(len(v.pushes))]); answer != harness.Success {
			t.Fatalf("a retry was answered %v", answer)
		}
	}
}

// checkTables holds the tables of a store to each other and to a metrics page.
func checkTables(t *testing.T, folder string, samples harness.Samples) {
	t.Helper()
	const sums = "sum(segments), sum(spend_nanos), sum(undelivered_nanos)"
	const money = "sum(spend_units) * 1000000000 + sum(spend_nanos), sum(undelivered_units) * 1000000000 + sum(undelivered_nanos)"
	const label = "account, coalesce(label, did), kind, status, currency"
	byLabel := "SELECT " + label + ", count(*), " + sums + " FROM events GROUP BY 1, 2, 3, 4, 5"
	totals := "SELECT account, label, kind, status, currency, sum(events), sum(segments), " + money + " FROM totals GROUP BY 1, 2, 3, 4, 5"
	byNumber := "SELECT account, did, kind, status, currency, count(*), " + sums + " FROM events GROUP BY 1, 2, 3, 4, 5"
	months := "SELECT account, did, kind, status, currency, sum(events), sum(segments), " + money + " FROM months GROUP BY 1, 2, 3, 4, 5"
	for what, sql := range map[string]string{
		"events that totals do not have": byLabel + " EXCEPT " + totals,
		"totals that events do not have": totals + " EXCEPT " + byLabel,
		"events that months do not have": byNumber + " EXCEPT " + months,
		"months that events do not have": months + " EXCEPT " + byNumber,
		"events counted twice":           "SELECT message, status FROM events GROUP BY 1, 2 HAVING count(*) > 1",
		"messages billed twice":          "SELECT message FROM events GROUP BY 1 HAVING sum(segments > 0) != 1",
		"receipts without a destination": "SELECT (SELECT count(*) FROM events WHERE kind = 'dr') AS n WHERE n != (SELECT sum(value) FROM counters WHERE name = 'destinations')",
		"status changes":                 "SELECT (SELECT count(*) FROM events WHERE previous IS NOT NULL) AS n WHERE n != (SELECT sum(value) FROM counters WHERE name = 'status_changes')",
	} {
		if n := harness.QueryInt(t, folder, "SELECT count(*) FROM ("+sql+")"); n != 0 {
			t.Errorf("%s: %d", what, n)
		}
	}
	if rows := harness.Query(t, folder, "PRAGMA integrity_check"); rows[0] != "ok" {
		t.Errorf("integrity_check: %q", rows)
	}
	for _, row := range harness.Query(t, folder, "SELECT label, kind, status, sum(events) FROM totals GROUP BY 1, 2, 3") {
		column := strings.Split(row, "|")
		shown := samples.Sum("didsms_mo_messages_total", "did", column[0])
		if column[1] == "dr" {
			shown = samples.Sum("didsms_dr_receipts_total", "did", column[0], "status", column[2])
		}
		if fmt.Sprint(int(shown)) != column[3] {
			t.Errorf("%s %s %s: %v on the page, %s in the tables", column[0], column[1], column[2], shown, column[3])
		}
	}
	for _, row := range harness.Query(t, folder,
		"SELECT label, kind, sum(spend_units) * 1000000000 + sum(spend_nanos) FROM totals GROUP BY 1, 2") {
		column := strings.Split(row, "|")
		direction := map[string]string{"mo": "inbound", "dr": "outbound"}[column[1]]
		nanos, err := strconv.ParseUint(column[2], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		shown, want := samples.Sum("didsms_spend_total", "did", column[0], "direction", direction), exactly(nanos/100_000)
		if shown != want || nanos%100_000 != 0 {
			t.Errorf("spend of %s %s: %v on the page, %d billionths in the tables", column[0], direction, shown, nanos)
		}
	}
}
