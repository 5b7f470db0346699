// SPDX-License-Identifier: Apache-2.0

package command

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/store"
)

// report is the answer to a request: a part for each account.
type report struct {
	since    time.Time // when counting began
	lastSign time.Time // of an exporter
	inUse    bool
	now      time.Time
	accounts []accountReport
}

// accountReport is one account in one month of its zone.
type accountReport struct {
	account, month, zoneName string
	zone                     *time.Location
	from, to                 time.Time // the month: inclusive, exclusive
	sections                 []section
	idle                     []figures   // configured, and nothing counted
	gaps                     []store.Gap // within the month, apart
}

// section is what may be added up: one direction in one currency.
type section struct {
	direction sms.Direction
	currency  string
	numbers   []figures
	total     figures
}

// figures are what one number did, or all of a section.
type figures struct {
	did         sms.Number
	name        string
	events      uint64 // messages of the inbound direction, receipts of the other
	outcomes    [sms.OutcomeCount]uint64
	segments    uint64
	amount      sms.Money
	undelivered sms.Money
}

func (f *figures) add(t *store.MonthTotal) {
	f.events += t.Events
	f.outcomes[t.Status.Outcome()] += t.Events
	f.segments += t.Segments
	f.amount = f.amount.Add(t.Spend)
	f.undelivered = f.undelivered.Add(t.Undelivered)
}

func (r *request) report(book *store.Book) *report {
	out := &report{since: book.Since, lastSign: book.LastSign, inUse: book.InUse, now: r.now}
	for _, account := range r.accounts(book) {
		out.accounts = append(out.accounts, r.accountReport(account, book))
	}
	return out
}

func (r *request) accountReport(account string, book *store.Book) accountReport {
	a := accountReport{account: account, month: r.monthOf(book, account)}
	a.zone, a.zoneName = r.lookup.Zone(account, book.Zones[account])
	first, _ := time.Parse(monthLayout, a.month) // checked
	a.from, a.to = firstInstant(first, a.zone), firstInstant(first.AddDate(0, 1, 0), a.zone)
	a.gaps = clip(book.Gaps, a.from, a.to)

	type key struct {
		direction sms.Direction
		currency  string
	}
	names := r.names(account)
	totals, numbers := map[key]*figures{}, map[key]map[sms.Number]*figures{}
	counted := map[sms.Number]bool{}
	for i := range book.Months {
		t := &book.Months[i]
		if t.Account != account || r.did != "" && t.DID != r.did {
			continue
		}
		k := key{t.Kind.Direction(), t.Currency}
		if totals[k] == nil {
			totals[k], numbers[k] = new(figures), map[sms.Number]*figures{}
		}
		if numbers[k][t.DID] == nil {
			numbers[k][t.DID] = &figures{did: t.DID, name: names[t.DID]}
		}
		totals[k].add(t)
		numbers[k][t.DID].add(t)
		counted[t.DID] = true
	}
	for k, total := range totals {
		s := section{direction: k.direction, currency: k.currency, total: *total}
		for _, f := range numbers[k] {
			s.numbers = append(s.numbers, *f)
		}
		slices.SortFunc(s.numbers, figures.compare)
		a.sections = append(a.sections, s)
	}
	slices.SortFunc(a.sections, func(x, y section) int {
		return cmp.Or(cmp.Compare(x.currency, y.currency), cmp.Compare(x.direction, y.direction))
	})
	for did, name := range names {
		if !counted[did] && (r.did == "" || did == r.did) {
			a.idle = append(a.idle, figures{did: did, name: name})
		}
	}
	slices.SortFunc(a.idle, figures.compare)
	return a
}

func (f figures) compare(other figures) int { return cmp.Compare(f.did, other.did) }

// clip returns the parts of gaps within a time, apart from each other: the clock
// may have been set.
func clip(gaps []store.Gap, from, to time.Time) []store.Gap {
	var parts []store.Gap
	for _, gap := range gaps { // in the order of their beginnings
		if n := len(parts); n > 0 && gap.From.Before(parts[n-1].To) {
			gap.From = parts[n-1].To
		}
		gap.From, gap.To = later(gap.From, from), earlier(gap.To, to)
		if gap.From.Before(gap.To) {
			parts = append(parts, gap)
		}
	}
	return parts
}

// firstInstant is when a day begins in a zone. Where clocks are put forward at
// midnight, that midnight does not exist and time.Date gives an instant of the day
// before; the day begins where the clocks are put to.
func firstInstant(day time.Time, zone *time.Location) time.Time {
	at := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
	for at.Day() != day.Day() {
		at = at.Add(15 * time.Minute)
	}
	return at
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// down is the time in which no exporter was up.
func (a *accountReport) down() (total time.Duration) {
	for _, gap := range a.gaps {
		total += gap.To.Sub(gap.From)
	}
	return total
}

// receipts are the outcomes by their words.
func (f *figures) receipts() map[string]uint64 {
	return maps.Collect(func(yield func(string, uint64) bool) {
		for _, outcome := range sms.Outcomes() {
			if !yield(outcome.String(), f.outcomes[outcome]) {
				return
			}
		}
	})
}
