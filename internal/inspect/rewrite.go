// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"bytes"
	"encoding/json"
	"iter"
	"slices"
	"unicode/utf8"
)

// Limits of what is rewritten: the contract's body is flat and small.
const (
	maxRewritten = 16 << 10
	maxLevels    = 8
)

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

// vendorOrders are the orders of the names on the vendor's pages, and those that
// this program itself writes: sign, send and demo the first two, simulate the third.
var vendorOrders = [][]string{
	{"messageId", "toPhone", "fromPhone", "content", "size", "price", "receiveTime", "smsStatus", "type"},
	{"messageId", "fromPhone", "toPhone", "content", "size", "price", "receiveTime", "smsStatus", "type"},
	{"messageId", "type", "toPhone", "fromPhone", "content", "size", "price", "receiveTime", "smsStatus"},
	{"messageId", "type", "fromPhone", "toPhone", "content", "size", "price", "receiveTime", "smsStatus"},
	{"messageId", "toPhone", "fromPhone", "content", "receiveTime", "size", "price", "smsStatus", "type"},
	{"messageId", "type", "toPhone", "fromPhone", "content", "receiveTime", "smsStatus", "size", "price"},
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
	orders := r.orders()
	each(len(orders), func(s *style, n int) { s.order = orders[n] })
	each(len(layouts), func(s *style, n int) { s.layout = n })
	each(choices(has.wide, 3), func(s *style, n int) { s.unicode = n })
	each(choices(has.html, 2), func(s *style, n int) { s.html = n == 1 })
	each(choices(has.slash, 2), func(s *style, n int) { s.slash = n == 1 })
	each(choices(has.number, int(numbersCount)), func(s *style, n int) { s.numbers = numbers(n) }) //nolint:gosec // below numbersCount
	each(2, func(s *style, n int) { s.final = n == 1 })
	each(2, func(s *style, n int) { s.crlf = n == 1 })
	return slices.DeleteFunc(styles, func(s style) bool { return s.crlf && layouts[s.layout].indent == "" })
}

// orders lists the orders that differ for this body: each costs as much as all the
// other styles together.
func (r *rewriter) orders() []int {
	var orders []int
	seen := make(map[string]bool)
	for n := range 2 + len(vendorOrders) {
		if text := string(r.write(style{order: n})); !seen[text] {
			seen[text] = true
			orders = append(orders, n)
		}
	}
	return orders
}

// sortedNames reports whether the names of the body are in alphabetical order, as
// many serialisers write them and the vendor does not.
func (r *rewriter) sortedNames() bool {
	return r.root != nil && r.root.kind == '{' && len(r.root.names) > 2 && slices.IsSorted(r.root.names)
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
