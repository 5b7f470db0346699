// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"fmt"
	"os"
)

// Level says how bad a remark is.
type Level uint8

// The levels, worst first.
const (
	LevelError   Level = iota // the exporter would not start, or not work
	LevelWarning              // it would, but not as is probably meant
	LevelInfo                 // good to know
)

// String returns the level's word.
func (l Level) String() string { return [...]string{"error", "warning", "info"}[l] }

// Remark is something about a configuration that is worth a second look although
// it is taken. Its text says what, and behind a semicolon what to do.
type Remark struct {
	Problem
	Level Level
}

// minSecretLength is the shortest secret that does not look cut off.
const minSecretLength = 16

// Remarks reads everything once more and returns what is odd about the accounts,
// also while there are problems elsewhere.
func (s Source) Remarks() []Remark {
	c := &Config{MaxDIDs: DefaultMaxDIDs}
	if s.File != "" {
		content, err := os.ReadFile(s.File)
		if err != nil {
			return nil // a problem of Load
		}
		_ = readFile(c, s.File, content)
	}
	_ = s.environmentAccount(c)
	var remarks []Remark
	for _, account := range c.Accounts {
		r := reviewer{file: s.File, account: account, lines: c.lines}
		r.secrets()
		r.money()
		if !account.zoneSet {
			r.remark(LevelInfo, "time_zone", EnvTimeZone, "is not set, so "+account.ZoneName+" is assumed for the account's months and times; set it to the zone of the vendor's console")
		}
		remarks = append(remarks, r.remarks...)
	}
	return remarks
}

// reviewer looks at one account.
type reviewer struct {
	file    string
	account Account
	lines   map[string]int
	remarks []Remark
}

// remark takes the key of the file, and the variable that stands for it when the
// account is the environment's.
func (r *reviewer) remark(level Level, key, variable, text string) {
	problem := Problem{Key: variable, Text: text}
	if at := r.account.place; at.key != "" {
		problem = Problem{File: r.file, Line: at.line, Key: at.key + "." + key, Text: text}
		if line, known := r.lines[problem.Key]; known {
			problem.Line = line
		}
	}
	r.remarks = append(r.remarks, Remark{problem, level})
}

func (r *reviewer) secrets() {
	for n, secret := range r.account.Secrets {
		key, variable, named := fmt.Sprintf("secret_files[%d]", n), EnvAccessSecret, "the secret"
		path := r.account.secretFiles[n]
		if path != "" {
			variable, named = EnvAccessSecretFile, "secret file "+path
		}
		if len(secret) == 0 {
			continue // a problem of Load
		}
		if len(secret) < minSecretLength {
			r.remark(LevelWarning, key, variable, fmt.Sprintf("%s has fewer than %d characters; see whether all of it was copied", named, minSecretLength))
		}
		if !bytes.Equal(bytes.TrimSpace(secret), secret) {
			r.remark(LevelWarning, key, variable, named+" begins or ends with white space, which counts as part of it; remove it if the vendor's console shows none")
		}
		if info, err := os.Stat(path); path != "" && err == nil && info.Mode().Perm()&0o077 != 0 {
			r.remark(LevelWarning, key, variable, fmt.Sprintf("%s can be read by others on this machine (mode %04o); chmod 600 %s", named, info.Mode().Perm(), path))
		}
	}
}

func (r *reviewer) money() {
	if r.account.Currency != "unknown" {
		return
	}
	r.remark(LevelWarning, "currency", EnvCurrency, "is unknown, so dashboards, alerts and reports show amounts without one; set the currency of the account, such as USD")
	if r.account.MonthlyBudget != nil {
		r.remark(LevelWarning, "budget.monthly", "", "is a budget in an unknown currency; set the currency of the account, such as USD")
	}
}
