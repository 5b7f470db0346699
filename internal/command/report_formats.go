// SPDX-License-Identifier: Apache-2.0

package command

import (
	"encoding/csv"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"didsms_exporter/internal/sms"
)

// csv writes one line a number, direction and currency. Sums are left to the
// spreadsheet, where a line of them would be added up as well.
func (r *report) csv() string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.UseCRLF = true // RFC 4180
	lines := [][]string{{
		"month", "zone", "account", "did", "name", "direction", "currency", "messages",
		"delivered", "undelivered", "pending", "unknown", "segments", "amount", "undelivered_amount",
	}}
	for _, a := range r.accounts {
		for _, s := range a.sections {
			for _, f := range s.numbers {
				line := []string{a.month, zoneCell(a.zoneName), asText(a.account), asText(string(f.did)), asText(f.name), s.direction.String(), asText(s.currency)}
				lines = append(lines, append(line, f.cells(s.direction)...))
			}
		}
	}
	_ = w.WriteAll(lines) // a Builder takes everything
	return b.String()
}

// cells leaves empty what the direction does not have.
func (f *figures) cells(direction sms.Direction) []string {
	count := func(n uint64) string { return strconv.FormatUint(n, 10) }
	if direction == sms.Inbound {
		return []string{count(f.events), "", "", "", "", count(f.segments), f.amount.String(), ""}
	}
	cells := []string{""}
	for _, outcome := range sms.Outcomes() {
		cells = append(cells, count(f.outcomes[outcome]))
	}
	return append(cells, count(f.segments), f.amount.String(), f.undelivered.String())
}

// asText keeps a spreadsheet from reading text as a formula: an apostrophe in front
// makes it text. Some take the wide forms of the signs for the signs.
func asText(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20", []rune(cell)[0]) {
		return "'" + cell
	}
	return cell
}

// zoneCell keeps an offset from looking like a formula.
func zoneCell(name string) string {
	if strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") {
		return "UTC" + name
	}
	return name
}

type jsonReport struct {
	CountingSince *time.Time    `json:"counting_since"` // null: nothing was counted ever
	LastSign      *time.Time    `json:"last_sign_of_life"`
	InUse         bool          `json:"exporter_running"`
	Accounts      []jsonAccount `json:"accounts"`
}

type jsonAccount struct {
	Account string      `json:"account"`
	Month   string      `json:"month"`
	Zone    string      `json:"zone"`
	From    time.Time   `json:"from"`
	To      time.Time   `json:"to"`
	Numbers []jsonEntry `json:"numbers"`
	Totals  []jsonEntry `json:"totals"`
	Idle    []string    `json:"configured_without_messages"`
	Down    float64     `json:"down_seconds"`
	Gaps    []jsonGap   `json:"gaps"`
}

type jsonEntry struct {
	DID         string            `json:"did,omitempty"`
	Name        string            `json:"name,omitempty"`
	Direction   string            `json:"direction"`
	Currency    string            `json:"currency"`
	Messages    *uint64           `json:"messages,omitempty"` // inbound
	Receipts    map[string]uint64 `json:"receipts,omitempty"` // outbound
	Segments    uint64            `json:"segments"`
	Amount      sms.Money         `json:"amount"`
	Undelivered *sms.Money        `json:"undelivered_amount,omitempty"` // outbound
}

type jsonGap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

func (r *report) json() (string, error) {
	out := jsonReport{InUse: r.inUse, Accounts: []jsonAccount{}}
	if !r.since.IsZero() {
		since, sign := r.since.UTC(), r.lastSign.UTC()
		out.CountingSince, out.LastSign = &since, &sign
	}
	for _, a := range r.accounts {
		account := jsonAccount{
			Account: a.account, Month: a.month, Zone: a.zoneName, From: a.from, To: a.to, Down: a.down().Seconds(),
			Numbers: []jsonEntry{}, Totals: []jsonEntry{}, Idle: []string{}, Gaps: []jsonGap{},
		}
		for _, s := range a.sections {
			for _, f := range s.numbers {
				account.Numbers = append(account.Numbers, f.entry(&s))
			}
			account.Totals = append(account.Totals, s.total.entry(&s))
		}
		for _, f := range a.idle {
			account.Idle = append(account.Idle, string(f.did))
		}
		for _, gap := range a.gaps {
			account.Gaps = append(account.Gaps, jsonGap{gap.From.In(a.zone), gap.To.In(a.zone)})
		}
		out.Accounts = append(out.Accounts, account)
	}
	text, err := json.MarshalIndent(out, "", "  ")
	return string(text) + "\n", err
}

func (f *figures) entry(s *section) jsonEntry {
	entry := jsonEntry{
		DID: string(f.did), Name: f.name, Direction: s.direction.String(), Currency: s.currency,
		Segments: f.segments, Amount: f.amount,
	}
	if s.direction == sms.Inbound {
		entry.Messages = &f.events
		return entry
	}
	entry.Receipts, entry.Undelivered = f.receipts(), &f.undelivered
	return entry
}
