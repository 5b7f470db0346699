// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	full  = `{"status":"success","data":{"result":[{"metric":{"job":"j"},"value":[1,"1"],"values":[[1,"1"]]}]}}`
	empty = `{"status":"success","data":{"result":[]}}`
)

func TestVerify(t *testing.T) {
	for name, c := range map[string]struct {
		answer, title, setup, want string
		code                       int
	}{
		"full":            {full, "Some", native, "0 faults", 0},
		"empty":           {empty, "Some", native, "EMPTY", 1},
		"nan":             {strings.ReplaceAll(full, `"1"]`, `"NaN"]`), "Some", native, "EMPTY", 1},
		"histograms":      {strings.ReplaceAll(full, "value", "histogram"), "Some", native, "0 faults", 0},
		"warning":         {strings.Replace(full, `"data"`, `"warnings":["odd"],"data"`, 1), "Some", native, "WARNING odd", 1},
		"info":            {strings.Replace(full, `"data"`, `"infos":["odd"],"data"`, 1), "Some", native, "WARNING odd", 1},
		"error":           {`{"status":"error","error":"no such thing"}`, "Some", native, "no such thing", 1},
		"allowed":         {empty, "Distribution of delivery time", baseline, "allowed to be empty", 0},
		"not allowed":     {empty, "Distribution of delivery time", native, "EMPTY", 1},
		"no answer":       {`<html>`, "Some", native, "ERROR", 1},
		"unknown setup":   {full, "Some", "other", "--setup is one of", 2},
		"needless excuse": {full, "Distribution of delivery time", baseline, "note: not needed here", 0},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, c.answer) }))
			defer server.Close()
			folder := t.TempDir()
			board := fmt.Sprintf(`{"uid":"didsms-did","panels":[{"id":1,"title":%q,"type":"timeseries","targets":[{"refId":"A","expr":"up","range":true}]}]}`, c.title)
			if err := os.WriteFile(filepath.Join(folder, "did.json"), []byte(board), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			code := run([]string{"--prometheus", server.URL, "--setup", c.setup, "--dashboards", folder}, &out, &out)
			if code != c.code || !strings.Contains(out.String(), c.want) {
				t.Errorf("exit %d instead of %d, without %q:\n%s", code, c.code, c.want, out.String())
			}
		})
	}
}

// TestVariables knows that a board whose variables offer nothing is empty.
func TestVariables(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, empty) }))
	defer server.Close()
	folder := t.TempDir()
	board := `{"uid":"didsms-did","templating":{"list":[{"name":"job","type":"query","query":{"query":"label_values(up, job)"}}]},"panels":[]}`
	if err := os.WriteFile(filepath.Join(folder, "did.json"), []byte(board), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if code := run([]string{"--prometheus", server.URL, "--setup", native, "--dashboards", folder}, &out, &out); code != 1 || !strings.Contains(out.String(), "job: nothing to choose from") {
		t.Errorf("exit %d:\n%s", code, out.String())
	}
}

// TestAllowances names only panels that exist: an allowance must not outlive its panel.
func TestAllowances(t *testing.T) {
	for _, a := range allowed() {
		content, err := os.ReadFile(filepath.Join("..", "..", a.uid+".json"))
		if err != nil || !bytes.Contains(content, fmt.Appendf(nil, `"title": %q`, a.panel)) {
			t.Errorf("%s has no panel %q: %v", a.uid, a.panel, err)
		}
		if a.reason == "" || len(a.setups) == 0 {
			t.Errorf("%s / %s: no reason or no setup", a.uid, a.panel)
		}
	}
}
