// SPDX-License-Identifier: Apache-2.0

package store

import (
	"encoding/binary"
	"errors"
	"time"

	"github.com/ncruces/go-sqlite3"

	"didsms_exporter/internal/sms"
)

// pruneStep bounds how many events one transaction forgets, so that no callback
// waits long behind it.
const pruneStep = 500

// transaction runs a change that is no event.
func (d *database) transaction(change func() error) error {
	if err := d.begin.Exec(); err != nil {
		return err
	}
	if err := change(); err != nil {
		return errors.Join(err, rollback(d.conn))
	}
	if err := d.commitAll.Exec(); err != nil {
		return errors.Join(err, rollback(d.conn))
	}
	return nil
}

// prune forgets the oldest events that arrived before the deadline, a step of them
// at most, and says how many. Totals and months stay.
func (d *database) prune(deadline time.Time) (pruned int, err error) {
	if len(d.index) == 0 || !d.oldest.Before(deadline) {
		return 0, nil
	}
	type old struct {
		seq    int64
		prefix uint64
	}
	var rows []old
	kept := time.Time{} // arrival of the oldest event that stays
	err = d.each("SELECT seq, message, arrived_at FROM events ORDER BY seq LIMIT ?", func(row *sqlite3.Stmt) error {
		arrived := time.UnixMilli(row.ColumnInt64(2))
		if !kept.IsZero() || !arrived.Before(deadline) || len(rows) == pruneStep {
			if kept.IsZero() {
				kept = arrived
			}
			return nil
		}
		rows = append(rows, old{row.ColumnInt64(0), binary.BigEndian.Uint64(row.ColumnRawBlob(1))})
		return nil
	}, pruneStep+1)
	if err != nil {
		return 0, err
	}
	if len(rows) > 0 {
		err = d.transaction(func() error {
			return d.execute("DELETE FROM events WHERE seq <= ?", rows[len(rows)-1].seq)
		})
		if err != nil {
			return 0, err
		}
	}
	for _, row := range rows {
		if d.index[row.prefix] == row.seq { // a later event of the message keeps it known
			delete(d.index, row.prefix)
		}
	}
	d.oldest = kept
	return len(rows), nil
}

func (d *database) execute(query string, arguments ...int64) error {
	return d.each(query, func(*sqlite3.Stmt) error { return nil }, arguments...)
}

// markShown remembers that totals are on display.
func (d *database) markShown(keys []sms.TotalKey) error {
	return d.transaction(func() (err error) {
		stmt, _, err := d.conn.Prepare("UPDATE totals SET shown = 1 WHERE account = ? AND label = ? AND kind = ? AND status = ? AND currency = ?")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, stmt.Close()) }()
		for _, key := range keys {
			b := binder{stmt: stmt}
			b.text(key.Account)
			b.text(key.Label)
			b.text(key.Kind.String())
			b.text(key.Status.String())
			b.text(key.Currency)
			if err := b.exec(); err != nil {
				return err
			}
		}
		return nil
	})
}

const heartbeatKey = "heartbeat"

// heartbeat leaves a trace of being alive, from which the next start tells how long
// nobody was.
func (d *database) heartbeat(now time.Time) error {
	return d.transaction(func() error {
		b := binder{stmt: d.setMeta}
		b.text(heartbeatKey)
		b.int(now.UnixMilli())
		return b.exec()
	})
}

// Gap is a time in which no exporter was up: callbacks of then may be missing for
// good.
type Gap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// shortestGap is what a restart takes anyway.
const shortestGap = time.Second

// closeGap records the time between the last sign of life in the file and now; ok
// is false when there is none to speak of, as in a new file.
func (d *database) closeGap(now time.Time) (gap Gap, ok bool, err error) {
	last, err := queryInt(d.conn, `SELECT max(
		coalesce((SELECT value FROM meta WHERE key = 'heartbeat'), 0),
		coalesce((SELECT arrived_at FROM events ORDER BY seq DESC LIMIT 1), 0))`)
	if err != nil {
		return Gap{}, false, err
	}
	gap = Gap{time.UnixMilli(last), now}
	if last == 0 || now.Sub(gap.From) < shortestGap {
		return Gap{}, false, d.heartbeat(now)
	}
	err = d.transaction(func() error {
		b := binder{stmt: d.setMeta}
		b.text(heartbeatKey)
		b.int(now.UnixMilli())
		return errors.Join(b.exec(),
			d.execute("INSERT OR REPLACE INTO gaps VALUES (?, ?)", last, now.UnixMilli()))
	})
	return gap, err == nil, err
}

func (d *database) allGaps() ([]Gap, error) {
	var gaps []Gap
	err := d.each("SELECT began_at, ended_at FROM gaps ORDER BY began_at", func(row *sqlite3.Stmt) error {
		gaps = append(gaps, Gap{time.UnixMilli(row.ColumnInt64(0)), time.UnixMilli(row.ColumnInt64(1))})
		return nil
	})
	return gaps, err
}
