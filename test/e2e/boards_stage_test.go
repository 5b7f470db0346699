// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"didsms_exporter/test/harness"
)

// kind is a server of one of the kinds that the verifier knows.
type kind struct {
	setup     string
	server    *harness.Prometheus
	rehearsed bool // its alerts come within a minute
}

// stage is an exporter under traffic in which everything happens, and the servers
// that scrape it.
type stage struct {
	verifier string // program
	boards   string // folder
	kinds    []kind
}

// startStage starts all of it. Two servers evaluate the rules of a rehearsal. The third
// one has the usual rules and remembers eight days, of the series that the second
// one records.
func startStage(t *testing.T) *stage {
	t.Helper()
	verifier, err := harness.BuildVerifier(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(harness.TestAccount.Secret), 0o600); err != nil {
		t.Fatal(err)
	}
	exporter := harness.StartExporter(t, harness.Start{
		Binary: binary, Storage: t.TempDir(),
		// A budget and buckets of the price, for the panels that show them.
		Config: fmt.Sprintf("accounts:\n"+
			"  - {name: main, access_key: %s, secret_files: [%q], currency: USD, budget: {monthly: 500}, price_buckets: [0.005, 0.01, 0.05]}\n"+
			"series_birth_hold: %dms\n", harness.TestAccount.AccessKey, secret, 30_000/rehearsal),
	})
	exporter.AwaitReady(t)
	harness.StartProcess(t, binary, []string{
		"simulate", "--url", exporter.CallbackURL(), "--scenario", "mixed", "--dids", "10", "--rate", "30", "--seed", "5", "--json",
	}, []string{"DIDSMS_ACCESS_KEY=" + harness.TestAccount.AccessKey, "DIDSMS_ACCESS_SECRET=" + harness.TestAccount.Secret})

	usual, short := exportTo(t), exportTo(t, "--rehearsal", fmt.Sprint(rehearsal))
	servers := harness.Servers(t)
	oldest, newest := servers[0], servers[len(servers)-1]
	s := &stage{verifier: verifier, boards: boardsOf(usual)}
	if newest != oldest {
		s.kinds = append(s.kinds, kind{"native", newest.StartOver(t, t.TempDir(), scraping(exporter, short, "scrape_native_histograms: true")), true})
	}
	baseline := oldest.StartOver(t, t.TempDir(), scraping(exporter, short))
	past := s.remember(t, oldest, baseline)
	seeded := oldest.StartOver(t, past, scraping(exporter, usual))
	s.kinds = append(s.kinds, kind{"baseline", baseline, true}, kind{"seeded", seeded, false})
	return s
}

// scraping is a configuration of Prometheus with the rules of an exported folder.
func scraping(exporter *harness.Exporter, exported string, lines ...string) string {
	var more string
	for _, line := range lines {
		more += "    " + line + "\n"
	}
	return fmt.Sprintf(`
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
  - job_name: didsms-exporter
    static_configs: [{targets: [%q]}]
%srule_files: [%q]
`, exporter.Web, more, filepath.Join(exported, "prometheus", "rules", "*.yml"))
}

// remember makes a folder for a server that has eight days of history, such as
// another one's first recorded values give. It waits until there are any.
func (s *stage) remember(t *testing.T, version harness.Server, like *harness.Prometheus) (folder string) {
	t.Helper()
	folder = t.TempDir()
	history := filepath.Join(folder, "history.om")
	harness.Eventually(t, 3*time.Minute, func() error {
		var printed, complaint bytes.Buffer
		seed := exec.Command(s.verifier, "--seed", "--prometheus", like.URL())
		seed.Stdout, seed.Stderr = &printed, &complaint
		if err := seed.Run(); err != nil {
			return fmt.Errorf("%w: %s", err, &complaint)
		}
		return os.WriteFile(history, printed.Bytes(), 0o600)
	})
	// In blocks of two hours it takes five times as long.
	passes(t, version.Promtool, "tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=24h", history, filepath.Join(folder, "data"))
	return folder
}
