// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"

	"didsms_exporter/internal/sms"
)

// model is what a file has to say after some operations, worked out without SQL.
type model struct {
	rows     []modelRow // oldest first
	messages map[string]modelMessage
	totals   map[sms.TotalKey]sms.Total
	months   map[monthKey]sms.Total
	counters map[sms.CounterKey]uint64
	beat     int64
	next     int64
	pruned   bool
}

type modelRow struct {
	seq      int64
	arrived  time.Time
	message  string
	status   sms.Status
	effect   sms.Effect
	statuses uint16
}

type modelMessage struct {
	known
	newest  int64
	content map[sms.Status]string
}

func newModel() *model {
	return &model{
		messages: map[string]modelMessage{}, totals: map[sms.TotalKey]sms.Total{}, months: map[monthKey]sms.Total{},
		counters: map[sms.CounterKey]uint64{}, next: 1,
	}
}

func (m *model) clone() *model {
	c := *m
	c.rows, c.messages, c.totals = slices.Clone(m.rows), maps.Clone(m.messages), maps.Clone(m.totals)
	c.months, c.counters = maps.Clone(m.months), maps.Clone(m.counters)
	return &c
}

// commit counts an event and returns the claim that it must get.
func (m *model) commit(e *sms.Event) sms.Claim {
	name := e.Account + "/" + e.Kind.String() + "/" + e.MessageID
	message := m.messages[name]
	if message.seen(e.Status) {
		said, kept := message.content[e.Status]
		return sms.Claim{Duplicate: true, Conflict: kept && said != e.Content}
	}
	claim, after := message.claim(e)
	claim.Seq = m.next
	effect := claim.Effect(e)
	content := maps.Clone(message.content)
	if content == nil {
		content = map[sms.Status]string{}
	}
	content[e.Status] = e.Content
	m.messages[name] = modelMessage{after, m.next, content}
	m.rows = append(m.rows, modelRow{m.next, e.ArrivedAt, name, e.Status, effect, after.statuses})
	m.next++
	total := e.Total(effect)
	mergeInto(m.totals, total.TotalKey, total)
	month := monthKey{e.Month, total.TotalKey}
	month.Label = string(e.DID)
	mergeInto(m.months, month, total)
	for _, counter := range effect.Counters {
		m.counters[counter]++
	}
	return claim
}

func mergeInto[K comparable](totals map[K]sms.Total, key K, total sms.Total) {
	sum, known := totals[key]
	if !known {
		totals[key] = total
		return
	}
	sum.Merge(total)
	totals[key] = sum
}

func (m *model) prune(deadline time.Time) {
	for n := 0; n < pruneStep && len(m.rows) > 0 && m.rows[0].arrived.Before(deadline); n++ {
		old := m.rows[0]
		m.rows, m.pruned = m.rows[1:], true
		message := m.messages[old.message]
		if message.newest == old.seq {
			delete(m.messages, old.message)
			continue
		}
		message.content = maps.Clone(message.content)
		delete(message.content, old.status)
		m.messages[old.message] = message
	}
}

func (m *model) markShown(keys []sms.TotalKey) {
	for _, key := range keys {
		total := m.totals[key]
		total.Shown = true
		m.totals[key] = total
	}
}

// String is what dump has to say.
func (m *model) String() string {
	var lines []string
	for _, r := range m.rows {
		lines = append(lines, fmt.Sprint("event ", r.seq, r.arrived.UnixMilli(), r.message, " ", r.status.String(),
			r.effect.Segments, nanos(r.effect.Spend), nanos(r.effect.Undelivered), r.statuses))
	}
	for _, total := range m.totals {
		lines = append(lines, totalLine(total))
	}
	for key, total := range m.months {
		lines = append(lines, fmt.Sprint("month ", key.month, key.Label, key.Kind, key.Status, total.Events, total.Segments, total.Spend, total.Undelivered))
	}
	for key, value := range m.counters {
		lines = append(lines, fmt.Sprint("counter ", key, value))
	}
	return strings.Join(append(sorted(lines), fmt.Sprint("beat ", m.beat)), "\n")
}

func sorted(lines []string) []string {
	slices.Sort(lines)
	return lines
}

func totalLine(t sms.Total) string {
	return fmt.Sprint("total ", t.TotalKey, t.Events, t.Segments, t.Spend, t.Undelivered, t.LastPrice, t.FirstAt.UnixMilli(), t.LastAt.UnixMilli(), t.Shown)
}

// dump is all that a file says, through the same code that restores it.
func dump(d *database) (string, error) {
	var lines []string
	err := d.each(`SELECT seq, arrived_at, account, kind, message_id, status, segments, spend_nanos, undelivered_nanos, statuses
		FROM events`, func(row *sqlite3.Stmt) error {
		lines = append(lines, fmt.Sprint("event ", row.ColumnInt64(0), row.ColumnInt64(1),
			row.ColumnText(2)+"/"+row.ColumnText(3)+"/"+row.ColumnText(4), " ", row.ColumnText(5),
			uint64(row.ColumnInt64(6)), uint64(row.ColumnInt64(7)), uint64(row.ColumnInt64(8)), uint16(row.ColumnInt64(9))))
		return nil
	})
	if err != nil {
		return "", err
	}
	restored, err := d.restored()
	if err != nil {
		return "", err
	}
	for _, total := range restored.Totals {
		lines = append(lines, totalLine(total))
	}
	for key, value := range restored.Counters {
		lines = append(lines, fmt.Sprint("counter ", key, value))
	}
	err = d.each(`SELECT month, did, kind, status, events, segments, spend_units, spend_nanos, undelivered_units, undelivered_nanos
		FROM months`, func(row *sqlite3.Stmt) error {
		spend, err := columnMoney(row, 6)
		if err != nil {
			return err
		}
		undelivered, err := columnMoney(row, 8)
		lines = append(lines, fmt.Sprint("month ", row.ColumnText(0), row.ColumnText(1), kindOf(row.ColumnText(2)), statusOf(row.ColumnText(3)),
			uint64(row.ColumnInt64(4)), uint64(row.ColumnInt64(5)), spend, undelivered))
		return err
	})
	if err != nil {
		return "", err
	}
	beat, err := queryInt(d.conn, "SELECT coalesce((SELECT value FROM meta WHERE key = 'heartbeat'), 0)")
	return strings.Join(append(sorted(lines), fmt.Sprint("beat ", beat)), "\n"), err
}

func kindOf(word string) sms.Kind {
	kind, _ := sms.ParseKind(word)
	return kind
}

func statusOf(word string) sms.Status {
	status, _ := sms.StatusFromLabel(word)
	return status
}
