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
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"didsms_exporter/internal/config"
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
	In      io.Reader           // nil: the process's own
	Out     io.Writer           // what was asked for
	Err     io.Writer           // logs and errors
	Getenv  func(string) string // of the environment account
	Environ func() []string     // to find slips in names; nil: not looked for
}

// usageError is a mistake of the caller: exit code 2, and what to do next.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

func usagef(format string, arguments ...any) error {
	return usageError{fmt.Sprintf(format, arguments...)}
}

// Run runs the command line and returns the exit code.
func Run(ctx context.Context, arguments []string, streams Streams) int {
	if slices.Contains(arguments, "--") && slices.Contains(arguments, "--"+cli.BashCompletionFlag.Names()[0]) {
		return exitDone // a shell asks what could follow; behind -- the library would run the command
	}
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
	if len(arguments) > 1 && arguments[1] == "help" {
		// As for git and go: help, help COMMAND.
		return append(append([]string{arguments[0]}, arguments[2:min(len(arguments), 3)]...), "--help")
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
		Usage: "counts NXCloud's SMS callbacks for Prometheus, per number",
		Description: "Point a DID number's callback URL at this program and it shows how many\n" +
			"messages came in, what became of those you sent, and what they cost. To look\n" +
			"around without an account: didsms_exporter demo",
		Version:               buildVersion().String(),
		HideHelpCommand:       true,
		CustomAppHelpTemplate: strings.Replace(cli.AppHelpTemplate, "{{.Version}}{{end}}", buildVersion().inHelp()+"{{end}}", 1),
		Reader:                streams.In,
		Writer:                streams.Out,
		ErrWriter:             streams.Err,
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
		var known []string
		for _, flag := range flags {
			known = append(known, flag.Names()...)
		}
		hint = suggestion(strings.TrimLeft(unknown, "-"), known, "--")
	}
	if problem := err.Error(); strings.HasSuffix(problem, ": parse error") {
		// The library does not say what it could have read.
		hint = " It takes a number; a time has a unit, as 10s or 2m."
	}
	return usagef("%v.%s\nSee '%s --help'.", err, hint, name)
}

// suggestion is what somebody may have meant, or nothing rather than a far cry.
func suggestion(word string, known []string, prefix string) string {
	if near := config.Nearest(strings.ToLower(word), known); near != "" {
		return fmt.Sprintf(" Did you mean %q?", prefix+near)
	}
	return ""
}

func unknownCommand(c *cli.Context) error {
	word := c.Args().First()
	var known []string
	for _, command := range c.App.Commands {
		known = append(known, command.Name)
	}
	return usagef("unknown command %q.%s\nSee '%s --help'.", word, suggestion(word, known, ""), c.App.Name)
}

// noArguments refuses words that a command would ignore.
func noArguments(c *cli.Context) error {
	if c.Args().Present() {
		return usagef("%s takes no arguments, but got %q\nSee 'didsms_exporter %s --help'.", c.Command.Name, c.Args().First(), c.Command.Name)
	}
	return nil
}
