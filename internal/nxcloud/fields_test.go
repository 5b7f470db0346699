// SPDX-License-Identifier: Apache-2.0

package nxcloud_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// A vendor that pushes once must not lose a message over an odd price: it counts,
// and the field is reported.
func TestDecodeBilling(t *testing.T) {
	zeros := strings.Repeat("0", 300)
	for _, c := range []struct {
		field, value string
		want         string // "" when the field has no usable value
		bad          bool
	}{
		{"price", `"0.0360"`, "0.036", false},
		{"price", `0.0360`, "0.036", false},
		{"price", `"0"`, "0", false},
		{"price", `0`, "0", false},
		{"price", `1000000`, "1000000", false},
		{"price", `"1000000.000000000"`, "1000000", false},
		{"price", `1000000.000000001`, "", true},
		{"price", `"1000001"`, "", true},
		{"price", `1` + zeros, "", true},
		{"price", `"1` + zeros + `"`, "", true},
		{"price", `"NaN"`, "", true},
		{"price", `"Infinity"`, "", true},
		{"price", `"-0.036"`, "", true},
		{"price", `-0.036`, "", true},
		{"price", `-0`, "", true},
		{"price", `1e3`, "", true},
		{"price", `"1e3"`, "", true},
		{"price", `"0,036"`, "", true},
		{"price", `" 0.036"`, "", true},
		{"price", `"0.0000000001"`, "", true},
		{"price", `true`, "", true},
		{"price", `false`, "", true},
		{"price", `[]`, "", true},
		{"price", `["0.0360"]`, "", true},
		{"price", `{}`, "", true},
		{"price", `null`, "", false},
		{"price", `""`, "", false},

		{"size", `"1"`, "1", false},
		{"size", `1`, "1", false},
		{"size", `0`, "0", false},
		{"size", `255`, "255", false},
		{"size", `"255"`, "255", false},
		{"size", `256`, "", true},
		{"size", `"256"`, "", true},
		{"size", `1` + zeros, "", true},
		{"size", `-1`, "", true},
		{"size", `"+1"`, "", true},
		{"size", `1.0`, "", true},
		{"size", `1e0`, "", true},
		{"size", `"NaN"`, "", true},
		{"size", `"one"`, "", true},
		{"size", `"1_0"`, "", true},
		{"size", `true`, "", true},
		{"size", `[]`, "", true},
		{"size", `{}`, "", true},
		{"size", `null`, "", false},
		{"size", `""`, "", false},
	} {
		event := decoded(t, `{"messageId":"m","`+c.field+`":`+c.value+`}`)
		got, field := "", sms.FieldPrice
		if event.HasPrice {
			got = event.Price.String()
		}
		if c.field == "size" {
			field = sms.FieldSize
			if event.HasSize {
				got = strconv.Itoa(int(event.Size))
			}
		}
		if got != c.want {
			t.Errorf("%s %.40s = %q, want %q", c.field, c.value, got, c.want)
		}
		var want []sms.FieldError
		if c.bad {
			want = []sms.FieldError{{Field: field, Problem: sms.FieldUnparsable}}
		}
		if !slices.Equal(event.FieldErrors, want) {
			t.Errorf("%s %.40s: errors %v, want %v", c.field, c.value, event.FieldErrors, want)
		}
		if !event.HasPrice && !event.Price.IsZero() || !event.HasSize && event.Size != 0 {
			t.Errorf("%s %.40s: price %v, size %d without their flags", c.field, c.value, event.Price, event.Size)
		}
	}
}

func TestDecodeReceiveTime(t *testing.T) {
	// testNow is 2023-07-26 08:59:54.834 UTC.
	utc := func(day, hour, minute, second int) time.Time {
		return time.Date(2023, 7, day, hour, minute, second, 0, time.UTC)
	}
	newYork := time.FixedZone("-04:00", -4*60*60)
	const fine = sms.FieldFine
	for _, c := range []struct {
		name    string
		zone    *time.Location
		value   string
		want    time.Time
		problem sms.FieldProblem
	}{
		{"default zone", nil, `"2023-07-26 16:59:50"`, utc(26, 8, 59, 50), fine},
		{"UTC", time.UTC, `"2023-07-26 08:59:50"`, utc(26, 8, 59, 50), fine},
		{"west", newYork, `"2023-07-26 04:59:50"`, utc(26, 8, 59, 50), fine},
		{"a little ahead", nil, `"2023-07-26 16:59:59"`, utc(26, 8, 59, 59), fine},
		{"ahead", nil, `"2023-07-26 17:00:00"`, utc(26, 9, 0, 0), sms.FieldNegative},
		{"China's time read as UTC", time.UTC, `"2023-07-26 16:59:50"`, utc(26, 16, 59, 50), sms.FieldNegative},
		{"within a week", nil, `"2023-07-19 16:59:55"`, utc(19, 8, 59, 55), fine},
		{"over a week", nil, `"2023-07-19 16:59:54"`, utc(19, 8, 59, 54), sms.FieldTooOld},
		{"absent", nil, `null`, time.Time{}, fine},
		{"empty", nil, `""`, time.Time{}, fine},
		{"RFC 3339", nil, `"2023-07-26T16:59:50Z"`, time.Time{}, sms.FieldUnparsable},
		{"with a zone", nil, `"2023-07-26 16:59:50 +0800"`, time.Time{}, sms.FieldUnparsable},
		{"no such day", nil, `"2023-02-30 16:59:50"`, time.Time{}, sms.FieldUnparsable},
		{"a date", nil, `"2023-07-26"`, time.Time{}, sms.FieldUnparsable},
		{"an epoch", nil, `1690361994`, time.Time{}, sms.FieldUnparsable},
		{"words", nil, `"yesterday"`, time.Time{}, sms.FieldUnparsable},
		{"a boolean", nil, `true`, time.Time{}, sms.FieldUnparsable},
		{"an array", nil, `["2023-07-26 16:59:50"]`, time.Time{}, sms.FieldUnparsable},
		// Go's zero time is how an event says "absent"; a body can spell it.
		{"Go's zero time", time.UTC, `"0001-01-01 00:00:00"`, time.Time{}, sms.FieldUnparsable},
		{"Go's zero time in the default zone", nil, `"0001-01-01 08:00:00"`, time.Time{}, sms.FieldUnparsable},
		// Years without a form in JSON once they are in another zone.
		{"the year zero", nil, `"0000-01-01 00:00:00"`, time.Time{}, sms.FieldUnparsable},
		{"the first year", nil, `"0001-01-01 08:00:01"`, time.Time{}, sms.FieldUnparsable},
		{"the last year", newYork, `"9999-12-31 23:59:59"`, time.Time{}, sms.FieldUnparsable},
		{"the last one taken", nil, `"9998-12-31 23:59:59"`, time.Date(9998, 12, 31, 15, 59, 59, 0, time.UTC), sms.FieldNegative},
		{"the first one taken", time.UTC, `"1970-01-01 00:00:00"`, time.Unix(0, 0), sms.FieldTooOld},
	} {
		caller := newTestCaller(t, sms.KindMO, func(a *nxcloud.Account) { a.Zone = c.zone })
		body := []byte(`{"messageId":"m","receiveTime":` + c.value + `}`)
		event, err := newTestDecoder(t).Decode(&nxcloud.Delivery{Body: body, ArrivedAt: testNow}, caller)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if !event.ReceiveTime.Equal(c.want) {
			t.Errorf("%s: %v, want %v", c.name, event.ReceiveTime, c.want)
		}
		var want []sms.FieldError
		if c.problem != fine {
			want = []sms.FieldError{{Field: sms.FieldReceiveTime, Problem: c.problem}}
		}
		if !slices.Equal(event.FieldErrors, want) {
			t.Errorf("%s: errors %v, want %v", c.name, event.FieldErrors, want)
		}
	}
}

func TestDecodeReportsEveryOddField(t *testing.T) {
	event := decoded(t, `{"price":"x","size":[],"receiveTime":"x","messageId":"m"}`)
	want := []sms.FieldError{
		{Field: sms.FieldPrice, Problem: sms.FieldUnparsable},
		{Field: sms.FieldSize, Problem: sms.FieldUnparsable},
		{Field: sms.FieldReceiveTime, Problem: sms.FieldUnparsable},
	}
	if !slices.Equal(event.FieldErrors, want) {
		t.Errorf("errors %v, want %v", event.FieldErrors, want)
	}
}

func TestDecodeContent(t *testing.T) {
	for _, c := range []struct{ value, want string }{
		{`"a\"\\\/\b\f\n\r\t\u0041\u00e9\u4e2d"`, "a\"\\/\b\f\n\r\tAé中"},
		{`"\ud83d\ude00 \uD83D\uDE00"`, "😀 😀"},
		{`"\uffff\ufffd"`, "\uffff\ufffd"},
		{`"é中😀<&>"`, "é中😀<&>"},
		{`"\u0000"`, "\x00"},
		{`12.50`, "12.50"},
		{`null`, ""},
		{`[1]`, ""},
	} {
		if got := decoded(t, `{"messageId":"m","content":`+c.value+`}`).Content; got != c.want {
			t.Errorf("content %s = %q, want %q", c.value, got, c.want)
		}
	}
}
