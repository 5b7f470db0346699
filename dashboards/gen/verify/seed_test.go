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

// TestSeed: eight days of each series up to two hours ago, with the server's labels.
func TestSeed(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprint(w, `{"status":"success","data":{"result":[{"metric":{"__name__":"x","account":"main","job":"j"},"value":[1,"2"]}]}}`)
	}))
	defer server.Close()
	var out, faults bytes.Buffer
	if code := run([]string{"--seed", "--prometheus", server.URL}, &out, &faults); code != 0 {
		t.Fatalf("exit %d: %s", code, &faults)
	}
	text := out.String()
	for _, one := range remembered() {
		line := fmt.Sprintf("\n%s{account=\"main\",job=\"j\"} %v ", one.name, 2*one.times)
		if got, want := strings.Count(text, line), (8*24-2)*30; got < want-1 || got > want+1 {
			t.Errorf("%s: %d samples, want %d", one.name, got, want)
		}
	}
	if !strings.HasSuffix(text, "\n# EOF\n") {
		t.Error("the end is missing")
	}
}

// TestSeedNeedsTheRules: a server that records nothing gives no history.
func TestSeedNeedsTheRules(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, empty) }))
	defer server.Close()
	var out, faults bytes.Buffer
	if code := run([]string{"--seed", "--prometheus", server.URL}, &out, &faults); code != 1 || !strings.Contains(faults.String(), "load the rules first") {
		t.Errorf("exit %d: %s", code, &faults)
	}
}

// TestRememberedIsRecorded: a rule that was renamed leaves its history without use.
func TestRememberedIsRecorded(t *testing.T) {
	var rules strings.Builder
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "alerts", "rules", "*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no rules: %v", err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rules.Write(content)
	}
	for _, one := range remembered() {
		for _, name := range []string{one.name, one.like} {
			if !strings.Contains(rules.String(), "- record: "+name+"\n") {
				t.Errorf("no rule records %s", name)
			}
		}
	}
}
