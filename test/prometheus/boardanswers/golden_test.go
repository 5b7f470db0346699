// SPDX-License-Identifier: Apache-2.0

package boardanswers

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestAnswers holds every answer of every board against those in testdata. After a
// change of a board run it with -update, and read what became of the answers.
func TestAnswers(t *testing.T) {
	pages := map[string]*strings.Builder{}
	all := settings(t)
	for _, q := range questions(t) {
		page := pages[q.board]
		if page == nil {
			page = &strings.Builder{}
			pages[q.board] = page
			fmt.Fprintf(page, "Answers of %s, written by: go test ./boardanswers -update\n", q.board)
		}
		fmt.Fprintln(page, "\n"+strings.TrimSpace(q.panel+"  "+q.ref+"  "+q.legend))
		for _, line := range q.reading {
			fmt.Fprintf(page, "  (%s)\n", line)
		}
		written := map[string][]string{}
		for _, s := range all {
			if !s.asks(q) {
				continue
			}
			lines, err := s.ask(t.Context(), q)
			if err != nil {
				t.Fatalf("%s: %s %s: %v", q.board, q.panel, q.ref, err)
			}
			written[s.name] = lines
			if s.like != "" && slices.Equal(lines, written[s.like]) {
				continue
			}
			fmt.Fprintf(page, "  %s\n", s.name)
			if len(lines) == 0 {
				fmt.Fprintf(page, "    nothing\n")
			}
			for _, line := range lines {
				fmt.Fprintf(page, "    %s\n", line)
			}
		}
	}
	for board, page := range pages {
		golden(t, board+".txt", page.String())
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(string(content), "\n")
	heading := ""
	for i, line := range strings.Split(got, "\n") {
		if !strings.HasPrefix(line, " ") && line != "" {
			heading = line
		}
		if i >= len(want) || want[i] != line {
			t.Errorf("%s, line %d, %s: got %q, want %q; after a change on purpose: -update", file, i+1, heading, line, want[min(i, len(want)-1)])
			return
		}
	}
	if len(got) != len(content) {
		t.Errorf("%s has more than is asked for", file)
	}
}
