// SPDX-License-Identifier: Apache-2.0

package nxcloud_test

import (
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/nxcloud"
)

func TestNewKeyringRefuses(t *testing.T) {
	good := func() nxcloud.Account { return newTestAccount("main", testKey, nxcloud.AlgorithmAuto, "hush-hush") }
	for _, c := range []struct {
		name   string
		change func(*nxcloud.Account)
		want   string
	}{
		{"no name", func(a *nxcloud.Account) { a.Name = "" }, "without a name"},
		{"no key", func(a *nxcloud.Account) { a.AccessKey = "" }, "access key"},
		{"key with an ampersand", func(a *nxcloud.Account) { a.AccessKey = "k&action=dr" }, "access key"},
		{"key with an equals sign", func(a *nxcloud.Account) { a.AccessKey = "k=" }, "access key"},
		{"key with a space", func(a *nxcloud.Account) { a.AccessKey = "k " }, "access key"},
		{"key with a colon", func(a *nxcloud.Account) { a.AccessKey = "k:k" }, "access key"},
		{"key with a line end", func(a *nxcloud.Account) { a.AccessKey = "k\n" }, "access key"},
		{"key in another script", func(a *nxcloud.Account) { a.AccessKey = "ключ" }, "access key"},
		{"key of 65", func(a *nxcloud.Account) { a.AccessKey = strings.Repeat("k", 65) }, "access key"},
		{"no secret", func(a *nxcloud.Account) { a.Secrets = nil }, "no secret"},
		{"empty secret", func(a *nxcloud.Account) { a.Secrets = [][]byte{{}} }, "empty secret"},
		{"one empty secret of two", func(a *nxcloud.Account) { a.Secrets = [][]byte{[]byte("hush-hush"), nil} }, "empty secret"},
		{"negative max_age", func(a *nxcloud.Account) { a.MaxAge = -time.Second }, "max_age"},
		{"name twice", func(a *nxcloud.Account) { a.Name = "second" }, `"second"`},
		{"key twice", func(a *nxcloud.Account) { a.AccessKey = "second-key" }, "access key of another"},
	} {
		account := good()
		c.change(&account)
		second := newTestAccount("second", "second-key", nxcloud.AlgorithmAuto, "hush-hush")
		keyring, err := nxcloud.NewKeyring([]nxcloud.Account{second, account})
		if err == nil || keyring != nil {
			t.Errorf("%s: accepted", c.name)
			continue
		}
		if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %q does not say %q", c.name, err, c.want)
		}
		if strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: the error holds a secret: %v", c.name, err)
		}
	}
}

func TestNewKeyringFillsInDefaults(t *testing.T) {
	accounts := []nxcloud.Account{newTestAccount("main", strings.Repeat("k", 64), nxcloud.AlgorithmAuto, "s")}
	got := newTestKeyring(t, accounts...).Accounts()
	if len(got) != 1 {
		t.Fatalf("%d accounts, want 1", len(got))
	}
	if got[0].MaxAge != 24*time.Hour || got[0].Currency != "unknown" || got[0].DRDIDTo {
		t.Errorf("defaults are %+v", got[0])
	}
	if _, offset := testNow.In(got[0].Zone).Zone(); offset != 8*60*60 {
		t.Errorf("default zone is %d s east of UTC, want 8 h", offset)
	}
	if accounts[0].MaxAge != 0 || accounts[0].Zone != nil {
		t.Error("the caller's account was changed")
	}
	set := newTestAccount("set", "k", nxcloud.AlgorithmMD5, "s")
	set.MaxAge, set.Currency, set.Zone = time.Minute, "CNY", time.UTC
	if got := newTestKeyring(t, set).Accounts()[0]; got.MaxAge != time.Minute || got.Currency != "CNY" || got.Zone != time.UTC {
		t.Errorf("settings were replaced: %+v", got)
	}
}

func TestEmptyKeyringRefusesEverything(t *testing.T) {
	keyring := newTestKeyring(t)
	for _, secret := range []string{testSecret, "unknown"} {
		for _, key := range []string{testKey, "unknown"} {
			if _, got := verdict(t, keyring, newTestDelivery(request{key: key, secret: secret}), testNow); got != keyUnknown {
				t.Errorf("key %s: got %v, want %v", key, &got, &keyUnknown)
			}
		}
	}
}

func TestParseAlgorithm(t *testing.T) {
	for _, c := range []struct {
		word string
		want nxcloud.Algorithm
		ok   bool
	}{
		{"auto", nxcloud.AlgorithmAuto, true},
		{"Auto", nxcloud.AlgorithmAuto, true},
		{"md5", nxcloud.AlgorithmMD5, true},
		{"MD5", nxcloud.AlgorithmMD5, true},
		{"sha256", nxcloud.AlgorithmSHA256, true},
		{"Sha256", nxcloud.AlgorithmSHA256, true},
		{"", nxcloud.AlgorithmAuto, false},
		{"none", nxcloud.AlgorithmAuto, false},
		{"sha1", nxcloud.AlgorithmAuto, false},
		{" md5", nxcloud.AlgorithmAuto, false},
		{"\u017fha256", nxcloud.AlgorithmAuto, false}, // a long s folds to s
	} {
		got, ok := nxcloud.ParseAlgorithm(c.word)
		if got != c.want || ok != c.ok {
			t.Errorf("ParseAlgorithm(%q) = %v, %t, want %v, %t", c.word, got, ok, c.want, c.ok)
		}
		if ok && !strings.EqualFold(got.String(), c.word) {
			t.Errorf("%q is called %q", c.word, got)
		}
	}
}
