// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"didsms_exporter/test/harness"
)

// No message text and no whole number of the other side reaches a file of the
// store, a line of the log or a page: neither of a counted callback nor of a
// refused one.
func TestNoTextAndNoNumberIsKept(t *testing.T) {
	t.Parallel()
	const callbacks = 200
	start := harness.Start{
		Binary: binary, Storage: t.TempDir(), Args: []string{"--log.level=debug"},
		Config: configuration(t, "series_birth_hold: 0s"),
	}
	exporter := harness.StartExporter(t, start)
	exporter.AwaitReady(t)
	canaries := [][]byte{[]byte(harness.TestAccount.Secret)}
	for n := range callbacks {
		text, peer, did := fmt.Sprintf("canary %06d text", n*7919), fmt.Sprintf("4479119%05d", n*331), "447700900001"
		canaries = append(canaries, []byte(text), []byte(peer), []byte(peer[2:]),
			[]byte(hex.EncodeToString([]byte(text))), []byte(base64.StdEncoding.EncodeToString([]byte(text))))
		message := harness.Message{
			MessageID: fmt.Sprintf("id-%d", n), ToPhone: peer, FromPhone: did, Content: text, Size: "1", Price: "0.036", SMSStatus: "DELIVRD",
		}
		callback := harness.Callback{Action: []string{"dr", "mo"}[n%2]}
		if callback.Action == "mo" {
			message.ToPhone, message.FromPhone = did, peer
		}
		switch n % 20 { // the odd places where text could end up; an id of plain characters is one
		case 3:
			message.MessageID = text
		case 5:
			message.SMSStatus = text
		case 7:
			message.Price, message.Size, message.ReceiveTime = text, text, text
		case 9:
			message.MessageID = "+" + peer
		case 11:
			message.ToPhone, message.FromPhone = "+"+message.ToPhone, "+"+message.FromPhone
		}
		var err error
		if callback.Body, err = json.Marshal(message); err != nil {
			t.Fatal(err)
		}
		want := harness.Success
		header := harness.TestAccount.Header(callback)
		switch n % 20 {
		case 13:
			header.Set("sign", "0123456789abcdef0123456789abcdef")
			want = harness.Unauthorized
		case 15:
			callback.Body = callback.Body[:len(callback.Body)-1]
			header = harness.TestAccount.Header(callback)
			want = harness.Answer{Status: http.StatusBadRequest, Word: "error"}
		}
		for range 2 { // and once more
			answer, err := harness.Post(t.Context(), http.DefaultClient, exporter.CallbackURL(), header, callback.Body)
			if err != nil || answer != want {
				t.Fatalf("callback %d: answer %v, %v, want %v", n, answer, err, want)
			}
		}
	}
	scanned := 0
	scan := func(where string, content []byte) {
		scanned += len(content)
		for _, canary := range canaries {
			if bytes.Contains(content, canary) {
				t.Errorf("%q is in %s", canary, where)
			}
		}
	}
	scanFiles := func(when string) {
		files, err := filepath.Glob(filepath.Join(start.Storage, "*"))
		if err != nil || len(files) < 2 {
			t.Fatalf("files %v: %v", files, err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			scan(filepath.Base(file)+" "+when, content)
			if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s %s: others may use it: %v, %v", filepath.Base(file), when, info.Mode(), err)
			}
		}
	}
	scanPages := func(when string) {
		for _, path := range []string{
			"/", "/metrics", "/debug/events?limit=1000", "/debug/events?limit=1000&result=bad_signature",
			"/debug/events?limit=1000&result=malformed", "/debug/events?message_id=id-0",
		} {
			for _, accept := range []string{harness.AcceptText, harness.AcceptOpenMetrics, harness.AcceptProtobuf} {
				got, err := harness.Get(t.Context(), "http://"+exporter.Web+path, accept, "identity")
				if err != nil {
					t.Fatal(err)
				}
				scan(path+" "+when, got.Body)
			}
		}
		scan("the log "+when, []byte(exporter.Stdout()+exporter.Stderr()))
	}
	if want, got := callbacks-2*callbacks/20, counted(exporter.Samples(t)); got != want {
		t.Errorf("%d events counted, want %d", got, want)
	}
	scanFiles("while it runs")
	scanPages("before the restart")
	exporter.Kill(t)
	scanFiles("after kill -9")
	exporter = harness.StartExporter(t, start)
	exporter.AwaitReady(t)
	scanPages("after the restart")
	exporter.Stop(t)
	scanFiles("after the end")
	scan("the last log", []byte(exporter.Stderr()))
	t.Logf("%d canaries in none of %d bytes", len(canaries), scanned)
}
