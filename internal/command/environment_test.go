// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"didsms_exporter/deploy"
)

// TestStrayVariables: a slip is named, with what was probably meant, and what is no
// slip is not.
func TestStrayVariables(t *testing.T) {
	for variables, want := range map[string]string{
		"DIDSMS_ACCES_SECRET=hunter2":      "DIDSMS_ACCES_SECRET DIDSMS_ACCESS_SECRET",
		"DIDSMS_WEB_LISTN_ADDRESS=:1":      "DIDSMS_WEB_LISTN_ADDRESS DIDSMS_WEB_LISTEN_ADDRESS",
		"didsms_currency=USD":              "didsms_currency DIDSMS_CURRENCY",
		"DIDMS_TIME_ZONE=UTC":              "DIDMS_TIME_ZONE DIDSMS_TIME_ZONE",
		"DIDSMS_SOMETHING_ELSE=":           "DIDSMS_SOMETHING_ELSE ",
		"DIDSMS_SERVICE_HOST=10.0.0.1":     "DIDSMS_SERVICE_HOST ", // alone it is nobody's
		"HOME=/ DIDSMSX=1 CURRENCY=EUR":    "",
		"DIDSMS_ACCESS_SECRET_NEXT_FILE=f": "",
		"DIDSMS_WEB_AUTH_FILE=f":           "", // of another command
		"DIDSMS_SERVICE_HOST=a DIDSMS_SERVICE_PORT=1 DIDSMS_SERVICE_PORT_WEB=1 DIDSMS_PORT=b DIDSMS_PORT_9911_TCP=c " +
			"DIDSMS_PORT_9911_TCP_PROTO=tcp DIDSMS_PORT_9911_TCP_PORT=9 DIDSMS_PORT_9911_TCP_ADDR=a": "",
		"DIDSMS_SMS_SERVICE_HOST=a DIDSMS_SMS_SERVICE_PORT=1 DIDSMS_SMS_PORT=b": "",
	} {
		var got []string
		for _, stray := range strayVariables(Streams{Environ: func() []string { return strings.Fields(variables) }}) {
			got = append(got, stray.name+" "+stray.near)
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: got %q, want %q", variables, got, want)
		}
	}
}

// TestShippedVariablesAreKnown: what our own files set is not called a slip.
func TestShippedVariablesAreKnown(t *testing.T) {
	variable := regexp.MustCompile(`\bDIDSMS_[A-Z_]*[A-Z]\b`)
	count := 0
	err := fs.WalkDir(deploy.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := deploy.Files.ReadFile(name)
		for _, found := range variable.FindAllString(string(content), -1) {
			count++
			if got := strayVariables(Streams{Environ: func() []string { return []string{found + "=1"} }}); len(got) > 0 {
				t.Errorf("%s: %v", name, got)
			}
		}
		return err
	})
	if err != nil || count == 0 {
		t.Errorf("%d variables, %v", count, err)
	}
}

// TestServeNamesStrayVariables: in one line, before it refuses to start for want of
// the very secret that was misspelt, and without its value.
func TestServeNamesStrayVariables(t *testing.T) {
	environment := map[string]string{"DIDSMS_ACCESS_KEY": "key", "DIDSMS_ACCES_SECRET": "hunter2", "DIDSMS_CURENCY": "USD"}
	var out, errors bytes.Buffer
	code := Run(t.Context(), []string{"didsms_exporter", "serve"}, Streams{
		Out: &out, Err: &errors, Getenv: func(name string) string { return environment[name] },
		Environ: func() []string {
			return []string{"DIDSMS_ACCESS_KEY=key", "DIDSMS_ACCES_SECRET=hunter2", "DIDSMS_CURENCY=USD"}
		},
	})
	want := `variables="DIDSMS_ACCES_SECRET (DIDSMS_ACCESS_SECRET?), DIDSMS_CURENCY (DIDSMS_CURRENCY?)"`
	if code != 2 || strings.Count(errors.String(), "level=WARN") != 1 || !strings.Contains(errors.String(), want) {
		t.Errorf("exit %d: %s", code, errors.String())
	}
	if strings.Contains(errors.String(), "hunter2") {
		t.Errorf("the value is shown: %s", errors.String())
	}
}
