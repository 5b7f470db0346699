// SPDX-License-Identifier: Apache-2.0

package config

import (
	"didsms_exporter/internal/nxcloud"
)

// The environment of the one account that needs no file.
const (
	EnvAccessKey        = "DIDSMS_ACCESS_KEY"
	EnvAccessSecret     = "DIDSMS_ACCESS_SECRET"      //nolint:gosec // the name of a variable
	EnvAccessSecretFile = "DIDSMS_ACCESS_SECRET_FILE" //nolint:gosec // the name of a variable
	EnvCurrency         = "DIDSMS_CURRENCY"
	EnvTimeZone         = "DIDSMS_TIME_ZONE"
)

// environmentName is the account label of the environment account.
const environmentName = "main"

// environmentAccount adds the account that the environment describes, if it does.
func (s Source) environmentAccount(c *Config) Problems {
	if s.Getenv == nil {
		return nil
	}
	var problems Problems
	complain := func(key, text string) { problems = append(problems, Problem{Key: key, Text: text}) }
	key, secret, file := s.Getenv(EnvAccessKey), s.Getenv(EnvAccessSecret), s.Getenv(EnvAccessSecretFile)
	switch {
	case key == "" && secret == "" && file == "":
		return nil
	case key == "":
		complain(EnvAccessKey, "not set, although a secret is")
	case secret == "" && file == "":
		complain(EnvAccessSecret, "not set, although "+EnvAccessKey+" is; set it or "+EnvAccessSecretFile)
	case secret != "" && file != "":
		complain(EnvAccessSecretFile, "set together with "+EnvAccessSecret+"; keep one of them")
	}
	account := Account{Account: nxcloud.Account{
		Name:      environmentName,
		AccessKey: key,
		MaxAge:    nxcloud.DefaultMaxAge,
		Currency:  orDefault(s.Getenv(EnvCurrency), "unknown"),
	}}
	if !validKey(key) && key != "" {
		complain(EnvAccessKey, keyRule)
	}
	if !validCurrency(account.Currency) {
		complain(EnvCurrency, currencyRule)
	}
	zone := s.Getenv(EnvTimeZone)
	account.zoneSet = zone != ""
	var err error
	if account.Zone, account.ZoneName, err = parseZone(zone); err != nil {
		complain(EnvTimeZone, err.Error())
	}
	if secret != "" {
		content, problem := checkSecret([]byte(secret))
		if problem != "" {
			complain(EnvAccessSecret, problem)
		}
		account.Secrets, account.secretFiles = [][]byte{content}, []string{""}
	} else if file != "" {
		content, err := readSecret(file)
		if err != nil {
			complain(EnvAccessSecretFile, err.Error())
		}
		account.Secrets, account.secretFiles = [][]byte{content}, []string{file}
	}
	if len(problems) == 0 {
		c.Accounts = append(c.Accounts, account)
	}
	return problems
}

func orDefault(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}
