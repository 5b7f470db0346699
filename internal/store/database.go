// SPDX-License-Identifier: Apache-2.0

package store

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
)

// database is the file: one connection, its statements, and the index of messages.
// It belongs to one goroutine at a time.
//
// The index of messages lies in memory and is rebuilt at the start. A unique index
// in the file would write a page at random for each event, which is four fifths of
// what a commit costs. The index holds the first eight bytes of a message's hash
// and the seq of its newest event; the whole hash is compared in the row, so the
// index can be wrong about nothing but where to look.
type database struct {
	conn   *sqlite3.Conn
	disk   *disk
	hasher hasher
	since  time.Time
	index  map[uint64]int64
	next   int64     // seq of the next event
	oldest time.Time // arrival of the oldest event kept; any time before it when there is none

	logPages int // in the log
	emptied  int // of those, when it was last emptied

	begin, commitAll, findRow, findMessage, insertEvent *sqlite3.Stmt
	addTotal, addMonth, addCounter, setMeta             *sqlite3.Stmt
}

// databaseConfig says where the file is. fs is the file system below SQLite; with
// exclusive the file needs no shared memory, but nobody else can read it.
type databaseConfig struct {
	path      string
	vfsName   string // unique in the process: SQLite finds file systems by name
	fs        vfs.VFS
	exclusive bool
	now       time.Time
	progress  func(events int, took time.Duration) // called every two seconds of reading back; may be nil
}

func openDatabase(config databaseConfig) (d *database, err error) {
	d = &database{disk: &disk{VFS: config.fs}, index: make(map[uint64]int64)}
	vfs.Register(config.vfsName, d.disk)
	defer func() {
		if err != nil {
			if d.disk.damage != nil {
				err = d.disk.damage
			}
			err = errors.Join(explain(err), d.close(config.vfsName))
			d = nil
		}
	}()
	d.conn, err = sqlite3.OpenFlags(fileURI(config.path, config.vfsName), sqlite3.OPEN_READWRITE|sqlite3.OPEN_CREATE|sqlite3.OPEN_URI)
	if err != nil {
		return d, err
	}
	if err := d.setUp(config); err != nil {
		return d, err
	}
	if err := d.prepare(); err != nil {
		return d, err
	}
	return d, d.load(config.progress)
}

// setUp brings the connection and the file into the state that the promises need.
func (d *database) setUp(config databaseConfig) error {
	locking := "NORMAL"
	if config.exclusive {
		locking = "EXCLUSIVE"
	}
	if err := d.conn.Exec("PRAGMA locking_mode=" + locking + "; PRAGMA busy_timeout=1000; PRAGMA page_size=4096"); err != nil {
		return err
	}
	tables, err := queryInt(d.conn, "SELECT count(*) FROM sqlite_schema")
	if err != nil {
		return err
	}
	if tables == 0 { // a checksum on each page: SQLite itself would not notice a flipped bit
		if err := d.conn.EnableChecksums("main"); err != nil {
			return err
		}
	}
	// The driver's default in WAL mode is synchronous=NORMAL, which loses what was
	// acknowledged when the power fails. Checkpoints are our own: an automatic one
	// hides its errors.
	err = d.conn.Exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=-8192; PRAGMA trusted_schema=OFF")
	if err != nil {
		return err
	}
	if level, err := queryInt(d.conn, "PRAGMA synchronous"); err != nil || level != 2 {
		return errors.Join(err, fmt.Errorf("SQLite did not take synchronous=FULL, but %d", level))
	}
	if wal, err := queryInt(d.conn, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"); err != nil || wal != 1 {
		return errors.Join(err, errors.New("SQLite did not take journal_mode=WAL"))
	}
	d.conn.WALHook(func(_ *sqlite3.Conn, _ string, pages int) error {
		d.logPages = pages
		return nil
	})
	if err := migrate(d.conn); err != nil {
		return err
	}
	return d.meta(config.now)
}

// meta reads what the file knows of itself, or writes it into a new file.
func (d *database) meta(now time.Time) error {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return fmt.Errorf("make a key: %w", err)
	}
	err := d.conn.Exec(fmt.Sprintf(
		"BEGIN IMMEDIATE; INSERT OR IGNORE INTO meta VALUES ('key', x'%x'), ('since', %d); COMMIT", key, now.UnixMilli()))
	if err != nil {
		return errors.Join(err, rollback(d.conn))
	}
	stmt, _, err := d.conn.Prepare("SELECT value FROM meta WHERE key = 'key'")
	if err != nil {
		return err
	}
	if stmt.Step() {
		d.hasher.key = stmt.ColumnBlob(0, nil)
	}
	if err := errors.Join(stmt.Err(), stmt.Close()); err != nil {
		return err
	}
	if len(d.hasher.key) != 32 {
		return fmt.Errorf("%w: its key is missing", ErrDamaged)
	}
	since, err := queryInt(d.conn, "SELECT value FROM meta WHERE key = 'since'")
	d.since = time.UnixMilli(since)
	return err
}

func (d *database) prepare() error {
	for query, stmt := range map[string]**sqlite3.Stmt{
		"BEGIN IMMEDIATE": &d.begin,
		"COMMIT":          &d.commitAll,
		"SELECT message, statuses, final, amount_nanos, status, digest, previous FROM events WHERE seq = ?": &d.findRow,
		"SELECT max(seq) FROM events WHERE message = ?":                                                     &d.findMessage,
		insertEventSQL: &d.insertEvent,
		addTotalSQL:    &d.addTotal,
		addMonthSQL:    &d.addMonth,
		"INSERT INTO counters VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value": &d.addCounter,
		"INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value":                      &d.setMeta,
	} {
		var err error
		if *stmt, _, err = d.conn.PrepareFlags(query, sqlite3.PREPARE_PERSISTENT); err != nil {
			return fmt.Errorf("prepare %q: %w", query, err)
		}
	}
	return nil
}

// load rebuilds the index of messages from the events.
func (d *database) load(progress func(int, time.Duration)) error {
	began := time.Now()
	told := began
	stmt, _, err := d.conn.Prepare("SELECT seq, message FROM events ORDER BY seq")
	if err != nil {
		return err
	}
	for stmt.Step() {
		seq, message := stmt.ColumnInt64(0), stmt.ColumnRawBlob(1)
		if len(message) != len(messageKey{}) {
			return errors.Join(fmt.Errorf("%w: event %d has no message", ErrDamaged, seq), stmt.Close())
		}
		d.index[binary.BigEndian.Uint64(message)] = seq
		d.next = seq
		if progress != nil && seq%10_000 == 0 && time.Since(told) > 2*time.Second {
			told = time.Now()
			progress(len(d.index), told.Sub(began))
		}
	}
	d.next++
	if err := errors.Join(stmt.Err(), stmt.Close()); err != nil {
		return err
	}
	oldest, err := queryInt(d.conn, "SELECT arrived_at FROM events ORDER BY seq LIMIT 1")
	d.oldest = time.UnixMilli(oldest)
	return err
}

// close ends the connection. A clean end leaves one file; after a failed sync the log
// stays as it is.
func (d *database) close(vfsName string) error {
	defer vfs.Unregister(vfsName)
	if d.conn == nil {
		return nil
	}
	var errs []error
	if d.disk.syncFailed.Load() {
		_, err := d.conn.Config(sqlite3.DBCONFIG_NO_CKPT_ON_CLOSE, true)
		errs = append(errs, err)
	}
	for _, stmt := range []*sqlite3.Stmt{
		d.begin, d.commitAll, d.findRow, d.findMessage, d.insertEvent,
		d.addTotal, d.addMonth, d.addCounter, d.setMeta,
	} {
		if stmt != nil {
			errs = append(errs, stmt.Close())
		}
	}
	return errors.Join(append(errs, d.conn.Close())...)
}

// checkpoint moves committed pages from the log into the file when the log has
// grown; the next transaction then writes it from its beginning. It is no part of a
// commit: what is in the log is safe already. While somebody reads the log it can
// only grow, so the next attempt comes after as many pages again.
func (d *database) checkpoint(every int) error {
	if d.logPages < d.emptied { // it began anew
		d.emptied = 0
	}
	if d.logPages < d.emptied+every {
		return nil
	}
	d.emptied = d.logPages
	_, _, err := d.conn.WALCheckpoint("main", sqlite3.CHECKPOINT_PASSIVE)
	return err
}

// fileURI names a file and the file system below SQLite; the system's own when
// vfsName is empty. The log and the journal get the mode of the file: the driver
// would let everybody read them.
func fileURI(path, vfsName string) string {
	uri := url.URL{Scheme: "file", OmitHost: true, Path: path}
	uri.RawQuery = "modeof=" + strings.ReplaceAll(url.QueryEscape(path), "+", "%20")
	if vfsName != "" {
		uri.RawQuery += "&vfs=" + vfsName
	}
	return uri.String()
}

// explain adds what to do to the errors that a person can do something about.
func explain(err error) error {
	if isDamage(err) && !errors.Is(err, ErrDamaged) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}
