// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"didsms_exporter/test/harness"
)

// binary is the exporter under test, built once for all tests.
var binary string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "didsms-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
	if binary, err = harness.BuildExporter(folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// configuration is a configuration file with the account of the tests and, after
// it, further lines.
func configuration(t *testing.T, lines ...string) string {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(harness.TestAccount.Secret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	account := fmt.Sprintf("accounts:\n  - {name: main, access_key: %s, secret_files: [%q], currency: USD}\n",
		harness.TestAccount.AccessKey, secret)
	return account + strings.Join(lines, "\n") + "\n"
}
