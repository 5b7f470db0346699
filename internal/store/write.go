// SPDX-License-Identifier: Apache-2.0

package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"strings"
	"unicode/utf8"

	"github.com/ncruces/go-sqlite3"

	"didsms_exporter/internal/sms"
)

const (
	insertEventSQL = `INSERT INTO events VALUES
		(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

	// addMoneySQL adds amounts of two columns, whole units and billionths.
	addMoneySQL = `
		events = events + excluded.events,
		segments = segments + excluded.segments,
		spend_units = spend_units + excluded.spend_units + (spend_nanos + excluded.spend_nanos) / 1000000000,
		spend_nanos = (spend_nanos + excluded.spend_nanos) % 1000000000,
		undelivered_units = undelivered_units + excluded.undelivered_units + (undelivered_nanos + excluded.undelivered_nanos) / 1000000000,
		undelivered_nanos = (undelivered_nanos + excluded.undelivered_nanos) % 1000000000`

	addTotalSQL = `INSERT INTO totals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET` + addMoneySQL + `,
		last_price_nanos = coalesce(excluded.last_price_nanos, last_price_nanos),
		last_at = excluded.last_at,
		shown = max(shown, excluded.shown)`

	addMonthSQL = `INSERT INTO months VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET` + addMoneySQL
)

// pending is one event on its way into the store.
type pending struct {
	event *sms.Event
	claim sms.Claim
	err   error
	done  chan struct{} // closed when claim and err are final
}

// isNew reports whether the event was counted, so that something was written.
func (p *pending) isNew() bool { return !p.claim.Duplicate }

// commit claims a batch of events in one transaction: each event's row, its effect
// on the totals, the month and the counters, or nothing of all that. The caller may
// acknowledge once it returns nil, for then the transaction is on disk.
func (d *database) commit(batch []*pending) error {
	if err := d.begin.Exec(); err != nil {
		return err
	}
	w := &writing{database: d, fresh: make(map[uint64]int64, len(batch)), next: d.next, sums: newSums()}
	for _, p := range batch {
		if err := w.claim(p); err != nil {
			return errors.Join(err, rollback(d.conn))
		}
	}
	if err := w.sums.write(d); err != nil {
		return errors.Join(err, rollback(d.conn))
	}
	if err := d.commitAll.Exec(); err != nil {
		return errors.Join(err, rollback(d.conn))
	}
	maps.Copy(d.index, w.fresh)
	d.next = w.next
	return nil
}

// writing is a transaction that is not committed yet. What it adds to the index
// counts only if the commit succeeds.
type writing struct {
	*database
	fresh map[uint64]int64
	next  int64
	sums  *sums
}

// stored is what the newest row of a message says.
type stored struct {
	known
	seq      int64
	status   string
	digest   int64
	previous int64
}

func (w *writing) claim(p *pending) error {
	e := p.event
	key, digest := w.hasher.message(e), int64(w.hasher.content(e)) //nolint:gosec // any 64 bits
	newest, err := w.newest(key)
	if err != nil {
		return err
	}
	if newest.seen(e.Status) {
		conflict, err := w.conflicts(newest, e.Status, digest)
		p.claim = sms.Claim{Duplicate: true, Conflict: conflict}
		return err
	}
	claim, after := newest.claim(e)
	claim.Seq = w.next
	effect := claim.Effect(e)
	row := stored{known: after, seq: w.next, digest: digest, previous: newest.seq}
	if err := w.insert(e, key, effect, row); err != nil {
		return fmt.Errorf("insert event: %w", err)
	}
	w.sums.add(e, effect)
	w.fresh[binary.BigEndian.Uint64(key[:])] = w.next
	w.next++
	p.claim = claim
	return nil
}

// newest finds the newest row of a message; its zero value means that the message
// was never seen.
func (w *writing) newest(key messageKey) (stored, error) {
	prefix := binary.BigEndian.Uint64(key[:])
	seq, found := w.fresh[prefix]
	if !found {
		if seq, found = w.index[prefix]; !found {
			return stored{}, nil
		}
	}
	row, owner, err := w.row(seq)
	if err != nil || owner == key {
		return row, err
	}
	// Another message with the same eight bytes, once in a life: look through all.
	stmt := w.findMessage
	if err := errors.Join(stmt.Reset(), stmt.BindBlob(1, key[:])); err != nil {
		return stored{}, err
	}
	seq = 0
	if stmt.Step() {
		seq = stmt.ColumnInt64(0)
	}
	if err := errors.Join(stmt.Err(), stmt.Reset()); err != nil || seq == 0 {
		return stored{}, err
	}
	row, _, err = w.row(seq)
	return row, err
}

// row reads one row; its zero value means that the row was pruned.
func (d *database) row(seq int64) (row stored, owner messageKey, err error) {
	stmt := d.findRow
	if err := errors.Join(stmt.Reset(), stmt.BindInt64(1, seq)); err != nil {
		return stored{}, owner, err
	}
	if stmt.Step() {
		copy(owner[:], stmt.ColumnRawBlob(0))
		row = stored{
			known: known{
				statuses: uint16(stmt.ColumnInt64(1)), //nolint:gosec // written from one
				final:    stmt.ColumnBool(2),
				amount:   fromNanos(uint64(stmt.ColumnInt64(3))), //nolint:gosec // never negative
			},
			seq:      seq,
			status:   stmt.ColumnText(4),
			digest:   stmt.ColumnInt64(5),
			previous: stmt.ColumnInt64(6),
		}
	}
	return row, owner, errors.Join(stmt.Err(), stmt.Reset())
}

// conflicts reports whether a duplicate differs from the event with its status,
// which is looked for from the newest row of the message backwards.
func (d *database) conflicts(row stored, status sms.Status, digest int64) (bool, error) {
	for row.seq != 0 {
		if row.status == status.String() {
			return row.digest != digest, nil
		}
		if row.previous == 0 {
			return false, nil
		}
		var err error
		if row, _, err = d.row(row.previous); err != nil {
			return false, err
		}
	}
	return false, nil // that row was pruned
}

func (w *writing) insert(e *sms.Event, key messageKey, effect sms.Effect, row stored) error {
	b := binder{stmt: w.insertEvent}
	b.int(row.seq)
	b.int(e.ArrivedAt.UnixMilli())
	b.int(e.SignedAt.UnixMilli())
	b.text(e.Account)
	b.text(e.Kind.String())
	b.blob(key[:])
	b.text(e.MessageID)
	b.text(string(e.DID))
	b.optional(differing(e.Label, string(e.DID)))
	b.optional(e.Peer.Masked())
	b.optional(e.Destination)
	b.text(e.Status.String())
	b.optional(differing(e.StatusWord, e.Status.String()))
	if e.HasPrice {
		b.money(e.Price)
	} else {
		b.null()
	}
	if e.HasSize {
		b.int(int64(e.Size))
	} else {
		b.null()
	}
	b.text(e.Currency)
	b.int(int64(effect.Segments)) //nolint:gosec // at most 255
	b.money(effect.Spend)
	b.money(effect.Undelivered)
	if e.ReceiveTime.IsZero() {
		b.null()
	} else {
		b.int(e.ReceiveTime.UnixMilli())
	}
	b.int(int64(utf8.RuneCountInString(e.Content)))
	b.optional(fieldErrors(e))
	b.optional(e.Remote)
	b.int(int64(row.statuses))
	b.bool(row.final)
	b.money(row.amount)
	b.int(row.digest)
	if row.previous != 0 {
		b.int(row.previous)
	} else {
		b.null()
	}
	return b.exec()
}

// fieldErrors is the form in which refused fields are kept and shown.
func fieldErrors(e *sms.Event) string {
	words := make([]string, len(e.FieldErrors))
	for i, fieldError := range e.FieldErrors {
		words[i] = fieldError.Field.String() + ": " + fieldError.Problem.String()
	}
	return strings.Join(words, ", ")
}

func differing(text, from string) string {
	if text == from {
		return ""
	}
	return text
}

// binder binds the parameters of a statement one after the other.
type binder struct {
	stmt *sqlite3.Stmt
	n    int
	errs []error
}

func (b *binder) took(err error) {
	if err != nil {
		b.errs = append(b.errs, err)
	}
}

func (b *binder) int(value int64)   { b.n++; b.took(b.stmt.BindInt64(b.n, value)) }
func (b *binder) bool(value bool)   { b.n++; b.took(b.stmt.BindBool(b.n, value)) }
func (b *binder) text(value string) { b.n++; b.took(b.stmt.BindText(b.n, value)) }
func (b *binder) blob(value []byte) { b.n++; b.took(b.stmt.BindBlob(b.n, value)) }
func (b *binder) null()             { b.n++; b.took(b.stmt.BindNull(b.n)) }

// optional binds NULL for an empty text.
func (b *binder) optional(value string) {
	if value == "" {
		b.null()
		return
	}
	b.text(value)
}

// money binds one message's amount, whose bounds fit 64 bits, as billionths.
func (b *binder) money(amount sms.Money) { b.int(int64(nanos(amount))) } //nolint:gosec // as above

// parts binds a sum as whole units and billionths.
func (b *binder) parts(amount sms.Money) {
	units, rest := amount.Parts()
	b.int(int64(units)) //nolint:gosec // 2^63 units are never reached: a message has at most 255 million
	b.int(int64(rest))
}

func (b *binder) exec() error {
	if len(b.errs) > 0 {
		return errors.Join(b.errs...)
	}
	return b.stmt.Exec()
}
