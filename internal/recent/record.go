// SPDX-License-Identifier: Apache-2.0

// Package recent remembers the latest callbacks for people: what came, what it
// was counted as, and why it was refused. It is a memory, not a source of truth;
// its fastcache may drop old entries at any time.
package recent

import (
	"strings"
	"time"
	"unicode/utf8"

	"didsms_exporter/internal/sms"
)

// maxContent bounds the message text kept of one event, in bytes. fastcache drops
// entries of 64 KiB and more silently.
const maxContent = 4096

// Record is one callback as the debug page shows it. Numbers of the other side
// are masked and text is absent unless the configuration says otherwise.
type Record struct {
	Seq        uint64    `json:"seq"`
	ReceivedAt time.Time `json:"received_at"`
	Account    string    `json:"account"`
	Action     string    `json:"action"` // mo, dr or unknown
	Result     string    `json:"result"`
	Reason     string    `json:"reason,omitempty"`

	DID       string `json:"did,omitempty"`
	Peer      string `json:"peer,omitempty"`
	MessageID string `json:"message_id,omitempty"`
	Status    string `json:"status,omitempty"`
	Outcome   string `json:"outcome,omitempty"`

	Price    *sms.Money `json:"price,omitempty"` // exact decimals, as strings
	Size     *uint8     `json:"size,omitempty"`
	Amount   *sms.Money `json:"amount,omitempty"`
	Currency string     `json:"currency,omitempty"`

	ReceiveTime     *time.Time `json:"receive_time,omitempty"`
	LatencySeconds  *float64   `json:"latency_seconds,omitempty"`
	TSOffsetSeconds *float64   `json:"ts_offset_seconds,omitempty"`
	FieldErrors     []string   `json:"field_errors,omitempty"` // "price: unparsable"

	ContentLength *int   `json:"content_length,omitempty"` // in characters
	Content       string `json:"content,omitempty"`

	Remote  string   `json:"remote,omitempty"`
	Headers []string `json:"headers,omitempty"` // names only, of refused callbacks
}

// Privacy says what of a message may be shown. The zero value hides all.
type Privacy struct {
	ShowPhone   bool
	ShowContent bool
}

// FromEvent describes an authentic callback.
func FromEvent(e *sms.Event, result sms.Result, reason, remote string, privacy Privacy) Record {
	record := Record{
		ReceivedAt: e.ArrivedAt,
		Account:    e.Account,
		Action:     e.Kind.String(),
		Result:     result.String(),
		Reason:     reason,
		DID:        string(e.DID),
		Peer:       e.Peer.Masked(),
		MessageID:  e.MessageID,
		Currency:   e.Currency,
		Remote:     remote,
	}
	if privacy.ShowPhone {
		record.Peer = string(e.Peer)
	}
	if e.Kind == sms.KindDR {
		record.Status = e.StatusWord
		record.Outcome = e.Status.Outcome().String()
	}
	length := utf8.RuneCountInString(e.Content)
	record.ContentLength = &length
	if privacy.ShowContent {
		record.Content = shorten(e.Content, maxContent)
	}
	offset := e.TransportDelay().Round(time.Millisecond).Seconds()
	record.TSOffsetSeconds = &offset
	describeBilling(&record, e)
	describeTime(&record, e)
	for _, fieldError := range e.FieldErrors {
		record.FieldErrors = append(record.FieldErrors, fieldError.Field.String()+": "+fieldError.Problem.String())
	}
	return record
}

// Redact hides what may not be shown now, whatever was allowed when the record was
// made.
func (r *Record) Redact(privacy Privacy) {
	if !privacy.ShowContent {
		r.Content = ""
	}
	if number := sms.ParseNumber(r.Peer); !privacy.ShowPhone && string(number) == r.Peer { // only a whole number is nothing but digits
		r.Peer = number.Masked()
	}
}

func describeBilling(record *Record, e *sms.Event) {
	// Copies: a pointer into the event would keep its text alive.
	if e.HasPrice {
		price := e.Price
		record.Price = &price
	}
	if e.HasSize {
		size := e.Size
		record.Size = &size
	}
	if amount, ok := e.Amount(); ok {
		record.Amount = &amount
	}
}

func describeTime(record *Record, e *sms.Event) {
	if e.ReceiveTime.IsZero() {
		return
	}
	receiveTime := e.ReceiveTime
	record.ReceiveTime = &receiveTime
	if age, problem := e.Age(); problem == sms.FieldFine {
		seconds := age.Round(time.Millisecond).Seconds()
		record.LatencySeconds = &seconds
	}
}

// shorten cuts text to at most limit bytes without splitting a character. What is
// cut is copied: part of a string keeps the whole of it alive.
func shorten(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return strings.Clone(text[:limit])
}
