// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"maps"
	"strings"

	"github.com/ncruces/go-sqlite3"
)

// zonePrefix begins the keys of meta that hold the name of an account's zone, in
// which its months are counted. A reader without the exporter's configuration could
// not tell where a month begins.
const zonePrefix = "zone/"

// RememberZones notes the zones of the accounts, by name, if they have changed. Run
// must be running.
func (s *SQLite) RememberZones(zones map[string]string) error {
	s.mu.Lock()
	changed := changedZones(s.zones, zones)
	s.mu.Unlock()
	if len(changed) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), rememberTimeout)
	defer cancel()
	if err := s.do(ctx, func(d *database) error { return d.setZones(changed) }); err != nil {
		return err
	}
	s.mu.Lock()
	maps.Copy(s.zones, changed)
	s.mu.Unlock()
	return nil
}

func changedZones(known, zones map[string]string) map[string]string {
	changed := make(map[string]string)
	for account, zone := range zones {
		if known[account] != zone {
			changed[account] = zone
		}
	}
	return changed
}

// openZones reads the zones back and notes those in which this run counts.
func (s *SQLite) openZones(d *database) (err error) {
	if s.zones, err = readZones(d.conn); err != nil {
		return err
	}
	if changed := changedZones(s.zones, s.config.Zones); len(changed) > 0 {
		err = d.setZones(changed)
		maps.Copy(s.zones, changed)
	}
	return err
}

func (d *database) setZones(zones map[string]string) error {
	return d.transaction(func() error {
		for account, zone := range zones {
			b := binder{stmt: d.setMeta}
			b.text(zonePrefix + account)
			b.text(zone)
			if err := b.exec(); err != nil {
				return err
			}
		}
		return nil
	})
}

func readZones(conn *sqlite3.Conn) (map[string]string, error) {
	zones := make(map[string]string)
	err := eachRow(conn, "SELECT key, value FROM meta WHERE key GLOB '"+zonePrefix+"*'", func(row *sqlite3.Stmt) error {
		zones[strings.TrimPrefix(row.ColumnText(0), zonePrefix)] = row.ColumnText(1)
		return nil
	})
	return zones, err
}
