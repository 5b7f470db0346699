// SPDX-License-Identifier: Apache-2.0

// Package command is the command line: it reads flags and configuration, wires the
// parts together in the order in which a callback meets them, and maps errors to
// exit codes.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"
)

// Exit codes of every command.
const (
	exitDone        = 0   // the work is done
	exitNo          = 1   // it ran, and the answer is no
	exitUsage       = 2   // wrong usage or configuration
	exitInterrupted = 130 // ended by a signal before it was done
)

// Streams are the process's surroundings, replaceable in tests.
type Streams struct {
	In     io.Reader           // nil: the process's own
	Out    io.Writer           // what was asked for
	Err    io.Writer           // logs and errors
	Getenv func(string) string // of the environment account
}

// usageError is a mistake of the caller: exit code 2, and what to do next.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

func usagef(format string, arguments ...any) error {
	return usageError{fmt.Sprintf(format, arguments...)}
}

// Run runs the command line and returns the exit code.
func Run(ctx context.Context, arguments []string, streams Streams) int {
	err := newApp(streams).RunContext(ctx, withDefaultCommand(arguments))
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &usage):
		fmt.Fprintf(streams.Err, "didsms_exporter: %s\n", usage.text)
		return exitUsage
	}
	fmt.Fprintf(streams.Err, "didsms_exporter: %v\n", err)
	return exitNo
}

// defaultCommand runs when the command line names none.
const defaultCommand = "serve"

// withDefaultCommand puts the default command in front of flags that stand alone,
// so that each flag has one place where it is defined.
func withDefaultCommand(arguments []string) []string {
	if len(arguments) < 1 {
		return []string{"didsms_exporter", defaultCommand}
	}
	if len(arguments) > 1 {
		switch first := arguments[1]; {
		case !strings.HasPrefix(first, "-"), first == "-h", first == "--help", first == "-help",
			first == "-v", first == "--version", first == "-version", first == "--generate-bash-completion":
			return arguments
		}
	}
	return append([]string{arguments[0], defaultCommand}, arguments[1:]...)
}

func newApp(streams Streams) *cli.App {
	return &cli.App{
		Name:  "didsms_exporter",
		Usage: "counts NXCloud's signed SMS callbacks for Prometheus, per number",
		Description: "Point a DID number's callback URL at this program and it shows how many messages came in,\n" +
			"what became of those you sent, and what they cost. Without an account, try: didsms_exporter demo",
		Version:         buildVersion().String(),
		HideHelpCommand: true,
		Reader:          streams.In,
		Writer:          streams.Out,
		ErrWriter:       streams.Err,
		Commands: []*cli.Command{
			serveCommand(streams),
			demoCommand(streams),
			simulateCommand(streams),
			sendCommand(streams),
			signCommand(streams),
			verifyCommand(streams),
			checkCommand(streams),
			reportCommand(streams),
			backupCommand(streams),
			exportCommand(streams),
			healthcheckCommand(streams),
			completionCommand(streams),
			manCommand(streams),
			versionCommand(streams),
		},
		EnableBashCompletion: true,
		Action:               unknownCommand,
		OnUsageError:         usageProblem,
		// A URL may hold a comma.
		DisableSliceFlagSeparator: true,
		// The library would end the process inside Run, before anything deferred.
		ExitErrHandler: func(*cli.Context, error) {},
	}
}

// usageProblem is what the library calls for a flag it cannot parse.
func usageProblem(c *cli.Context, err error, _ bool) error {
	flags, name := c.App.Flags, c.App.Name
	if c.Command != nil && c.Command.Name != "" && c.Command.Name != c.App.Name {
		flags, name = c.Command.Flags, c.App.Name+" "+c.Command.Name
	}
	hint := ""
	if unknown, found := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); found {
		if near := cli.SuggestFlag(flags, unknown, true); near != "" {
			hint = fmt.Sprintf(" Did you mean %q?", near)
		}
	}
	return usagef("%v.%s\nSee '%s --help'.", err, hint, name)
}

func unknownCommand(c *cli.Context) error {
	word := c.Args().First()
	hint := cli.SuggestCommand(c.App.Commands, word) // a whole sentence, or nothing
	return usagef("unknown command %q. %s\nSee '%s --help'.", word, hint, c.App.Name)
}

// noArguments refuses words that a command would ignore.
func noArguments(c *cli.Context) error {
	if c.Args().Present() {
		return usagef("%s takes no arguments, but got %q\nSee 'didsms_exporter %s --help'.", c.Command.Name, c.Args().First(), c.Command.Name)
	}
	return nil
}

// withExamples ends a command's help with examples that work as printed.
func withExamples(command *cli.Command, examples ...string) *cli.Command {
	command.CustomHelpTemplate = cli.CommandHelpTemplate + "\nEXAMPLES:\n   " + strings.Join(examples, "\n   ") + "\n"
	return command
}
