// SPDX-License-Identifier: Apache-2.0

package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"didsms_exporter/internal/recent"
	"didsms_exporter/internal/sms"
)

// Limits of one answer of /debug/events.
const (
	defaultEvents = 50
	maxEvents     = 1000
	maxGaps       = 20
)

// eventsPage answers /debug/events in JSON.
type eventsPage struct {
	events Events
	gaps   func() []Gap
	// privacy holds when the page is asked for: what was remembered while more was
	// allowed must not show any more.
	privacy func() recent.Privacy
	logger  *slog.Logger
}

type eventsAnswer struct {
	Events     []recent.Record `json:"events"`
	NextCursor string          `json:"next_cursor"` // empty: no more

	// Gaps are the latest times in which no exporter was up: callbacks of then may
	// be missing for good. Present with a durable store.
	Gaps []Gap `json:"gaps,omitempty"`
}

// ServeHTTP answers one question, or says what is wrong with it.
func (p *eventsPage) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	values, err := url.ParseQuery(request.URL.RawQuery) // URL.Query would drop what it cannot read
	if err != nil {
		p.write(w, http.StatusBadRequest, map[string]string{"error": "the query string cannot be read: " + err.Error()})
		return
	}
	query, err := parseEventsQuery(values, time.Now())
	if err != nil {
		p.write(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	records, next, err := p.events.Find(request.Context(), query.filter, query.cursor, query.limit)
	switch {
	case errors.Is(err, ErrCursor):
		p.write(w, http.StatusBadRequest, map[string]string{"error": "cursor: " + err.Error()})
	case err != nil:
		p.logger.Error("cannot read recent events", "err", err)
		p.write(w, http.StatusInternalServerError, map[string]string{"error": "recent events cannot be read; the log says why"})
	default:
		privacy := p.privacy()
		for i := range records {
			records[i].Redact(privacy)
		}
		p.write(w, http.StatusOK, eventsAnswer{Events: records, NextCursor: next, Gaps: p.latestGaps()})
	}
}

// latestGaps returns the last gaps, oldest first.
func (p *eventsPage) latestGaps() []Gap {
	if p.gaps == nil {
		return nil
	}
	gaps := p.gaps()
	return gaps[max(0, len(gaps)-maxGaps):]
}

func (p *eventsPage) write(w http.ResponseWriter, status int, answer any) {
	text, err := json.MarshalIndent(answer, "", "  ") // escapes <, > and &
	if err != nil {
		p.logger.Error("cannot write recent events", "err", err)
		plain(w, http.StatusInternalServerError, "Recent events cannot be shown; the log says why.")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(escapeUnprintable(text), '\n')) // nothing is left to tell a client that hung up
}

// escapeUnprintable escapes what JSON allows in a string but a terminal acts on:
// the controls beyond ASCII and the marks that turn the direction of text. They
// can occur inside strings only, where the escape means the same.
func escapeUnprintable(text []byte) []byte {
	var escaped []byte
	for _, r := range string(text) {
		switch {
		case r < 0x7f || unicode.IsPrint(r):
			escaped = utf8.AppendRune(escaped, r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			escaped = fmt.Appendf(escaped, `\u%04x\u%04x`, high, low)
		default:
			escaped = fmt.Appendf(escaped, `\u%04x`, r)
		}
	}
	return escaped
}

type eventsQuery struct {
	filter recent.Filter
	cursor string
	limit  int
}

// parseEventsQuery reads the filters. An unknown or misshapen one is an error
// rather than ignored: a filter that silently does nothing misleads.
func parseEventsQuery(values url.Values, now time.Time) (eventsQuery, error) {
	q := eventsQuery{limit: defaultEvents}
	parse := map[string]func(string) error{
		"did":        q.did,
		"account":    func(v string) error { q.filter.Account = v; return nil },
		"action":     q.action,
		"status":     func(v string) error { q.filter.Status = v; return nil },
		"result":     q.result,
		"message_id": func(v string) error { q.filter.MessageID = v; return nil },
		"since":      func(v string) (err error) { q.filter.Since, err = parseMoment(v, now); return err },
		"until":      func(v string) (err error) { q.filter.Until, err = parseMoment(v, now); return err },
		"limit":      q.parseLimit,
		"cursor":     func(v string) error { q.cursor = v; return nil },
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		read, known := parse[name]
		if !known {
			return q, fmt.Errorf("unknown parameter %q; known: %s", name, strings.Join(slices.Sorted(maps.Keys(parse)), ", "))
		}
		if given := values[name]; len(given) > 1 || given[0] == "" {
			return q, fmt.Errorf("%s: must be given once, with a value", name)
		}
		if err := read(values.Get(name)); err != nil {
			return q, fmt.Errorf("%s: %w", name, err)
		}
	}
	return q, nil
}

func (q *eventsQuery) action(value string) error {
	if _, ok := sms.ParseKind(value); !ok && value != sms.KindUnknown.String() {
		return errors.New("must be mo, dr or unknown")
	}
	q.filter.Action = value
	return nil
}

func (q *eventsQuery) result(value string) error {
	if _, ok := sms.ResultFromLabel(value); !ok {
		words := make([]string, 0, sms.ResultCount)
		for _, result := range sms.Results() {
			words = append(words, result.String())
		}
		return fmt.Errorf("must be one of %s", strings.Join(words, ", "))
	}
	q.filter.Result = value
	return nil
}

func (q *eventsQuery) parseLimit(value string) error {
	limit, err := strconv.Atoi(value)
	if err != nil || limit < 1 || limit > maxEvents {
		return fmt.Errorf("must be a number from 1 to %d", maxEvents)
	}
	q.limit = limit
	return nil
}

// did accepts a number as people write it. An event keeps its own number, so the
// metrics' "other" cannot be found here.
func (q *eventsQuery) did(value string) error {
	number := sms.ParseNumber(value)
	if number == sms.NumberUnknown && value != string(sms.NumberUnknown) {
		return errors.New("must be a phone number, or unknown")
	}
	q.filter.DID = string(number)
	return nil
}

// parseMoment reads a moment: RFC 3339, seconds since the epoch, or how long ago,
// such as 1h.
func parseMoment(value string, now time.Time) (time.Time, error) {
	if ago, err := time.ParseDuration(value); err == nil {
		return now.Add(-ago), nil
	}
	if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 && seconds < 1e11 {
		return time.UnixMilli(int64(seconds * 1000)), nil
	}
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		return at, nil
	}
	return time.Time{}, errors.New("must be a time such as 2026-11-25T03:00:00Z, seconds since the epoch, or how long ago, such as 1h")
}
