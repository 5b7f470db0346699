// SPDX-License-Identifier: Apache-2.0

// Command replay lets thirty synthetic days pass by the alert rules and shows what
// they would have said: whether each planted incident is told in time, and what is
// told that nobody wanted to know. Prometheus' own engine and rule groups evaluate
// them, minute by minute.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
)

const help = `Lets synthetic days of eleven numbers pass by the alert rules, and says what the
rules would have said.

  go run ./replay                  thirty days
  go run ./replay --days 10        the first ten of them, for a quick look
  go run ./replay --seed 7         other noise, the same incidents
  go run ./replay --rules FOLDER   rules rendered with other parameters
  go run ./replay --delays         the promised delays, as a table for the docs

The days hold six incidents, two outages of the exporter and three holidays; beside
them days and nights, weekends, mailings, late receipts, one number that always
fails by 60 %, a new price list, and strangers at the door. A naive rule (over 5 %
undelivered in 5 minutes) runs beside ours for comparison.

Rules are evaluated every minute over samples of every minute. The exit status is 1
if an incident is missed or told late, or if there is more than one false page.

`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code, err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "replay:", err)
	}
	stop()
	os.Exit(code)
}

// run returns the exit status: 0 good, 1 bad rules, 2 wrong usage or no result.
func run(ctx context.Context, arguments []string, out, progress io.Writer) (int, error) {
	flags := flag.NewFlagSet("replay", flag.ContinueOnError)
	days := flags.Int("days", 30, "how many days, from 10 to 30")
	seed := flags.Uint64("seed", 1, "seed of the noise")
	folder := flags.String("rules", "../../alerts/rules", "folder of the rule files")
	table := flags.Bool("delays", false, "print the promised delays and end")
	flags.SetOutput(progress)
	flags.Usage = func() { fmt.Fprint(progress, help); flags.PrintDefaults() }
	if err := flags.Parse(arguments); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0, nil
		}
		return 2, nil // the flag package has said it
	}
	if flags.NArg() > 0 || *days < minimum || *days > 30 {
		return 2, fmt.Errorf("--days is from %d (a week of history, then the first incidents) to 30, and there are no arguments; see --help", minimum)
	}
	if *table {
		printDelays(out)
		return 0, nil
	}
	areas, err := load(*folder)
	if err != nil {
		return 2, err
	}
	// Most of the work is small and short-lived: collect less often.
	debug.SetGCPercent(400)
	started := time.Now()
	episodes, err := replay(ctx, newPlan(*days), *seed, areas, teller(progress, *days, started))
	if err != nil {
		if ctx.Err() != nil {
			return 2, errors.New("stopped")
		}
		return 2, err
	}
	v := judge(newPlan(*days), episodes)
	fmt.Fprintf(out, "%d days, seed %d, rules of %s, in %.0f s\n", *days, *seed, *folder, time.Since(started).Seconds())
	v.print(out)
	faults := v.faults()
	if len(faults) == 0 {
		fmt.Fprintln(out, "\nGOOD: every incident was told in time, and nobody was woken for nothing more than once.")
		return 0, nil
	}
	fmt.Fprintln(out, "\nBAD:")
	for _, fault := range faults {
		fmt.Fprintln(out, "  "+fault)
	}
	return 1, nil
}

// teller writes a line for every day to a terminal, and for every fifth elsewhere.
func teller(out io.Writer, days int, started time.Time) func(int) {
	every := 5
	if file, ok := out.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			every = 1
		}
	}
	return func(day int) {
		if day%every == 0 || day == days {
			passed := time.Since(started)
			left := passed * time.Duration(days-day) / time.Duration(day)
			fmt.Fprintf(out, "day %2d of %d, %3.0f s, about %.0f s to go\n", day, days, passed.Seconds(), left.Seconds())
		}
	}
}
