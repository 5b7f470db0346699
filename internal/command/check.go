// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"
	"fmt"
	"net"

	"github.com/urfave/cli/v2"

	"didsms_exporter/internal/config"
	"didsms_exporter/internal/web"
)

const checkHelp = `Looks at everything that serve would use, with the same flags, and starts
nothing: configuration, secrets, slips in the names of variables, web
configuration files, who may see the debug pages, the storage folder, both
addresses, and what dashboards and alerts take for granted. One line a
finding: level, file and line, key, what it is, and behind the semicolon what
to do.

Exits with 0 when no finding is an error, and with 1 when one is. Run it as
the user that runs the exporter: another one may be allowed other things.`

func checkCommand(streams Streams) *cli.Command {
	return withExamples(&cli.Command{
		Name:            "check",
		Usage:           "look at configuration, secrets, storage and addresses",
		Description:     checkHelp,
		Flags:           append(withEnvironment(serverFlags()), &cli.BoolFlag{Name: "json", Usage: "print the findings as JSON"}),
		HideHelpCommand: true,
		OnUsageError:    usageProblem,
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			return runCheck(c, streams, freeBytes)
		},
	},
		"didsms_exporter check --config.file didsms.yml --storage.path data",
		"didsms_exporter check --config.file didsms.yml --json")
}

// errFindings ends check with 1; the findings themselves say why.
var errFindings = errors.New("the check found errors")

func runCheck(c *cli.Context, streams Streams, free func(string) (uint64, error)) error {
	k := &checker{free: free}
	k.webFiles(c)
	s, err := readSettings(c, streams)
	if err != nil {
		return err
	}
	k.settings = s
	k.configuration()
	k.environment(streams)
	k.exposure()
	k.storage(c.Context)
	k.doors()
	text := k.text()
	if c.Bool("json") {
		if text, err = k.json(); err != nil {
			return err
		}
	}
	if err := deliver(streams.Out, text); err != nil {
		return err
	}
	if k.count(config.LevelError) > 0 {
		return errFindings
	}
	return nil
}

// checker gathers what it finds.
type checker struct {
	settings *settings
	free     func(folder string) (uint64, error) // bytes; errors.ErrUnsupported where nobody can tell
	findings []finding
	checked  []string

	webUnknown bool // a web configuration file is broken, so that it says nothing of the door
	inUse      bool // an exporter has the storage folder
}

// webFiles checks the files of both doors and forgets the broken ones, so that the
// rest can be looked at.
func (k *checker) webFiles(c *cli.Context) {
	for _, flag := range []string{"receiver.config.file", "web.config.file"} {
		file := c.String(flag)
		if file == "" {
			continue
		}
		err := validateWebConfig(file)
		if err == nil {
			_, err = config.WebAuthenticated(file)
		}
		if err == nil {
			k.checked = append(k.checked, "--"+flag+" "+file)
			continue
		}
		k.find(config.LevelError, "--"+flag, fmt.Sprintf("%s cannot be used: %v", file, err), "correct it after the exporter-toolkit's web configuration")
		_ = c.Set(flag, "") // a string takes everything
		k.webUnknown = k.webUnknown || flag == "web.config.file"
	}
}

// configuration checks what the file and the environment say, as serve does.
func (k *checker) configuration() {
	s := *k.settings
	s.authenticated = s.authenticated || k.webUnknown // that has been said
	c, err := loadConfig(&s)
	if err == nil {
		_, err = newKeyring(c)
	}
	var problems config.Problems
	switch {
	case errors.As(err, &problems):
		for _, problem := range problems {
			k.problem(config.LevelError, problem)
		}
	case err != nil:
		k.find(config.LevelError, "accounts", err.Error(), "")
	default:
		k.checked = append(k.checked, configured(s.source.File, c))
	}
	for _, remark := range s.source.Remarks() {
		k.problem(remark.Level, remark.Problem)
	}
}

func configured(file string, c *config.Config) string {
	if file == "" {
		file = "the environment"
	}
	secrets := 0
	for _, account := range c.Accounts {
		secrets += len(account.Secrets)
	}
	return fmt.Sprintf("%s (%s, %s, %s)", file, several(len(c.Accounts), "account"), several(secrets, "secret"), several(len(c.DIDs), "number"))
}

func several(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// exposure says when messages can be seen by whoever reaches the private door.
func (k *checker) exposure() {
	s := k.settings
	if s.access != web.AccessEverybody || s.authenticated || k.webUnknown || loopback(s.webAddress) {
		return
	}
	k.find(config.LevelWarning, "--web.debug",
		"is on, so everybody who reaches "+s.webAddress+" sees numbers, prices and refusals",
		"put a password on the private door with --web.config.file, or listen on 127.0.0.1, or use --web.debug=auto")
}

// loopback reports whether an address can be reached from this machine alone.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
