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
	"time"

	"didsms_exporter/dashboards/gen/check"
)

const (
	full  = `{"status":"success","data":{"result":[{"metric":{"job":"j"},"value":[1,"1"],"values":[[1,"1"]]}]}}`
	empty = `{"status":"success","data":{"result":[]}}`
)

func TestVerify(t *testing.T) {
	for name, c := range map[string]struct {
		answer, title, setup, want string
		code                       int
		flags                      []string
	}{
		"full":            {full, "Some", native, "0 faults", 0, nil},
		"empty":           {empty, "Some", native, "EMPTY", 1, nil},
		"nan":             {strings.ReplaceAll(full, `"1"]`, `"NaN"]`), "Some", native, "EMPTY (NaN only)", 1, nil},
		"histograms":      {strings.ReplaceAll(full, "value", "histogram"), "Some", native, "0 faults", 0, nil},
		"warning":         {strings.Replace(full, `"data"`, `"warnings":["odd"],"data"`, 1), "Some", native, "WARNING odd", 1, nil},
		"info":            {strings.Replace(full, `"data"`, `"infos":["odd"],"data"`, 1), "Some", native, "WARNING odd", 1, nil},
		"error":           {`{"status":"error","error":"no such thing"}`, "Some", native, "no such thing", 1, nil},
		"allowed":         {empty, "Distribution of delivery time", baseline, "allowed to be empty", 0, nil},
		"not allowed":     {empty, "Distribution of delivery time", native, "EMPTY", 1, nil},
		"no answer":       {`<html>`, "Some", native, "ERROR", 1, nil},
		"unknown setup":   {full, "Some", "other", "--setup is one of", 2, nil},
		"needless excuse": {full, "Distribution of delivery time", baseline, "note: not needed here", 0, nil},
		"strict":          {full, "Distribution of delivery time", baseline, "FAULT didsms-did / Distribution of delivery time: may be empty here, but is not", 1, []string{"--strict"}},
		"strict and used": {empty, "Distribution of delivery time", baseline, "0 faults", 0, []string{"--strict"}},
		"calm":            {empty, "Firing alerts", native, "1 allowed to be empty", 0, []string{"--strict"}},
		"eventful":        {empty, "Firing alerts", native, "FAULT didsms-overview / Firing alerts / A: EMPTY", 1, []string{"--eventful"}},
		"happened":        {full, "Firing alerts", native, "0 faults", 0, []string{"--eventful", "--strict"}},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, c.answer) }))
			defer server.Close()
			folder := t.TempDir()
			uid := "didsms-did"
			if c.title == "Firing alerts" {
				uid = "didsms-overview"
			}
			board := fmt.Sprintf(`{"uid":%q,"panels":[{"id":1,"title":%q,"type":"timeseries","targets":[{"refId":"A","expr":"up","range":true}]}]}`, uid, c.title)
			if err := os.WriteFile(filepath.Join(folder, "did.json"), []byte(board), 0o600); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			code := run(append([]string{"--prometheus", server.URL, "--setup", c.setup, "--dashboards", folder}, c.flags...), &out, &out)
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

// TestWait: what is empty at first may fill, what is wrong at first will stay so.
func TestWait(t *testing.T) {
	boards := []check.Board{{UID: "didsms-did", Panels: []check.Panel{{ID: 1, Title: "Some", Targets: []check.Target{{RefID: "A", Expr: "up", Range: true}}}}}}
	for name, c := range map[string]struct {
		first, want string
		code        int
		within      time.Duration
	}{
		"fills":       {empty, "0 faults", 0, time.Hour},
		"never fills": {empty, "EMPTY", 1, 0},
		"wrong":       {`{"status":"error","error":"no such thing"}`, "no such thing", 1, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if asked++; asked <= 4 {
					_, _ = fmt.Fprint(w, c.first)
				} else {
					_, _ = fmt.Fprint(w, full)
				}
			}))
			defer web.Close()
			v := verifier{server: server{web.URL}, setup: native, pause: time.Millisecond}
			var out bytes.Buffer
			if code := v.until(t.Context(), time.Now().Add(c.within), boards, &out); code != c.code || !strings.Contains(out.String(), c.want) {
				t.Errorf("exit %d instead of %d, without %q:\n%s", code, c.code, c.want, out.String())
			}
		})
	}
}
