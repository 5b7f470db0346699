// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"net/http"
	"testing"

	"didsms_exporter/test/harness"
)

// The body of the example on the vendor's page "DID SMS Callback (Signed)", with
// the line breaks and spaces that it has there: they are signed too.
const vendorExample = `{
    "messageId": "fcf3432fd1834ccdac807a7cfb2d1fdf",
    "toPhone": "18184505018",
    "fromPhone": "12347200160",
    "content": "sunt non nisi",
    "size": "1",
    "price": "0.0360",
    "receiveTime": "2021-02-07 14:54:00",
    "smsStatus": "DELIVRD"
}`

func TestVendorExample(t *testing.T) {
	for _, c := range []struct {
		action, metric, did string
	}{
		{"dr", "didsms_dr_receipts_total", "12347200160"},
		{"mo", "didsms_mo_messages_total", "18184505018"},
	} {
		for _, algorithm := range []string{"", "md5", "sha256"} {
			t.Run(c.action+"_"+algorithm, func(t *testing.T) {
				callback := harness.Callback{Action: c.action, Body: []byte(vendorExample), Algorithm: algorithm}
				testOneCallback(t, callback, c.metric, c.did)
			})
		}
	}
}

// testOneCallback sends one callback as it should be, again, and forged, each to
// an exporter that has seen nothing before.
func testOneCallback(t *testing.T, callback harness.Callback, metric, did string) {
	exporter := harness.StartExporter(t, harness.Start{
		Binary: binary,
		Config: configuration(t, "series_birth_hold: 0s"),
	})
	exporter.AwaitReady(t)
	counted := func(want float64) {
		t.Helper()
		samples := exporter.Samples(t)
		if got := samples.Sum(metric, "account", "main", "did", did); got != want {
			t.Errorf("%s of %s is %v, want %v", metric, did, got, want)
		}
		// Nor may it be counted for another number or the other direction.
		if got := samples.Sum("didsms_dr_receipts_total") + samples.Sum("didsms_mo_messages_total"); got != want {
			t.Errorf("%v events counted in all, want %v", got, want)
		}
	}
	result := func(kind, result string) float64 {
		t.Helper()
		return exporter.Samples(t).Sum("didsms_callbacks_total", "account", "main", "kind", kind, "result", result)
	}

	if got := exporter.Send(t, callback); got != harness.Success {
		t.Fatalf("answer %v, want %v", got, harness.Success)
	}
	counted(1)

	if got := exporter.Send(t, callback); got != harness.Success {
		t.Errorf("answer to a duplicate %v, want %v", got, harness.Success)
	}
	counted(1)
	if got := result(callback.Action, "duplicate"); got != 1 {
		t.Errorf("%v duplicates counted, want 1", got)
	}

	header := harness.TestAccount.Header(callback)
	forged := bytes.Replace(callback.Body, []byte("0.0360"), []byte("0.0361"), 1)
	answer, err := harness.Post(t.Context(), http.DefaultClient, exporter.CallbackURL(), header, forged)
	if err != nil {
		t.Fatal(err)
	}
	if answer != harness.Unauthorized {
		t.Errorf("answer to a changed byte %v, want %v", answer, harness.Unauthorized)
	}
	counted(1)
	if got := exporter.Samples(t).Sum("didsms_callbacks_total", "account", "main", "result", "bad_signature"); got != 1 {
		t.Errorf("%v bad signatures counted, want 1", got)
	}
	exporter.Stop(t)
}
