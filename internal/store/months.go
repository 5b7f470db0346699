// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"

	"didsms_exporter/internal/sms"
)

// Book is what a store says about its months, for people who hold it against a
// bill.
type Book struct {
	Since    time.Time // when counting began; zero in a file that was never used
	LastSign time.Time // of life of an exporter
	InUse    bool      // by a running exporter
	Gaps     []Gap     // oldest first
	Months   []MonthTotal

	// Zones are the names of those in which the accounts' months are counted, as of
	// the last start or reload; an older exporter has noted none.
	Zones map[string]string
	// Numbers are all that were ever counted, by account, whatever was asked for.
	Numbers map[string]map[sms.Number]bool
}

// MonthTotal is what one number counted in one month of its account's zone under
// one status.
type MonthTotal struct {
	Account, Month, Currency string
	DID                      sms.Number
	Kind                     sms.Kind
	Status                   sms.Status
	Events, Segments         uint64
	Spend, Undelivered       sms.Money
}

// ReadBook reads the store in a folder, also while an exporter writes to it, and
// leaves no trace there. Its months are those of which want approves, which may look
// at the zones: they are read before.
func ReadBook(ctx context.Context, folder string, want func(b *Book, account, month string) bool) (*Book, error) {
	path, err := filepath.Abs(filepath.Join(folder, FileName))
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		return nil, fmt.Errorf("no store in %s: %w", folder, err)
	}
	inUse, err := InUse(folder)
	if err != nil {
		return nil, err
	}
	book, err := readBook(ctx, path, inUse, want)
	if !inUse && err == nil {
		// An exporter that began meanwhile may have moved pages while they were read.
		if inUse, err = InUse(folder); err == nil && inUse {
			book, err = readBook(ctx, path, inUse, want)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the store %s: %w", path, explain(err))
	}
	book.InUse = inUse
	return book, nil
}

// readBook reads one consistent state of the file.
//
// A reader of a file that nobody has open would make files for the log and its
// shared memory, and leave them behind under its own user, under whom the exporter
// may not be able to open them. Without a log there is nothing but the file to
// read, so SQLite is told that it does not change. A log that a crash has left
// behind is checked as the exporter does, or what is missing in it would be taken
// for its end.
func readBook(ctx context.Context, path string, inUse bool, want func(b *Book, account, month string) bool) (book *Book, err error) {
	uri := fileURI(path, "")
	if !inUse {
		switch log, err := os.Stat(path + "-wal"); {
		case err != nil || log.Size() == 0:
			uri += "&immutable=1"
		default:
			name := fmt.Sprintf("didsms-book-%p", log)
			vfs.Register(name, &disk{VFS: vfs.Find("")})
			defer vfs.Unregister(name)
			uri = fileURI(path, name)
		}
	}
	conn, err := sqlite3.OpenFlags(uri, sqlite3.OPEN_READONLY|sqlite3.OPEN_URI)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	conn.SetInterrupt(ctx)
	if err := conn.Exec("PRAGMA busy_timeout=5000; PRAGMA trusted_schema=OFF; BEGIN"); err != nil {
		return nil, err
	}
	book = &Book{Numbers: make(map[string]map[sms.Number]bool)}
	version, err := queryInt(conn, "PRAGMA user_version")
	switch newest := len(migrations()); {
	case err != nil:
		return nil, err
	case version == 0: // made, but never used
		return book, nil
	case version > int64(newest):
		return nil, fmt.Errorf("%w: the file has version %d, this program knows up to %d", ErrNewer, version, newest)
	}
	return book, book.read(conn, want)
}

func (b *Book) read(conn *sqlite3.Conn, want func(b *Book, account, month string) bool) error {
	since, err := queryInt(conn, "SELECT value FROM meta WHERE key = 'since'")
	if err != nil {
		return err
	}
	sign, err := queryInt(conn, `SELECT max(
		coalesce((SELECT value FROM meta WHERE key = '`+heartbeatKey+`'), 0),
		coalesce((SELECT arrived_at FROM events ORDER BY seq DESC LIMIT 1), 0))`)
	if err != nil {
		return err
	}
	if b.Zones, err = readZones(conn); err != nil {
		return err
	}
	b.Since, b.LastSign = time.UnixMilli(since), time.UnixMilli(sign)
	err = eachRow(conn, "SELECT began_at, ended_at FROM gaps ORDER BY began_at", func(row *sqlite3.Stmt) error {
		b.Gaps = append(b.Gaps, Gap{time.UnixMilli(row.ColumnInt64(0)), time.UnixMilli(row.ColumnInt64(1))})
		return nil
	})
	if err != nil {
		return err
	}
	return eachRow(conn, `SELECT account, month, did, kind, status, currency, events, segments,
		spend_units, spend_nanos, undelivered_units, undelivered_nanos FROM months`, func(row *sqlite3.Stmt) error {
		account, month, did := row.ColumnText(0), row.ColumnText(1), sms.Number(row.ColumnText(2))
		if b.Numbers[account] == nil {
			b.Numbers[account] = make(map[sms.Number]bool)
		}
		b.Numbers[account][did] = true
		if !want(b, account, month) {
			return nil
		}
		total, err := monthRow(row, account, month, did)
		b.Months = append(b.Months, total)
		return err
	})
}

func monthRow(row *sqlite3.Stmt, account, month string, did sms.Number) (MonthTotal, error) {
	kind, ok := sms.ParseKind(row.ColumnText(3))
	status, known := sms.StatusFromLabel(row.ColumnText(4))
	if !ok || !known {
		return MonthTotal{}, fmt.Errorf("%w: month of %q, %q", ErrDamaged, row.ColumnText(3), row.ColumnText(4))
	}
	total := MonthTotal{
		Account: account, Month: month, Currency: row.ColumnText(5), DID: did, Kind: kind, Status: status,
		Events:   uint64(row.ColumnInt64(6)), //nolint:gosec // never negative
		Segments: uint64(row.ColumnInt64(7)), //nolint:gosec // never negative
	}
	var errs [2]error
	total.Spend, errs[0] = columnMoney(row, 8)
	total.Undelivered, errs[1] = columnMoney(row, 10)
	return total, errors.Join(errs[:]...)
}
