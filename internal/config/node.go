// SPDX-License-Identifier: Apache-2.0

package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// document reads one YAML file key by key and collects every problem with its
// line, where a decoder into structs would stop at the first and forget the lines
// of the values it read.
type document struct {
	file       string
	problems   Problems
	lines      map[string]int // by key
	secretless bool           // leave the secrets unread
}

// parse returns the root mapping of the file, which may be empty.
func (d *document) parse(content []byte) mapping {
	var documents []yaml.Node
	if err := yaml.Load(content, &documents, yaml.WithAllDocuments()); err != nil {
		problem := Problem{File: d.file, Text: "is not valid YAML: " + err.Error()}
		if load := (*yaml.LoadError)(nil); errors.As(err, &load) {
			problem.Line, problem.Column, problem.Text = load.Mark.Line, load.Mark.Column, "is not valid YAML: "+load.Message
		}
		d.problems = append(d.problems, problem)
		return mapping{doc: d}
	}
	if len(documents) > 1 {
		d.complain(documents[1].Line, "", "holds more than one YAML document; one file holds one")
	}
	if len(documents) == 0 || len(documents[0].Content) == 0 {
		return mapping{doc: d} // an empty file, or nothing but comments
	}
	return d.mapping(documents[0].Content[0], "")
}

func (d *document) complain(line int, key, text string) {
	d.problems = append(d.problems, Problem{File: d.file, Line: line, Key: key, Text: text})
}

// mapping is a YAML mapping whose keys are taken out one by one; what is left at
// the end is unknown.
type mapping struct {
	doc  *document
	path string // such as accounts[0].
	line int
	keys map[string]scalar // nil: it was something else, which has been said
	// order keeps the keys in file order.
	order []string
}

// scalar is any value with its place; the name fits its use, nearly always.
type scalar struct {
	doc  *document
	path string
	node *yaml.Node
}

func (d *document) mapping(node *yaml.Node, path string) mapping {
	m := mapping{doc: d, line: node.Line, keys: make(map[string]scalar)}
	if path != "" {
		m.path = path + "."
	}
	if isNull(node) {
		return m
	}
	if node.Kind != yaml.MappingNode {
		d.complain(node.Line, path, "must be a mapping of keys to values")
		m.keys = nil
		return m
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name := plainKey(node.Content[i].Value)
		if _, twice := m.keys[name]; twice {
			d.complain(node.Content[i].Line, m.path+name, "occurs twice")
			continue
		}
		m.keys[name] = scalar{d, m.path + name, resolve(node.Content[i+1])}
		m.order = append(m.order, name)
		d.lines[m.path+name] = node.Content[i].Line
	}
	return m
}

// take removes a key; ok is false when it is absent or null.
func (m mapping) take(name string) (s scalar, ok bool) {
	s, ok = m.keys[name]
	delete(m.keys, name)
	return s, ok && !isNull(s.node)
}

// text takes a key that holds a plain value.
func (m mapping) text(name string) (text string, s scalar, ok bool) {
	s, ok = m.take(name)
	if !ok {
		return "", s, false
	}
	if s.node.Kind != yaml.ScalarNode {
		s.complain("must be a single value")
		return "", s, false
	}
	return s.node.Value, s, true
}

// word takes a key that holds one of a few words; absent means the first.
func (m mapping) word(name string, words ...string) string {
	text, s, ok := m.text(name)
	if !ok {
		return words[0]
	}
	if !slices.Contains(words, text) {
		s.complain("must be " + strings.Join(words, " or "))
		return words[0]
	}
	return text
}

// boolean takes a key that holds true or false.
func (m mapping) boolean(name string, fallback bool) bool {
	text, s, ok := m.text(name)
	if !ok {
		return fallback
	}
	value, err := strconv.ParseBool(text)
	if err != nil {
		s.complain("must be true or false")
	}
	return value
}

// list takes a key that holds a list; entries are addressed as name[0] and so on.
func (m mapping) list(name string) []scalar {
	s, ok := m.take(name)
	if !ok {
		return nil
	}
	if s.node.Kind != yaml.SequenceNode {
		s.complain("must be a list")
		return nil
	}
	entries := make([]scalar, len(s.node.Content))
	for i, node := range s.node.Content {
		entries[i] = scalar{m.doc, fmt.Sprintf("%s[%d]", s.path, i), resolve(node)}
		m.doc.lines[entries[i].path] = node.Line
	}
	return entries
}

// sub takes a key that holds a mapping.
func (m mapping) sub(name string) mapping {
	s, ok := m.take(name)
	if !ok {
		return mapping{doc: m.doc}
	}
	return m.doc.mapping(s.node, s.path)
}

// finish complains about every key that nobody took.
func (m mapping) finish(known ...string) {
	for _, name := range m.order {
		s, left := m.keys[name]
		if !left {
			continue
		}
		if near := Nearest(name, known); near != "" {
			s.complain("is not a known key; did you mean " + near + "?")
		} else {
			s.complain("is not a known key; known here: " + strings.Join(known, ", "))
		}
	}
}

// plainKey makes a key fit for one line of an error: quoted and cut when anything
// but a plain word stands in it.
func plainKey(key string) string {
	if validKey(key) {
		return key
	}
	return fmt.Sprintf("%.40q", key)
}

func (s scalar) complain(text string) { s.doc.complain(s.node.Line, s.path, text) }

func isNull(node *yaml.Node) bool { return node.Tag == "!!null" }

// resolve follows an alias to what it stands for.
func resolve(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}
