// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"didsms_exporter/test/harness"
)

// The hold is eight scrapes here: increase() adds up to one interval at the end,
// and over fewer samples that alone would be more than the 20 % allowed.
const holdScrapes = 8

// Two numbers: one that is discovered by its first receipt, and one that nobody
// heard of before a restart that brings it into the configuration.
const discovered, configured = "447700900001", "447700900002"

// The first event of a quiet number counts: a server that scrapes the exporter
// sees an increase of one for a number that was never heard of before its first
// receipt, and, after a restart, for a number that is known from the configuration
// or from the store.
func TestFirstEventCounts(t *testing.T) {
	t.Parallel()
	for _, server := range harness.Servers(t) {
		t.Run(server.Name+"_memory", func(t *testing.T) {
			t.Parallel()
			// Memory forgets: the restart is a reset to 0, and both are configured.
			testFirstEvent(t, server, "", 0, configured, discovered)
		})
		t.Run(server.Name+"_store", func(t *testing.T) {
			t.Parallel()
			// The store knows the discovered number, and its counter goes on from 1.
			testFirstEvent(t, server, t.TempDir(), 1, configured)
		})
	}
}

// testFirstEvent sends one receipt of the discovered number, restarts the exporter
// with numbers in its configuration, and sends one receipt of each. kept is what
// the discovered number's counter shows after the restart.
func testFirstEvent(t *testing.T, server harness.Server, storage string, kept float64, numbers ...string) {
	web := harness.FreeAddress(t)
	prometheus := server.Start(t, web)
	exporter := harness.StartExporter(t, harness.Start{
		Binary: binary, Web: web, Storage: storage,
		Config: configuration(t, fmt.Sprintf("series_birth_hold: %ds", holdScrapes)),
	})
	prometheus.AwaitValue(t, "up", 1)
	sendOne(t, exporter, discovered)
	awaitIncrease(t, prometheus, discovered, 1)
	exporter.Stop(t)

	// A hold longer than the test shows that known numbers are never held.
	lines := []string{"series_birth_hold: 10m", "dids:"}
	for _, number := range numbers {
		lines = append(lines, fmt.Sprintf("  - {number: %q, account: main}", number))
	}
	exporter = harness.StartExporter(t, harness.Start{
		Binary: binary, Web: web, Storage: storage, Config: configuration(t, lines...),
	})
	exporter.AwaitReady(t)
	if got := exporter.Samples(t).Sum("didsms_dr_receipts_total", "did", discovered); got != kept {
		t.Errorf("%v receipts of the discovered number after the restart, want %v", got, kept)
	}
	awaitScrapes(t, prometheus, configured, 0)
	awaitScrapes(t, prometheus, discovered, kept)
	sendOne(t, exporter, configured)
	sendOne(t, exporter, discovered)
	awaitIncrease(t, prometheus, configured, 1)
	// Its second event in all, whether or not the counter was reset between them.
	awaitIncrease(t, prometheus, discovered, 2)
	exporter.Stop(t)
}

func sendOne(t *testing.T, exporter *harness.Exporter, did string) {
	t.Helper()
	exporter.AwaitReady(t)
	if answer := exporter.Send(t, harness.Receipt(did, "DELIVRD")); answer != harness.Success {
		t.Fatalf("answer %v, want %v", answer, harness.Success)
	}
}

func receipts(did string) string {
	return fmt.Sprintf("didsms_dr_receipts_total{did=%q,status=\"DELIVRD\"}", did)
}

// awaitScrapes waits until the server has seen the number at a value often enough.
func awaitScrapes(t *testing.T, prometheus *harness.Prometheus, did string, value float64) {
	t.Helper()
	prometheus.AwaitValue(t, fmt.Sprintf("sum_over_time((%s == bool %v)[1m:1s]) >= bool %d", receipts(did), value, holdScrapes), 1)
}

// awaitIncrease waits until the server sees the events, and then for a while that
// it goes on seeing them: increase() extrapolates, and most over the youngest
// series.
func awaitIncrease(t *testing.T, prometheus *harness.Prometheus, did string, events float64) {
	t.Helper()
	expression := "increase(" + receipts(did) + "[2m])"
	var lowest, highest float64
	within := func() error {
		got, err := prometheus.Value(expression)
		if errors.Is(err, harness.ErrNoSeries) {
			return err
		}
		if err == nil && got < 0.9*events {
			return fmt.Errorf("%s is %v, want %v", expression, got, events)
		}
		if err != nil || got > 1.2*events {
			t.Fatalf("%s is %v (%v), want %v", expression, got, err, events)
		}
		if lowest == 0 {
			lowest, highest = got, got
		}
		lowest, highest = min(lowest, got), max(highest, got)
		return nil
	}
	harness.Eventually(t, 30*time.Second, within)
	for end := time.Now().Add(6 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if err := within(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%s stayed in %.3f to %.3f", expression, lowest, highest)
}
