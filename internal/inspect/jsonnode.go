// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// node is a JSON value whose numbers and order of keys are as they came.
type node struct {
	kind    byte   // { [ " and 0 for a number or a word
	text    string // of a string, unescaped; of a number or word, as it stands
	names   []string
	members []node
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
