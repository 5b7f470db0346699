// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"

	"github.com/urfave/cli/v2"

	"didsms_exporter/internal/config"
	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/traffic"
)

// readAccount reads the account as serve does, and the secret to rotate to.
func (s *simulation) readAccount(c *cli.Context, getenv func(string) string) error {
	algorithm, ok := nxcloud.ParseAlgorithm(c.String("algorithm"))
	if !ok || algorithm == nxcloud.AlgorithmAuto {
		return usagef("--algorithm must be md5 or sha256")
	}
	if c.String("config.file") != "" {
		return s.configuredAccount(c, algorithm)
	}
	next := getenv(envNextSecret) + getenv(envNextSecretFile)
	if s.config.Form && getenv(config.EnvAccessKey) == "" {
		s.config.Account = traffic.Account{AccessKey: "unsigned", Secret: []byte("unsigned")} // goes nowhere
		return nil
	}
	account, err := environmentAccount(getenv, nil)
	if err != nil {
		return err
	}
	s.config.Account = traffic.Account{AccessKey: account.AccessKey, Secret: account.Secrets[0], Algorithm: algorithm, MaxAge: account.MaxAge}
	s.config.Zone = account.Zone
	if next == "" {
		if s.config.Scenario == traffic.Rotate {
			return usagef("--scenario rotate needs the secret that comes next: set %s (or %s)", envNextSecretFile, envNextSecret)
		}
		return nil
	}
	rotated, err := environmentAccount(getenv, map[string]string{
		config.EnvAccessSecret: envNextSecret, config.EnvAccessSecretFile: envNextSecretFile,
	})
	if err != nil {
		return err
	}
	s.config.Account.Next = rotated.Secrets[0]
	return nil
}

// configuredAccount takes the account from a configuration file. Its first secret is
// in force, and the second the one that comes next.
func (s *simulation) configuredAccount(c *cli.Context, algorithm nxcloud.Algorithm) error {
	// The environment's account would be another one of the same name.
	loaded, err := config.Source{File: c.String("config.file"), Getenv: func(string) string { return "" }}.Load()
	if err != nil {
		return configError(err)
	}
	name := c.String("account")
	if len(loaded.Accounts) == 1 && !c.IsSet("account") {
		name = loaded.Accounts[0].Name
		if s.metrics != nil {
			s.metrics.account = name
		}
	}
	account, err := chooseAccount(loaded.Accounts, name)
	if err != nil {
		return err
	}
	s.config.Account = traffic.Account{AccessKey: account.AccessKey, Secret: account.Secrets[0], Algorithm: algorithm, MaxAge: account.MaxAge}
	s.config.Zone = account.Zone
	if len(account.Secrets) > 1 {
		s.config.Account.Next = account.Secrets[1]
	} else if s.config.Scenario == traffic.Rotate {
		return usagef("--scenario rotate needs a second file in secret_files of account %s: the secret that comes next", account.Name)
	}
	return nil
}

// environmentAccount reads the one account of the environment. Variables that are
// renamed are read, and named in complaints, under their other name.
func environmentAccount(getenv func(string) string, renamed map[string]string) (*config.Account, error) {
	name := func(variable string) string {
		if other, found := renamed[variable]; found {
			return other
		}
		return variable
	}
	if getenv(config.EnvAccessKey) == "" && getenv(config.EnvAccessSecret) == "" && getenv(config.EnvAccessSecretFile) == "" {
		return nil, usagef("no account to sign with: set %s and %s (or %s), as for serve",
			config.EnvAccessKey, config.EnvAccessSecretFile, config.EnvAccessSecret)
	}
	loaded, err := config.Source{Getenv: func(variable string) string { return getenv(name(variable)) }}.Load()
	var problems config.Problems
	switch {
	case err == nil:
		return &loaded.Accounts[0], nil
	case !errors.As(err, &problems):
		return nil, err
	}
	for i := range problems {
		problems[i].Key = name(problems[i].Key)
	}
	return nil, usageError{"the account of the environment has problems:\n" + problems.Error()}
}
