// SPDX-License-Identifier: Apache-2.0

package receiver_test

import (
	"log/slog"
	"testing"
)

// testLogger writes the log into the test's own, so that a failing test shows it.
func testLogger(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
}
