// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// TestHelpFits: no command's help has a line that a terminal of 80 columns would
// break, and each lists all flags of its command.
func TestHelpFits(t *testing.T) {
	for _, command := range newApp(Streams{}).Commands {
		code, out, errors := run(t.Context(), command.Name, "--help")
		if code != 0 || errors != "" {
			t.Errorf("%s: exit %d, standard error %q", command.Name, code, errors)
		}
		for line := range strings.Lines(out) {
			line = strings.TrimSuffix(line, "\n")
			if displayWidth(line) > columns {
				t.Errorf("%s: %d columns: %s", command.Name, displayWidth(line), line)
			}
			if line != strings.TrimRight(line, " ") {
				t.Errorf("%s: blanks behind %q", command.Name, line)
			}
		}
		_, listed, _ := strings.Cut(out, "OPTIONS:")
		for _, flag := range visibleFlags(command) {
			if strings.Count(listed, "\n   --"+flag.Names()[0]) != 1 {
				t.Errorf("%s: --%s is not listed once", command.Name, flag.Names()[0])
			}
			documented, ok := flag.(cli.DocGenerationFlag)
			if !ok || len(documented.GetEnvVars()) > 0 && !strings.Contains(listed, "[$"+documented.GetEnvVars()[0]+"]") {
				t.Errorf("%s: the variable of --%s is missing", command.Name, flag.Names()[0])
			}
			for word := range strings.FieldsSeq(strings.ReplaceAll(documented.GetUsage(), "`", "")) {
				if !slices.Contains(strings.Fields(listed), word) {
					t.Errorf("%s: the text of --%s lacks %q", command.Name, flag.Names()[0], word)
				}
			}
		}
	}
	_, out, _ := run(t.Context(), "--help")
	for line := range strings.Lines(out) {
		if displayWidth(strings.TrimSuffix(line, "\n")) > columns {
			t.Errorf("%d columns: %s", displayWidth(line), line)
		}
	}
}

// visibleFlags are those that people shall know.
func visibleFlags(command *cli.Command) []cli.Flag {
	return slices.DeleteFunc(slices.Clone(command.Flags), func(flag cli.Flag) bool {
		visible, ok := flag.(cli.VisibleFlag)
		return ok && !visible.IsVisible()
	})
}

// TestHelpOfAReleaseFits: a revision is long, and one of our own builds has none.
func TestHelpOfAReleaseFits(t *testing.T) {
	v := buildVersion()
	v.Version, v.Revision = "1.20.300-rc.10", strings.Repeat("f", 40)
	for line := range strings.Lines("   " + v.inHelp()) {
		if displayWidth(strings.TrimSuffix(line, "\n")) > columns {
			t.Errorf("%d columns: %s", displayWidth(line), line)
		}
	}
}

// TestHelpOfALongOption: one that leaves no room beside it has its text below.
func TestHelpOfALongOption(t *testing.T) {
	long := option{names: "--" + strings.Repeat("x", widestHead), value: "FILE", text: "what (default: \"a b\")", env: "DIDSMS_X"}
	want := fmt.Sprintf("   %s FILE\n%10swhat (default: \"a b\") [$DIDSMS_X]\n", long.names, "")
	if got := long.lines(5); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
