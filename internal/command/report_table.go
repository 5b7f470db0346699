// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"didsms_exporter/internal/sms"
)

// text is the report for people.
func (r *report) text() string {
	var b strings.Builder
	if len(r.accounts) == 0 {
		b.WriteString("Nothing was counted in this store yet.\n")
	}
	for n := range r.accounts {
		if n > 0 {
			b.WriteString("\n")
		}
		r.accounts[n].write(&b)
		b.WriteString(paragraphs(r.notes(&r.accounts[n])))
	}
	return b.String()
}

// warnings are what all accounts may lack, each after its account's name.
func (r *report) warnings() string {
	var b strings.Builder
	for n := range r.accounts {
		a := &r.accounts[n]
		for _, lack := range r.lacks(a) {
			fmt.Fprintf(&b, "%s, %s: %s\n", a.account, a.month, lack)
		}
	}
	return b.String()
}

func (a *accountReport) write(b *strings.Builder) {
	last := a.to.Add(-time.Nanosecond).In(a.zone).Format(time.DateOnly)
	b.WriteString(paragraphs([]string{fmt.Sprintf("%s, account %s (%s to %s, time zone %s)",
		a.month, a.account, a.from.Format(time.DateOnly), last, a.zoneName)}))
	if len(a.sections) == 0 {
		b.WriteString("\nNothing was counted in this month.\n")
	}
	for _, s := range a.sections {
		fmt.Fprintf(b, "\n%s, %s\n", strings.ToUpper(s.direction.String()[:1])+s.direction.String()[1:], inCurrency(s.currency))
		s.table().write(b)
	}
	b.WriteString("\n")
}

func inCurrency(currency string) string {
	if currency == "unknown" {
		return "currency unknown"
	}
	return "in " + currency
}

// notes say what the figures do not.
func (r *report) notes(a *accountReport) []string {
	var notes []string
	if len(a.idle) > 0 {
		labels := make([]string, len(a.idle))
		for n := range a.idle {
			labels[n] = strings.TrimSpace(string(a.idle[n].did) + " " + plain(a.idle[n].name))
		}
		notes = append(notes, "Configured, but nothing counted: "+strings.Join(labels, ", ")+".")
	}
	if r.now.Before(a.from) {
		notes = append(notes, "The month has not begun.")
	} else if r.now.Before(a.to) {
		notes = append(notes, "The month is not over: it is "+a.at(r.now)+".")
	}
	notes = append(notes, r.lacks(a)...)
	if len(a.gaps) == 0 {
		notes = append(notes, fmt.Sprintf("No time without an exporter is on record for this month (time zone %s).", a.zoneName))
	}
	return notes
}

// lacks say what of the month may not be in the figures.
func (r *report) lacks(a *accountReport) []string {
	var lacks []string
	if !r.since.IsZero() && r.since.After(a.from) {
		lacks = append(lacks, "Counting began at "+a.at(r.since)+": nothing before that is in here.")
	}
	if !r.inUse && !r.since.IsZero() && r.lastSign.Before(a.to) && r.lastSign.Before(r.now) {
		lacks = append(lacks, "No exporter uses this store now; its last sign of life is of "+a.at(r.lastSign)+". Nothing after that is in here.")
	}
	if n := len(a.gaps); n > 0 {
		times := "once,"
		if n > 1 {
			times = fmt.Sprintf("in %d gaps, the first", n)
		}
		lacks = append(lacks, fmt.Sprintf("No exporter was up for %s of this month (time zone %s), %s from %s to %s: callbacks of then may be missing.",
			a.down().Round(time.Second), a.zoneName, times, a.at(a.gaps[0].From), a.at(a.gaps[0].To)))
	}
	return lacks
}

func (a *accountReport) at(t time.Time) string { return t.In(a.zone).Format(time.DateTime) }

// table is right-aligned figures under headings of two lines.
type table struct {
	heads [][2]string
	rows  []row
}

type row struct {
	number, name string
	cells        []string
}

func (s *section) table() *table {
	t := &table{heads: [][2]string{{"", "messages"}, {"", "segments"}, {"", "amount"}}}
	if s.direction == sms.Outbound {
		t.heads = [][2]string{
			{"", "delivered"}, {"un-", "delivered"}, {"", "pending"}, {"", "unknown"}, {"", "segments"}, {"", "amount"}, {"amount un-", "delivered"},
		}
	}
	decimals := 0 // of every amount, so that the points stand in one column
	for _, f := range append([]figures{s.total}, s.numbers...) {
		for _, amount := range []sms.Money{f.amount, f.undelivered} {
			_, fraction, _ := strings.Cut(amount.String(), ".")
			decimals = max(decimals, len(fraction))
		}
	}
	for _, f := range s.numbers {
		t.rows = append(t.rows, row{string(f.did), plain(f.name), f.row(s.direction, decimals)})
	}
	t.rows = append(t.rows, row{"total", "", s.total.row(s.direction, decimals)})
	return t
}

func (f *figures) row(direction sms.Direction, decimals int) (cells []string) {
	count := func(n uint64) { cells = append(cells, strconv.FormatUint(n, 10)) }
	if direction == sms.Inbound {
		count(f.events)
		count(f.segments)
		return append(cells, padded(f.amount, decimals))
	}
	for _, outcome := range sms.Outcomes() {
		count(f.outcomes[outcome])
	}
	count(f.segments)
	return append(cells, padded(f.amount, decimals), padded(f.undelivered, decimals))
}

// padded writes an amount with so many decimals, of which it has no more.
func padded(amount sms.Money, decimals int) string {
	whole, fraction, _ := strings.Cut(amount.String(), ".")
	if decimals == 0 {
		return whole
	}
	return whole + "." + fraction + strings.Repeat("0", decimals-len(fraction))
}

// write puts number and name in front of the figures where 80 columns allow it,
// else the name below the number, else both above the figures, else each figure in
// a line of its own.
func (t *table) write(b *strings.Builder) {
	number, name := len("number"), 0
	for _, r := range t.rows {
		number, name = max(number, len(r.number)), max(name, displayWidth(r.name))
	}
	label := number
	if name > 0 {
		label += 2 + name
	}
	switch figures := t.width(1); {
	case figures+2 > columns:
		t.writeTall(b)
	case label+figures <= columns:
		t.writeLines(b, label, func(r row) (before, front, after string) {
			return "", fill(r.number, number) + "  " + r.name, ""
		})
	case number+figures <= columns:
		t.writeLines(b, number, func(r row) (before, front, after string) { return "", r.number, r.name })
	default:
		label = columns - figures
		t.writeLines(b, label, func(r row) (before, front, after string) {
			text := strings.TrimSpace(r.number + "  " + r.name)
			if displayWidth(text) <= label {
				return "", text, ""
			}
			return text, "", ""
		})
	}
}

// columnWidth is what the heading or a figure needs.
func (t *table) columnWidth(n int) int {
	width := max(len(t.heads[n][0]), len(t.heads[n][1]))
	for _, r := range t.rows {
		width = max(width, len(r.cells[n]))
	}
	return width
}

// width is what all figures need, with a gap in front of each.
func (t *table) width(gap int) (sum int) {
	for n := range t.heads {
		sum += gap + t.columnWidth(n)
	}
	return sum
}

func (t *table) writeLines(b *strings.Builder, label int, place func(row) (before, front, after string)) {
	gap := 1
	if label+t.width(2) <= columns {
		gap = 2
	}
	line := func(front string, cells []string) {
		var text strings.Builder
		text.WriteString(fill(strings.TrimRight(front, " "), label))
		for n, cell := range cells {
			fmt.Fprintf(&text, "%*s", gap+t.columnWidth(n), cell)
		}
		b.WriteString(strings.TrimRight(text.String(), " ") + "\n")
	}
	var upper, lower []string
	for _, head := range t.heads {
		upper, lower = append(upper, head[0]), append(lower, head[1])
	}
	if strings.Join(upper, "") != "" {
		line("", upper)
	}
	line("number", lower)
	for _, r := range t.rows {
		before, front, after := place(r)
		if before != "" {
			b.WriteString(cut(before, columns) + "\n")
		}
		line(front, r.cells)
		if after != "" {
			b.WriteString("  " + cut(after, columns-2) + "\n")
		}
	}
}

func (t *table) writeTall(b *strings.Builder) {
	for _, r := range t.rows {
		b.WriteString(cut(strings.TrimSpace(r.number+"  "+r.name), columns) + "\n")
		for n, head := range t.heads {
			word := strings.ReplaceAll(strings.TrimSpace(head[0]+" "+head[1]), "un- ", "un")
			fmt.Fprintf(b, "  %-20s %s\n", word, r.cells[n])
		}
	}
}
