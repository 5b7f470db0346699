// SPDX-License-Identifier: Apache-2.0

package command

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"didsms_exporter/internal/inspect"
	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/receiver"
)

const verifyHelp = `Says whether a recorded callback verifies, or which rule of serve it breaks
first, and looks for the mistake behind it: it undoes the usual ones and
tries again. FILE is a raw HTTP request as tcpdump -A, a proxy's log or a
debugging page shows it; without FILE, or with -, it is read from standard
input. Without a recording, give --header for each header, and --body.

Accounts come from the environment or --config.file. Neither a secret nor a
signature is ever printed. An old ts is only mentioned, unless --strict is
set. Exit code 0: it verifies; 1: it does not; 2: the question was wrong.`

func verifyCommand(streams Streams) *cli.Command {
	return withExamples(&cli.Command{
		Name:        "verify",
		Usage:       "say why a recorded callback does or does not verify",
		ArgsUsage:   "[FILE]",
		Description: verifyHelp,
		Flags: []cli.Flag{
			&cli.StringSliceFlag{Name: "header", Usage: "one header, as `K:V`"},
			&cli.StringFlag{Name: "body", Usage: "`FILE` with the body, for --header"},
			&cli.BoolFlag{Name: "any-action", DisableDefaultText: true, Usage: "let any action and bizType pass"},
			&cli.BoolFlag{Name: "strict", DisableDefaultText: true, Usage: "an old or future ts fails"},
			&cli.StringFlag{Name: "now", Usage: "judge ts at this `TIME` (RFC 3339)"},
			&cli.BoolFlag{Name: "json", DisableDefaultText: true, Usage: "print JSON"},
			configFileFlag(),
		},
		HideHelpCommand: true,
		OnUsageError:    usageProblem,
		Action:          func(c *cli.Context) error { return verify(c, streams) },
	},
		"didsms_exporter verify captured.txt",
		"didsms_exporter verify --config.file didsms.yml --strict < captured.txt")
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
	capture, err := readCapture(c)
	if err != nil {
		return err
	}
	config := inspect.Config{
		Now: now, MaxBodyBytes: receiver.DefaultMaxBodyBytes,
		AnyAction: c.Bool("any-action"), Strict: c.Bool("strict"),
		Accounts: make([]nxcloud.Account, len(accounts)),
	}
	for n, account := range accounts {
		config.Accounts[n] = account.Account
	}
	inspector, err := inspect.New(config)
	if err != nil {
		return usageError{err.Error()}
	}
	report := inspector.Inspect(capture)
	if c.Bool("json") {
		encoder := json.NewEncoder(streams.Out)
		encoder.SetEscapeHTML(false)
		err = encoder.Encode(report)
	} else {
		_, err = fmt.Fprint(streams.Out, verifyScreen(report))
	}
	if err == nil && !report.Verifies {
		err = errNotVerified
	}
	return err
}

// readCapture reads the recording, or puts one together of the flags.
func readCapture(c *cli.Context) (*inspect.Capture, error) {
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
		return capture, nil
	}
	raw, err := readInput(c, c.Args().First(), "the recording")
	if err != nil {
		return nil, err
	}
	capture, err := inspect.Parse(raw)
	if err != nil {
		return nil, usagef("%v", err)
	}
	return capture, nil
}
