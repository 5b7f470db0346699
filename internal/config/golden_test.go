// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"didsms_exporter/internal/config"
	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

const retention = 30 * 24 * time.Hour

// problemsOf fails unless the error is what Load promises.
func problemsOf(t testing.TB, err error) config.Problems {
	t.Helper()
	var problems config.Problems
	if !errors.As(err, &problems) || len(problems) == 0 {
		t.Fatalf("got error %v, want config.Problems", err)
	}
	return problems
}

// Each file of testdata/invalid holds one mistake; the comments at its head say
// what must be said about it, without the file's own path.
func TestInvalidFiles(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "invalid", "*.yml"))
	if err != nil || len(paths) < 70 {
		t.Fatalf("got %d files, %v", len(paths), err)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for line := range strings.Lines(string(content)) {
			if text, ok := strings.CutPrefix(line, "# want "); ok {
				want = append(want, path+strings.TrimSuffix(text, "\n"))
			}
		}
		c, err := config.Source{File: path, Retention: retention}.Load()
		if err == nil || c != nil {
			t.Errorf("%s: got no error, or a configuration with it", path)
			continue
		}
		if got := strings.Split(problemsOf(t, err).Error(), "\n"); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %s\nwant %s", path, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
	}
}

// The reference is documentation: it holds every key, and each at the value that
// its comment names or that shows its form.
func TestReference(t *testing.T) {
	path := filepath.Join("testdata", "reference.yml")
	c, err := config.Source{File: path, Retention: retention}.Load()
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Accounts) != 1 || len(c.DIDs) != 1 {
		t.Fatalf("got %d accounts and %d numbers", len(c.Accounts), len(c.DIDs))
	}
	account, did := c.Accounts[0], c.DIDs[0]
	for _, check := range []struct {
		name      string
		got, want any
	}{
		{"name", account.Name, "main"},
		{"access key", account.AccessKey, "kGp5uFHN"},
		{"secrets", string(slices.Concat(account.Secrets...)), "test-secret-1test-secret-2"},
		{"algorithm", account.Algorithm, nxcloud.AlgorithmAuto},
		{"currency", account.Currency, "USD"},
		{"zone", account.ZoneName + account.Zone.String(), "+08:00+08:00"},
		{"dr_did: to", account.DRDIDTo, false},
		{"max_age", account.MaxAge, 24 * time.Hour},
		{"budget", account.MonthlyBudget.String(), "500"},
		{"first bucket", account.PriceBuckets[0], 0.01},
		{"second bucket", account.PriceBuckets[1], 0.05},
		{"number", did.Number, sms.Number("18184505018")},
		{"number's name", did.Name, "Support US"},
		{"number's account", did.Account, "main"},
		{"mo silence", did.MaxSilence[sms.KindMO], 6 * time.Hour},
		{"dr silence", did.MaxSilence[sms.KindDR], 48 * time.Hour},
		{"allowlist", c.Allowlist, false},
		{"max_dids", c.MaxDIDs, 400},
		{"birth hold", c.BirthHold, 30 * time.Second},
		{"exemplars", c.Exemplars, true},
		{"show phone", c.ShowPhone, false},
		{"show text", c.ShowText, false},
	} {
		if check.got != check.want {
			t.Errorf("%s: got %v, want %v", check.name, check.got, check.want)
		}
	}
}

// What the code knows is asked from the code: it names the known keys to whoever
// uses an unknown one. All of them must stand in the reference.
func TestReferenceHoldsEveryKey(t *testing.T) {
	const ask = `
accounts: [{budget: {zzzzzzzz: 1}, zzzzzzzz: 1}]
dids: [{max_silence: {zzzzzzzz: 1}, zzzzzzzz: 1}]
privacy: {zzzzzzzz: 1}
zzzzzzzz: 1
`
	path := filepath.Join(t.TempDir(), "ask.yml")
	writeFile(t, path, ask)
	_, err := config.Source{File: path}.Load()
	asked := 0
	content, readErr := os.ReadFile(filepath.Join("testdata", "reference.yml"))
	if readErr != nil {
		t.Fatal(readErr)
	}
	var reference yaml.Node
	if err := yaml.Load(content, &reference); err != nil {
		t.Fatal(err)
	}
	keys := keysOf(reference.Content[0], "")
	for _, problem := range problemsOf(t, err) {
		_, known, ok := strings.Cut(problem.Text, "known here: ")
		if !ok {
			continue
		}
		asked++
		for key := range strings.SplitSeq(known, ", ") {
			if key := strings.TrimSuffix(problem.Key, "zzzzzzzz") + key; !slices.Contains(keys, key) {
				t.Errorf("the reference lacks %s", key)
			}
		}
	}
	if asked != 6 {
		t.Errorf("the code named its keys for %d mappings, want 6", asked)
	}
}

func keysOf(node *yaml.Node, path string) (keys []string) {
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i < len(node.Content); i += 2 {
			key := strings.TrimPrefix(path+"."+node.Content[i].Value, ".")
			keys = append(append(keys, key), keysOf(node.Content[i+1], key)...)
		}
	case yaml.SequenceNode:
		keys = keysOf(node.Content[0], path+"[0]")
	}
	return keys
}
