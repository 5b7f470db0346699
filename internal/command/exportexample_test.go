// SPDX-License-Identifier: Apache-2.0

package command

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"didsms_exporter/deploy"
	"didsms_exporter/internal/config"
)

// What people start from is what is documented and tested, once its examples are on.
func TestExportedConfigurationIsTheReference(t *testing.T) {
	example, err := deploy.Files.ReadFile("didsms.example.yml")
	if err != nil {
		t.Fatal(err)
	}
	reference, err := os.ReadFile("../config/testdata/reference.yml")
	if err != nil {
		t.Fatal(err)
	}
	on := regexp.MustCompile(`(?m)^( *)#([^ \n])`).ReplaceAllString(string(example), "$1$2")
	on = regexp.MustCompile(`(?m) # FILL IN.*$`).ReplaceAllString(on, "")
	_, settings, _ := strings.Cut(on, "\naccounts:\n")
	_, want, _ := strings.Cut(string(reference), "\naccounts:\n")
	if settings == "" || settings != want {
		t.Errorf("deploy/didsms.example.yml is not internal/config/testdata/reference.yml, but:\n%s", on)
	}
}

// As it is, it asks for one file with a secret, and for nothing that is a stranger's:
// no number to watch, no budget to warn of.
func TestExportedConfigurationStarts(t *testing.T) {
	folder := t.TempDir()
	if code, _, errors := exportTo(t, folder); code != 0 {
		t.Fatal(errors)
	}
	if err := os.Mkdir(filepath.Join(folder, "secrets"), 0o700); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(folder, "secrets", "nxcloud"), "a secret\n")
	example := filepath.Join(folder, "didsms.example.yml")
	loaded, err := config.Source{File: example, Retention: 30 * 24 * time.Hour}.Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(loaded.Accounts) != 1 || len(loaded.DIDs) != 0 {
		t.Fatalf("%d accounts, numbers %v", len(loaded.Accounts), loaded.DIDs)
	}
	account := loaded.Accounts[0]
	if len(account.Secrets) != 1 || account.MonthlyBudget != nil || len(account.PriceBuckets) != 0 {
		t.Errorf("%d secrets, budget %v, buckets %v", len(account.Secrets), account.MonthlyBudget, account.PriceBuckets)
	}
	content, err := os.ReadFile(example)
	if err != nil || strings.Count(string(content), " # FILL IN") != 3 {
		t.Errorf("key, secret and currency are not marked as to fill in (%v)", err)
	}
}
