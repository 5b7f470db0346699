// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/config"
	"didsms_exporter/internal/sms"
)

func writeFile(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// account is a whole account but for the keys that a test adds.
const account = `accounts:
  - name: main
    access_key: kGp5uFHN
    secret_files: [secret]
`

// load reads a file of this text, beside which lies a file "secret".
func load(t testing.TB, text string, source config.Source) (*config.Config, error) {
	t.Helper()
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "secret"), "test-secret\n")
	source.File = filepath.Join(folder, "didsms.yml")
	writeFile(t, source.File, text)
	return source.Load()
}

// What a file may look like, with what is special about it afterwards.
func TestValidFiles(t *testing.T) {
	for _, c := range []struct {
		name, text string
		holds      func(*config.Config) bool
	}{
		{"empty", "", func(c *config.Config) bool {
			return c.MaxDIDs == 400 && c.BirthHold == 30*time.Second && c.Exemplars && !c.Allowlist && len(c.Accounts) == 0
		}},
		{"a comment alone", "# nothing yet\n", func(c *config.Config) bool { return c.MaxDIDs == 400 }},
		{"a document mark alone", "---\n", func(c *config.Config) bool { return c.MaxDIDs == 400 }},
		{"null everywhere", "accounts:\ndids:\nmax_dids:\ndid_mode:\nprivacy:\nexemplars: ~\n", func(c *config.Config) bool {
			return c.MaxDIDs == 400 && c.Exemplars && !c.ShowPhone
		}},
		{"byte order mark", "\ufeffmax_dids: 7\n", func(c *config.Config) bool { return c.MaxDIDs == 7 }},
		{"line ends of Windows", "max_dids: 7\r\ndid_mode: allowlist\r\n", func(c *config.Config) bool { return c.MaxDIDs == 7 && c.Allowlist }},
		{"defaults of an account", account, func(c *config.Config) bool {
			a := c.Accounts[0]
			return a.MaxAge == 24*time.Hour && a.Currency == "unknown" && a.ZoneName == "+08:00" && !a.DRDIDTo && a.MonthlyBudget == nil && len(a.PriceBuckets) == 0
		}},
		{"to and sha256", account + "    dr_did: to\n    algorithm: sha256\n", func(c *config.Config) bool {
			return c.Accounts[0].DRDIDTo && c.Accounts[0].Algorithm.String() == "sha256"
		}},
		{"the longest max_age", account + "    max_age: 719h55m\n", func(c *config.Config) bool {
			return c.Accounts[0].MaxAge == retention-5*time.Minute
		}},
		{"show", "privacy: {phone: show, content: show}", func(c *config.Config) bool { return c.ShowPhone && c.ShowText }},
		{"no hold, no exemplars", "series_birth_hold: 0s\nexemplars: false\n", func(c *config.Config) bool { return c.BirthHold == 0 && !c.Exemplars }},
		{"max_dids at its ends", "max_dids: 10000\n", func(c *config.Config) bool { return c.MaxDIDs == 10000 }},
		{"as many numbers as max_dids", account + "max_dids: 1\ndids: [{number: 1}]\n", func(c *config.Config) bool { return len(c.DIDs) == 1 }},
		{"a number as people write it, its account left out", account + "dids: [{number: +1 (818) 450-50.18, max_silence: {mo: 0s}}]\n", func(c *config.Config) bool {
			return c.DIDs[0].Number == "18184505018" && c.DIDs[0].Account == "main" && c.DIDs[0].MaxSilence == nil
		}},
		{"the only account of another name", strings.Replace(account, "main", "second", 1) + "dids: [{number: 1, max_silence: {dr: 1d}}]\n", func(c *config.Config) bool {
			return c.DIDs[0].Account == "second" && c.DIDs[0].MaxSilence[sms.KindDR] == 24*time.Hour
		}},
		{"anchor and alias", account + "    price_buckets: &edges [1, 2]\n  - name: second\n    access_key: other\n    secret_files: [secret]\n    price_buckets: *edges\n", func(c *config.Config) bool {
			return len(c.Accounts[1].PriceBuckets) == 2
		}},
		{"the same number in two accounts", account + "  - {name: second, access_key: other, secret_files: [secret]}\ndids: [{number: 1, account: main}, {number: 1, account: second}]\n", func(c *config.Config) bool {
			return len(c.DIDs) == 2
		}},
	} {
		got, err := load(t, c.text, config.Source{Retention: retention})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if !c.holds(got) {
			t.Errorf("%s: got %+v", c.name, got)
		}
	}
}

// YAML has means of being large that no configuration needs. None may take the
// program down or keep it busy; what is said about them does not matter.
func TestHostileFiles(t *testing.T) {
	bomb := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 12; i++ {
		n := string(rune('a' + i))
		bomb += n + ": &" + n + " [" + strings.Repeat("*a0, ", 9) + "*a0]\n"
	}
	for _, c := range []struct{ name, text string }{
		{"deep lists", strings.Repeat("[", 100_000)},
		{"deep mappings", strings.Repeat("{a: ", 100_000)},
		{"deep blocks", strings.Repeat("- ", 100_000)},
		{"deep accounts", "accounts: " + strings.Repeat("[", 900) + strings.Repeat("]", 900)},
		{"a list within itself", "accounts: &a [*a]\n"},
		{"a mapping within itself", "privacy: &p {phone: *p}\n"},
		{"the root within itself", "&r\nprivacy: *r\n"},
		{"aliases of aliases", bomb},
		{"not UTF-8", "max_dids: \xff\n"},
		{"a byte of zero", "max_dids: \x00\n"},
		{"half a character", "did_mode: \"\\ud800\"\n"},
		{"a key that is a list", "? [a, b]\n: c\n"},
		{"a key without name", "? \n: c\n"},
		{"another program's file", "global:\n  scrape_interval: 15s\n"},
		{"an elf", "\x7fELF\x02\x01\x01"},
	} {
		_, err := load(t, c.text, config.Source{})
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		for _, problem := range problemsOf(t, err) {
			if text := problem.String(); strings.Contains(text, "\n") || len(text) > 600 {
				t.Errorf("%s: got %d bytes: %.700q, want one short line", c.name, len(text), text)
			}
		}
	}
}

func TestFileThatCannotBeRead(t *testing.T) {
	folder := t.TempDir()
	for _, c := range []struct{ path, want string }{
		{filepath.Join(folder, "absent.yml"), "cannot be read: no such file or directory"},
		{folder, "cannot be read: is a directory"},
	} {
		_, err := config.Source{File: c.path}.Load()
		if got := problemsOf(t, err).Error(); got != c.path+": "+c.want {
			t.Errorf("got %q, want %q", got, c.path+": "+c.want)
		}
	}
}

// All that is wrong is said at once, in file order, the environment last.
func TestProblemsComeInOrder(t *testing.T) {
	text := "colour: red\n" + account + "    max_age: 40d\n    colour: red\nmax_dids: 0\ndid_mode: x\n"
	getenv := environment{config.EnvAccessKey: "k"}.get
	_, err := load(t, text, config.Source{Retention: retention, Getenv: getenv})
	var got []string
	for _, problem := range problemsOf(t, err) {
		got = append(got, problem.Key)
	}
	want := "colour accounts[0].max_age accounts[0].colour max_dids did_mode DIDSMS_ACCESS_SECRET"
	if strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, " "), want)
	}
}

func TestDidYouMean(t *testing.T) {
	for _, c := range []struct{ key, want string }{
		{"max_did", "max_dids"},
		{"accouts", "accounts"},
		{"series_birthhold", "series_birth_hold"},
		{"max-dids", "max_dids"},
		{"did", "dids"},
		{"privcay", "privacy"},
		{"colour", ""},
		{"x", ""},
		{"", ""},
		{strings.Repeat("x", 10_000), ""},
	} {
		_, err := load(t, "\""+c.key+"\": 1\n", config.Source{})
		got := problemsOf(t, err).Error()
		if c.want == "" && !strings.Contains(got, "known here: accounts, ") || c.want != "" && !strings.HasSuffix(got, "did you mean "+c.want+"?") {
			t.Errorf("%.40s: got %q, want a hint to %q", c.key, got, c.want)
		}
	}
}
