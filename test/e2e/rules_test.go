// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os/exec"
	"path/filepath"
	"testing"

	"didsms_exporter/test/harness"
)

// TestRulesPassTheirTests runs the rules' own tests with each Prometheus.
func TestRulesPassTheirTests(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "alerts", "tests", "*.test.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests in alerts/tests (%v)", err)
	}
	for _, server := range harness.Servers(t) {
		for _, file := range files {
			t.Run(server.Name+"/"+filepath.Base(file), func(t *testing.T) {
				t.Parallel()
				if output, err := exec.Command(server.Promtool, "test", "rules", file).CombinedOutput(); err != nil {
					t.Errorf("%v\n%s", err, output)
				}
			})
		}
	}
}
