// SPDX-License-Identifier: Apache-2.0

package sms

import "time"

// Event is one decoded, normalised message or receipt: all that the rest of the
// program knows about an authentic callback. Neither the message text nor the
// whole number of the other side is needed to count, so Peer and Content are
// used by the memory of recent events only, which masks and hides them.
type Event struct {
	Account  string // configured name, never the access key
	Currency string // of the account; the callback names none
	Kind     Kind

	MessageID string // as it came when it is a plain word, else a keyed hash
	DID       Number // our number
	Peer      Number // the other side: personal data
	Remote    string // address that the callback came from
	Content   string // message text: personal data

	Status     Status // StatusNone for MO
	StatusWord string // the vendor's word when it is a plain one, for people to read

	Price Money // unit price, valid when HasPrice
	Size  uint8 // billing count (segments), valid when HasSize

	HasPrice bool
	HasSize  bool

	// ReceiveTime is when an MO was received or a DR's message was sent, in whole
	// seconds; zero when the field is absent or useless.
	ReceiveTime time.Time

	ArrivedAt time.Time // when the callback reached us
	SignedAt  time.Time // the ts header
	Month     string    // of the arrival in the account's zone, such as 2026-11

	// Label and Destination are the label values under which the event counts,
	// given by the ledger before the commit so that the store keeps the same ones:
	// our number, or "other" when there are too many; the recipient's calling code.
	Label       string
	Destination string
	// Shown: what the event counts under is on display already, not held back.
	Shown bool

	FieldErrors []FieldError // fields that were refused although the event counts
}

// Amount returns what the message costs: price times size, both of which must
// have been readable.
func (e *Event) Amount() (amount Money, ok bool) {
	if !e.HasPrice || !e.HasSize {
		return Money{}, false
	}
	return e.Price.Times(e.Size), true
}

// TransportDelay is the time from the vendor's signing to the arrival. It is
// negative when the vendor's clock is ahead of ours.
func (e *Event) TransportDelay() time.Duration { return e.ArrivedAt.Sub(e.SignedAt) }

// Bounds of a believable receiveTime. The vendor writes whole seconds and its
// records show receipts some seconds before the sending they belong to.
const (
	receiveTimeSlack = 5 * time.Second
	receiveTimeLimit = 7 * 24 * time.Hour
)

// Age returns the time from receiveTime to the arrival: how long an inbound
// message was under way, or how long ago a receipt's message was sent. Up to five
// seconds ahead count as zero. The problem is FieldFine, FieldAbsent,
// FieldNegative or FieldTooOld; the age is valid for FieldFine alone.
func (e *Event) Age() (age time.Duration, problem FieldProblem) {
	if e.ReceiveTime.IsZero() {
		return 0, FieldAbsent
	}
	age = e.ArrivedAt.Sub(e.ReceiveTime)
	switch {
	case age < -receiveTimeSlack:
		return 0, FieldNegative
	case age < 0:
		return 0, FieldFine
	case age > receiveTimeLimit:
		return 0, FieldTooOld
	}
	return age, FieldFine
}

// Field names a body field whose value may be refused without refusing the event.
type Field uint8

// The fields.
const (
	FieldPrice Field = iota
	FieldSize
	FieldReceiveTime
)

// String returns the label value of the field.
func (f Field) String() string { return [...]string{"price", "size", "receive_time"}[f] }

// FieldProblem says why a field could not be used.
type FieldProblem uint8

// The problems.
const (
	FieldFine FieldProblem = iota
	FieldAbsent
	FieldUnparsable
	FieldNegative // receiveTime after the arrival
	FieldTooOld   // receiveTime more than seven days before the arrival
)

// String returns the label value of the problem.
func (p FieldProblem) String() string {
	return [...]string{"fine", "absent", "unparsable", "negative", "too_old"}[p]
}

// FieldError is one field that was refused although the event counts.
type FieldError struct {
	Field   Field
	Problem FieldProblem
}
