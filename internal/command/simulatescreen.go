// SPDX-License-Identifier: Apache-2.0

package command

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"didsms_exporter/internal/traffic"
)

// quietWriter notices that nobody reads any more.
type quietWriter struct {
	to      io.Writer
	onError func()
	err     error
}

// Write passes on until the first failure.
func (q *quietWriter) Write(text []byte) (int, error) {
	if q.err != nil {
		return 0, q.err
	}
	n, err := q.to.Write(text)
	if err != nil {
		q.err = err
		q.onError()
	}
	return n, err
}

func (q *quietWriter) closed() bool { return q.err != nil }

// simulateScreen is what the command shows.
type simulateScreen struct {
	out      *quietWriter
	json     bool
	terminal bool
	width    func() int // of the terminal
}

func (s *simulateScreen) print(format string, arguments ...any) {
	if !s.json {
		fmt.Fprintf(s.out, format, arguments...)
	}
}

// clearLine goes back over the line of the progress.
const clearLine = "\r\033[K"

// note shows what is being waited for, where it can be taken back.
func (s *simulateScreen) note(text string) {
	if s.terminal {
		s.print(clearLine+"%s", fit(text, s.width()))
	}
}

// welcome says what will be sent. The path of the URL may be a secret.
func (s *simulateScreen) welcome(run *simulation, happenings []traffic.Happening) {
	c := &run.config
	host := "the receiver"
	if target, err := url.Parse(c.URL); err == nil {
		host = target.Scheme + "://" + target.Host
	}
	length := "until Ctrl-C"
	if c.Duration > 0 {
		length = "for " + c.Duration.String()
	}
	s.print("Simulated NXCloud traffic to %s\n", host)
	s.print("  scenario %s, %g/s %s, %d numbers, --seed %d\n", c.Scenario, c.Rate, length, c.DIDs, c.Seed)
	s.print("  %g %% repeat an earlier callback, %g %% must be refused\n", 100*c.Duplicates, 100*c.Forgeries)
	if c.Form {
		s.print("  unsigned form variant; expected answer %s\n", map[bool]string{true: "200 success", false: "415 error"}[c.FormAccepted])
	}
	if run.compress != "" {
		s.print("  the load of %s pressed into %s; no time stamp is moved for it\n", run.compress, c.Duration)
	}
	if c.Now != nil {
		s.print("  ts counts from %s: receivers take it near that time only\n", c.Now().Format(time.RFC3339))
	}
	for _, happening := range happenings {
		s.print("  %s\n", happening)
	}
	if c.Scenario == traffic.Mixed && len(c.Account.Next) == 0 {
		s.print("  rotate: left out, %s is not set\n", envNextSecretFile)
	}
	s.print("\n")
}

// clear takes the progress back.
func (s *simulateScreen) clear() {
	if s.terminal {
		s.print(clearLine)
	}
}

// farewell prints the summary.
func (s *simulateScreen) farewell(r *simulateReport) {
	if s.json {
		if r.Faults == nil {
			r.Faults = []string{}
		}
		line, err := json.Marshal(r)
		if err != nil {
			line = []byte(`{}`) // numbers and strings always encode
		}
		fmt.Fprintf(s.out, "%s\n", line)
		return
	}
	ended := ""
	if r.Interrupted {
		ended = ", interrupted"
	}
	s.print("Sent %d in %.1fs%s.\n\n", r.Total.Sent, r.Seconds, ended)
	s.print("  %-14s %9s %9s %9s %9s %11s\n", "callback", "sent", "as asked", "for now", "wrong", "unanswered")
	for _, kind := range append(r.Kinds, kindCounts{"all", r.Total}) {
		s.print("  %-14s %9d %9d %9d %9d %11d\n", kind.Kind, kind.Sent, kind.AsAsked, kind.ForNow, kind.Wrong, kind.Unanswered)
	}
	s.print("\n")
	for _, answer := range r.sortedAnswers() {
		s.print("  %-14s %9d\n", answer, r.Answers[answer])
	}
	if r.Total.Unsent > 0 {
		s.print("\n%s", paragraphs([]string{fmt.Sprintf(
			"Not sent: %d callbacks, whose time came while %d requests still waited for an answer.", r.Total.Unsent, r.inFlight)}))
	}
	s.print("\n  latency  50%% %s, 90%% %s, 99%% %s, longest %s\n\n",
		milli(r.latency[0]), milli(r.latency[1]), milli(r.latency[2]), milli(r.latency[3]))
	s.verdict(r)
}

// maxDifferences is how many differences are printed for people.
const maxDifferences = 200

func (s *simulateScreen) verdict(r *simulateReport) {
	if r.Interrupted && r.expectsMetrics {
		s.print("Interrupted: what was counted is not compared.\n")
	}
	if m := r.Metrics; m != nil && len(m.Differences) == 0 {
		s.print("Metrics: all %d series moved as they should (waited %gs).\n", m.Series, m.Waited)
	} else if m != nil {
		s.print("Metrics: %d of %d series did not move as they should:\n", len(m.Differences), m.Series)
		if m.StillHeld {
			s.print("  (some numbers are held at 0 for longer than %s)\n", holdDeadline)
		}
		for _, d := range m.Differences[:min(len(m.Differences), maxDifferences)] {
			s.print("  want %s, got %s: %s\n", decimalText(d.Want), decimalText(d.Got), d.Series)
		}
		if more := len(m.Differences) - maxDifferences; more > 0 {
			s.print("  and %d more\n", more)
		}
	}
	for _, fault := range r.Faults {
		s.print("%s", paragraphs([]string{"Fault: the receiver " + fault + "."}))
	}
	for _, b := range r.Breaks {
		s.print("  %s: want %s, got %s (%d times)\n", b.Kind, b.Want, b.Got, b.Count)
		s.print("    first for message %s\n", b.MessageID)
	}
	if len(r.Faults) == 0 && !r.Interrupted && r.Error == "" {
		s.print("The receiver keeps the contract.\n")
	}
}

// decimalText writes a number without an exponent.
func decimalText(value float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.9f", value), "0"), ".")
}
