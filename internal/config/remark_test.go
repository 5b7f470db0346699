// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"path/filepath"
	"testing"

	"didsms_exporter/internal/config"
)

// TestLookup: names and zones are there without the secrets, and a broken file is
// named all the same.
func TestLookup(t *testing.T) {
	path := filepath.Join(t.TempDir(), "didsms.yml")
	writeFile(t, path, "accounts:\n  - {name: a, access_key: k, secret_files: [absent], time_zone: Europe/Berlin}\ndids:\n  - {number: \"1\", name: One}\n")
	env := environment{config.EnvTimeZone: "-05:00"}
	l, err := config.Source{File: path, Getenv: env.get}.Lookup()
	if err != nil || len(l.DIDs) != 1 || l.DIDs[0].Name != "One" || l.DIDs[0].Account != "a" || l.Accounts[0].Secrets[0] != nil {
		t.Fatalf("got %+v, %v", l, err)
	}
	for account, want := range map[string]string{"a": "Europe/Berlin", "main": "-05:00"} {
		if zone, name := l.Zone(account, ""); name != want || zone.String() != want {
			t.Errorf("%s: got %s, %s", account, zone, name)
		}
	}
	if l, err := (config.Source{}).Lookup(); err != nil {
		t.Error(err)
	} else if _, name := l.Zone("main", ""); name != "+08:00" {
		t.Errorf("the default is %s", name)
	}
	for counted, want := range map[string]string{"America/New_York": "America/New_York", "-03:00": "-03:00", "Mars": "Europe/Berlin"} {
		if zone, name := l.Zone("a", counted); name != want || zone.String() != want {
			t.Errorf("counted in %s: got %s, %s", counted, zone, name)
		}
	}
	writeFile(t, path, "dids: 7\n")
	env[config.EnvTimeZone] = "Mars"
	_, err = config.Source{File: path, Getenv: env.get}.Lookup()
	if problems := problemsOf(t, err); len(problems) != 2 || problems[0].Line != 1 || problems[1].Key != config.EnvTimeZone {
		t.Errorf("got %v", problems)
	}
}

// TestRemarksNameTheLine: the line of the key itself, or of the account that lacks
// it; also while something else is wrong.
func TestRemarksNameTheLine(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "didsms.yml")
	writeFile(t, filepath.Join(folder, "secret"), "short")
	writeFile(t, path, `dids: 7
accounts:
  - name: a
    access_key: k
    budget:
      monthly: 7
    secret_files:
      - absent
      - secret
`)
	got := map[string]int{}
	for _, remark := range (config.Source{File: path}).Remarks() {
		got[remark.Level.String()+" "+remark.Key] = remark.Line
	}
	want := map[string]int{
		"warning accounts[0].secret_files[1]": 9, "warning accounts[0].currency": 3,
		"warning accounts[0].budget.monthly": 6, "info accounts[0].time_zone": 3,
	}
	if len(got) != len(want) {
		t.Errorf("got %v", got)
	}
	for key, line := range want {
		if got[key] != line {
			t.Errorf("%s: line %d, want %d", key, got[key], line)
		}
	}
	if remarks := (config.Source{File: filepath.Join(folder, "absent")}).Remarks(); remarks != nil {
		t.Errorf("of no file: %v", remarks)
	}
}
