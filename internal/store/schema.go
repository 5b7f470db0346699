// SPDX-License-Identifier: Apache-2.0

package store

import (
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"
)

// migrations lead from one version of the schema to the next; the version of a
// file is its user_version. Never change one that was released: append.
//
// docs/storage.md describes the tables for people who query them.
func migrations() []string {
	return []string{`
CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- One row per counted callback, in the order of counting. Neither the message's
-- text nor the other side's whole number is here.
CREATE TABLE events (
	seq              INTEGER PRIMARY KEY,
	arrived_at       INTEGER NOT NULL, -- milliseconds since the epoch, as all times
	signed_at        INTEGER NOT NULL, -- the ts header
	account          TEXT NOT NULL,
	kind             TEXT NOT NULL,    -- mo, dr
	message          BLOB NOT NULL,    -- keyed hash of account, kind and message id
	message_id       TEXT NOT NULL,
	did              TEXT NOT NULL,
	label            TEXT,             -- did label of the metrics, where it is not the number
	peer             TEXT,             -- masked
	destination      TEXT,             -- calling code label, of receipts
	status           TEXT NOT NULL,    -- normalised; empty for mo
	status_word      TEXT,             -- as it came, where it differs
	price_nanos      INTEGER,          -- billionths of the currency, as all amounts
	size             INTEGER,
	currency         TEXT NOT NULL,
	segments         INTEGER NOT NULL, -- what this event added to the totals
	spend_nanos      INTEGER NOT NULL,
	undelivered_nanos INTEGER NOT NULL,
	receive_time     INTEGER,
	content_length   INTEGER NOT NULL, -- in characters
	field_errors     TEXT,
	remote           TEXT,
	-- What is needed to judge the message's next event:
	statuses         INTEGER NOT NULL, -- bit set of the statuses seen, this one included
	final            INTEGER NOT NULL, -- whether one of them was final
	amount_nanos     INTEGER NOT NULL, -- counted as spend for the message
	digest           INTEGER NOT NULL, -- keyed, of the content
	previous         INTEGER           -- seq of the message's event before this one
) STRICT;

-- What the metrics show, kept for good.
CREATE TABLE totals (
	account TEXT NOT NULL, label TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL, currency TEXT NOT NULL,
	events            INTEGER NOT NULL,
	segments          INTEGER NOT NULL,
	spend_units       INTEGER NOT NULL, spend_nanos       INTEGER NOT NULL,
	undelivered_units INTEGER NOT NULL, undelivered_nanos INTEGER NOT NULL,
	last_price_nanos  INTEGER,
	first_at          INTEGER NOT NULL,
	last_at           INTEGER NOT NULL,
	shown             INTEGER NOT NULL, -- whether a scraper knows it
	PRIMARY KEY (account, label, kind, status, currency)
) STRICT, WITHOUT ROWID;

-- The same per calendar month of the account's zone and per number, kept for good.
CREATE TABLE months (
	account TEXT NOT NULL, month TEXT NOT NULL, did TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL, currency TEXT NOT NULL,
	events            INTEGER NOT NULL,
	segments          INTEGER NOT NULL,
	spend_units       INTEGER NOT NULL, spend_nanos       INTEGER NOT NULL,
	undelivered_units INTEGER NOT NULL, undelivered_nanos INTEGER NOT NULL,
	PRIMARY KEY (account, month, did, kind, status, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE counters (
	account TEXT NOT NULL, name TEXT NOT NULL, a TEXT NOT NULL, b TEXT NOT NULL,
	value   INTEGER NOT NULL,
	PRIMARY KEY (account, name, a, b)
) STRICT, WITHOUT ROWID;

-- Times in which no exporter was up: callbacks of then may be missing for good.
CREATE TABLE gaps (
	began_at INTEGER PRIMARY KEY,
	ended_at INTEGER NOT NULL
) STRICT;
`}
}

// migrate brings the file to the newest version in one transaction each.
func migrate(conn *sqlite3.Conn) error {
	version, err := queryInt(conn, "PRAGMA user_version")
	if err != nil {
		return err
	}
	steps := migrations()
	if version > int64(len(steps)) {
		return fmt.Errorf("%w: the file has version %d, this program knows up to %d; use the program that wrote it, or a newer one",
			ErrNewer, version, len(steps))
	}
	for ; version < int64(len(steps)); version++ {
		step := fmt.Sprintf("BEGIN IMMEDIATE; %s; PRAGMA user_version = %d; COMMIT", steps[version], version+1)
		if err := conn.Exec(step); err != nil {
			return errors.Join(fmt.Errorf("bring the file to version %d: %w", version+1, err), rollback(conn))
		}
	}
	return nil
}

// queryInt returns the first column of the first row.
func queryInt(conn *sqlite3.Conn, query string) (value int64, err error) {
	stmt, _, err := conn.Prepare(query)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	if stmt.Step() {
		value = stmt.ColumnInt64(0)
	}
	return value, stmt.Err()
}

// rollback ends a transaction that failed, unless SQLite has ended it already.
func rollback(conn *sqlite3.Conn) error {
	if conn.GetAutocommit() {
		return nil
	}
	return conn.Exec("ROLLBACK")
}
