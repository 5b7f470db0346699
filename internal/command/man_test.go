// SPDX-License-Identifier: Apache-2.0

package command

import (
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// manSection returns what stands between a heading and the next one of its kind.
func manSection(t *testing.T, page, heading string) string {
	t.Helper()
	_, rest, found := strings.Cut(page, "\n"+heading+"\n")
	if !found {
		t.Errorf("no %q", heading)
	}
	for _, next := range []string{"\n.SS ", "\n.SH "} {
		rest, _, _ = strings.Cut(rest, next)
	}
	return rest
}

// unroff takes the page back to what a person reads.
func unroff(text string) string {
	return strings.NewReplacer(`\fB`, "", `\fI`, "", `\fR`, "", `\-`, "-", `\e`, `\`, `\(aq`, "'", `\(ga`, "`", `\(ha`, "^", `\(ti`, "~", `\&`, "").Replace(text)
}

// TestManualPage: every flag of every command stands there with its text, and every
// command with its description and its examples.
func TestManualPage(t *testing.T) {
	code, page, errors := run(t.Context(), "man")
	if code != 0 || errors != "" {
		t.Fatalf("exit %d, %q", code, errors)
	}
	for _, command := range newApp(Streams{}).Commands {
		written := unroff(manSection(t, page, ".SS "+command.Name))
		for line := range strings.Lines(command.Description) {
			if !strings.Contains(written, line) {
				t.Errorf("%s: the description lacks %q", command.Name, line)
			}
		}
		_, help, _ := run(t.Context(), command.Name, "--help")
		_, examples, _ := strings.Cut(help, "EXAMPLES:\n")
		for line := range strings.Lines(examples) {
			if !strings.Contains(written, "\n"+strings.TrimPrefix(line, "   ")) {
				t.Errorf("%s: the examples lack %q", command.Name, line)
			}
		}
		for _, flag := range visibleFlags(command) {
			_, item, found := strings.Cut(written, "\n.TP\n--"+flag.Names()[0])
			item, _, _ = strings.Cut(item, "\n.")
			head, text, _ := strings.Cut(item, "\n")
			documented, ok := flag.(cli.DocGenerationFlag)
			if !ok || !found || strings.ContainsAny(text, "\n") || !strings.HasPrefix(text, strings.ReplaceAll(documented.GetUsage(), "`", "")) || text == "" {
				t.Errorf("%s: --%s has the text %q", command.Name, flag.Names()[0], text)
				continue
			}
			if documented.TakesValue() != strings.HasPrefix(head, " ") {
				t.Errorf("%s: --%s%s: what stands for the value?", command.Name, flag.Names()[0], head)
			}
			for _, variable := range documented.GetEnvVars() {
				if !strings.HasSuffix(text, " [$"+variable+"]") {
					t.Errorf("%s: --%s lacks %s: %q", command.Name, flag.Names()[0], variable, text)
				}
			}
		}
	}
	for _, variable := range knownVariables(newApp(Streams{}).Commands) {
		if variable != envImage && !strings.Contains(page, variable) {
			t.Errorf("no %s", variable)
		}
	}
}

// TestManualPageIsText: nothing that we write is taken for a request.
func TestManualPageIsText(t *testing.T) {
	m := &manual{}
	m.text(".hidden \\ 'a' --b ~c\n'quoted")
	if want := "\\&.hidden \\e \\(aqa\\(aq \\-\\-b \\(tic\n\\(aqquoted\n"; m.page.String() != want {
		t.Errorf("got %q, want %q", m.page.String(), want)
	}
}
