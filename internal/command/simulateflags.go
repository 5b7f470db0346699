// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/urfave/cli/v2"

	"didsms_exporter/internal/traffic"
)

// The secret that the vendor rotates to, named like the one in force.
const (
	envNextSecret     = "DIDSMS_ACCESS_SECRET_NEXT"      //nolint:gosec // the name of a variable
	envNextSecretFile = "DIDSMS_ACCESS_SECRET_NEXT_FILE" //nolint:gosec // the name of a variable
)

// maxSimulatedRate is more than one machine sends.
const maxSimulatedRate = 20_000

// simulateFlags keep each line of the help within 80 columns.
func simulateFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "url", Usage: "`URL` where the receiver takes callbacks"},
		&cli.StringFlag{Name: "scenario", Value: "steady", Usage: "`NAME` of what happens, see above"},
		&cli.Float64Flag{Name: "rate", Value: 20, Usage: "`NUMBER` of callbacks per second"},
		&cli.IntFlag{Name: "dids", Value: len(traffic.Numbers()), Usage: "`NUMBER` of our own numbers"},
		&cli.IntFlag{Name: "failing", Value: 1, Usage: "`NUMBER` that fail in spike, mixed"},
		&cli.DurationFlag{Name: "duration", DefaultText: "until Ctrl-C", Usage: "`TIME` of the run, such as 8s"},
		&cli.Uint64Flag{Name: "seed", DefaultText: "a new one", Usage: "`NUMBER` of the run to repeat"},
		&cli.StringFlag{Name: "now", DefaultText: "the clock", Usage: "`TIME` (RFC 3339) to count ts from"},
		&cli.Float64Flag{Name: "duplicates", DefaultText: "0.04 or 0.15", Usage: "`SHARE` that is repeated"},
		&cli.Float64Flag{Name: "bad-signatures", DefaultText: "0.03 or 0.15", Usage: "`SHARE` that must be refused"},
		&cli.StringFlag{Name: "algorithm", DefaultText: "md5", Value: "md5", Usage: "`NAME` of the hash, md5 or sha256"},
		&cli.StringFlag{Name: "fast-forward", Usage: "press the load of `TIME`, such as 7d, into the run"},
		&cli.BoolFlag{Name: "form", DisableDefaultText: true, Usage: "send the unsigned form variant and expect 415"},
		&cli.BoolFlag{Name: "expect-form", DisableDefaultText: true, Usage: "with --form: expect 200 success"},
		&cli.StringFlag{Name: "expect-metrics", Usage: "`URL` of metrics to reconcile with what was sent"},
		&cli.StringFlag{Name: "account", Value: "main", Usage: "`NAME` of the account"},
		configFileFlag(),
		&cli.StringFlag{Name: "web.auth-file", Usage: "`FILE` with user:password for them"},
		&cli.StringFlag{Name: "dump", Usage: "`FILE` that gets every request as bytes"},
		&cli.BoolFlag{Name: "json", DisableDefaultText: true, Usage: "print the summary as one line of JSON only"},
	}
}

// readSimulation checks the flags and the environment.
func readSimulation(c *cli.Context, streams Streams) (*simulation, error) {
	s := &simulation{
		dumpFile: c.String("dump"),
		compress: c.String("fast-forward"),
		screen: &simulateScreen{
			out: &quietWriter{to: streams.Out}, json: c.Bool("json"), terminal: onTerminal(streams.Out),
			width: func() int { return terminalWidth(streams) },
		},
		config: traffic.Config{
			URL:          c.String("url"),
			Rate:         c.Float64("rate"),
			DIDs:         c.Int("dids"),
			Duration:     c.Duration("duration"),
			Seed:         c.Uint64("seed"),
			Form:         c.Bool("form"),
			FormAccepted: c.Bool("expect-form"),
			Unreadable:   true,
		},
	}
	config := &s.config
	if config.URL == "" {
		return nil, usagef("simulate needs the URL of a receiver, such as --url http://127.0.0.1:8080/callback")
	}
	if !validTarget(config.URL) {
		return nil, usagef("--url must be a URL such as http://127.0.0.1:8080/callback")
	}
	if !(config.Rate >= traffic.MinRate) || config.Rate > maxSimulatedRate {
		return nil, usagef("--rate must be from %g to %d", traffic.MinRate, maxSimulatedRate)
	}
	if config.DIDs < 1 || config.DIDs > traffic.MaxDIDs {
		return nil, usagef("--dids must be from 1 to %d", traffic.MaxDIDs)
	}
	if c.IsSet("failing") { // unset is not asked for, which only spike and mixed would allow
		if config.Failing = c.Int("failing"); config.Failing < 1 || config.Failing > config.DIDs {
			return nil, usagef("--failing must be from 1 to the %d of --dids", config.DIDs)
		}
	}
	if config.Duration < 0 {
		return nil, usagef("--duration must not be negative")
	}
	if config.FormAccepted && !config.Form {
		return nil, usagef("--expect-form says what --form shall expect; it means nothing alone")
	}
	if !c.IsSet("seed") {
		config.Seed = uint64(rand.Uint32()) //nolint:gosec // any number will do, a short one is easier to repeat
	}
	for _, read := range []func(*cli.Context) error{s.readScenario, s.readTimes, s.readMetrics} {
		if err := read(c); err != nil {
			return nil, err
		}
	}
	return s, s.readAccount(c, streams.Getenv)
}

// readScenario reads what happens, with the shares that suit it.
func (s *simulation) readScenario(c *cli.Context) error {
	scenario, ok := traffic.ParseScenario(c.String("scenario"))
	if !ok {
		var names []string
		for _, each := range traffic.Scenarios() {
			names = append(names, each.String())
		}
		return usagef("--scenario %q is none of %s", c.String("scenario"), strings.Join(names, ", "))
	}
	s.config.Scenario = scenario
	s.config.Duplicates, s.config.Forgeries = scenario.Shares()
	if s.config.Form {
		s.config.Forgeries = 0 // nothing is signed
	}
	for flag, share := range map[string]*float64{"duplicates": &s.config.Duplicates, "bad-signatures": &s.config.Forgeries} {
		if c.IsSet(flag) {
			*share = c.Float64(flag)
		}
		if !(*share >= 0 && *share < 1) {
			return usagef("--%s must be a share from 0 to 1, such as 0.05", flag)
		}
	}
	if s.config.Duplicates+s.config.Forgeries >= 1 {
		return usagef("--duplicates and --bad-signatures together must leave room for genuine callbacks")
	}
	return nil
}

// readTimes reads the clock and the shape of the load. Without --fast-forward the
// load is the same all the time: a short run of a real day would have the rate of
// that hour and not the one that was asked for.
func (s *simulation) readTimes(c *cli.Context) error {
	if text := c.String("now"); text != "" {
		now, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return usagef("--now must be a time such as 2026-11-24T09:30:00Z")
		}
		s.config.Now = func() time.Time { return now }
	}
	if s.compress == "" {
		s.config.Flat = true
		return nil
	}
	shape, err := model.ParseDuration(s.compress)
	if err != nil || shape <= 0 {
		return usagef("--fast-forward must be a time such as 7d or 1d")
	}
	if s.config.Duration == 0 {
		return usagef("--fast-forward needs --duration: the time into which it presses the load of %s", s.compress)
	}
	s.config.DayLength = time.Duration(float64(s.config.Duration) / (float64(shape) / float64(24*time.Hour)))
	if s.config.DayLength < time.Millisecond {
		return usagef("--fast-forward %s does not fit into --duration %s", s.compress, s.config.Duration)
	}
	return nil
}

func (s *simulation) readMetrics(c *cli.Context) error {
	text := c.String("expect-metrics")
	if text == "" {
		return nil
	}
	if !validTarget(text) {
		return usagef("--expect-metrics must be a URL such as http://127.0.0.1:9911/metrics")
	}
	if s.config.Duration == 0 {
		return usagef("--expect-metrics needs --duration: an interrupted run is not reconciled")
	}
	s.metrics = newMetricsSource(text, c.String("account"))
	if path := c.String("web.auth-file"); path != "" {
		var err error
		if s.metrics.user, s.metrics.password, err = readAuthFile(path); err != nil {
			return usagef("--web.auth-file: %v", err)
		}
	}
	return nil
}

func validTarget(text string) bool {
	target, err := url.Parse(text)
	return err == nil && target.Host != "" && (target.Scheme == "http" || target.Scheme == "https")
}

// withoutPrefix takes the package's name out of an error that goes to people.
func withoutPrefix(err error) string { return strings.TrimPrefix(err.Error(), "traffic: ") }

// openDump opens the file of --dump, if any, and returns what finishes it. It may
// hold a secret path, so it is for its owner alone.
func (s *simulation) openDump() (finish func() error, err error) {
	if s.dumpFile == "" {
		return func() error { return nil }, nil
	}
	file, err := os.OpenFile(s.dumpFile, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("simulate: --dump: %w", err)
	}
	buffered := bufio.NewWriter(file)
	s.config.Dump = buffered
	return func() error { return errors.Join(buffered.Flush(), file.Close()) }, nil
}
