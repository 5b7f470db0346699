// SPDX-License-Identifier: Apache-2.0

package harness_test

import (
	"testing"

	"didsms_exporter/test/harness"
)

// The worked example of the vendor's page "API Interface Invocation Convention"
// has other fields than a callback, so the vector here is derived: its key and
// secret with the body of the page "DID SMS Callback (Signed)", made compact, as
// hashed by coreutils.
func TestSignatureVector(t *testing.T) {
	body := `{"messageId":"fcf3432fd1834ccdac807a7cfb2d1fdf","toPhone":"18184505018","fromPhone":"12347200160",` +
		`"content":"sunt non nisi","size":"1","price":"0.0360","receiveTime":"2021-02-07 14:54:00","smsStatus":"DELIVRD"}`
	account := harness.Account{AccessKey: "fme2na3kdi3ki", Secret: "abciiiko2k3"}
	for algorithm, want := range map[string]string{
		"":       "b3bf9aa16fc407767e201869a3cac522",
		"sha256": "0e2063eaa35812d162566a7ae19f9b1e26b10ba59127d2a185f916af41c699db",
	} {
		callback := harness.Callback{Action: "dr", Body: []byte(body), Algorithm: algorithm}
		if got := account.Sign(callback, "1690361994834"); got != want {
			t.Errorf("algorithm %q: signature %s, want %s", algorithm, got, want)
		}
	}
}

// A parser that reads nothing would make every comparison of formats pass.
func TestTextAndProtobufMeanTheSame(t *testing.T) {
	samples, err := harness.Text([]byte("# TYPE a_seconds histogram\n" +
		"a_seconds_bucket{le=\"0.5\"} 1\na_seconds_bucket{le=\"+Inf\"} 3\na_seconds_sum 2.5\na_seconds_count 3\n" +
		"# TYPE b_total counter\nb_total{did=\"1\",status=\"x\"} 4\nb_total{did=\"1\",status=\"y\"} 5\nb_total{did=\"2\",status=\"x\"} 6\n"))
	if err != nil {
		t.Fatal(err)
	}
	for series, want := range map[string]float64{
		`a_seconds_bucket{le="0.5"}`:  1,
		`a_seconds_bucket{le="+Inf"}`: 3,
		`a_seconds_sum{}`:             2.5,
		`b_total{did="2",status="x"}`: 6,
	} {
		if got, ok := samples[series]; !ok || got != want {
			t.Errorf("%s is %v (there: %v), want %v", series, got, ok, want)
		}
	}
	if got := samples.Sum("b_total", "did", "1"); got != 9 {
		t.Errorf("sum over did 1 is %v, want 9", got)
	}
}
