// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// fillTime is for how long a panel may stay empty after the servers have started: long
// for a busy machine, and it passes in full only before a fault is told. The last one
// to fill shows the burn of six hours, which is recorded each half hour; in a rehearsal
// of 20 that is every 90 s.
const fillTime = 5 * time.Minute

// TestBoardsHaveData: on each kind of server every query of every panel has an answer
// without a remark, but for those that the verifier's list excuses; and all it excuses
// needs that.
func TestBoardsHaveData(t *testing.T) {
	t.Parallel()
	s := startStage(t)
	deadline := time.Now().Add(fillTime)
	for _, kind := range s.kinds {
		t.Run(kind.setup, func(t *testing.T) {
			report, err := s.verify(kind, s.boards, "--wait", max(0, time.Until(deadline)).String())
			if err != nil {
				t.Fatalf("%v\n%s", err, report)
			}
			for _, uid := range []string{"didsms-overview", "didsms-did", "didsms-spend", "didsms-exporter"} {
				if !regexp.MustCompile(`(?m)^` + uid + ` `).MatchString(report) {
					t.Errorf("%s was left out:\n%s", uid, report)
				}
			}
			t.Log(regexp.MustCompile(`\d+ queries of .*`).FindString(report))
		})
	}
	t.Run("faults are found", func(t *testing.T) { checkFaults(t, s) })
}

// verify runs the verifier over the boards in a folder.
func (s *stage) verify(kind kind, boards string, flags ...string) (report string, err error) {
	arguments := append([]string{"--prometheus", kind.server.URL(), "--setup", kind.setup, "--dashboards", boards, "--strict"}, flags...)
	if kind.rehearsed {
		arguments = append(arguments, "--eventful")
	}
	output, err := exec.Command(s.verifier, arguments...).CombinedOutput()
	return string(output), err
}

// boardsOf is where export writes the dashboards.
func boardsOf(folder string) string { return filepath.Join(folder, "grafana", "dashboards") }
