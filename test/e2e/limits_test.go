// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"didsms_exporter/test/harness"
)

const mebibyte = 1 << 20

// TestManyNumbers: 50,000 numbers in well signed callbacks against max_dids 2,000.
// The series stay within the budget, the totals exact, the page quick, the memory
// small.
func TestManyNumbers(t *testing.T) {
	const numbers, limit = 50_000, 2_000
	exporter := harness.StartExporter(t, harness.Start{
		Binary: binary, Config: configuration(t, fmt.Sprintf("max_dids: %d", limit), "series_birth_hold: 0s"),
	})
	exporter.AwaitReady(t)
	now := time.Now()
	statuses := exporter.Flood(t, numbers, func(n int) (http.Header, []byte) {
		c := harness.Callback{Action: "dr", At: now, Body: fmt.Appendf(nil,
			`{"messageId":"m%d","fromPhone":"1818%07d","toPhone":"447700900123","size":"1","price":"0.036","smsStatus":"DELIVRD"}`, n, n)}
		return harness.TestAccount.Header(c), c.Body
	})
	if statuses[http.StatusOK] != numbers {
		t.Fatalf("answers: %v", statuses)
	}
	before := time.Now()
	samples := exporter.Samples(t)
	took := time.Since(before)
	series, resident := len(ours(samples)), exporter.Resident(t)
	t.Logf("%d numbers: %d series, one scrape %v, %d MiB resident", numbers, series, took, resident/mebibyte)

	if budget := 85 + 151 + 2 + 22*limit + 8; series > budget { // 8 of did="other"
		t.Errorf("%d series, budget %d", series, budget)
	}
	if got := samples.Sum("didsms_dr_receipts_total"); got != numbers {
		t.Errorf("receipts: got %v, want %d", got, numbers)
	}
	if got := samples[harness.Series("didsms_dr_receipts_total", map[string]string{
		"account": "main", "did": "other", "status": "DELIVRD", "outcome": "delivered",
	})]; got != numbers-limit {
		t.Errorf("receipts of other: got %v, want %d", got, numbers-limit)
	}
	if got := samples[harness.Series("didsms_spend_total", map[string]string{
		"account": "main", "did": "other", "direction": "outbound", "currency": "USD",
	})]; got != 1728 { // 48,000 times 0.036
		t.Errorf("spend of other: got %v, want 1728", got)
	}
	if took > 3*time.Second {
		t.Errorf("one scrape took %v", took)
	}
	if resident > 256*mebibyte {
		t.Errorf("%d MiB resident", resident/mebibyte)
	}
	exporter.Stop(t)
}

// TestForgeries: a million forged callbacks, each with a number and half of them
// with a key of their own. Nothing is counted but the refusals, no series is born
// of what a stranger wrote, the memory stays, and a genuine event that came before
// them is still on the debug page.
func TestForgeries(t *testing.T) {
	const forgeries = 1_000_000
	exporter := harness.StartExporter(t, harness.Start{
		Binary: binary, Config: configuration(t, "series_birth_hold: 0s"), Args: []string{"--log.level=error"},
	})
	exporter.AwaitReady(t)
	genuine := harness.Receipt("447700900001", "DELIVRD")
	if answer := exporter.Send(t, genuine); answer != harness.Success {
		t.Fatalf("genuine: %v", answer)
	}
	before, resident := exporter.Samples(t), exporter.Resident(t)
	ts := strconv.FormatInt(time.Now().UnixMilli(), 10)
	started := time.Now()
	statuses := exporter.Flood(t, forgeries, func(n int) (http.Header, []byte) {
		key := harness.TestAccount.AccessKey
		if n%2 == 0 {
			key = fmt.Sprintf("key%d", n)
		}
		action := []string{"mo", "dr"}[n/2%2]
		header := http.Header{
			"accesskey": {key}, "action": {action}, "biztype": {"4"}, "ts": {ts}, "sign": {fmt.Sprintf("%032x", n)},
		}
		return header, fmt.Appendf(nil, `{"messageId":"f%d","fromPhone":"1818%07d","toPhone":"1818%07d","size":"1","price":"0.036","smsStatus":"S%d"}`,
			n, n, n, n)
	})
	took := time.Since(started)
	after, grown := exporter.Samples(t), exporter.Resident(t)-resident
	t.Logf("%d forgeries: %.0f a second, %d new series, memory grew by %d MiB to %d MiB",
		forgeries, forgeries/took.Seconds(), len(ours(after))-len(ours(before)), grown/mebibyte, (resident+grown)/mebibyte)

	if statuses[http.StatusUnauthorized] != forgeries {
		t.Errorf("answers: %v", statuses)
	}
	refused := after.Sum("didsms_callbacks_total", "result", "bad_signature") + after.Sum("didsms_callbacks_total", "result", "unknown_key")
	if refused != forgeries {
		t.Errorf("refusals counted: %v", refused)
	}
	for _, name := range []string{"didsms_dr_receipts_total", "didsms_mo_messages_total", "didsms_spend_total", "didsms_billed_segments_total"} {
		if before.Sum(name) != after.Sum(name) {
			t.Errorf("%s: from %v to %v", name, before.Sum(name), after.Sum(name))
		}
	}
	if added := len(ours(after)) - len(ours(before)); added > 20 {
		t.Errorf("%d new series", added)
	}
	if grown > 48*mebibyte {
		t.Errorf("memory grew by %d MiB", grown/mebibyte)
	}
	if found := events(t, exporter, "result=accepted&did=447700900001"); found != 1 {
		t.Errorf("the genuine event is on the debug page %d times", found)
	}
	exporter.Stop(t)
}

// events asks the debug page how many events match.
func events(t *testing.T, exporter *harness.Exporter, query string) int {
	t.Helper()
	page, err := harness.Get(context.Background(), "http://"+exporter.Web+"/debug/events?"+query, "application/json", "identity")
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ Events []json.RawMessage }
	if err := json.Unmarshal(page.Body, &answer); err != nil {
		t.Fatal(err)
	}
	return len(answer.Events)
}
