// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
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
	formCount
)

// oddShare is the share of messages whose body is not plain.
const oddShare = 0.12

func drawForm(rng *rand.Rand) form {
	if rng.Float64() >= oddShare {
		return formPlain
	}
	return formPlain + 1 + form(rng.IntN(int(formCount-1)))
}

// receiveTimeLayout is the vendor's, without a zone.
const receiveTimeLayout = "2006-01-02 15:04:05"

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
	to, from := string(m.line.DID), m.peer
	kind := "0"
	if m.kind == sms.KindDR {
		to, from, kind = from, to, "1"
	}
	price, size := number(m.price), number(strconv.Itoa(int(m.segments)))
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
		member{"receiveTime", quote(m.received.Format(receiveTimeLayout))},
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
