// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"didsms_exporter/test/harness"
)

// Acknowledged means on disk: between a callback and the answer success lies a
// whole sync, as the kernel saw it; a refused one costs none, so strangers cannot
// wear the disk out.
func TestSyncInsideEachAcceptedRequest(t *testing.T) {
	t.Parallel()
	const requests = 20
	trace := filepath.Join(t.TempDir(), "trace")
	exporter := harness.StartExporter(t, harness.Start{
		Binary: harness.Wrapped(t, binary, "strace", "-D", "-f", "-qq", "-ttt", "-T", "-e", "trace=fsync,fdatasync", "-o", trace),
		Config: configuration(t, "series_birth_hold: 0s"), Storage: t.TempDir(),
	})
	exporter.AwaitReady(t)
	if len(syncs(t, trace)) == 0 {
		t.Fatal("strace saw no sync of the start: is strace installed, and ptrace permitted?")
	}

	with := 0
	for n := range requests {
		sent := time.Now()
		if answer := exporter.Send(t, harness.Receipt("447700900001", "DELIVRD")); answer != harness.Success {
			t.Fatalf("answer %v", answer)
		}
		inside := within(syncs(t, trace), sent, time.Now())
		if inside == 0 {
			t.Errorf("request %d: no sync between request and answer", n)
		} else {
			with++
		}
	}

	// The sign of life syncs every ten seconds, so one attempt may see one.
	var cost int
	for range 3 {
		sent := time.Now()
		for range requests {
			callback := harness.Receipt("447700900001", "DELIVRD")
			forged := harness.Account{AccessKey: harness.TestAccount.AccessKey, Secret: "another"}
			answer, err := harness.Post(t.Context(), client(), exporter.CallbackURL(), forged.Header(callback), callback.Body)
			if err != nil || answer != harness.Unauthorized {
				t.Fatalf("answer %v, %v", answer, err)
			}
		}
		if cost = within(syncs(t, trace), sent, time.Now()); cost == 0 {
			break
		}
	}
	if cost > 0 {
		t.Errorf("%d forged requests cost %d syncs", requests, cost)
	}
	t.Logf("%d of %d accepted requests with a sync of their own; %d syncs of %d forged ones", with, requests, cost, requests)
	exporter.Stop(t)
}

// synced is one sync that succeeded.
type synced struct{ began, ended time.Time }

// syncs reads strace's output; a call that was interrupted by another thread's
// output ends on a line of its own.
func syncs(t *testing.T, trace string) []synced {
	t.Helper()
	text, err := os.ReadFile(trace)
	if err != nil {
		t.Fatalf("%v: is Debian's package strace installed?", err)
	}
	whole := regexp.MustCompile(`(?m)^\d+ +(\d+\.\d+) (f(?:data)?sync\(\d+\)|<\.\.\. f(?:data)?sync resumed>\)) += 0 <(\d+\.\d+)>$`)
	var found []synced
	for _, line := range whole.FindAllStringSubmatch(string(text), -1) {
		at, took := seconds(t, line[1]), seconds(t, line[3])
		began := time.Unix(0, int64(at*1e9))
		if line[2][0] == '<' { // printed at its end
			began = began.Add(-time.Duration(took * 1e9))
		}
		found = append(found, synced{began, began.Add(time.Duration(took * 1e9))})
	}
	return found
}

func seconds(t *testing.T, text string) float64 {
	t.Helper()
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func within(all []synced, from, to time.Time) int {
	n := 0
	for _, sync := range all {
		// strace writes microseconds.
		if sync.began.After(from.Add(-time.Microsecond)) && sync.ended.Before(to.Add(time.Microsecond)) {
			n++
		}
	}
	return n
}
