// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"didsms_exporter/internal/config"
	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// FuzzLoad gives Load any file and any environment. It must not panic; what it
// refuses it must name in single lines that hold no secret; and what it lets
// through must be fit for the parts behind it, which trust it.
func FuzzLoad(f *testing.F) {
	paths, err := filepath.Glob(filepath.Join("testdata", "invalid", "*.yml"))
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range append(paths, filepath.Join("testdata", "reference.yml")) {
		content, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		text := strings.ReplaceAll(strings.ReplaceAll(string(content), "../secrets/nxcloud", "s"), "secrets/nxcloud", "s")
		f.Add([]byte(text), "", "", "")
	}
	f.Add([]byte(""), "kGp5uFHN", "USD", "+08:00")
	f.Add([]byte("dids: [{number: 1}]"), "k", "", "Asia/Shanghai")

	const canary = "hunter2canary" // no mutation makes it up
	folder := f.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "s"), []byte(canary+"\n"), 0o600); err != nil {
		f.Fatal(err)
	}
	file := filepath.Join(folder, "didsms.yml")
	f.Fuzz(func(t *testing.T, content []byte, key, currency, zone string) {
		writeFile(t, file, string(content))
		env := environment{config.EnvAccessKey: key, config.EnvCurrency: currency, config.EnvTimeZone: zone}
		if key != "" {
			env[config.EnvAccessSecret] = canary
		}
		c, err := config.Source{File: file, Getenv: env.get, Retention: retention}.Load()
		if err != nil {
			for _, problem := range problemsOf(t, err) {
				text := problem.String()
				if problem.Text == "" || strings.ContainsAny(text, "\r\n") || strings.Contains(text, canary) {
					t.Errorf("got problem %q", text)
				}
			}
			return
		}
		checkAccounts(t, c)
		checkDIDs(t, c)
	})
}

func checkAccounts(t *testing.T, c *config.Config) {
	t.Helper()
	accounts := make([]nxcloud.Account, len(c.Accounts))
	for i, account := range c.Accounts {
		accounts[i] = account.Account
		if account.MaxAge <= 0 || account.MaxAge+nxcloud.MaxAhead > retention {
			t.Errorf("got max_age %s", account.MaxAge)
		}
		if !slices.IsSorted(account.PriceBuckets) || len(account.PriceBuckets) > 30 {
			t.Errorf("got buckets %v", account.PriceBuckets)
		}
		if account.Zone == nil || account.ZoneName == "" || account.Currency == "" {
			t.Errorf("got account %+v", account)
		} else if _, err := json.Marshal(time.Unix(0, 0).In(account.Zone)); err != nil {
			t.Errorf("zone %q: %v", account.ZoneName, err)
		}
	}
	// A configuration that is let through must not be refused a step later.
	if _, err := nxcloud.NewKeyring(accounts); err != nil {
		t.Error(err)
	}
}

func checkDIDs(t *testing.T, c *config.Config) {
	t.Helper()
	if c.MaxDIDs < max(1, len(c.DIDs)) || c.MaxDIDs > 10_000 || c.BirthHold < 0 {
		t.Errorf("got max_dids %d for %d numbers, hold %s", c.MaxDIDs, len(c.DIDs), c.BirthHold)
	}
	for _, did := range c.DIDs {
		known := slices.ContainsFunc(c.Accounts, func(a config.Account) bool { return a.Name == did.Account })
		if !known || did.Number == sms.NumberUnknown || sms.ParseNumber(string(did.Number)) != did.Number {
			t.Errorf("got number %+v", did)
		}
		if !utf8.ValidString(did.Name) { // a label value
			t.Errorf("got name %q", did.Name)
		}
		for kind, limit := range did.MaxSilence {
			if limit <= 0 {
				t.Errorf("got silence %s for %s", limit, kind)
			}
		}
	}
}
