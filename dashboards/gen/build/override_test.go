// SPDX-License-Identifier: Apache-2.0

package build

import (
	"regexp"
	"strings"
	"testing"
)

// TestInCurrency: an account's name is no currency, whatever is in it.
func TestInCurrency(t *testing.T) {
	for series, want := range map[string]string{
		"USD":                         "USD",
		"main, USD":                   "USD",
		"acme-EUROPE, USD":            "USD",
		"CNY-eur, EUR":                "EUR",
		"USD, EUR":                    "EUR",
		"inbound, main, CNY":          "CNY",
		"inbound, acme-EUROPE, CNY":   "CNY",
		"acme-EUROPE, USD, usual":     "USD",
		"EUR, CNY, usual":             "CNY",
		"main, USDT":                  "",
		"USDT":                        "",
		"acme-EUROPE, unknown, usual": "",
		"USD, unknown":                "",
	} {
		var got []string
		for _, code := range []string{"USD", "EUR", "CNY"} {
			if regexp.MustCompile(strings.Trim(inCurrency(code), "/")).MatchString(series) {
				got = append(got, code)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s is in %q, want %q", series, got, want)
		}
	}
}
