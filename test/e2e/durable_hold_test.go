// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"testing"
	"time"

	"didsms_exporter/test/harness"
)

// A number's first event survives kill -9 for Prometheus too: killed before a
// scrape saw the number, within its birth hold, and right after the hold's end, the
// server sees an increase of one and no reset that would double it.
func TestFirstEventSurvivesKillNine(t *testing.T) {
	t.Parallel()
	for _, server := range harness.Servers(t) {
		t.Run(server.Name, func(t *testing.T) {
			t.Parallel()
			testFirstEventSurvives(t, server)
		})
	}
}

func testFirstEventSurvives(t *testing.T, server harness.Server) {
	const unscraped, held, shown = "447700900011", "447700900012", "447700900013"
	web := harness.FreeAddress(t)
	prometheus := server.Start(t, web)
	start := harness.Start{
		Binary: binary, Web: web, Storage: t.TempDir(),
		Config: configuration(t, fmt.Sprintf("series_birth_hold: %ds", holdScrapes)),
	}
	exporter := harness.StartExporter(t, start)
	prometheus.AwaitValue(t, "up", 1)
	sendOne(t, exporter, shown)
	prometheus.AwaitValue(t, fmt.Sprintf("count_over_time(%s[1m]) >= bool %d", receipts(shown), holdScrapes/2), 1)
	sendOne(t, exporter, held)
	prometheus.AwaitValue(t, receipts(shown), 1)
	if zero, err := prometheus.Value(receipts(held)); err != nil || zero != 0 {
		t.Fatalf("%s is %v (%v) within its hold", receipts(held), zero, err)
	}
	sendOne(t, exporter, unscraped)
	exporter.Kill(t)
	prometheus.AwaitValue(t, "up", 0)

	began := time.Now()
	exporter = harness.StartExporter(t, start)
	exporter.AwaitReady(t)
	prometheus.AwaitValue(t, "up", 1)
	if one, err := prometheus.Value(receipts(shown)); err != nil || one != 1 {
		t.Errorf("%s is %v (%v) after the restart", receipts(shown), one, err)
	}
	// One after another, the oldest first: a parallel subtest waits for a place behind
	// other tests, which may be longer than the 2m that are looked at.
	for _, did := range []string{shown, held, unscraped} {
		t.Run(did, func(t *testing.T) {
			awaitIncrease(t, prometheus, did, 1)
			for _, expression := range []string{
				fmt.Sprintf("resets(%s[2m])", receipts(did)),
				fmt.Sprintf(`sum(resets(didsms_spend_total{did=%q}[2m]))`, did),
			} {
				if resets, err := prometheus.Value(expression); err != nil || resets != 0 {
					t.Errorf("%s is %v (%v)", expression, resets, err)
				}
			}
			t.Logf("%v after the restart", time.Since(began).Round(time.Second))
		})
	}
}
