// SPDX-License-Identifier: Apache-2.0

// Package check reads dashboards as Grafana does, from their JSON, and says what is
// wrong with them: the rules of Grafana's dashboard linter, and ours on top.
package check

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Board is what the checks need of a dashboard.
type Board struct {
	UID           string   `json:"uid"`
	Title         string   `json:"title"`
	Description   string   `json:"description"`
	Tags          []string `json:"tags"`
	Editable      *bool    `json:"editable"`
	GraphTooltip  int      `json:"graphTooltip"`
	SchemaVersion int      `json:"schemaVersion"`
	Refresh       string   `json:"refresh"`
	Timezone      string   `json:"timezone"`
	Time          struct {
		From string `json:"from"`
		To   string `json:"to"`
	} `json:"time"`
	Templating struct {
		List []Variable `json:"list"`
	} `json:"templating"`
	Annotations struct {
		List []Annotation `json:"list"`
	} `json:"annotations"`
	Links  []Link  `json:"links"`
	Panels []Panel `json:"panels"`
}

// Variable is one of the bar on top of a board.
type Variable struct {
	Name       string      `json:"name"`
	Label      string      `json:"label"`
	Type       string      `json:"type"`
	Query      any         `json:"query"`
	Datasource *Datasource `json:"datasource"`
	Multi      bool        `json:"multi"`
	IncludeAll bool        `json:"includeAll"`
	AllValue   string      `json:"allValue"`
	Refresh    int         `json:"refresh"`
	Sort       int         `json:"sort"`
	Hide       int         `json:"hide"`
	Current    struct {
		Value any `json:"value"`
	} `json:"current"`
}

// Expr is the query of a variable, or its text.
func (v Variable) Expr() string {
	switch query := v.Query.(type) {
	case string:
		return query
	case map[string]any:
		expr, _ := query["query"].(string)
		return expr
	}
	return ""
}

// Annotation marks moments.
type Annotation struct {
	Name       string      `json:"name"`
	Expr       string      `json:"expr"`
	IconColor  string      `json:"iconColor"`
	Datasource *Datasource `json:"datasource"`
}

// Datasource names one.
type Datasource struct {
	UID string `json:"uid"`
}

// Link leads on.
type Link struct {
	Title       string   `json:"title"`
	Type        string   `json:"type"`
	URL         string   `json:"url"`
	Tags        []string `json:"tags"`
	KeepTime    bool     `json:"keepTime"`
	IncludeVars bool     `json:"includeVars"`
}

// Panel is a panel, or a row with the panels that are folded into it.
type Panel struct {
	ID          int         `json:"id"`
	Type        string      `json:"type"`
	Title       string      `json:"title"`
	Description string      `json:"description"`
	Datasource  *Datasource `json:"datasource"`
	Repeat      string      `json:"repeat"`
	Interval    string      `json:"interval"`
	Grid        struct {
		X, Y, W, H int
	} `json:"gridPos"`
	Targets     []Target `json:"targets"`
	Panels      []Panel  `json:"panels"`
	FieldConfig struct {
		Defaults struct {
			Unit       string  `json:"unit"`
			Decimals   *int    `json:"decimals"`
			NoValue    string  `json:"noValue"`
			Color      *Color  `json:"color"`
			Mappings   []any   `json:"mappings"`
			Thresholds any     `json:"thresholds"`
			Links      []Link  `json:"links"`
			Custom     Drawing `json:"custom"`
		} `json:"defaults"`
		Overrides []Override `json:"overrides"`
	} `json:"fieldConfig"`
	Transformations []Transformation `json:"transformations"`
	Options         struct {
		Color struct {
			Scheme string `json:"scheme"`
		} `json:"color"`
	} `json:"options"`
}

// Drawing is what tells bars from lines.
type Drawing struct {
	DrawStyle string `json:"drawStyle"`
}

// Color is how a field gets its colour.
type Color struct {
	Mode  string `json:"mode"`
	Fixed string `json:"fixedColor"`
}

// Override changes some of the fields.
type Override struct {
	Matcher struct {
		ID      string `json:"id"`
		Options any    `json:"options"`
	} `json:"matcher"`
	Properties []struct {
		ID    string          `json:"id"`
		Value json.RawMessage `json:"value"`
	} `json:"properties"`
}

// Transformation is what happens between query and picture.
type Transformation struct {
	ID      string `json:"id"`
	Options struct {
		Exclude map[string]bool   `json:"excludeByName"`
		Index   map[string]int    `json:"indexByName"`
		Rename  map[string]string `json:"renameByName"`
	} `json:"options"`
}

// Target is one query of a panel.
type Target struct {
	RefID      string      `json:"refId"`
	Expr       string      `json:"expr"`
	Legend     string      `json:"legendFormat"`
	Format     string      `json:"format"`
	Instant    bool        `json:"instant"`
	Range      bool        `json:"range"`
	Exemplar   bool        `json:"exemplar"`
	Datasource *Datasource `json:"datasource"`
}

// All are the panels without the rows, those folded away included. What a row is
// repeated for is said at its panels.
func (b Board) All() []Panel {
	var all []Panel
	repeat := ""
	add := func(p Panel) {
		if p.Repeat == "" {
			p.Repeat = repeat
		}
		all = append(all, p)
	}
	for _, p := range b.Panels {
		if p.Type != "row" {
			add(p)
			continue
		}
		repeat = p.Repeat
		for _, inner := range p.Panels {
			add(inner)
		}
	}
	return all
}

// Parse reads one dashboard.
func Parse(content []byte) (Board, error) {
	var b Board
	if err := json.Unmarshal(content, &b); err != nil {
		return Board{}, fmt.Errorf("read a dashboard: %w", err)
	}
	return b, nil
}

// Load reads the dashboards of a folder.
func Load(folder string) ([]Board, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, fmt.Errorf("list the dashboards: %w", err)
	}
	var list []Board
	for _, name := range names {
		content, err := os.ReadFile(name) //nolint:gosec // of a folder that the user named
		if err != nil {
			return nil, fmt.Errorf("read a dashboard: %w", err)
		}
		b, err := Parse(content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, b)
	}
	return list, nil
}
