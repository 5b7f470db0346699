// SPDX-License-Identifier: Apache-2.0

package nxcloud_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// vendorBody is the example of the vendor's page "DID SMS Callback (Signed)".
const vendorBody = `{
    "messageId": "fcf3432fd1834ccdac807a7cfb2d1fdf",
    "toPhone": "18184505018",
    "fromPhone": "12347200160",
    "content": "sunt non nisi",
    "size": "1",
    "price": "0.0360",
    "receiveTime": "2021-02-07 14:54:00",
    "smsStatus": "DELIVRD"
}`

// Every reason for which Decode may refuse.
var decodeReasons = []string{
	"body is not one JSON object", "body is not valid JSON", "body is not valid UTF-8",
	"a name occurs twice in one object", "body is nested deeper than 32 levels",
	"something follows the JSON object", "a unicode escape is half of a pair", "no messageId",
}

func newTestDecoder(t testing.TB) *nxcloud.Decoder {
	t.Helper()
	decoder, err := nxcloud.NewDecoder([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	return decoder
}

// newTestCaller is a verified caller of an account with its defaults.
func newTestCaller(t testing.TB, kind sms.Kind, change func(*nxcloud.Account)) nxcloud.Caller {
	t.Helper()
	account := newTestAccount("main", testKey, nxcloud.AlgorithmAuto, testSecret)
	account.Currency = "CNY"
	if change != nil {
		change(&account)
	}
	return nxcloud.Caller{Account: newTestKeyring(t, account).Accounts()[0], Kind: kind, SignedAt: testNow.Add(-time.Second)}
}

// decoded reads a receipt's body that must be readable.
func decoded(t *testing.T, body string) *sms.Event {
	t.Helper()
	d := &nxcloud.Delivery{Body: []byte(body), ArrivedAt: testNow}
	event, err := newTestDecoder(t).Decode(d, newTestCaller(t, sms.KindDR, nil))
	if err != nil {
		t.Fatalf("body %.200q: %v", body, err)
	}
	return event
}

func wantMalformed(t *testing.T, name string, err error) {
	t.Helper()
	got, ok := err.(*nxcloud.Refusal)
	if !ok || got.Result != sms.ResultMalformed || !slices.Contains(decodeReasons, got.Reason) {
		t.Errorf("%s: got %T %v, want malformed for a reason of the closed set", name, err, err)
	}
}

// TestDecodeMonth: an event belongs to the month of its arrival in the account's
// own zone, which a bill is made in.
func TestDecodeMonth(t *testing.T) {
	for _, c := range []struct {
		zone    *time.Location
		arrived time.Time
		want    string
	}{
		{time.FixedZone("+08:00", 8*3600), time.Date(2026, 10, 31, 15, 59, 59, 0, time.UTC), "2026-10"},
		{time.FixedZone("+08:00", 8*3600), time.Date(2026, 10, 31, 16, 0, 0, 0, time.UTC), "2026-11"},
		{time.UTC, time.Date(2026, 10, 31, 16, 0, 0, 0, time.UTC), "2026-10"},
		{time.FixedZone("-05:00", -5*3600), time.Date(2027, 1, 1, 4, 59, 59, 0, time.UTC), "2026-12"},
	} {
		caller := newTestCaller(t, sms.KindMO, func(a *nxcloud.Account) { a.Zone = c.zone })
		event, err := newTestDecoder(t).Decode(&nxcloud.Delivery{Body: []byte(vendorBody), ArrivedAt: c.arrived}, caller)
		if err != nil {
			t.Fatal(err)
		}
		if event.Month != c.want {
			t.Errorf("%v in %v: got %s, want %s", c.arrived, c.zone, event.Month, c.want)
		}
	}
}

func TestDecodeVendorExample(t *testing.T) {
	const to, from = "18184505018", "12347200160"
	price, err := sms.ParseMoney("0.036")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name       string
		kind       sms.Kind
		drDIDTo    bool
		did, peer  sms.Number
		status     sms.Status
		statusWord string
	}{
		{"inbound", sms.KindMO, false, to, from, sms.StatusNone, ""},
		{"receipt", sms.KindDR, false, from, to, sms.StatusDelivered, "DELIVRD"},
		{"inbound, set otherwise", sms.KindMO, true, to, from, sms.StatusNone, ""},
		{"receipt, set otherwise", sms.KindDR, true, to, from, sms.StatusDelivered, "DELIVRD"},
	} {
		caller := newTestCaller(t, c.kind, func(a *nxcloud.Account) { a.DRDIDTo = c.drDIDTo })
		body := []byte(vendorBody)
		got, err := newTestDecoder(t).Decode(&nxcloud.Delivery{Body: body, ArrivedAt: testNow}, caller)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		// The body may be a buffer that is used again: nothing may point into it.
		clear(body)
		want := &sms.Event{
			Account: "main", Currency: "CNY", Kind: c.kind,
			MessageID: "fcf3432fd1834ccdac807a7cfb2d1fdf",
			DID:       c.did, Peer: c.peer, Content: "sunt non nisi",
			Status: c.status, StatusWord: c.statusWord,
			Price: price, HasPrice: true, Size: 1, HasSize: true,
			ReceiveTime: time.Date(2021, 2, 7, 6, 54, 0, 0, time.UTC),
			ArrivedAt:   testNow, SignedAt: testNow.Add(-time.Second), Month: "2023-07",
			// The example was signed two years after its receiveTime.
			FieldErrors: []sms.FieldError{{Field: sms.FieldReceiveTime, Problem: sms.FieldTooOld}},
		}
		if !got.ReceiveTime.Equal(want.ReceiveTime) {
			t.Errorf("%s: receiveTime %v, want %v", c.name, got.ReceiveTime, want.ReceiveTime)
		}
		got.ReceiveTime = want.ReceiveTime // equal, but in another zone
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", c.name, got, want)
		}
	}
}

// Only messageId is needed; its value may be a number, as in the record query.
func TestDecodeMessageID(t *testing.T) {
	for _, c := range []struct{ value, want string }{
		{`"abc"`, "abc"},
		{`"A-Z.a_z:09"`, "A-Z.a_z:09"},
		{`12345`, "12345"},
		{`-1.5e3`, "-1.5e3"},
		{`0`, "0"},
		{`"m\u002d1"`, "m-1"},
		{`"` + strings.Repeat("x", 64) + `"`, strings.Repeat("x", 64)},
	} {
		if got := decoded(t, `{"messageId":`+c.value+`}`).MessageID; got != c.want {
			t.Errorf("messageId %s = %q, want %q", c.value, got, c.want)
		}
	}
	for _, body := range []string{
		`{}`, `{"messageId":null}`, `{"messageId":""}`, `{"messageId":true}`, `{"messageId":false}`,
		`{"messageId":[]}`, `{"messageId":["a"]}`, `{"messageId":{}}`, `{"messageId":{"messageId":"a"}}`,
		`{"x":{"messageId":"a"}}`, `{"x":[{"messageId":"a"}]}`,
		`{"MESSAGEID":"a"}`, `{"messageid":"a"}`, `{"me` + "\u017f\u017f" + `ageId":"a"}`, `{"messageId ":"a"}`,
	} {
		_, err := newTestDecoder(t).Decode(&nxcloud.Delivery{Body: []byte(body)}, newTestCaller(t, sms.KindMO, nil))
		wantMalformed(t, body, err)
		if got, ok := err.(*nxcloud.Refusal); ok && got.Reason != "no messageId" {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// An odd id may hold personal data, a number for instance: it is known by a hash
// that is of no use without the key.
func TestDecodeHashesOddMessageIDs(t *testing.T) {
	other, err := nxcloud.NewDecoder([]byte("another key of 16+"))
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]string)
	for _, id := range []string{
		"+18184505018", "a b", "ключ", "a/b", "a@b.c", "<script>", "a\tb", " ", "a\x00", strings.Repeat("x", 65), "18184505018 ",
	} {
		body := `{"messageId":"` + strings.NewReplacer("\t", `\t`, "\x00", `\u0000`).Replace(id) + `"}`
		got := decoded(t, body).MessageID
		if again := decoded(t, body).MessageID; again != got {
			t.Errorf("%q is hashed to %q and %q", id, got, again)
		}
		digits, found := strings.CutPrefix(got, "hashed:")
		if !found || len(digits) != 32 || strings.Trim(digits, "0123456789abcdef") != "" {
			t.Errorf("%q is shown as %q", id, got)
		}
		if strings.TrimSpace(id) != "" && strings.Contains(got, strings.TrimSpace(id)) {
			t.Errorf("%q shows in %q", id, got)
		}
		if twin, twice := seen[got]; twice {
			t.Errorf("%q and %q have one hash", id, twin)
		}
		seen[got] = id
		event, err := other.Decode(&nxcloud.Delivery{Body: []byte(body)}, newTestCaller(t, sms.KindDR, nil))
		if err != nil || event.MessageID == got {
			t.Errorf("%q with another key: %v, %v", id, event, err)
		}
	}
}

func TestNewDecoderWantsAKey(t *testing.T) {
	for _, key := range [][]byte{nil, {}, make([]byte, 15)} {
		if _, err := nxcloud.NewDecoder(key); err == nil {
			t.Errorf("a key of %d bytes was accepted", len(key))
		}
	}
}

func TestDecodeStatus(t *testing.T) {
	for _, c := range []struct {
		value  string
		status sms.Status
		word   string
	}{
		{`"DELIVRD"`, sms.StatusDelivered, "DELIVRD"},
		{`"UNDELIV"`, sms.StatusUndelivered, "UNDELIV"}, // as it came, beside the normal label
		{`"ESME_RINVSRCADR"`, sms.StatusOther, "ESME_RINVSRCADR"},
		{`"` + strings.Repeat("X", 32) + `"`, sms.StatusOther, strings.Repeat("X", 32)},
		// Whatever is not [A-Z_]{1,32} could be anything: the label stands for it.
		{`"` + strings.Repeat("X", 33) + `"`, sms.StatusOther, "other"},
		{`"delivrd"`, sms.StatusDelivered, "DELIVRD"},
		{`" UNDELIV"`, sms.StatusUndelivered, "UNDELIVR"},
		{`"ERR18184505018"`, sms.StatusOther, "other"},
		{`"CALL ME"`, sms.StatusOther, "other"},
		{`"提交失败"`, sms.StatusOther, "other"},
		{`"A[\\]^"`, sms.StatusOther, "other"},
		{`"A@"`, sms.StatusOther, "other"},
		{`""`, sms.StatusOther, "other"},
		{`null`, sms.StatusOther, "other"},
		{`2`, sms.StatusOther, "other"},
		{`true`, sms.StatusOther, "other"},
		{`["DELIVRD"]`, sms.StatusOther, "other"},
	} {
		event := decoded(t, `{"messageId":"m","smsStatus":`+c.value+`}`)
		if event.Status != c.status || event.StatusWord != c.word {
			t.Errorf("smsStatus %s = %v, %q, want %v, %q", c.value, event.Status, event.StatusWord, c.status, c.word)
		}
	}
	if event := decoded(t, `{"messageId":"m"}`); event.Status != sms.StatusOther || len(event.FieldErrors) != 0 {
		t.Errorf("no smsStatus: %v, errors %v", event.Status, event.FieldErrors)
	}
}

func TestDecodePhones(t *testing.T) {
	for _, c := range []struct {
		fields    string
		did, peer sms.Number
	}{
		{`"fromPhone":"+12347200160","toPhone":" 18184505018"`, "12347200160", "18184505018"},
		{`"fromPhone":12347200160,"toPhone":18184505018`, "12347200160", "18184505018"},
		{`"fromPhone":"12347200160"`, "12347200160", "unknown"},
		{`"fromPhone":null,"toPhone":""`, "unknown", "unknown"},
		{`"fromPhone":[1],"toPhone":true`, "unknown", "unknown"},
		{`"fromPhone":"NXCLOUD","toPhone":"1"`, "unknown", "1"},
		{`"FROMPHONE":"1","tophone":"2"`, "unknown", "unknown"},
	} {
		event := decoded(t, `{"messageId":"m",`+c.fields+`}`)
		if event.DID != c.did || event.Peer != c.peer {
			t.Errorf("%s: DID %s, peer %s, want %s, %s", c.fields, event.DID, event.Peer, c.did, c.peer)
		}
	}
}

// The action header decides; the vendor's examples contradict their own table
// about "type", and unknown fields may be added any day.
func TestDecodeIgnoresTypeAndUnknownFields(t *testing.T) {
	want := decoded(t, `{"messageId":"m"}`)
	for _, extra := range []string{
		`"type":"0"`, `"type":"1"`, `"type":0`, `"type":{"a":[null]}`, `"countryCode":"US"`, `"":""`, `"x":[[],{}]`,
		`"MESSAGEID":"other"`, `"messageid":"other"`, `"Price":"9"`, `"SIZE":"9"`, `"priCe":[]`,
	} {
		if got := decoded(t, `{"messageId":"m",`+extra+`}`); !reflect.DeepEqual(got, want) {
			t.Errorf("with %s:\n got %+v\nwant %+v", extra, got, want)
		}
	}
}
