// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

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
