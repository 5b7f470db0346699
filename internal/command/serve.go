// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"
	"log/slog"

	"github.com/urfave/cli/v2"

	"didsms_exporter/internal/config"
)

const serveHelp = `Receives callbacks on the public door and shows metrics, health and the debug
page on the private one.

One account needs no file: set DIDSMS_ACCESS_KEY with DIDSMS_ACCESS_SECRET or
DIDSMS_ACCESS_SECRET_FILE, and, so that money and times are right,
DIDSMS_CURRENCY (such as USD) and DIDSMS_TIME_ZONE (such as +08:00). Several
accounts, names of numbers and limits go into the file of --config.file.`

// noAccount is what somebody sees who starts the exporter with nothing.
const noAccount = `no account is configured, so every callback would be refused.

Set the key pair that the vendor's console shows for your application:

   export DIDSMS_ACCESS_KEY=...
   export DIDSMS_ACCESS_SECRET_FILE=/path/to/file     (or DIDSMS_ACCESS_SECRET=...)

or list accounts in a file and give it with --config.file. To look around without an account:

   didsms_exporter demo`

func serveCommand(streams Streams) *cli.Command {
	return withExamples(&cli.Command{
		Name:            "serve",
		Usage:           "receive callbacks and show metrics (the default)",
		Description:     serveHelp,
		Flags:           withEnvironment(serverFlags()),
		HideHelpCommand: true,
		OnUsageError:    usageProblem,
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			return serve(c, streams)
		},
	},
		"DIDSMS_ACCESS_KEY=kGp5uFHN DIDSMS_ACCESS_SECRET_FILE=nxcloud.secret \\\n     didsms_exporter serve",
		"didsms_exporter serve --config.file didsms.yml \\\n     --web.listen-address 127.0.0.1:9911")
}

func serve(c *cli.Context, streams Streams) error {
	s, err := readSettings(c, streams)
	if err != nil {
		return err
	}
	warnStrays(s.logger, streams) // before a refusal that one of them explains
	checked, err := loadConfig(s)
	if err != nil {
		return configError(err)
	}
	i, err := newInstance(s, checked)
	if err != nil {
		return err
	}
	warnAssumptions(s.logger, checked)
	return i.Run(c.Context)
}

// warnAssumptions says what the exporter has to assume because nobody told it.
func warnAssumptions(logger *slog.Logger, c *config.Config) {
	for _, account := range c.Accounts {
		if account.Currency == "unknown" {
			logger.Warn("no currency is set, so money is shown as currency=\"unknown\"; a later change starts new series and converts nothing",
				"account", account.Name, "set", config.EnvCurrency+" or currency of the account")
		}
	}
}

// configError explains a bad configuration; having no account at all is the
// newcomer's case and gets the longer answer.
func configError(err error) error {
	var problems config.Problems
	if errors.As(err, &problems) && len(problems) == 1 && problems[0].Key == "accounts" && problems[0].Line == 0 {
		return usageError{noAccount}
	}
	return usageError{"the configuration has problems:\n" + err.Error()}
}
