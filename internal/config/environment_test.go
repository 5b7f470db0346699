// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/config"
)

type environment map[string]string

func (e environment) get(name string) string { return e[name] }

// Every combination of key, secret and secret file: an account comes out of two
// of them, none out of nothing, and everything else is an error that names the
// variable to mend.
func TestEnvironmentAccount(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	writeFile(t, file, "from-the-file\n")
	for _, c := range []struct {
		key, secret, file bool
		wantSecret        string
		wantProblems      string // keys
	}{
		{false, false, false, "", ""},
		{true, false, false, "", config.EnvAccessSecret},
		{false, true, false, "", config.EnvAccessKey},
		{false, false, true, "", config.EnvAccessKey},
		{false, true, true, "", config.EnvAccessKey},
		{true, true, false, "from-the-environment", ""},
		{true, false, true, "from-the-file", ""},
		{true, true, true, "", config.EnvAccessSecretFile},
	} {
		env := environment{}
		if c.key {
			env[config.EnvAccessKey] = "kGp5uFHN"
		}
		if c.secret {
			env[config.EnvAccessSecret] = "from-the-environment"
		}
		if c.file {
			env[config.EnvAccessSecretFile] = file
		}
		got, err := config.Source{Getenv: env.get, Retention: retention}.Load()
		switch {
		case c.wantProblems != "":
			if keys := keysOfProblems(problemsOf(t, err)); keys != c.wantProblems {
				t.Errorf("%+v: got problems with %s", c, keys)
			}
		case err != nil:
			t.Errorf("%+v: %v", c, err)
		case c.wantSecret == "":
			if len(got.Accounts) != 0 {
				t.Errorf("%+v: got an account out of nothing", c)
			}
		case len(got.Accounts) != 1:
			t.Errorf("%+v: got %d accounts", c, len(got.Accounts))
		default:
			a := got.Accounts[0]
			if a.Name != "main" || a.AccessKey != "kGp5uFHN" || len(a.Secrets) != 1 || string(a.Secrets[0]) != c.wantSecret ||
				a.Currency != "unknown" || a.ZoneName != "+08:00" || a.MaxAge != 24*time.Hour {
				t.Errorf("%+v: got %+v", c, a)
			}
		}
	}
}

func keysOfProblems(problems config.Problems) string {
	keys := make([]string, len(problems))
	for i, problem := range problems {
		keys[i] = problem.Key
	}
	return strings.Join(keys, " ")
}

func TestEnvironmentValues(t *testing.T) {
	for _, c := range []struct{ name, variable, value, want string }{
		{"key with a separator", config.EnvAccessKey, "a&b", "DIDSMS_ACCESS_KEY: must be 1 to 64 letters, digits, dots, dashes or underscores"},
		{"currency with a sign", config.EnvCurrency, "US$", "DIDSMS_CURRENCY: must be 1 to 16 letters, such as USD"},
		{"long currency", config.EnvCurrency, strings.Repeat("U", 17), "DIDSMS_CURRENCY: must be 1 to 16 letters, such as USD"},
		{"zone", config.EnvTimeZone, "Mars", `DIDSMS_TIME_ZONE: is neither an offset such as "+08:00" nor an IANA name such as Asia/Shanghai`},
		{"blank secret", config.EnvAccessSecret, " \n", "DIDSMS_ACCESS_SECRET: is empty"},
		{"secret of two lines", config.EnvAccessSecret, "hunter2\nhunter3\n", "DIDSMS_ACCESS_SECRET: holds more than one line; it must be one secret"},
		{"line end of a secret", config.EnvAccessSecret, "hunter2\n", ""},
		{"currency", config.EnvCurrency, "eur", ""},
		{"zone by name", config.EnvTimeZone, "UTC", ""},
	} {
		env := environment{config.EnvAccessKey: "k", config.EnvAccessSecret: "hunter2"}
		env[c.variable] = c.value
		got, err := config.Source{Getenv: env.get}.Load()
		if c.want != "" {
			if text := problemsOf(t, err).Error(); text != c.want {
				t.Errorf("%s: got %q, want %q", c.name, text, c.want)
			}
		} else if err != nil || string(got.Accounts[0].Secrets[0]) != "hunter2" {
			t.Errorf("%s: got %+v, %v", c.name, got, err)
		}
	}
}

// The environment's account joins those of the file, and must not clash with them.
func TestEnvironmentAndFile(t *testing.T) {
	second := strings.Replace(account, "main", "second", 1)
	for _, c := range []struct{ name, file, key, want string }{
		{"both", second, "another", ""},
		{"the same name", account, "another", `two accounts are named "main"; one account may stand in the environment (DIDSMS_ACCESS_KEY), and its name is main`},
		{"the same key", second, "kGp5uFHN", `account "main" has the access key of another account`},
	} {
		env := environment{config.EnvAccessKey: c.key, config.EnvAccessSecret: "hunter2"}
		got, err := load(t, c.file, config.Source{Getenv: env.get, Retention: retention})
		if c.want == "" {
			if err != nil || len(got.Accounts) != 2 {
				t.Errorf("%s: got %+v, %v", c.name, got, err)
			}
		} else if problems := problemsOf(t, err); len(problems) != 1 || problems[0].Text != c.want {
			t.Errorf("%s: got %v, want %q", c.name, problems, c.want)
		}
	}
}

// The environment's account has the default max_age, which must fit the retention
// too: with five minutes to spare, to the nanosecond.
func TestRetentionOfTheEnvironment(t *testing.T) {
	env := environment{config.EnvAccessKey: "k", config.EnvAccessSecret: "s"}
	for _, c := range []struct {
		retention time.Duration
		fine      bool
	}{{24*time.Hour + 5*time.Minute, true}, {24*time.Hour + 5*time.Minute - 1, false}, {time.Minute, false}, {0, true}} {
		if _, err := (config.Source{Getenv: env.get, Retention: c.retention}).Load(); (err == nil) != c.fine {
			t.Errorf("retention %s: got error %v", c.retention, err)
		}
	}
}

func TestZones(t *testing.T) {
	summer, winter := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		text           string
		summer, winter int // hours times 100; both 0 with refused
		refused        bool
	}{
		{"", 800, 800, false},
		{"+08:00", 800, 800, false},
		{"-03:30", -350, -350, false},
		{"+00:00", 0, 0, false},
		{"+14:00", 1400, 1400, false},
		{"-14:00", -1400, -1400, false},
		{"UTC", 0, 0, false},
		{"Asia/Shanghai", 800, 800, false},
		{"Europe/Berlin", 200, 100, false},
		{"+14:01", 0, 0, true},
		{"+24:00", 0, 0, true},
		{"-23:59", 0, 0, true},
		{"+8:00", 0, 0, true},
		{"0800", 0, 0, true},
		{"+0800", 0, 0, true},
		{"Local", 0, 0, true},
		{"Asia/Nowhere", 0, 0, true},
		{"../etc/passwd", 0, 0, true},
		{"/etc/localtime", 0, 0, true},
		{" UTC", 0, 0, true},
	} {
		env := environment{config.EnvAccessKey: "k", config.EnvAccessSecret: "s", config.EnvTimeZone: c.text}
		got, err := config.Source{Getenv: env.get}.Load()
		if c.refused {
			if err == nil {
				t.Errorf("%q: not refused", c.text)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		for at, want := range map[time.Time]int{summer: c.summer, winter: c.winter} {
			if _, seconds := at.In(got.Accounts[0].Zone).Zone(); seconds != want*36 {
				t.Errorf("%q at %s: got %d s, want %d", c.text, at.Format(time.DateOnly), seconds, want*36)
			}
			if _, err := json.Marshal(at.In(got.Accounts[0].Zone)); err != nil { // else the debug page lacks the event
				t.Errorf("%q: %v", c.text, err)
			}
		}
	}
}
