// SPDX-License-Identifier: Apache-2.0

package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"didsms_exporter/internal/config"
	"didsms_exporter/internal/inspect"
	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/receiver"
)

const verifyHelp = `Says whether a recorded callback verifies, or which rule of serve it breaks
first, and looks for the mistake behind it: it undoes the usual ones and
tries again. FILE is a raw HTTP request as tcpdump -A, a proxy's log or a
debugging page shows it, curl's --trace or -v, a curl line or a HAR file;
without FILE, or with -, it is read from standard input. Of several requests
each is judged, and the first that fails is explained. Without a recording,
give --header for each header, and --body.

Accounts come from the environment or --config.file. Neither a secret nor a
signature is ever printed. An old ts is only mentioned, unless --strict is
set. A body may be as large as serve lets it, if verify is given the same
--receiver.max-body-bytes or DIDSMS_RECEIVER_MAX_BODY_BYTES. Of a body only
the structure is shown: no text and no numbers.
Exit code 0: all verify; 1: one does not; 2: the question was wrong.`

func verifyCommand(streams Streams) *cli.Command {
	return withExamples(&cli.Command{
		Name:        "verify",
		Usage:       "say why a recorded callback does or does not verify",
		ArgsUsage:   "[FILE]",
		Description: verifyHelp,
		Flags: []cli.Flag{
			&cli.StringSliceFlag{Name: "header", Usage: "one header, as `K:V`; may be repeated"},
			&cli.StringFlag{Name: "body", Usage: "`FILE` with the body, for --header"},
			&cli.BoolFlag{Name: "any-action", DisableDefaultText: true, Usage: "let any action and bizType pass"},
			&cli.BoolFlag{Name: "strict", DisableDefaultText: true, Usage: "an old or future ts fails"},
			&cli.StringFlag{Name: "now", Usage: "judge ts at this `TIME` (RFC 3339)"},
			&cli.BoolFlag{Name: "json", DisableDefaultText: true, Usage: "print JSON"},
			configFileFlag(),
			bodyLimitFlag(),
		},
		HideHelpCommand: true,
		OnUsageError:    usageProblem,
		Action:          func(c *cli.Context) error { return verify(c, streams) },
	},
		"didsms_exporter verify captured.txt",
		"didsms_exporter verify --config.file didsms.yml --strict < captured.txt")
}

// bodyLimitFlag is serve's flag, for verify answers as serve does. The help has no
// line for it, since with its variable it would be wider than a screen.
func bodyLimitFlag() cli.Flag {
	return withEnvironment([]cli.Flag{
		&cli.Int64Flag{Name: "receiver.max-body-bytes", Value: receiver.DefaultMaxBodyBytes, Hidden: true},
	})[0]
}

// errNotVerified ends verify with exit code 1 when everything has been said.
var errNotVerified = errors.New("the callback does not verify")

func verify(c *cli.Context, streams Streams) error {
	now, err := parseNow(c.String("now"))
	if err != nil {
		return err
	}
	accounts, err := readAccounts(c, streams)
	if err != nil {
		return err
	}
	limit := c.Int64("receiver.max-body-bytes")
	if limit < 1024 || limit > 1<<20 {
		return usagef("--receiver.max-body-bytes: must be from 1024 to 1048576")
	}
	recording, err := readRecording(c)
	if err != nil {
		return err
	}
	settings := inspect.Config{
		Now: now, MaxBodyBytes: limit,
		AnyAction: c.Bool("any-action"), Strict: c.Bool("strict"),
		Accounts: make([]nxcloud.Account, len(accounts)),
	}
	for n, account := range accounts {
		settings.Accounts[n] = account.Account
	}
	if settings.Numbers, settings.Allowlist, err = readNumbers(c, streams); err != nil {
		return err
	}
	inspector, err := inspect.New(settings)
	if err != nil {
		return usageError{err.Error()}
	}
	reports, err := inspector.InspectAll(c.Context, recording.Captures)
	if err != nil {
		return err
	}
	answer := newVerifyAnswer(recording, reports)
	if c.Bool("json") {
		encoder := json.NewEncoder(streams.Out)
		encoder.SetEscapeHTML(false)
		err = encoder.Encode(answer.json())
	} else {
		_, err = fmt.Fprint(streams.Out, answer.screen())
	}
	if err == nil && !answer.Verifies {
		err = errNotVerified
	}
	return err
}

// readNumbers reads which numbers are our own: what a callback would count under.
func readNumbers(c *cli.Context, streams Streams) (numbers []inspect.Number, allowlist bool, err error) {
	checked, err := config.Source{File: c.String("config.file"), Getenv: streams.Getenv}.Load()
	if err != nil {
		return nil, false, configError(err)
	}
	for _, did := range checked.DIDs {
		numbers = append(numbers, inspect.Number{Account: did.Account, Number: did.Number})
	}
	return numbers, checked.Allowlist, nil
}

// readRecording reads the recording, or puts one together of the flags.
func readRecording(c *cli.Context) (*inspect.Recording, error) {
	headers := c.StringSlice("header")
	switch {
	case c.Args().Len() > 1:
		return nil, usagef("verify takes one file, and flags before it, but got %d words\nSee 'didsms_exporter verify --help'.", c.Args().Len())
	case len(headers) > 0 && c.Args().Present():
		return nil, usagef("a recording and --header exclude each other")
	case len(headers) > 0 && !c.IsSet("body"):
		return nil, usagef("--header needs --body FILE, or --body - for standard input")
	case len(headers) == 0 && c.IsSet("body"):
		return nil, usagef("--body goes with --header; a recording holds its body itself")
	}
	if len(headers) > 0 {
		body, err := readInput(c, c.String("body"), "--body")
		if err != nil {
			return nil, err
		}
		capture, err := inspect.FromParts(headers, body)
		if err != nil {
			return nil, usagef("--header: %v", err)
		}
		return &inspect.Recording{Captures: []*inspect.Capture{capture}}, nil
	}
	raw, err := readInput(c, c.Args().First(), "the recording")
	if err != nil {
		return nil, err
	}
	recording, err := inspect.ParseAll(c.Context, raw)
	if errors.Is(err, context.Canceled) {
		return nil, err
	}
	if err != nil {
		return nil, usagef("%v", err)
	}
	return recording, nil
}
