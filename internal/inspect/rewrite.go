// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits of what is rewritten: the contract's body is flat and small.
const (
	maxRewritten = 16 << 10
	maxLevels    = 8
)

// node is a JSON value whose numbers and order of keys are as they came.
type node struct {
	kind    byte   // { [ " and 0 for a number or a word
	text    string // of a string, unescaped; of a number or word, as it stands
	names   []string
	members []node
}

// style is one way to write the same values: how serialisers differ.
type style struct {
	order   int // as it came, sorted, the vendor's
	layout  int
	unicode int // as is, \u00e9, \u00E9
	html    bool
	slash   bool
	numbers numbers
	crlf    bool
	final   bool // a line end at the end
}

// numbers is which values are numbers, and which are strings of digits. The vendor
// shows both for size and price.
type numbers uint8

const (
	numbersAsIs numbers = iota
	numbersQuoted
	numbersSizePrice
	numbersSize
	numbersPrice
	numbersBare
	numbersCount
)

// bare reports whether the value of a name is written without quotes; ok is false
// where it stays as it is.
func (n numbers) bare(name string) (bare, ok bool) {
	switch n {
	case numbersAsIs:
		return false, false
	case numbersQuoted:
		return false, true
	case numbersBare:
		return true, true
	}
	size, price := name == "size" || name == "type", name == "price"
	return size && n != numbersPrice || price && n != numbersSize, true
}

// layout is where a serialiser puts space.
type layout struct {
	colon, comma, indent string
}

var layouts = []layout{
	{":", ",", ""},       // most
	{": ", ", ", ""},     // Python
	{": ", ",", ""},      // some
	{": ", ",", "    "},  // PHP, the vendor's page
	{": ", ",", "  "},    // JavaScript, Go, Ruby
	{": ", ",", "\t"},    // Go, JavaScript
	{" : ", ",", "  "},   // Jackson
	{" : ", ",", "    "}, // some
	{":", ",", "  "},     // some
	{" : ", ", ", ""},    // some
}

// vendorOrders are the orders of the names on the vendor's pages.
var vendorOrders = [][]string{
	{"messageId", "toPhone", "fromPhone", "content", "size", "price", "receiveTime", "smsStatus", "type"},
	{"messageId", "fromPhone", "toPhone", "content", "size", "price", "receiveTime", "smsStatus", "type"},
}

// rewriter writes one body in all styles.
type rewriter struct {
	body []byte
	root *node // nil: the body is no JSON that can be rewritten
}

// rewritten is a body in another style, and what differs from the one at hand.
type rewritten struct {
	text    []byte
	changed []string
}

func newRewriter(body []byte) *rewriter {
	r := &rewriter{body: body}
	body = bytes.TrimPrefix(body, []byte(bom))
	if len(body) > maxRewritten || !utf8.Valid(body) {
		return r
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	root, err := readNode(decoder, 0)
	if err == nil && !decoder.More() {
		r.root = &root
	}
	return r
}

var errTooNested = errors.New("nested too deeply")

func readNode(decoder *json.Decoder, level int) (node, error) {
	token, err := decoder.Token()
	if err != nil || level > maxLevels {
		return node{}, errors.Join(err, errTooNested)
	}
	switch token := token.(type) {
	case json.Delim:
		n := node{kind: byte(token)} //nolint:gosec // a bracket
		for decoder.More() {
			if n.kind == '{' {
				name, err := decoder.Token()
				if err != nil {
					return n, err
				}
				n.names = append(n.names, fmt.Sprint(name))
			}
			member, err := readNode(decoder, level+1)
			if err != nil {
				return n, err
			}
			n.members = append(n.members, member)
		}
		_, err := decoder.Token() // the closing one
		return n, err
	case string:
		return node{kind: '"', text: token}, nil
	case nil:
		return node{text: "null"}, nil
	}
	return node{text: fmt.Sprint(token)}, nil
}

// all yields every other way to write the body, those that differ least first.
func (r *rewriter) all() iter.Seq[rewritten] {
	return func(yield func(rewritten) bool) {
		if r.root == nil {
			return
		}
		styles := r.styles()
		own, known := r.own(styles)
		slices.SortStableFunc(styles, func(a, b style) int { return own.distance(a) - own.distance(b) })
		for _, s := range styles {
			text := r.write(s)
			if !bytes.Equal(text, r.body) && !yield(rewritten{text, own.differences(s, known)}) {
				return
			}
		}
	}
}

// own finds the style of the body itself.
func (r *rewriter) own(styles []style) (own style, known bool) {
	for _, s := range styles {
		if s.order == 0 && s.numbers == numbersAsIs && bytes.Equal(r.write(s), r.body) {
			return s, true
		}
	}
	return style{}, false
}

// styles lists the styles that can make a difference to this body.
func (r *rewriter) styles() []style {
	has := r.root.traits()
	styles := []style{{}}
	each := func(count int, set func(s *style, n int)) {
		before := styles
		styles = make([]style, 0, count*len(before))
		for _, s := range before {
			for n := range count {
				set(&s, n)
				styles = append(styles, s)
			}
		}
	}
	each(2+len(vendorOrders), func(s *style, n int) { s.order = n })
	each(len(layouts), func(s *style, n int) { s.layout = n })
	each(choices(has.wide, 3), func(s *style, n int) { s.unicode = n })
	each(choices(has.html, 2), func(s *style, n int) { s.html = n == 1 })
	each(choices(has.slash, 2), func(s *style, n int) { s.slash = n == 1 })
	each(choices(has.number, int(numbersCount)), func(s *style, n int) { s.numbers = numbers(n) }) //nolint:gosec // below numbersCount
	each(2, func(s *style, n int) { s.final = n == 1 })
	each(2, func(s *style, n int) { s.crlf = n == 1 })
	return slices.DeleteFunc(styles, func(s style) bool { return s.crlf && layouts[s.layout].indent == "" })
}

func choices(matters bool, count int) int {
	if matters {
		return count
	}
	return 1
}

// distance counts the differences of two styles.
func (s style) distance(other style) int {
	count := 0
	for _, differs := range [...]bool{
		other.order != s.order, other.layout != s.layout, other.unicode != s.unicode, other.html != s.html,
		other.slash != s.slash, other.numbers != s.numbers, other.crlf != s.crlf, other.final != s.final,
	} {
		if differs {
			count++
		}
	}
	return count
}

// differences names what changed from one style to another.
func (s style) differences(other style, known bool) []string {
	if !known {
		s.layout = -1
	}
	var changed []string
	note := func(differs bool, what string) {
		if differs {
			changed = append(changed, what)
		}
	}
	note(other.order != s.order, "key order")
	note(other.layout != s.layout, "spaces and line breaks")
	note(other.unicode != s.unicode, `\u escapes`)
	note(other.html != s.html, "escaped < > &")
	note(other.slash != s.slash, "escaped slashes")
	note(other.numbers != s.numbers, "numbers in quotes or not")
	note(other.crlf != s.crlf, "line ends")
	note(other.final != s.final, "the last line end")
	return changed
}

// traits are the properties of values that serialisers treat differently.
type traits struct{ wide, html, slash, number bool }

func (n *node) traits() traits {
	var t traits
	for _, text := range append([]string{n.text}, n.names...) {
		t.wide = t.wide || !isASCII([]byte(text))
		t.html = t.html || strings.ContainsAny(text, "<>&")
		t.slash = t.slash || strings.Contains(text, "/")
	}
	t.number = isNumber(n.text)
	for _, member := range n.members {
		m := member.traits()
		t = traits{t.wide || m.wide, t.html || m.html, t.slash || m.slash, t.number || m.number}
	}
	return t
}

// number is what JSON calls a number.
var number = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

func isNumber(text string) bool {
	return text != "" && text[0] <= '9' && number.MatchString(text)
}

// write serialises the body in a style.
func (r *rewriter) write(s style) []byte {
	w := &styleWriter{style: s, layout: layouts[s.layout]}
	w.node(r.root, "", 0)
	text := w.out.String()
	if s.final {
		text += "\n"
	}
	if s.crlf {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return []byte(text)
}

type styleWriter struct {
	style  style
	layout layout
	out    strings.Builder
}

func (w *styleWriter) node(n *node, name string, level int) {
	if n.kind == '{' || n.kind == '[' {
		w.container(n, level)
		return
	}
	quoted := n.kind == '"'
	if bare, ok := w.style.numbers.bare(name); ok && isNumber(n.text) {
		quoted = !bare
	}
	if quoted {
		w.string(n.text)
	} else {
		w.out.WriteString(n.text)
	}
}

func (w *styleWriter) container(n *node, level int) {
	w.out.WriteByte(n.kind)
	for position, at := range w.order(n) {
		if position > 0 {
			w.out.WriteString(w.layout.comma)
		}
		w.breakLine(level + 1)
		name := ""
		if n.kind == '{' {
			name = n.names[at]
			w.string(name)
			w.out.WriteString(w.layout.colon)
		}
		w.node(&n.members[at], name, level+1)
	}
	if len(n.members) > 0 {
		w.breakLine(level)
	}
	w.out.WriteByte(n.kind + 2) // } follows { by two, ] follows [ by two
}

// order gives the order in which members are written.
func (w *styleWriter) order(n *node) []int {
	order := make([]int, len(n.members))
	for at := range order {
		order[at] = at
	}
	switch {
	case n.kind != '{' || w.style.order == 0:
	case w.style.order == 1:
		sort.SliceStable(order, func(a, b int) bool { return n.names[order[a]] < n.names[order[b]] })
	default:
		vendor := vendorOrders[w.style.order-2]
		rank := func(at int) int {
			if r := slices.Index(vendor, n.names[at]); r >= 0 {
				return r
			}
			return len(vendor)
		}
		sort.SliceStable(order, func(a, b int) bool { return rank(order[a]) < rank(order[b]) })
	}
	return order
}

func (w *styleWriter) breakLine(level int) {
	if w.layout.indent != "" {
		w.out.WriteString("\n" + strings.Repeat(w.layout.indent, level))
	}
}

func (w *styleWriter) string(text string) {
	w.out.WriteByte('"')
	for _, char := range text {
		switch {
		case char == '"' || char == '\\' || char == '/' && w.style.slash:
			w.out.WriteString(`\` + string(char))
		case char < ' ' || strings.ContainsRune("<>&", char) && w.style.html:
			w.control(char)
		case char >= utf8.RuneSelf && w.style.unicode > 0:
			w.wide(char)
		default:
			w.out.WriteRune(char)
		}
	}
	w.out.WriteByte('"')
}

func (w *styleWriter) control(char rune) {
	if at := strings.IndexRune("\b\f\n\r\t", char); at >= 0 {
		w.out.WriteString(`\` + "bfnrt"[at:at+1])
		return
	}
	w.unit(uint16(char)) //nolint:gosec // below 128
}

func (w *styleWriter) wide(char rune) {
	for _, unit := range utf16.Encode([]rune{char}) {
		w.unit(unit)
	}
}

func (w *styleWriter) unit(unit uint16) {
	digits := strconv.FormatUint(uint64(unit)+1<<16, 16)[1:]
	if w.style.unicode == 2 {
		digits = strings.ToUpper(digits)
	}
	w.out.WriteString(`\u` + digits)
}
