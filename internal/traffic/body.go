// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"didsms_exporter/internal/sms"
)

// form is how a body is written. The vendor's pages contradict each other on each
// of these points, so a receiver must take all of them.
type form uint8

const (
	formPlain       form = iota // one line, every value a string, type included
	formNoType                  // as in the vendor's examples
	formPretty                  // as in the vendor's examples, indented
	formBareNumbers             // size, price and type as JSON numbers
	formPlus                    // phone numbers with a plus sign
	formEscaped                 // text as \u escapes
	formNewline                 // a newline behind the object, signed like the rest
	formExtra                   // fields that no page names
	formNullPrice               // no price
	formNullSize                // no size

	// Faulty from here on: the message counts all the same, and so does the fault.
	formBadPrice
	formBadSize
	formBadTime
	formEarlyTime // receiveTime long after the arrival
	formLateTime  // receiveTime over a week ago
	formCount
)

// fieldError returns how a receiver counts a faulty form.
func (f form) fieldError() (fieldError sms.FieldError, faulty bool) {
	switch f {
	case formBadPrice:
		return sms.FieldError{Field: sms.FieldPrice, Problem: sms.FieldUnparsable}, true
	case formBadSize:
		return sms.FieldError{Field: sms.FieldSize, Problem: sms.FieldUnparsable}, true
	case formBadTime:
		return sms.FieldError{Field: sms.FieldReceiveTime, Problem: sms.FieldUnparsable}, true
	case formEarlyTime:
		return sms.FieldError{Field: sms.FieldReceiveTime, Problem: sms.FieldNegative}, true
	case formLateTime:
		return sms.FieldError{Field: sms.FieldReceiveTime, Problem: sms.FieldTooOld}, true
	}
	return sms.FieldError{}, false
}

func (h habits) drawForm(rng *rand.Rand) form {
	draw := rng.Float64()
	if draw < h.odd {
		return formPlain + 1 + form(rng.IntN(int(formBadPrice-formPlain-1))) //nolint:gosec // below formCount
	}
	if draw < h.odd+h.faulty {
		return formBadPrice + form(rng.IntN(int(formCount-formBadPrice))) //nolint:gosec // below formCount
	}
	return formPlain
}

// receiveTimeLayout is the vendor's, without a zone.
const receiveTimeLayout = "2006-01-02 15:04:05"

// What the fields of a message say.

func (m *message) ends() (to, from, kind string) {
	if m.kind == sms.KindDR {
		return m.peer, string(m.line.DID), "1"
	}
	return string(m.line.DID), m.peer, "0"
}

func (m *message) priceText() string {
	if m.form == formBadPrice {
		return "on request"
	}
	return m.price
}

func (m *message) sizeText() string {
	if m.form == formBadSize {
		return "-1"
	}
	return strconv.Itoa(int(m.segments))
}

func (m *message) timeText() string {
	switch m.form {
	case formBadTime:
		return m.received.Format(time.RFC3339)
	case formEarlyTime:
		return m.received.Add(30 * time.Hour).Format(receiveTimeLayout)
	case formLateTime:
		return m.received.Add(-9 * 24 * time.Hour).Format(receiveTimeLayout)
	}
	return m.received.Format(receiveTimeLayout)
}

// formBody writes the vendor's unsigned form variant: the numbers with a plus
// sign, as in its examples. A value that is null in JSON is left out.
func (m *message) formBody(statusWord string) []byte {
	to, from, kind := m.ends()
	pairs := [][2]string{
		{"messageId", m.id},
		{"type", kind},
		{"toPhone", "+" + to},
		{"fromPhone", "+" + from},
		{"content", m.content},
		{"receiveTime", m.timeText()},
		{"smsStatus", statusWord},
	}
	if m.form != formNullSize {
		pairs = append(pairs, [2]string{"size", m.sizeText()})
	}
	if m.form != formNullPrice {
		pairs = append(pairs, [2]string{"price", m.priceText()})
	}
	var b strings.Builder
	for i, pair := range pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(pair[0] + "=" + url.QueryEscape(pair[1]))
	}
	return []byte(b.String())
}

// member is one name and its JSON value, ready to be written.
type member struct{ name, value string }

// body writes the callback of a message with the vendor's word for its status.
func (m *message) body(statusWord string) []byte {
	quote := quoteRaw
	if m.form == formEscaped {
		quote = quoteEscaped
	}
	number, plus := quoteRaw, ""
	if m.form == formBareNumbers {
		number = func(text string) string { return text }
	}
	if m.form == formPlus {
		plus = "+"
	}
	to, from, kind := m.ends()
	price, size := number(m.priceText()), number(m.sizeText())
	if m.form == formNullPrice {
		price = "null"
	}
	if m.form == formNullSize {
		size = "null"
	}
	members := []member{{"messageId", quote(m.id)}}
	if m.form != formNoType {
		members = append(members, member{"type", number(kind)})
	}
	members = append(members,
		member{"toPhone", quote(plus + to)},
		member{"fromPhone", quote(plus + from)},
		member{"content", quote(m.content)},
		member{"size", size},
		member{"price", price},
		member{"receiveTime", quote(m.timeText())},
		member{"smsStatus", quote(statusWord)})
	if m.form == formExtra {
		members = append(members, member{"country", `"ZZ"`}, member{"route", `{"id":7,"hops":[1,2]}`})
	}
	return writeObject(members, m.form)
}

func writeObject(members []member, f form) []byte {
	open, between, colon, end := "{", ",", ":", "}"
	switch f {
	case formPretty:
		open, between, colon, end = "{\n    ", ",\n    ", ": ", "\n}"
	case formNewline:
		end = "}\n"
	}
	var b strings.Builder
	b.WriteString(open)
	for i, member := range members {
		if i > 0 {
			b.WriteString(between)
		}
		b.WriteString(quoteRaw(member.name))
		b.WriteString(colon)
		b.WriteString(member.value)
	}
	b.WriteString(end)
	return []byte(b.String())
}

// quoteRaw writes a JSON string and leaves what need not be escaped as it is,
// which the vendor's Java does and Go's encoder does not.
func quoteRaw(text string) string { return quoteJSON(text, false) }

// quoteEscaped writes a JSON string in ASCII alone.
func quoteEscaped(text string) string { return quoteJSON(text, true) }

func quoteJSON(text string, ascii bool) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, char := range text {
		switch {
		case char == '"' || char == '\\':
			b.WriteByte('\\')
			b.WriteRune(char)
		case char < ' ' || ascii && char > '~':
			for _, unit := range utf16.Encode([]rune{char}) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		default:
			b.WriteRune(char)
		}
	}
	b.WriteByte('"')
	return b.String()
}
