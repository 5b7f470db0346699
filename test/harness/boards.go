// SPDX-License-Identifier: Apache-2.0

package harness

import (
	"fmt"
	"os/exec"
	"path/filepath"
)

// BuildVerifier builds the program that asks a Prometheus server for everything that
// the dashboards show, in a folder of the caller's. It lives in the generator's module.
func BuildVerifier(folder string) (string, error) {
	program, err := filepath.Abs(filepath.Join(folder, "verify"))
	if err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-o", program, "./verify")
	build.Dir = filepath.Join("..", "..", "dashboards", "gen") // from test/<package>
	if printed, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the verifier of the dashboards: %w\n%s", err, printed)
	}
	return program, nil
}

// URL is where the server's users reach it.
func (p *Prometheus) URL() string { return "http://" + p.address }
