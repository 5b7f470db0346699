// SPDX-License-Identifier: Apache-2.0

package sms

import "strings"

// maxDigits bounds a number: E.164 allows 15 digits, and some networks put an
// international prefix in front.
const maxDigits = 20

// NumberUnknown is the did label of an event whose own number is missing or has
// no digits.
const NumberUnknown Number = "unknown"

// Number is a phone number reduced to its digits, for the vendor writes the same
// number with and without a plus sign; or NumberUnknown.
type Number string

// ParseNumber keeps the digits of text. Without any, or with more than an
// international number can have, the result is NumberUnknown.
func ParseNumber(text string) Number {
	var digits [maxDigits]byte
	n := 0
	for i := range len(text) {
		c := text[i]
		if c < '0' || c > '9' {
			continue
		}
		if n == maxDigits {
			return NumberUnknown
		}
		digits[n] = c
		n++
	}
	if n == 0 {
		return NumberUnknown
	}
	return Number(digits[:n])
}

// Masked keeps the calling code and the last two digits: enough to recognise a
// country and to match a complaint, too little to name a subscriber.
func (n Number) Masked() string {
	if n == NumberUnknown || n == "" {
		return string(n)
	}
	digits := string(n)
	code := n.CallingCode()
	if len(digits) < len(code)+4 {
		return strings.Repeat("*", len(digits))
	}
	prefix := ""
	if code != "" {
		prefix = "+" + code
	}
	hidden := len(digits) - len(code) - 2
	return prefix + strings.Repeat("*", hidden) + digits[len(digits)-2:]
}
