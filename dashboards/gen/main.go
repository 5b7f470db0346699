// SPDX-License-Identifier: Apache-2.0

// Command gen writes the dashboards. Run it in its own folder: go run .
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"didsms_exporter/dashboards/gen/boards"
)

func main() {
	if err := write(".."); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(folder string) error {
	for _, board := range boards.All() {
		content, err := board.JSON()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, board.UID+".json"), content, 0o644); err != nil { //nolint:gosec // for everybody
			return fmt.Errorf("write a dashboard: %w", err)
		}
	}
	return nil
}
