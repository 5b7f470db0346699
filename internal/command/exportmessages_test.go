// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
)

// A severity with a word of its own keeps its colours, also where two change places.
func TestExportGivesTheMessagesTheSeverities(t *testing.T) {
	for name, test := range map[string]struct {
		arguments []string
		colours   map[string]string
	}{
		"usual":   {nil, map[string]string{"critical": "danger", "warning": "warning", "info": "#439FE0"}},
		"renamed": {[]string{"--severity", "critical=page", "--severity", "warning=ticket"}, map[string]string{"page": "danger", "ticket": "warning", "info": "#439FE0"}},
		"swapped": {[]string{"--severity", "critical=warning", "--severity", "warning=critical"}, map[string]string{"warning": "danger", "critical": "warning"}},
	} {
		folder := t.TempDir()
		if code, _, errors := exportTo(t, append(test.arguments, folder)...); code != 0 {
			t.Fatalf("%s: %s", name, errors)
		}
		content, err := os.ReadFile(filepath.Join(folder, "alertmanager", "didsms.tmpl"))
		if err != nil {
			t.Fatal(err)
		}
		messages, err := template.New("").Funcs(template.FuncMap{"toUpper": strings.ToUpper}).Parse(string(content))
		if err != nil {
			t.Fatal(err)
		}
		for severity, want := range test.colours {
			var colour bytes.Buffer
			page := map[string]any{"Status": "firing", "CommonLabels": map[string]string{"severity": severity}}
			if err := messages.ExecuteTemplate(&colour, "didsms.color", page); err != nil || colour.String() != want {
				t.Errorf("%s: %s is shown in %q, want %q (%v)", name, severity, colour.String(), want, err)
			}
			// The mail asks for the same words a second time.
			if asked := strings.Count(string(content), `.severity "`+severity+`"`); severity != "info" && asked != 2 {
				t.Errorf("%s: the messages ask %d times for %s, want 2", name, asked, severity)
			}
		}
	}
}
