// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"os"
	"strings"
	"testing"
)

// TestDocumentation: the reference in docs is the one that is tested here.
func TestDocumentation(t *testing.T) {
	page, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	reference, err := os.ReadFile("testdata/reference.yml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "```yaml\n"+string(reference)+"```\n") {
		t.Error("docs/configuration.md does not hold testdata/reference.yml as it is")
	}
}
