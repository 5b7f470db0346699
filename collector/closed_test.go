// SPDX-License-Identifier: Apache-2.0

package collector_test

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"didsms_exporter/collector"
	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// closed are the values that each label may have. account, currency, name and the
// build labels come from the configuration and the binary.
func closed() map[string]*regexp.Regexp {
	full := func(pattern string) *regexp.Regexp { return regexp.MustCompile(`^(?:` + pattern + `)$`) }
	return map[string]*regexp.Regexp{
		"account":      full(`main|unknown`),
		"did":          full(`[0-9]{1,20}|other|unknown`),
		"kind":         full(`mo|dr|unknown`),
		"result":       full(`accepted|duplicate|unknown_key|bad_signature|stale|future|unsupported|malformed|too_large|error|overload`),
		"status":       full(`DELIVRD|UNDELIVR|REJECTD|EXPIRED|DELETED|DND|ACCEPTD|ENROUTE|BUFFERED|SUBMITTED|other`),
		"outcome":      full(`delivered|undelivered|pending|unknown`),
		"direction":    full(`inbound|outbound`),
		"currency":     full(`USD`),
		"calling_code": full(`[0-9]{1,3}|other|unknown`),
		"reason":       full(`negative|too_old|unparsable|ttl|capacity|full|io|locked|unreachable|other`),
		"field":        full(`price|size`),
		"name":         full(``),
		"timezone":     full(`\+08:00`),
		"signature":    full(`auto`),
	}
}

// decoded is what the wire contract makes of a body, claimed as new.
func decoded(t testing.TB, action string, body []byte) *sms.Event {
	t.Helper()
	keyring, err := nxcloud.NewKeyring([]nxcloud.Account{{Name: "main", AccessKey: "secret-key", Secrets: [][]byte{[]byte("s")}, Currency: "USD"}})
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := nxcloud.NewDecoder([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	kind, _ := sms.ParseKind(action)
	now := newClock().now
	event, err := decoder.Decode(&nxcloud.Delivery{Body: body, ArrivedAt: now}, nxcloud.Caller{
		Account: keyring.Accounts()[0], Kind: kind, SignedAt: now.Add(-time.Second),
	})
	if err != nil {
		return nil // refused: never gets as far as the ledger
	}
	return event
}

// FuzzLabelsStayClosed: whatever an authentic body holds, no label leaves its
// closed set, no counter becomes negative or NaN, and the page still renders.
func FuzzLabelsStayClosed(f *testing.F) {
	f.Add("dr", []byte(`{"messageId":"1","fromPhone":"18184505018","toPhone":"447700900123","smsStatus":"DELIVRD","price":"0.036","size":"1"}`))
	f.Add("mo", []byte(`{"messageId":1,"toPhone":"+1 818","fromPhone":"\u0000","smsStatus":"EXPLODED","price":1e9,"size":-1}`))
	f.Add("dr", []byte(`{"messageId":"","fromPhone":"\ud83d\ude00","smsStatus":"`+"\u202e"+`","receiveTime":"9999-12-31 23:59:59"}`))
	allowed := closed()
	f.Fuzz(func(t *testing.T, action string, body []byte) {
		if action != "mo" {
			action = "dr"
		}
		event := decoded(t, action, body)
		if event == nil {
			return
		}
		settings := defaults()
		settings.BirthHold = 0
		exporter := newTestCollector(t, settings, newClock())
		record(exporter, event, first(event))
		for _, family := range ours(t, exporter.Gatherer()) {
			if family.GetName() == "didsms_exporter_build_info" {
				continue
			}
			for _, metric := range family.GetMetric() {
				for _, pair := range metric.GetLabel() {
					if pattern := allowed[pair.GetName()]; pattern == nil || !pattern.MatchString(pair.GetValue()) {
						t.Errorf("%s: %s=%q", family.GetName(), pair.GetName(), pair.GetValue())
					}
				}
				if value := metric.GetCounter().GetValue(); !(value >= 0) {
					t.Errorf("%s: counter at %v", family.GetName(), value)
				}
			}
		}
	})
}

// TestNoPersonalData: neither a subscriber's number nor message text nor the
// access key is in any exposition, in any format, exemplars included.
func TestNoPersonalData(t *testing.T) {
	canaries := []string{"447700900123", "7700900123", "secret-key", "the quick brown canary", "0123456789abcdef"}
	exporter := newTestCollector(t, configured(didA), newClock())
	for _, action := range []string{"mo", "dr"} {
		body := `{"messageId":"id with 447700900123 inside","toPhone":"447700900123","fromPhone":"18184505018","content":"the quick brown canary","smsStatus":"the quick brown canary","price":"1","size":"1"}`
		if action == "mo" {
			body = strings.NewReplacer("toPhone", "fromPhone", "fromPhone", "toPhone").Replace(body)
		}
		event := decoded(t, action, []byte(body))
		if event.DID != didA || event.Peer != "447700900123" {
			t.Fatalf("the canary is not where it should be: %+v", event)
		}
		record(exporter, event, first(event))
	}
	for _, accept := range []string{
		"text/plain", "application/openmetrics-text; version=1.0.0",
		"application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
	} {
		page := scrape(exporter, accept)
		if !strings.Contains(page, didA) {
			t.Errorf("%s: our own number is missing", accept)
		}
		for _, canary := range canaries {
			if strings.Contains(page, canary) {
				t.Errorf("%s: holds %q", accept, canary)
			}
		}
	}
}

func scrape(exporter *collector.Collector, accept string) string {
	recorder := httptest.NewRecorder()
	request := httptest.NewRequest("GET", "/metrics", nil)
	request.Header.Set("Accept", accept)
	exporter.Handler().ServeHTTP(recorder, request)
	return recorder.Body.String()
}
