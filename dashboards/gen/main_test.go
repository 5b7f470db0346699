// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"didsms_exporter/dashboards/gen/boards"
)

func TestCommittedIsGenerated(t *testing.T) {
	names, err := filepath.Glob("../*.json")
	if err != nil || len(names) != len(boards.All()) {
		t.Fatalf("%d files for %d boards: %v", len(names), len(boards.All()), err)
	}
	for _, b := range boards.All() {
		want, err := b.JSON()
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join("..", b.UID+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s.json is not what the generator writes: go run . in dashboards/gen", b.UID)
		}
	}
}

func TestStrictDecode(t *testing.T) {
	plugins.RegisterDefaultPlugins()
	for _, b := range boards.All() {
		content, err := b.JSON()
		if err != nil {
			t.Fatal(err)
		}
		for _, fault := range strict(t, content) {
			t.Errorf("%s: %s", b.UID, fault)
		}
	}
}

// TestStrictDecodeNotices breaks a board in the ways that the decode is for.
func TestStrictDecodeNotices(t *testing.T) {
	plugins.RegisterDefaultPlugins()
	good, err := boards.All()[0].JSON()
	if err != nil {
		t.Fatal(err)
	}
	for name, replace := range map[string][2]string{
		"unknown field of a query": {`"expr":`, `"exprr":`},
		"unknown field of a panel": {`"gridPos":`, `"gridPoss":`},
		"unknown panel option":     {`"graphMode":`, `"graphMod":`},
		"text for a number":        {`"schemaVersion": 39`, `"schemaVersion": "39"`},
		"unknown custom field":     {`"drawStyle":`, `"drawstyles":`},
	} {
		broken := strings.Replace(string(good), replace[0], replace[1], 1)
		if broken == string(good) {
			t.Errorf("%s: nothing to break", name)
		} else if len(strict(t, []byte(broken))) == 0 {
			t.Errorf("%s passes", name)
		}
	}
}

// strict decodes as the SDK does, but for fields that Grafana fills in by itself and
// the list for grafana.com, which the SDK does not know.
func strict(t *testing.T, content []byte) []string {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(content, &fields); err != nil {
		t.Fatal(err)
	}
	delete(fields, "__requires")
	rest, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	var board dashboard.Dashboard //nolint:staticcheck // its successor is the format of Grafana 13 alone
	err = board.UnmarshalJSONStrict(rest)
	if err == nil {
		return nil
	}
	var faults []string
	for line := range strings.Lines(err.Error()) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasSuffix(line, "required field is missing from input") {
			faults = append(faults, line)
		}
	}
	return faults
}
