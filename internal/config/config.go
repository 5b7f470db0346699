// SPDX-License-Identifier: Apache-2.0

// Package config reads the configuration file, the environment account and the
// secrets, and checks all of it. A bad configuration is refused whole, and every
// problem of it is named with file, line and key.
package config

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// Defaults of what a file may leave out.
const (
	DefaultMaxDIDs   = 400
	DefaultBirthHold = 30 * time.Second
)

// Config is a checked configuration.
type Config struct {
	Accounts  []Account
	DIDs      []DID
	Allowlist bool          // did_mode: allowlist
	MaxDIDs   int           // over all accounts
	BirthHold time.Duration // series_birth_hold
	Exemplars bool          // message ids as exemplars
	ShowPhone bool          // privacy.phone: show
	ShowText  bool          // privacy.content: show

	lines      map[string]int // of the file, by key
	secretless bool           // leave the secrets unread
}

// Account is one console account of the vendor.
type Account struct {
	nxcloud.Account
	ZoneName      string     // as configured
	MonthlyBudget *sms.Money // in units of the account's currency; nil: none
	PriceBuckets  []float64  // ascending

	place       place
	secretFiles []string // of Secrets; empty where the environment holds the secret itself
	zoneSet     bool
}

// place is where in the file something stands; the zero place is the environment
// or no line in particular.
type place struct {
	line int
	key  string
}

// DID is one number named in the file.
type DID struct {
	Number     sms.Number
	Name       string
	Account    string
	MaxSilence map[sms.Kind]time.Duration

	place place
}

// Problem is one thing that is wrong: where, and what to do about it.
type Problem struct {
	File string // empty: the environment
	Line int    // 0: not a line's fault
	// Column is where in the line; 0: not known.
	Column int
	Key    string // such as accounts[0].time_zone
	Text   string
}

// String returns file:line: key: text.
func (p Problem) String() string {
	var where strings.Builder
	if p.File != "" {
		where.WriteString(p.File)
		if p.Line > 0 {
			fmt.Fprintf(&where, ":%d", p.Line)
		}
		if p.Line > 0 && p.Column > 0 {
			fmt.Fprintf(&where, ":%d", p.Column)
		}
		where.WriteString(": ")
	}
	if p.Key != "" {
		where.WriteString(p.Key + ": ")
	}
	return where.String() + p.Text
}

// compare puts problems in file order, those of the environment last.
func (p Problem) compare(other Problem) int {
	if (p.File == "") != (other.File == "") {
		return cmp.Compare(other.File, p.File)
	}
	return cmp.Compare(p.Line, other.Line)
}

// Problems is the error of Load: everything that was found, in file order and
// then of the environment.
type Problems []Problem

// Error returns a line per problem.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// Source says where a configuration comes from, so that a reload reads the same
// places again.
type Source struct {
	File      string              // YAML; empty: none
	Getenv    func(string) string // of the environment account
	Retention time.Duration       // how long duplicates are remembered
}

// Load reads and checks everything. Its error is of type Problems.
func (s Source) Load() (*Config, error) {
	c := &Config{MaxDIDs: DefaultMaxDIDs, BirthHold: DefaultBirthHold, Exemplars: true}
	var problems Problems
	if s.File != "" {
		content, err := os.ReadFile(s.File)
		if err != nil {
			return nil, Problems{{File: s.File, Text: "cannot be read: " + reason(err)}}
		}
		problems = readFile(c, s.File, content)
	}
	problems = append(problems, s.environmentAccount(c)...)
	problems = append(problems, s.crossCheck(c)...)
	if len(problems) > 0 {
		slices.SortStableFunc(problems, Problem.compare)
		return nil, problems
	}
	return c, nil
}

// crossCheck holds what no single key can break.
func (s Source) crossCheck(c *Config) Problems {
	var problems Problems
	complain := func(at place, key, format string, arguments ...any) {
		if at.key != "" {
			key = at.key + "." + key
		}
		problems = append(problems, Problem{File: s.File, Line: at.line, Key: key, Text: fmt.Sprintf(format, arguments...)})
	}
	names, keys := map[string]bool{}, map[string]bool{}
	for _, account := range c.Accounts {
		if account.Name != "" && names[account.Name] {
			complain(account.place, "name", "two accounts are named %q; one account may stand in the environment (DIDSMS_ACCESS_KEY), and its name is main", account.Name)
		}
		if account.AccessKey != "" && keys[account.AccessKey] {
			complain(account.place, "access_key", "account %q has the access key of another account", account.Name)
		}
		names[account.Name], keys[account.AccessKey] = true, true
		if s.Retention > 0 && account.MaxAge > s.Retention-nxcloud.MaxAhead {
			complain(account.place, "max_age", "max_age plus five minutes is longer than duplicates are remembered (--storage.retention %s): a replay would be counted twice; raise that, or set a smaller max_age", model.Duration(s.Retention))
		}
	}
	seen := map[string]bool{}
	for _, did := range c.DIDs {
		if did.Account != "" && !names[did.Account] {
			complain(did.place, "account", "number %s belongs to the account %q, which is not configured", did.Number, did.Account)
		}
		if key := did.Account + "/" + string(did.Number); seen[key] && did.Number != sms.NumberUnknown {
			complain(did.place, "number", "number %s is named twice", did.Number)
		} else {
			seen[key] = true
		}
	}
	if len(c.DIDs) > c.MaxDIDs {
		complain(place{}, "max_dids", "%d numbers are named, but max_dids is %d", len(c.DIDs), c.MaxDIDs)
	}
	return problems
}

// reason is the short form of a file error, which names the path itself.
func reason(err error) string {
	text := err.Error()
	if i := strings.LastIndex(text, ": "); i >= 0 {
		return text[i+2:]
	}
	return text
}
