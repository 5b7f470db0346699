// SPDX-License-Identifier: Apache-2.0

package nxcloud

import (
	"errors"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds nesting; the contract's body has none.
const maxDepth = 32

// The ways in which a body is not one readable JSON object (RFC 8259). They are
// errors of the reader only; Decode turns each into a malformed Refusal.
var (
	errNotObject  = errors.New("body is not one JSON object")
	errSyntax     = errors.New("body is not valid JSON")
	errUTF8       = errors.New("body is not valid UTF-8")
	errDuplicate  = errors.New("a name occurs twice in one object")
	errTooDeep    = errors.New("body is nested deeper than 32 levels")
	errTrailing   = errors.New("something follows the JSON object")
	errSurrogates = errors.New("a unicode escape is half of a pair")
)

// valueKind is the JSON type of a top-level value.
type valueKind uint8

const (
	kindAbsent valueKind = iota
	kindNull
	kindString
	kindNumber
	kindOther // true, false, an array or an object
)

// value is one top-level value: the text of a string with its escapes undone, or
// the literal of a number.
type value struct {
	kind valueKind
	text string
}

// reader walks one body once. It exists because encoding/json is lenient where
// that is dangerous here: of two equal names the last wins, names match whatever
// their case, trailing documents are ignored and bad UTF-8 is replaced. Another
// reader behind us, the customer's application, could then read other values from
// the same authentic bytes.
type reader struct {
	body  []byte
	at    int
	field func(name string) *value // where a top-level value goes; nil: nowhere
}

// readObject reads one flat JSON object, handing each top-level value to the
// place that field names. Nested values are checked in full and then dropped.
func readObject(body []byte, field func(name string) *value) error {
	if !utf8.Valid(body) {
		return errUTF8
	}
	r := &reader{body: body, field: field}
	r.space()
	if r.peek() != '{' {
		return errNotObject
	}
	if err := r.object(1); err != nil {
		return err
	}
	r.space()
	if r.at != len(r.body) {
		return errTrailing
	}
	return nil
}

// peek returns the next byte, or 0 at the end: never a legal one outside a string.
func (r *reader) peek() byte {
	if r.at == len(r.body) {
		return 0
	}
	return r.body[r.at]
}

func (r *reader) space() {
	for {
		switch r.peek() {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

// next skips space and takes the byte c, or reports false.
func (r *reader) next(c byte) bool {
	r.space()
	if r.peek() != c {
		return false
	}
	r.at++
	return true
}

func (r *reader) object(depth int) error {
	if depth > maxDepth {
		return errTooDeep
	}
	r.at++ // the brace
	if r.next('}') {
		return nil
	}
	seen := make(map[string]struct{}, 12)
	for {
		r.space()
		name, err := r.string()
		if err != nil {
			return err
		}
		if _, twice := seen[name]; twice {
			return errDuplicate
		}
		seen[name] = struct{}{}
		if !r.next(':') {
			return errSyntax
		}
		if err := r.member(name, depth); err != nil {
			return err
		}
		if r.next('}') {
			return nil
		}
		if !r.next(',') {
			return errSyntax
		}
	}
}

func (r *reader) member(name string, depth int) error {
	read, err := r.value(depth)
	if err != nil {
		return err
	}
	if depth == 1 {
		if place := r.field(name); place != nil {
			*place = read
		}
	}
	return nil
}

func (r *reader) array(depth int) error {
	if depth > maxDepth {
		return errTooDeep
	}
	r.at++ // the bracket
	if r.next(']') {
		return nil
	}
	for {
		if _, err := r.value(depth); err != nil {
			return err
		}
		if r.next(']') {
			return nil
		}
		if !r.next(',') {
			return errSyntax
		}
	}
}

// value reads any value; depth is that of the container it stands in.
func (r *reader) value(depth int) (value, error) {
	r.space()
	switch c := r.peek(); {
	case c == '"':
		text, err := r.string()
		return value{kindString, text}, err
	case c == '-' || c >= '0' && c <= '9':
		text, err := r.number()
		return value{kindNumber, text}, err
	case c == '{':
		return value{kind: kindOther}, r.object(depth + 1)
	case c == '[':
		return value{kind: kindOther}, r.array(depth + 1)
	case c == 'n':
		return value{kind: kindNull}, r.word("null")
	case c == 't':
		return value{kind: kindOther}, r.word("true")
	case c == 'f':
		return value{kind: kindOther}, r.word("false")
	}
	return value{}, errSyntax
}

func (r *reader) word(word string) error {
	if len(r.body)-r.at < len(word) || string(r.body[r.at:r.at+len(word)]) != word {
		return errSyntax
	}
	r.at += len(word)
	return nil
}

// number reads -? (0 | [1-9][0-9]*) (\.[0-9]+)? ([eE][+-]?[0-9]+)?
func (r *reader) number() (string, error) {
	start := r.at
	if r.peek() == '-' {
		r.at++
	}
	if r.peek() == '0' {
		r.at++
	} else if !r.digits() {
		return "", errSyntax
	}
	if r.peek() == '.' {
		r.at++
		if !r.digits() {
			return "", errSyntax
		}
	}
	if c := r.peek(); c == 'e' || c == 'E' {
		r.at++
		if c := r.peek(); c == '+' || c == '-' {
			r.at++
		}
		if !r.digits() {
			return "", errSyntax
		}
	}
	return string(r.body[start:r.at]), nil
}

// digits takes one or more digits.
func (r *reader) digits() bool {
	start := r.at
	for r.peek() >= '0' && r.peek() <= '9' {
		r.at++
	}
	return r.at > start
}

// string reads a string and undoes its escapes.
func (r *reader) string() (string, error) {
	if r.peek() != '"' {
		return "", errSyntax
	}
	r.at++
	start := r.at
	for r.at < len(r.body) {
		switch c := r.body[r.at]; {
		case c == '"':
			text := string(r.body[start:r.at])
			r.at++
			return text, nil
		case c == '\\':
			return r.escaped(append([]byte(nil), r.body[start:r.at]...))
		case c < ' ':
			return "", errSyntax
		}
		r.at++
	}
	return "", errSyntax
}

// escaped reads the rest of a string from its first escape on.
func (r *reader) escaped(text []byte) (string, error) {
	for r.at < len(r.body) {
		switch c := r.body[r.at]; {
		case c == '"':
			r.at++
			return string(text), nil
		case c == '\\':
			char, err := r.escape()
			if err != nil {
				return "", err
			}
			text = utf8.AppendRune(text, char)
		case c < ' ':
			return "", errSyntax
		default:
			text = append(text, c)
			r.at++
		}
	}
	return "", errSyntax
}

// escape reads one escape sequence; a surrogate pair counts as one.
func (r *reader) escape() (rune, error) {
	r.at++ // the backslash
	c := r.peek()
	r.at++
	switch c {
	case '"', '\\', '/':
		return rune(c), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		return r.unicodeEscape()
	}
	return 0, errSyntax
}

func (r *reader) unicodeEscape() (rune, error) {
	char, ok := r.hex4()
	if !ok {
		return 0, errSyntax
	}
	if !utf16.IsSurrogate(char) {
		return char, nil
	}
	if r.word(`\u`) != nil {
		return 0, errSurrogates
	}
	low, ok := r.hex4()
	if !ok {
		return 0, errSyntax
	}
	if pair := utf16.DecodeRune(char, low); pair != utf8.RuneError {
		return pair, nil
	}
	return 0, errSurrogates
}

func (r *reader) hex4() (rune, bool) {
	if len(r.body)-r.at < 4 {
		return 0, false
	}
	var char rune
	for _, c := range r.body[r.at : r.at+4] {
		char <<= 4
		switch {
		case c >= '0' && c <= '9':
			char |= rune(c - '0')
		case c >= 'a' && c <= 'f':
			char |= rune(c - 'a' + 10)
		case c >= 'A' && c <= 'F':
			char |= rune(c - 'A' + 10)
		default:
			return 0, false
		}
	}
	r.at += 4
	return char, true
}
