// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"unicode"
	"unicode/utf8"
)

// What becomes of a byte of a body that is shown.
type mask byte

const (
	maskNone   mask = iota
	maskHidden      // somebody's text or number
	maskSecret
)

// masked shows the structure of a body: its punctuation, its spaces and line ends,
// the names of its fields, and the values of those that tell nothing about people.
func (i *Inspector) masked(body []byte) []byte {
	masks := make([]mask, len(body))
	if text := bytes.TrimPrefix(body, []byte(bom)); json.Valid(text) {
		maskJSON(text, masks[len(body)-len(text):])
	} else {
		maskText(body, masks)
	}
	showEnds(masks)
	for _, account := range i.keyring.Accounts() {
		for _, secret := range account.Secrets {
			for from := 0; ; {
				at := bytes.Index(body[from:], secret)
				if at < 0 {
					break
				}
				fill(masks[from+at:from+at+len(secret)], maskSecret)
				from += at + len(secret)
			}
		}
	}
	var out []byte
	for n, char := range body {
		switch again := n > 0 && masks[n-1] == masks[n]; {
		case masks[n] == maskNone:
			out = append(out, char)
		case again:
		case masks[n] == maskSecret:
			out = append(out, "<secret>"...)
		default:
			out = append(out, "..."...)
		}
	}
	return out
}

func fill(masks []mask, m mask) {
	for n := range masks {
		masks[n] = m
	}
}

// showEnds lets the first and the last two bytes be seen, where what was cut off
// or put on would be, unless they are much of a short word.
func showEnds(masks []mask) {
	const ends, enough = 2, 8
	run := func(at func(int) *mask) {
		length := 0
		for length < len(masks) && *at(length) == maskHidden {
			length++
		}
		for n := 0; length > enough && n < ends; n++ {
			*at(n) = maskNone
		}
	}
	run(func(n int) *mask { return &masks[n] })
	run(func(n int) *mask { return &masks[len(masks)-1-n] })
}

// fieldName knows the names in the vendor's contract: structure, not text.
func fieldName(name string) bool {
	return slices.Contains([]string{
		"messageId", "toPhone", "fromPhone", "content", "size", "price", "receiveTime", "smsStatus", "type", "action",
	}, name)
}

// safeValue returns how much of a field's value, from its beginning, may be shown. A field that is
// safe by its name shows a value only in the form that belongs there, since
// anything can stand anywhere.
func safeValue(field string, value []byte) int {
	form, shown := safeWord, len(value)
	switch field {
	case "smsStatus", "type", "action":
	case "size":
		form = safeSize
	case "price":
		form = safePrice
	case "receiveTime":
		form = safeTime
	case "messageId":
		form, shown = safeID, 3 // enough to find it by
	default:
		return 0
	}
	if !form.Match(value) {
		return 0
	}
	return shown
}

var (
	safeSize  = regexp.MustCompile(`^[0-9]{1,3}$`)
	safePrice = regexp.MustCompile(`^-?[0-9]{1,3}(\.[0-9]{0,6})?$`)
	safeTime  = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?Z?$`)
	safeWord  = regexp.MustCompile(`^([A-Z]{1,12}|mo|dr|[0-9])$`) // as the states of a message are written
	safeID    = regexp.MustCompile(`^([0-9a-fA-F-]{24,}|[0-9]{16,})$`)
	safeKey   = regexp.MustCompile(`^[A-Za-z_]{1,20}$`)
)

// maskJSON hides the values of a text that is known to be JSON.
func maskJSON(text []byte, masks []mask) {
	field := ""
	for n := 0; n < len(text); {
		end, inner := n+1, 0 // inner: the quotes around what is read
		switch char := text[n]; {
		case char == '"':
			for inner = 1; text[end] != '"'; end++ {
				if text[end] == '\\' {
					end++
				}
			}
			end++
		case char == '-' || char >= '0' && char <= '9':
			for end < len(text) && bytes.IndexByte([]byte("+-.eE0123456789"), text[end]) >= 0 {
				end++
			}
		default:
			if char == '}' || char == ']' || char == ',' || char == '[' {
				field = "" // only a value right behind its name is that field's
			}
			n++
			continue
		}
		value, hidden := text[n+inner:end-inner], masks[n+inner:end-inner]
		if ahead := bytes.TrimLeft(text[end:min(end+16, len(text))], " \t\r\n"); inner > 0 && len(ahead) > 0 && ahead[0] == ':' {
			field = string(value)
			if !fieldName(field) && (!safeKey.MatchString(field) || isHex(field)) {
				fill(hidden, maskHidden)
			}
		} else {
			fill(hidden[safeValue(field, value):], maskHidden)
			field = ""
		}
		n = end
	}
}

// wordJoint stands within a number, or between the words of a sentence.
const wordJoint = " +-.()/"

// maskText hides every word of a text that is not JSON, whatever quotes it uses
// and wherever they are missing; only the names of fields stay.
func maskText(text []byte, masks []mask) {
	begin, last := -1, -1 // of the words that are hidden as one
	flush := func() {
		if begin >= 0 {
			fill(masks[begin:last], maskHidden)
		}
		begin = -1
	}
	for n := 0; n < len(text); {
		size := wordLength(text[n:])
		if size == 0 {
			if bytes.IndexByte([]byte(wordJoint), text[n]) < 0 {
				flush()
			}
			n++
			continue
		}
		if fieldName(string(text[n:n+size])) && namesField(text[n+size:]) {
			flush()
		} else {
			if begin < 0 {
				begin = n
			}
			last = n + size
		}
		n += size
	}
	flush()
}

// namesField reports whether what follows a name is what follows a field's name.
func namesField(after []byte) bool {
	after = bytes.TrimLeft(after[:min(len(after), 8)], "\\\"' \t")
	return len(after) > 0 && (after[0] == ':' || after[0] == '=')
}

// wordLength is how many bytes at the beginning are letters, digits, or anything
// else in which somebody writes. A byte order mark is not.
func wordLength(text []byte) int {
	n := 0
	for n < len(text) {
		char, size := utf8.DecodeRune(text[n:])
		ascii := char < utf8.RuneSelf
		if ascii && !unicode.IsLetter(char) && !unicode.IsDigit(char) && char != '_' || char == '\ufeff' {
			break
		}
		n += size
	}
	return n
}
