// SPDX-License-Identifier: Apache-2.0

package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"didsms_exporter/internal/traffic"
)

// follow shows the progress: one line that is overwritten on a terminal, a line
// every ten seconds elsewhere.
func (s *simulateScreen) follow(ctx context.Context, simulator *traffic.Simulator, duration time.Duration) {
	if s.json {
		return
	}
	every, line := 10*time.Second, "%s\n"
	if s.terminal {
		every, line = 250*time.Millisecond, clearLine+"%s"
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if s.terminal {
				width := s.width() // asked anew each time: people resize
				s.print(line, fit(progressLine(simulator.Progress(), duration, width), width))
			} else {
				s.print(line, progressLine(simulator.Progress(), duration, columns))
			}
		case <-ctx.Done():
			return
		}
	}
}

// progressLine fits 79 columns, and fewer without its bar, where there are no 80.
func progressLine(summary traffic.Summary, duration time.Duration, width int) string {
	const length = 20
	bar := ""
	if duration > 0 {
		share := min(1, summary.Elapsed.Seconds()/duration.Seconds())
		if done := int(share * length); width >= columns {
			bar = fmt.Sprintf("[%s%s] ", strings.Repeat("#", done), strings.Repeat("-", length-done))
		}
		bar += fmt.Sprintf("%3.0f%% ", 100*share)
	}
	total := summary.Total()
	if total.AsPlanned+total.Broken+total.Overloaded == 0 && summary.LastError != "" {
		line := fmt.Sprintf("%s%.0fs sent %d, none answered: %s", bar, summary.Elapsed.Seconds(), total.Sent, escapeForTerminal([]byte(summary.LastError)))
		return line[:min(len(line), 79)]
	}
	return fmt.Sprintf("%s%.0fs sent %d, as asked %d, wrong %d, p99 %s",
		bar, summary.Elapsed.Seconds(), total.Sent, total.AsPlanned, total.Broken, milli(summary.Latency.Quantile(0.99)))
}
