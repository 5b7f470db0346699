// SPDX-License-Identifier: Apache-2.0

package command

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v2"
	"golang.org/x/sync/errgroup"

	"didsms_exporter/internal/config"
	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/traffic"
)

const demoHelp = `Runs the real exporter on this machine and plays NXCloud to it: signed
callbacks over HTTP for a dozen numbers, a day's shape in minutes, one number
that stops delivering, some duplicates, some forgeries. Nothing has to be
configured and nothing is left behind. It ends with Ctrl-C.`

// The demo account. Its secret is made anew for each run.
const (
	demoAccount   = "demo"
	demoAccessKey = "demo-key"
	demoCurrency  = "USD"
)

// What the demo's traffic looks like: a day in six minutes, and the number that
// goes bad does so early enough to be seen.
const (
	demoDay        = 6 * time.Minute
	demoBadAfter   = 45 * time.Second
	demoDuplicates = 0.04
	demoForgeries  = 0.03
)

func demoCommand(streams Streams) *cli.Command {
	flags := withEnvironment([]cli.Flag{
		&cli.StringFlag{Name: "receiver.listen-address", Value: "127.0.0.1:8080", Usage: "`ADDRESS` of the public door; another port if this one is taken"},
		&cli.StringFlag{Name: "web.listen-address", Value: "127.0.0.1:9911", Usage: "`ADDRESS` of the private door; another port if this one is taken"},
		&cli.StringFlag{Name: "log.level", Value: "error", Usage: "`LEVEL` of the log: debug, info, warn or error"},
	})
	flags = append(flags,
		&cli.Float64Flag{Name: "rate", Value: 20, Usage: "`NUMBER` of callbacks per second, on average"},
		&cli.DurationFlag{Name: "duration", DefaultText: "never", Usage: "end the traffic after this `TIME`; the exporter runs on until Ctrl-C"},
		&cli.Uint64Flag{Name: "seed", Usage: "repeat the traffic of this `NUMBER`; 0 is another one each time"},
		&cli.BoolFlag{Name: "json", Usage: "print the summary of the traffic as one line of JSON, and nothing else"},
	)
	return withExamples(&cli.Command{
		Name:            "demo",
		Usage:           "run on simulated traffic, with nothing to configure",
		Description:     demoHelp,
		Flags:           flags,
		HideHelpCommand: true,
		OnUsageError:    usageProblem,
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			return demo(c, streams)
		},
	},
		"didsms_exporter demo",
		"didsms_exporter demo --rate 50 --duration 2m \\\n     --web.listen-address 127.0.0.1:9911")
}

func demo(c *cli.Context, streams Streams) (err error) {
	rate := c.Float64("rate")
	if !(rate > 0) || rate > 5000 {
		return usagef("--rate must be above 0 and at most 5000")
	}
	if c.Duration("duration") < 0 {
		return usagef("--duration must not be negative")
	}
	secret := rand.Text()
	folder, err := os.MkdirTemp("", "didsms-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	i, err := demoInstance(c, streams, secret, folder)
	if err != nil {
		return err
	}
	seed := c.Uint64("seed")
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	simulator, err := traffic.New(traffic.Config{
		URL:        i.public.url(i.settings.receiverPath),
		Account:    traffic.Account{AccessKey: demoAccessKey, Secret: []byte(secret)},
		Rate:       rate,
		DayLength:  demoDay,
		Duration:   c.Duration("duration"),
		Duplicates: demoDuplicates,
		Forgeries:  demoForgeries,
		BadAfter:   demoBadAfter,
		Seed:       seed,
	})
	if err != nil {
		return err
	}
	screen := &demoScreen{out: streams.Out, json: c.Bool("json"), width: func() int { return terminalWidth(streams) }}
	screen.welcome(i, secret)
	return runDemo(c.Context, i, simulator, screen)
}

// runDemo runs the exporter and the traffic. The traffic stops before the doors
// close, so that its last answers are counted.
func runDemo(ctx context.Context, i *instance, simulator *traffic.Simulator, screen *demoScreen) error {
	serving, stopServing := context.WithCancel(context.WithoutCancel(ctx))
	defer stopServing()
	group, serving := errgroup.WithContext(serving)
	group.Go(func() error { return i.Run(serving) })
	group.Go(func() error {
		defer stopServing()
		sending, stopSending := context.WithCancel(ctx)
		defer stopSending()
		context.AfterFunc(serving, stopSending) // a door that fails ends the traffic too
		progress := make(chan struct{})
		go func() {
			defer close(progress)
			screen.follow(sending, simulator)
		}()
		summary, err := simulator.Run(sending)
		stopSending()
		<-progress
		if err != nil {
			return fmt.Errorf("simulated traffic: %w", err)
		}
		screen.farewell(summary, ctx.Err() == nil)
		<-waitEither(ctx, serving)
		return nil
	})
	return group.Wait()
}

// waitEither returns a channel that is closed when one of the contexts ends.
func waitEither(a, b context.Context) <-chan struct{} {
	both, cancel := context.WithCancel(a)
	context.AfterFunc(b, cancel)
	return both.Done()
}

// demoInstance wires a real exporter for the demo account and its numbers. They
// are configured, so nothing of them is held back.
func demoInstance(c *cli.Context, streams Streams, secret, folder string) (*instance, error) {
	logger, err := newLogger(c.String("log.level"), "logfmt", streams)
	if err != nil {
		return nil, usagef("--log.level: %v", err)
	}
	s := &settings{
		receiverAddress: freeAddress(c, "receiver.listen-address"),
		receiverPath:    "/callback",
		webAddress:      freeAddress(c, "web.listen-address"),
		telemetryPath:   "/metrics",
		debug:           "auto",
		storagePath:     folder,
		retention:       30 * 24 * time.Hour,
		logger:          logger,
	}
	s.source = config.Source{Retention: s.retention}
	checked := &config.Config{
		Accounts: []config.Account{{
			Account: nxcloud.Account{
				Name:      demoAccount,
				AccessKey: demoAccessKey,
				Secrets:   [][]byte{[]byte(secret)},
				Currency:  demoCurrency,
				MaxAge:    nxcloud.DefaultMaxAge,
				Zone:      nxcloud.DefaultZone(),
			},
			ZoneName: nxcloud.DefaultZone().String(),
		}},
		MaxDIDs:   config.DefaultMaxDIDs,
		BirthHold: config.DefaultBirthHold,
		Exemplars: true,
	}
	for _, number := range traffic.Numbers() {
		checked.DIDs = append(checked.DIDs, config.DID{Number: number.DID, Name: number.Name, Account: demoAccount})
	}
	return newInstance(s, checked)
}

// freeAddress returns the flag's address, or the same host with a port of the
// system's choice when the default port is taken: a demo should just start.
func freeAddress(c *cli.Context, flag string) string {
	address := c.String(flag)
	if c.IsSet(flag) {
		return address
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return "127.0.0.1:0"
	}
	_ = listener.Close() // only tried
	return address
}

// demoScreen is what the demo shows.
type demoScreen struct {
	out   io.Writer
	json  bool
	width func() int // of the terminal
}

func (d *demoScreen) print(format string, arguments ...any) {
	if !d.json {
		fmt.Fprintf(d.out, format, arguments...)
	}
}

func (d *demoScreen) welcome(i *instance, secret string) {
	d.print("didsms_exporter demo: simulated NXCloud traffic for %d numbers, signed, over loopback.\n\n", len(traffic.Numbers()))
	d.print("  Metrics         %s\n", i.private.url(i.settings.telemetryPath))
	d.print("  Last callbacks  %s\n", i.private.url("/debug/events"))
	d.print("  Start page      %s\n\n", i.private.url("/"))
	d.print("Send a callback of your own (good for 24 hours):\n\n%s\n\n", indent(demoCurl(i, secret)))
	for _, number := range traffic.Numbers() {
		if number.GoesBad {
			d.print("%s (%s) stops delivering after %s. Ctrl-C ends the demo.\n\n", number.DID, number.Name, demoBadAfter)
		}
	}
}

// demoCurl is a signed callback that can be pasted into a shell.
func demoCurl(i *instance, secret string) string {
	now := time.Now()
	body := fmt.Sprintf(`{"messageId":"%032x","fromPhone":"12025550143","toPhone":"%s","content":"hello","size":"1","price":"0.0360","receiveTime":"%s","smsStatus":"DELIVRD"}`,
		now.UnixNano(), traffic.Numbers()[0].DID, now.In(nxcloud.DefaultZone()).Format(time.DateTime))
	parameters := nxcloud.Parameters{
		AccessKey: demoAccessKey, Action: "mo", BizType: nxcloud.BizTypeDID, Timestamp: fmt.Sprint(now.UnixMilli()),
	}
	lines := []string{
		"curl -sS " + i.public.url(i.settings.receiverPath),
		"-H 'Content-Type: application/json'",
		"-H 'accesskey: " + parameters.AccessKey + "' -H 'action: " + parameters.Action + "' -H 'biztype: " + parameters.BizType + "'",
		"-H 'ts: " + parameters.Timestamp + "'",
		"-H 'sign: " + nxcloud.Sign(nxcloud.AlgorithmMD5, parameters, []byte(body), []byte(secret)) + "'",
		"--data-raw '" + body + "'",
	}
	return strings.Join(lines, " \\\n  ")
}

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }

// follow shows the progress: one line that is overwritten on a terminal, a line
// every ten seconds elsewhere.
func (d *demoScreen) follow(ctx context.Context, simulator *traffic.Simulator) {
	if d.json {
		return
	}
	every, line := 10*time.Second, "%s\n"
	if onTerminal(d.out) {
		every, line = time.Second, "\r\033[K%s"
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			text := newDemoTotals(simulator.Progress()).String()
			if onTerminal(d.out) {
				text = fit(text, d.width())
			}
			d.print(line, text)
		case <-ctx.Done():
			if onTerminal(d.out) {
				d.print("\r\033[K")
			}
			return
		}
	}
}

// farewell prints the summary of the traffic.
func (d *demoScreen) farewell(summary traffic.Summary, running bool) {
	totals := newDemoTotals(summary)
	if d.json {
		line, err := json.Marshal(totals)
		if err != nil {
			line = []byte(`{}`) // numbers and strings always encode
		}
		fmt.Fprintf(d.out, "%s\n", line)
		return
	}
	d.print("Traffic ended. %s\n", totals)
	for _, broken := range summary.Breaks {
		d.print("  not as the contract asks: %s\n", broken)
	}
	if running {
		d.print("The exporter runs on; Ctrl-C ends it.\n")
	}
}
