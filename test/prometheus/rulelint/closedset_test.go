// SPDX-License-Identifier: Apache-2.0

package rulelint

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// closedSets are the words that a label may have as its value, by label; those of
// reason, which differ from metric to metric, by metric and label.
type closedSets map[string][]string

// of gives the words of a label on a metric; nil where any word goes.
func (c closedSets) of(metric, label string) []string {
	if words, ok := c[metric+" "+label]; ok {
		return words
	}
	return c[label]
}

// readClosedSets takes the words from the sources of the product itself, from the
// methods that give label values: a list kept here would grow old.
func readClosedSets(t *testing.T) closedSets {
	t.Helper()
	sms, store := sources(t, "internal", "sms"), sources(t, "internal", "store")
	sets := closedSets{
		"kind":      wordsOf(sms, "Kind"),
		"direction": wordsOf(sms, "Direction"),
		"result":    wordsOf(sms, "Result"),
		"status":    wordsOf(sms, "Status"),
		"outcome":   wordsOf(sms, "Outcome"),
		"field":     wordsOf(sms, "Field"),

		"didsms_event_time_errors_total reason":     wordsOf(sms, "FieldProblem"),
		"didsms_store_commit_failures_total reason": wordsOf(store, "Reason"),
		"didsms_dedupe_evictions_total reason":      wordsBeside(sources(t, "collector"), "evictedDesc"),
	}
	for label, words := range sets {
		if len(words) < 2 {
			t.Errorf("%s has the words %q in the sources: have they moved?", label, words)
		}
	}
	return sets
}

func sources(t *testing.T, path ...string) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(append(append([]string{root}, path...), "*.go")...))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, content, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

// wordsOf lists the texts of a type's method String, and those of the package's
// variable that it reads, if it reads one. The empty word is no label value.
func wordsOf(files []*ast.File, typeName string) []string {
	var words, reads []string
	inspect(files, func(node ast.Node) {
		method, ok := node.(*ast.FuncDecl)
		if !ok || method.Recv == nil || method.Name.Name != "String" {
			return
		}
		if receiver, ok := method.Recv.List[0].Type.(*ast.Ident); !ok || receiver.Name != typeName {
			return
		}
		words = append(words, texts(method.Body)...)
		ast.Inspect(method.Body, func(inner ast.Node) bool {
			if index, ok := inner.(*ast.IndexExpr); ok {
				if name, ok := index.X.(*ast.Ident); ok {
					reads = append(reads, name.Name)
				}
			}
			return true
		})
	})
	inspect(files, func(node ast.Node) {
		if value, ok := node.(*ast.ValueSpec); ok && slices.Contains(reads, value.Names[0].Name) {
			for _, given := range value.Values {
				words = append(words, texts(given)...)
			}
		}
	})
	return words
}

// wordsBeside lists the texts given in calls together with a field of this name.
func wordsBeside(files []*ast.File, field string) []string {
	var words []string
	inspect(files, func(node ast.Node) {
		call, ok := node.(*ast.CallExpr)
		if !ok {
			return
		}
		for _, argument := range call.Args {
			if selector, ok := argument.(*ast.SelectorExpr); ok && selector.Sel.Name == field {
				words = append(words, texts(call)...)
			}
		}
	})
	return words
}

func inspect(files []*ast.File, look func(ast.Node)) {
	for _, file := range files {
		ast.Inspect(file, func(node ast.Node) bool { look(node); return true })
	}
}

// texts are the string literals below a node, but for the empty one.
func texts(below ast.Node) []string {
	var words []string
	ast.Inspect(below, func(node ast.Node) bool {
		if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if word, err := strconv.Unquote(literal.Value); err == nil && word != "" {
				words = append(words, word)
			}
		}
		return true
	})
	return words
}
