// SPDX-License-Identifier: Apache-2.0

package store

import (
	"errors"
	"fmt"
	"time"

	"github.com/ncruces/go-sqlite3"

	"didsms_exporter/internal/sms"
)

// Restored is what an earlier run left: totals continue as the same series.
type Restored struct {
	Since    time.Time // when counting began
	Totals   []sms.Total
	Counters map[sms.CounterKey]uint64
	Months   []Month // of the newest four months
	Events   int     // remembered
	Downtime time.Duration
}

// Month is what an account spent in one calendar month of its zone.
type Month struct {
	Account, Month, Currency string
	Spend                    sms.Money
}

// restored reads everything back. Each page of it is checked against its checksum
// on the way, so a total is right or an error.
func (d *database) restored() (*Restored, error) {
	r := &Restored{Since: d.since, Counters: make(map[sms.CounterKey]uint64), Events: len(d.index)}
	var err error
	if r.Totals, err = d.totals(); err != nil {
		return nil, explain(fmt.Errorf("read totals: %w", err))
	}
	err = d.each("SELECT account, name, a, b, value FROM counters", func(row *sqlite3.Stmt) error {
		name, ok := sms.ParseCounterName(row.ColumnText(1))
		if !ok {
			return fmt.Errorf("%w: counter %q", ErrDamaged, row.ColumnText(1))
		}
		key := sms.CounterKey{Account: row.ColumnText(0), Name: name, A: row.ColumnText(2), B: row.ColumnText(3)}
		r.Counters[key] = uint64(row.ColumnInt64(4)) //nolint:gosec // never negative
		return nil
	})
	if err != nil {
		return nil, explain(fmt.Errorf("read counters: %w", err))
	}
	err = d.each(`SELECT account, month, currency, spend_units, spend_nanos FROM months
		WHERE month IN (SELECT DISTINCT month FROM months ORDER BY month DESC LIMIT 4)`, func(row *sqlite3.Stmt) error {
		spend, err := columnMoney(row, 3)
		r.Months = append(r.Months, Month{row.ColumnText(0), row.ColumnText(1), row.ColumnText(2), spend})
		return err
	})
	if err != nil {
		return nil, explain(fmt.Errorf("read months: %w", err))
	}
	downtime, err := queryInt(d.conn, "SELECT coalesce(sum(ended_at - began_at), 0) FROM gaps")
	r.Downtime = time.Duration(downtime) * time.Millisecond
	return r, explain(err)
}

func (d *database) totals() ([]sms.Total, error) {
	var totals []sms.Total
	err := d.each(`SELECT account, label, kind, status, currency, events, segments,
		spend_units, spend_nanos, undelivered_units, undelivered_nanos, last_price_nanos, first_at, last_at, shown FROM totals`,
		func(row *sqlite3.Stmt) error {
			kind, ok := sms.ParseKind(row.ColumnText(2))
			status, known := sms.StatusFromLabel(row.ColumnText(3))
			if !ok || !known {
				return fmt.Errorf("%w: total of %q, %q", ErrDamaged, row.ColumnText(2), row.ColumnText(3))
			}
			total := sms.Total{
				TotalKey: sms.TotalKey{
					Account: row.ColumnText(0), Label: row.ColumnText(1), Kind: kind, Status: status, Currency: row.ColumnText(4),
				},
				Events:   uint64(row.ColumnInt64(5)), //nolint:gosec // never negative
				Segments: uint64(row.ColumnInt64(6)), //nolint:gosec // never negative
				FirstAt:  time.UnixMilli(row.ColumnInt64(12)),
				LastAt:   time.UnixMilli(row.ColumnInt64(13)),
				Shown:    row.ColumnBool(14),
			}
			var errs [2]error
			total.Spend, errs[0] = columnMoney(row, 7)
			total.Undelivered, errs[1] = columnMoney(row, 9)
			if row.ColumnType(11) != sqlite3.NULL {
				price := fromNanos(uint64(row.ColumnInt64(11))) //nolint:gosec // never negative
				total.LastPrice = &price
			}
			totals = append(totals, total)
			return errors.Join(errs[:]...)
		})
	return totals, err
}

// columnMoney reads an amount from two columns, whole units and billionths.
func columnMoney(row *sqlite3.Stmt, column int) (sms.Money, error) {
	units, rest := row.ColumnInt64(column), row.ColumnInt64(column+1)
	if units < 0 || rest < 0 {
		return sms.Money{}, fmt.Errorf("%w: negative amount", ErrDamaged)
	}
	amount, err := sms.MoneyOf(uint64(units), uint32(rest)) //nolint:gosec // checked by MoneyOf
	if err != nil {
		return sms.Money{}, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return amount, nil
}

// each calls use for every row of a query, until one fails.
func (d *database) each(query string, use func(*sqlite3.Stmt) error, arguments ...int64) (err error) {
	return eachRow(d.conn, query, use, arguments...)
}

func eachRow(conn *sqlite3.Conn, query string, use func(*sqlite3.Stmt) error, arguments ...int64) (err error) {
	stmt, _, err := conn.Prepare(query)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	for i, argument := range arguments {
		if err := stmt.BindInt64(i+1, argument); err != nil {
			return err
		}
	}
	for stmt.Step() {
		if err := use(stmt); err != nil {
			return err
		}
	}
	return stmt.Err()
}
