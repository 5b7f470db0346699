// SPDX-License-Identifier: Apache-2.0

package boardanswers

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// root is the folder of the whole repository.
const root = "../../.."

// question is one query of a board.
type question struct {
	board, panel, ref string
	legend            string
	expr              string
	over              bool     // asked over time, not about its end
	repeat            string   // variable for each of whose values it is asked
	reading           []string // of the panel, at its first query
}

// mark is the panel of what is laid over every graph.
const mark = "annotation "

func (q question) marks() bool { return strings.HasPrefix(q.panel, mark) }

// questions are those of every panel and annotation, and those for the values of
// variables.
func questions(t *testing.T) []question {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "dashboards", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no boards: %v", err)
	}
	var list []question
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var b board
		if err := json.Unmarshal(content, &b); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		list = append(list, b.questions()...)
	}
	return list
}

// board is what has questions in it.
type board struct {
	UID        string  `json:"uid"`
	Panels     []panel `json:"panels"`
	Templating struct {
		List []struct {
			Name  string          `json:"name"`
			Type  string          `json:"type"`
			Query json.RawMessage `json:"query"`
		} `json:"list"`
	} `json:"templating"`
	Annotations struct {
		List []struct {
			Name   string `json:"name"`
			Expr   string `json:"expr"`
			Title  string `json:"titleFormat"`
			Text   string `json:"textFormat"`
			Target target `json:"target"`
		} `json:"list"`
	} `json:"annotations"`
}

type panel struct {
	Type            string           `json:"type"`
	Title           string           `json:"title"`
	Repeat          string           `json:"repeat"`
	Panels          []panel          `json:"panels"`
	Targets         []target         `json:"targets"`
	Options         options          `json:"options"`
	Transformations []transformation `json:"transformations"`
	Fields          struct {
		Defaults  look         `json:"defaults"`
		Overrides []overriding `json:"overrides"`
	} `json:"fieldConfig"`
}

type target struct {
	Ref    string `json:"refId"`
	Expr   string `json:"expr"`
	Legend string `json:"legendFormat"`
	Range  bool   `json:"range"`
}

func (b board) questions() []question {
	var list []question
	for _, v := range b.Templating.List {
		if v.Type != "query" {
			continue
		}
		var query struct {
			Query string `json:"query"`
		}
		_ = json.Unmarshal(v.Query, &query) // what is no query is not understood below
		parts := regexp.MustCompile(`^label_values\((.+), (\w+)\)$`).FindStringSubmatch(query.Query)
		expr := query.Query
		if parts != nil {
			expr = "group by (" + parts[2] + ") (" + parts[1] + ")"
		}
		list = append(list, question{board: b.UID, panel: "variable " + v.Name, expr: expr})
	}
	for _, a := range b.Annotations.List {
		// Grafana asks the target where there is one; an older one asks expr.
		list = append(list, question{board: b.UID, panel: mark + a.Name, legend: a.Title + ": " + a.Text, expr: a.Target.Expr, over: true})
		if a.Expr != a.Target.Expr {
			list = append(list, question{board: b.UID, panel: mark + a.Name + ", old", expr: a.Expr, over: true})
		}
	}
	repeat := ""
	for _, p := range b.Panels {
		if p.Type == "row" {
			repeat = p.Repeat
		}
		for _, one := range append([]panel{p}, p.Panels...) {
			for i, t := range one.Targets {
				q := question{b.UID, one.Title, t.Ref, t.Legend, t.Expr, t.Range, repeat, nil}
				if i == 0 {
					q.reading = one.reading()
				}
				list = append(list, q)
			}
		}
	}
	return list
}
