// SPDX-License-Identifier: Apache-2.0

package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"didsms_exporter/internal/traffic"
)

const simulateHelp = `Plays NXCloud: sends realistic, signed callbacks at any receiver, judges each
answer by the contract, and exits with 1 if one broke it or nothing was
accepted. The load does not follow the receiver: a slow one shows as latency,
a far too slow one as callbacks that were not sent.

What a receiver accepts it counts and keeps, like real messages: never aim at
the exporter whose report you lay beside an invoice.

The account comes from --config.file, or from the environment as for serve:
DIDSMS_ACCESS_KEY with DIDSMS_ACCESS_SECRET_FILE or DIDSMS_ACCESS_SECRET, and
DIDSMS_TIME_ZONE. The secret to rotate to is the account's second one, or in
DIDSMS_ACCESS_SECRET_NEXT_FILE, or in _NEXT itself.

Scenarios. What is odd happens in the second and third quarter of the run, or
after a minute without --duration:
  steady   nothing odd               price   prices of one number double
  spike    one number's sending      rotate  the next secret signs from half
           fails                             way on
  silence  one number is silent      chaos   all that is odd but allowed
  flood    one number gets ten       mixed   all of these
           times as many messages

--expect-metrics compares every counter with what was sent, once no number is
held at 0 any more. Nobody else may send at the same time.`

func simulateCommand(streams Streams) *cli.Command {
	return withExamples(&cli.Command{
		Name:            "simulate",
		Usage:           "send realistic signed traffic at any receiver",
		Description:     simulateHelp,
		Flags:           simulateFlags(),
		HideHelpCommand: true,
		OnUsageError:    usageProblem,
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			s, err := readSimulation(c, streams)
			if err != nil {
				return err
			}
			return s.run(c.Context)
		},
	},
		"didsms_exporter simulate --url http://127.0.0.1:8080/callback --duration 20s",
		"didsms_exporter simulate --url http://127.0.0.1:8080/callback \\\n"+
			"     --scenario chaos --rate 300 --duration 8s --seed 7 \\\n"+
			"     --expect-metrics http://127.0.0.1:9911/metrics")
}

// simulation is one run of the command, its flags checked.
type simulation struct {
	config   traffic.Config
	dumpFile string
	compress string         // --fast-forward as it was given
	metrics  *metricsSource // nil: not reconciled
	inFlight int            // how many requests may be in work
	screen   *simulateScreen
}

// run sends, judges and reports. Its error is the verdict.
func (s *simulation) run(ctx context.Context) (err error) {
	// Nobody reads on when the pipe is closed: there is nothing left to do or to say.
	sending, stop := context.WithCancel(ctx)
	defer stop()
	s.screen.out.onError = stop
	defer func() {
		if s.screen.out.closed() {
			err = nil
		}
	}()

	finishDump, err := s.openDump()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, finishDump()) }()
	simulator, err := traffic.New(s.config)
	if err != nil {
		return usagef("simulate: %s", withoutPrefix(err))
	}
	s.inFlight = simulator.MaxInFlight()
	s.screen.welcome(s, simulator.Happenings())
	var before *metricsPage
	if s.metrics != nil {
		if before, err = s.metrics.settled(sending, s.screen.note); err != nil {
			return err
		}
		s.screen.clear()
	}
	summary, err := s.send(sending, simulator)
	s.screen.clear()
	report := newSimulateReport(s, summary)
	err = s.judge(ctx, sending, report, &summary, before, err)
	s.screen.farewell(report)
	return err
}

// judge completes the report of what was sent and returns the verdict. An interrupt
// comes before whatever else went wrong, for it is often the cause.
func (s *simulation) judge(ctx, sending context.Context, report *simulateReport, summary *traffic.Summary, before *metricsPage, failed error) error {
	if failed != nil {
		failed = errors.New("simulate: " + escapeForTerminal([]byte(withoutPrefix(failed))))
	} else if ctx.Err() == nil && s.metrics != nil {
		report.Metrics, failed = s.metrics.reconcile(sending, before, summary, s.screen.note)
		s.screen.clear()
	}
	report.Interrupted = ctx.Err() != nil
	if failed == nil || report.Total.Sent > 0 { // else it had no chance to go wrong
		report.Faults = faultsOf(summary, report.Metrics, s.config.Form && !s.config.FormAccepted)
	}
	switch {
	case report.Interrupted:
		return ctx.Err()
	case failed != nil:
		report.Error = strings.TrimPrefix(failed.Error(), "simulate: ")
		return failed
	case len(report.Faults) > 0:
		return fmt.Errorf("simulate: the receiver failed: %s", report.Faults[0])
	}
	return nil
}

// send runs the traffic and shows its progress.
func (s *simulation) send(ctx context.Context, simulator *traffic.Simulator) (traffic.Summary, error) {
	following, stop := context.WithCancel(ctx)
	progress := make(chan struct{})
	go func() {
		defer close(progress)
		s.screen.follow(following, simulator, s.config.Duration)
	}()
	summary, err := simulator.Run(ctx)
	stop()
	<-progress
	return summary, err
}

// milli rounds a latency to what people read.
func milli(d time.Duration) time.Duration {
	if d < 10*time.Millisecond {
		return d.Round(10 * time.Microsecond)
	}
	return d.Round(time.Millisecond)
}
