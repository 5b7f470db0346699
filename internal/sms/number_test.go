// SPDX-License-Identifier: Apache-2.0

package sms_test

import (
	"strings"
	"testing"

	"didsms_exporter/internal/sms"
)

func TestParseNumber(t *testing.T) {
	for _, c := range []struct {
		text string
		want sms.Number
	}{
		{"18184505018", "18184505018"},
		{"+18184505018", "18184505018"},
		{" 18184505018", "18184505018"}, // an unescaped plus sign of a form
		{"+1 (818) 450-5018", "18184505018"},
		{"7", "7"},
		{"12345678901234567890", "12345678901234567890"},
		{"+12345678901234567890x", "12345678901234567890"},
		{"123456789012345678901", sms.NumberUnknown},
		{strings.Repeat("1", 1000), sms.NumberUnknown},
		{"", sms.NumberUnknown},
		{"+", sms.NumberUnknown},
		{"NXCLOUD", sms.NumberUnknown},
		{"unknown", sms.NumberUnknown},
		{"\u0661\u0662\uff13", sms.NumberUnknown}, // digits of other alphabets
		{"\x00\xff", sms.NumberUnknown},
	} {
		if got := sms.ParseNumber(c.text); got != c.want {
			t.Errorf("ParseNumber(%q) = %q, want %q", c.text, got, c.want)
		}
	}
}

func TestMasked(t *testing.T) {
	for _, c := range []struct {
		number sms.Number
		want   string
	}{
		{"18184505018", "+1********18"},
		{"79161234567", "+7********67"},
		{"447700900123", "+44********23"},
		{"85291234567", "+852******67"},
		{"21012345678", "*********78"}, // +210 is nobody's
		{"0123456789", "********89"},
		{"99912345678", "*********78"},
		// Where the calling code and two digits would be most of a number, all of
		// it is hidden.
		{"1234", "****"},
		{"12345", "+1**45"},
		{"852123", "******"},
		{"8521234", "+852**34"},
		{"852", "***"},
		{"1", "*"},
		{"000", "***"},
		{"0001", "**01"},
		{"", ""},
		{sms.NumberUnknown, "unknown"},
	} {
		if got := c.number.Masked(); got != c.want {
			t.Errorf("Number(%q).Masked() = %q, want %q", c.number, got, c.want)
		}
	}
}

func TestCallingCode(t *testing.T) {
	for _, c := range []struct{ number, want sms.Number }{
		{"1", "1"},
		{"18184505018", "1"},
		{"79161234567", "7"},
		{"44", "44"},
		{"447700900123", "44"},
		{"8613912345678", "86"},
		{"852", "852"},
		{"85291234567", "852"},
		{"999", ""},
		{"210", ""},
		{"2", ""},
		{"21", ""},
		{"0044", ""},
		{"", ""},
		{sms.NumberUnknown, ""},
	} {
		if got := c.number.CallingCode(); got != string(c.want) {
			t.Errorf("Number(%q).CallingCode() = %q, want %q", c.number, got, c.want)
		}
	}
}

// The first match is the only one just because no code begins another.
func TestCallingCodesArePrefixFree(t *testing.T) {
	codes := sms.CallingCodes()
	if len(codes) < 200 {
		t.Fatalf("only %d codes in the table", len(codes))
	}
	for i, code := range codes {
		if sms.ParseNumber(code) != sms.Number(code) || len(code) > 3 || code[0] == '0' {
			t.Errorf("%q is not a calling code", code)
		}
		if got := sms.Number(code + "5550123").CallingCode(); got != code {
			t.Errorf("a number of +%s has calling code %q", code, got)
		}
		for j, other := range codes {
			if i != j && strings.HasPrefix(other, code) {
				t.Errorf("+%s begins +%s", code, other)
			}
		}
	}
}

// FuzzNumber: a mask is as long as its number and shows no more of it than the
// calling code and two digits.
func FuzzNumber(f *testing.F) {
	for _, text := range []string{"+18184505018", "852123", "1234", "unknown", "", "\xff9", strings.Repeat("9", 21)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		number := sms.ParseNumber(text)
		if sms.ParseNumber("+"+text) != number {
			t.Errorf("%q and +%q are different numbers", text, text)
		}
		masked := number.Masked()
		if number == sms.NumberUnknown {
			if masked != "unknown" {
				t.Fatalf("unknown is masked as %q", masked)
			}
			return
		}
		if len(number) > 20 || strings.Trim(string(number), "0123456789") != "" {
			t.Fatalf("ParseNumber(%q) = %q", text, number)
		}
		code := number.CallingCode()
		body, coded := strings.CutPrefix(masked, "+"+code)
		if !coded {
			code, body = "", masked
		}
		if len(code)+len(body) != len(number) || !strings.HasPrefix(string(number), code) {
			t.Fatalf("%q is masked as %q", number, masked)
		}
		shown := strings.TrimLeft(body, "*")
		if len(shown) > 2 || len(body)-len(shown) < 1 || !strings.HasSuffix(string(number), shown) {
			t.Errorf("%q is masked as %q", number, masked)
		}
	})
}
