// SPDX-License-Identifier: Apache-2.0

package command

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// lengthen announces the length of the body, as every sender does.
func lengthen(raw string) string {
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	return fmt.Sprintf("%s\r\nContent-Length: %d\r\n\r\n%s", head, len(body), body)
}

// TestVerifySeveral: every request of a recording is judged, and one that does
// not verify decides the exit code, wherever it stands.
func TestVerifySeveral(t *testing.T) {
	p := verifyParameters()
	good := lengthen(recording(verifyBody, verifyBody, p))
	bad := lengthen(recording(verifyBody, strings.Replace(verifyBody, "0.0360", "0.0001", 1), p))
	wide := strings.Replace(verifyBody, "sunt", "Grüße", 1)
	dots := lengthen(recording(wide, strings.ReplaceAll(strings.ReplaceAll(wide, "ü", ".."), "ß", ".."), p))
	packet := "08:59:55.1 IP a.41 > b.80: Flags [P.], length 9: HTTP: POST /callback HTTP/1.1\nE..b.P.x.."
	for file, test := range map[string]struct {
		in   string
		code int
	}{
		"verify-several.txt":     {good + good + good, 0},
		"verify-several-bad.txt": {good + bad + good + bad, 1},
		"verify-dots.txt":        {packet + dots, 1},
		"verify-curl.txt":        {"> " + strings.ReplaceAll(strings.TrimSuffix(good, verifyBody), "\r\n", "\n> "), 1},
		"verify-others.txt":      {"GET /-/ready HTTP/1.1\r\nHost: x\r\n\r\n" + good, 0},
	} {
		code, out, errors := runWith(t.Context(), verifyEnvironment, test.in, "verify", "--now", verifyNow)
		if code != test.code || (code == 0) != (errors == "") {
			t.Errorf("%s: exit %d, standard error %q", file, code, errors)
		}
		fitsScreen(t, out)
		golden(t, file, out)
		_, asJSON, _ := runWith(t.Context(), verifyEnvironment, test.in, "verify", "--now", verifyNow, "--json")
		var answer struct {
			Verifies bool
			Requests []struct {
				Verifies bool
				Causes   []any
			}
		}
		if err := json.Unmarshal([]byte(asJSON), &answer); err != nil || answer.Verifies != (code == 0) {
			t.Errorf("%s: %v, %s", file, err, asJSON)
		}
		if want := strings.Count(test.in, "POST /callback HTTP/1.1\r\n"); want > 1 && len(answer.Requests) != want {
			t.Errorf("%s: %d requests, want %d", file, len(answer.Requests), want)
		}
		if out += asJSON; strings.Contains(out, verifySecret) || regexp.MustCompile(`[0-9a-fA-F]{25}`).MatchString(out) {
			t.Errorf("%s shows a secret or a signature", file)
		}
	}
	code, out, _ := runWith(t.Context(), verifyEnvironment, strings.Repeat(good, 1002), "verify", "--now", verifyNow)
	if code != 1 || !strings.Contains(out, "not judged: 2.") || !strings.HasPrefix(out, "NO: the first 1000 requests verify, but that is not all of them.") {
		t.Errorf("too many: exit %d, %.200s", code, out)
	}
}

// TestVerifyReadsWhatSignPrints: the curl line of sign verifies, also one whose
// body a shell would not take as a word.
func TestVerifyReadsWhatSignPrints(t *testing.T) {
	for _, body := range []string{verifyBody, `{"messageId":"it's 100% ` + "\n" + `\u00e9 \\ ü"}`, "{\"messageId\":\"\x01\"}", "x\n\n"} {
		_, line, _ := runWith(t.Context(), verifyEnvironment, body, "sign", "--curl", "--now", verifyNow)
		code, out, errors := runWith(t.Context(), verifyEnvironment, line, "verify", "--json", "--now", verifyNow)
		if !strings.Contains(out, `"authentic":true`) {
			t.Errorf("%q: exit %d, %s, %s\n%s", body, code, out, errors, line)
		}
	}
}

// TestVerifySaysWhichNumber: the numbers come from the configuration.
func TestVerifySaysWhichNumber(t *testing.T) {
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "secret"), verifySecret)
	file := filepath.Join(folder, "didsms.yml")
	writeFile(t, file, "accounts:\n  - {name: main, access_key: "+verifyKey+", secret_files: [secret], currency: USD}\ndids:\n  - {number: 18184505018}\n")
	nothing := func(string) string { return "" }
	p := verifyParameters()
	_, out, _ := runWith(t.Context(), nothing, recording(verifyBody, verifyBody, p), "verify", "--now", verifyNow, "--config.file", file)
	if !strings.Contains(out, "\nWould count: dr for number +1********60 (fromPhone), DELIVRD, 1 × 0.036 USD\n") || !strings.Contains(strings.Join(strings.Fields(out), " "), "set dr_did: to for account main") {
		t.Error(out)
	}
	p.Action = "mo"
	_, out, _ = runWith(t.Context(), nothing, recording(verifyBody, verifyBody, p), "verify", "--now", verifyNow, "--config.file", file)
	if !strings.Contains(out, "\nWould count: mo for number 18184505018 (toPhone), 1 × 0.036 USD\n") || strings.Contains(out, "Note:") {
		t.Error(out)
	}
}

// TestVerifyBodyLimit: verify takes the limit from where serve takes it.
func TestVerifyBodyLimit(t *testing.T) {
	body := verifyBody + strings.Repeat(" ", 70_000)
	raw := recording(body, body, verifyParameters())
	verifies := func(want int, flags ...string) {
		t.Helper()
		arguments := append([]string{"verify", "--now", verifyNow}, flags...)
		if code, out, errors := runWith(t.Context(), verifyEnvironment, raw, arguments...); code != want {
			t.Errorf("%v: exit %d, %s, %s", flags, code, errors, out)
		}
	}
	verifies(1)
	verifies(0, "--receiver.max-body-bytes", "100000")
	verifies(2, "--receiver.max-body-bytes", "1")
	t.Setenv("DIDSMS_RECEIVER_MAX_BODY_BYTES", "100000")
	verifies(0)
}
