// SPDX-License-Identifier: Apache-2.0

package config

import (
	"os"
	"slices"
	"time"
)

// Lookup is the part of a configuration that explains what was counted earlier.
type Lookup struct {
	Accounts []Account // of the file, without their secrets
	DIDs     []DID

	zone     *time.Location // of every other account
	zoneName string
}

// Lookup reads names and zones alone: whoever looks at figures need not be able to
// read the secrets. Its error is of type Problems.
func (s Source) Lookup() (*Lookup, error) {
	c := &Config{MaxDIDs: DefaultMaxDIDs, secretless: true}
	var problems Problems
	if s.File != "" {
		content, err := os.ReadFile(s.File)
		if err != nil {
			return nil, Problems{{File: s.File, Text: "cannot be read: " + reason(err)}}
		}
		problems = readFile(c, s.File, content)
	}
	l := &Lookup{Accounts: c.Accounts, DIDs: c.DIDs}
	zone := ""
	if s.Getenv != nil {
		zone = s.Getenv(EnvTimeZone)
	}
	var err error
	if l.zone, l.zoneName, err = parseZone(zone); err != nil {
		problems = append(problems, Problem{Key: EnvTimeZone, Text: err.Error()})
	}
	if len(problems) > 0 {
		slices.SortStableFunc(problems, Problem.compare)
		return nil, problems
	}
	return l, nil
}

// Zone returns the zone of an account and its name. That in which its months were
// counted, as the store knows it, goes before what is configured now. An account that
// the file does not list has that of the environment, or the default.
func (l *Lookup) Zone(account, counted string) (zone *time.Location, name string) {
	if counted != "" {
		if zone, name, err := parseZone(counted); err == nil { // else this machine does not know it
			return zone, name
		}
	}
	for _, a := range l.Accounts {
		if a.Name == account {
			return a.Zone, a.ZoneName
		}
	}
	return l.zone, l.zoneName
}
