// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"

	"didsms_exporter/internal/sms"
)

// Query chooses counted events. Empty fields choose everything.
type Query struct {
	DID, Account, Kind, Status, MessageID string
	Since, Until                          time.Time // arrival: inclusive, exclusive
	Before                                int64     // only events with a lower seq
}

// Found is one counted event as the file keeps it.
type Found struct {
	Seq                           int64
	ArrivedAt, SignedAt           time.Time
	Account, Kind, MessageID, DID string
	Peer                          string // masked
	Status                        sms.Status
	StatusWord                    string // as it came
	Price                         *sms.Money
	Size                          *uint8
	Currency, FieldErrors, Remote string
	ReceiveTime                   time.Time // zero when absent
	ContentLength                 int
}

const foundColumns = `seq, arrived_at, signed_at, account, kind, message_id, did, coalesce(peer, ''), status,
	coalesce(status_word, status), price_nanos, size, currency, coalesce(field_errors, ''), coalesce(remote, ''), receive_time, content_length`

// Find returns up to limit events, newest first. It reads on a connection of its
// own and does not hold up commits.
func (s *SQLite) Find(ctx context.Context, query Query, limit int) (found []Found, err error) {
	conn, err := sqlite3.OpenFlags(fileURI(s.path, s.vfsName), sqlite3.OPEN_READONLY|sqlite3.OPEN_URI)
	if err != nil {
		return nil, fmt.Errorf("open the store for reading: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	conn.SetInterrupt(ctx)
	where, arguments := query.conditions()
	stmt, _, err := conn.Prepare("SELECT " + foundColumns + " FROM events" + where + " ORDER BY seq DESC LIMIT ?")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	for i, argument := range append(arguments, limit) {
		switch argument := argument.(type) {
		case string:
			err = stmt.BindText(i+1, argument)
		case int64:
			err = stmt.BindInt64(i+1, argument)
		case int:
			err = stmt.BindInt(i+1, argument)
		}
		if err != nil {
			return nil, err
		}
	}
	for stmt.Step() {
		found = append(found, foundRow(stmt))
	}
	return found, stmt.Err()
}

func (q Query) conditions() (where string, arguments []any) {
	var terms []string
	add := func(term string, argument any) {
		terms = append(terms, term)
		arguments = append(arguments, argument)
	}
	for column, value := range map[string]string{"did": q.DID, "account": q.Account, "kind": q.Kind, "message_id": q.MessageID} {
		if value != "" {
			add(column+" = ?", value)
		}
	}
	if q.Status != "" { // as it came, or normalised
		add("(coalesce(status_word, status) = ?", q.Status)
		add("status = ?)", q.Status)
		terms = append(terms[:len(terms)-2], strings.Join(terms[len(terms)-2:], " OR "))
	}
	if !q.Since.IsZero() {
		add("arrived_at >= ?", q.Since.UnixMilli())
	}
	if !q.Until.IsZero() {
		add("arrived_at < ?", q.Until.UnixMilli())
	}
	if q.Before > 0 {
		add("seq < ?", q.Before)
	}
	if len(terms) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(terms, " AND "), arguments
}

func foundRow(row *sqlite3.Stmt) Found {
	status, _ := sms.StatusFromLabel(row.ColumnText(8))
	f := Found{
		Seq:           row.ColumnInt64(0),
		ArrivedAt:     time.UnixMilli(row.ColumnInt64(1)),
		SignedAt:      time.UnixMilli(row.ColumnInt64(2)),
		Account:       row.ColumnText(3),
		Kind:          row.ColumnText(4),
		MessageID:     row.ColumnText(5),
		DID:           row.ColumnText(6),
		Peer:          row.ColumnText(7),
		Status:        status,
		StatusWord:    row.ColumnText(9),
		Currency:      row.ColumnText(12),
		FieldErrors:   row.ColumnText(13),
		Remote:        row.ColumnText(14),
		ContentLength: row.ColumnInt(16),
	}
	if row.ColumnType(10) != sqlite3.NULL {
		price := fromNanos(uint64(row.ColumnInt64(10))) //nolint:gosec // never negative
		f.Price = &price
	}
	if row.ColumnType(11) != sqlite3.NULL {
		size := uint8(row.ColumnInt64(11)) //nolint:gosec // written from one
		f.Size = &size
	}
	if at := time.UnixMilli(row.ColumnInt64(15)); row.ColumnType(15) != sqlite3.NULL && at.Year() > 0 && at.Year() < 9999 {
		f.ReceiveTime = at // JSON has no form for other years
	}
	return f
}
