// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"didsms_exporter/test/harness"
)

// demoTotals is the line that demo prints with --json when its traffic ends.
type demoTotals struct {
	Sent       float64 `json:"sent"`
	Accepted   float64 `json:"accepted"`
	Duplicates float64 `json:"duplicates"`
	Refused    float64 `json:"refused"`
	MO         float64 `json:"mo"`
	DR         float64 `json:"dr"`
}

// The startup promise: who starts the demo sees its receipts within 10 s.
func TestDemoShowsReceiptsAtOnce(t *testing.T) {
	started := time.Now()
	demo := harness.StartExporter(t, harness.Start{Binary: binary, Command: "demo"})
	harness.Eventually(t, 10*time.Second, func() error {
		scrape, err := harness.Get(t.Context(), demo.MetricsURL(), harness.AcceptText, "identity")
		if err != nil {
			return err
		}
		samples, err := harness.Text(scrape.Body)
		if err != nil {
			t.Fatal(err)
		}
		if samples.Sum("didsms_dr_receipts_total") == 0 {
			return errors.New("didsms_dr_receipts_total is 0")
		}
		return nil
	})
	t.Logf("receipts %v after the start", time.Since(started).Round(time.Millisecond))
	demo.Stop(t)
}

// What the demo sent is what Prometheus answers.
func TestPrometheusCountsWhatTheDemoSent(t *testing.T) {
	t.Parallel()
	for _, server := range harness.Servers(t) {
		t.Run(server.Name, func(t *testing.T) {
			t.Parallel()
			web := harness.FreeAddress(t)
			prometheus := server.Start(t, web)
			demo := harness.StartExporter(t, harness.Start{
				Binary: binary, Command: "demo", Web: web,
				Args: []string{"--duration", "10s", "--rate", "50", "--seed", "7", "--json"},
			})
			totals := awaitTotals(t, demo)

			// The rarer statuses of a number are born with their first receipt, and show
			// 0 for the hold of 30 s.
			prometheus.AwaitValue(t, "sum(didsms_dr_receipts_total)", totals.DR)
			prometheus.AwaitValue(t, "sum(didsms_mo_messages_total)", totals.MO)
			prometheus.AwaitValue(t, "sum(didsms_callbacks_total)", totals.Sent)
			prometheus.AwaitValue(t, `sum(didsms_callbacks_total{result="accepted"})`, totals.Accepted)
			prometheus.AwaitValue(t, `sum(didsms_callbacks_total{result="duplicate"})`, totals.Duplicates)
			prometheus.AwaitValue(t, `sum(didsms_callbacks_total{result!~"accepted|duplicate"})`, totals.Refused)
			demo.Stop(t)
		})
	}
}

// awaitTotals waits for the end of the demo's traffic; the demo itself runs on.
func awaitTotals(t *testing.T, demo *harness.Exporter) demoTotals {
	t.Helper()
	var totals demoTotals
	harness.Eventually(t, 30*time.Second, func() error {
		if demo.Ended() {
			t.Fatal("the demo ended with its traffic")
		}
		printed := demo.Stdout()
		if err := json.Unmarshal([]byte(printed), &totals); err != nil {
			return fmt.Errorf("no totals yet (%w) in %q", err, printed)
		}
		return nil
	})
	if totals.DR < 50 || totals.MO < 10 || totals.Duplicates == 0 || totals.Refused == 0 {
		t.Fatalf("%+v: too little of something to prove anything", totals)
	}
	if totals.Accepted != totals.DR+totals.MO || totals.Sent != totals.Accepted+totals.Duplicates+totals.Refused {
		t.Errorf("%+v does not add up", totals)
	}
	t.Logf("the demo's traffic: %+v", totals)
	return totals
}
