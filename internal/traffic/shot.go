// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"net/http"
	"time"

	"didsms_exporter/internal/sms"
)

// ShotKind is what a shot is meant to be.
type ShotKind uint8

// The kinds of shots. From ShotWrongSecret on they are forgeries.
const (
	ShotMO          ShotKind = iota // a genuine inbound message
	ShotDR                          // a genuine receipt, the first of its message
	ShotCorrection                  // a genuine later receipt with another status
	ShotDuplicate                   // an earlier genuine shot again
	ShotConflict                    // a duplicate that contradicts its original
	ShotWrongSecret                 // signed with a secret that is not the account's
	ShotAlteredBody                 // a body under the signature of another one
	ShotUnknownKey                  // signed by a stranger under a key of its own
	ShotStale                       // well signed, far too long ago
	ShotFuture                      // well signed, far ahead of the clock
	ShotNoSign                      // without the sign header
	ShotDoubled                     // well signed, with one header twice
	ShotAlgorithm                   // well signed, with an algorithm that nobody knows
	ShotProduct                     // well signed, for another product or action
	ShotUnreadable                  // well signed, and the body is no message
	ShotKindCount
)

// String returns the kind in words, for people.
func (k ShotKind) String() string {
	return [ShotKindCount]string{
		"mo", "dr", "correction", "duplicate", "conflict",
		"wrong secret", "altered body", "unknown key", "stale ts", "future ts",
		"no sign", "doubled header", "algorithm", "other product", "unreadable",
	}[k]
}

// Forged reports whether a shot of the kind must be refused.
func (k ShotKind) Forged() bool { return k >= ShotWrongSecret }

// Result is what a correct receiver counts the shot as, once what came before it
// was answered.
func (k ShotKind) Result() sms.Result {
	return [ShotKindCount]sms.Result{
		ShotDuplicate:   sms.ResultDuplicate,
		ShotConflict:    sms.ResultDuplicate,
		ShotWrongSecret: sms.ResultBadSignature,
		ShotAlteredBody: sms.ResultBadSignature,
		ShotUnknownKey:  sms.ResultUnknownKey,
		ShotStale:       sms.ResultStale,
		ShotFuture:      sms.ResultFuture,
		ShotNoSign:      sms.ResultBadSignature,
		ShotDoubled:     sms.ResultBadSignature,
		ShotAlgorithm:   sms.ResultBadSignature,
		ShotProduct:     sms.ResultUnsupported,
		ShotUnreadable:  sms.ResultMalformed,
	}[k]
}

// answer returns what the contract asks the receiver to answer.
func (k ShotKind) answer() Answer {
	if k == ShotUnreadable {
		return Answer{Status: http.StatusBadRequest, Word: WordError}
	}
	if k.Forged() {
		return Answer{Status: http.StatusUnauthorized, Word: WordError}
	}
	return Answer{Status: http.StatusOK, Word: WordSuccess}
}

// shot is one planned callback. It does not change once it is made; a duplicate
// shares its body with its original.
type shot struct {
	offset  time.Duration // from the start of the run
	kind    ShotKind
	action  sms.Kind
	status  sms.Status // of a receipt, normalised
	word    string     // the vendor's for the status
	header  http.Header
	body    []byte
	message *message
	follows bool // another shot of the message comes first: of a correction, its duplicate, a conflict
	altered bool // what it says differs from the message
	refused bool // of a variant that the receiver does not take

	label    sms.Kind // what the headers show of the action
	nameless bool     // the headers show no account
}

// first reports whether no genuine shot of the message came before.
func (s *shot) first() bool { return s.kind == ShotMO || s.kind == ShotDR }

// answer returns what the contract asks the receiver to answer.
func (s *shot) answer() Answer {
	if s.refused {
		return Answer{Status: http.StatusUnsupportedMediaType, Word: WordError}
	}
	return s.kind.answer()
}

// message is what all genuine shots about one SMS have in common.
type message struct {
	id       string
	line     *line
	kind     sms.Kind
	peer     string
	content  string
	segments uint8
	price    string
	form     form
	received time.Time // receiveTime: when it came in, or when it was sent

	// answered is closed when the first shot of the message has had its answer: no
	// vendor knows of a correction before.
	answered chan struct{}

	paired bool // one of the other action has the same id; the generator's alone
	unsent bool // the first shot found no place; the sending loop's alone

	claimed *claims // guarded by the mutex of the tally
}

// event returns what a correct receiver makes of the shot, as far as counting
// goes.
func (s *shot) event() sms.Event {
	m := s.message
	e := sms.Event{Kind: s.action, Status: s.status, MessageID: m.id, DID: m.line.DID}
	if m.kind == sms.KindDR {
		e.Destination = sms.Number(m.peer).CallingCode()
	}
	if m.form != formNullPrice && m.form != formBadPrice {
		price, err := sms.ParsePrice(m.price)
		e.Price, e.HasPrice = price, err == nil
	}
	if m.form != formNullSize && m.form != formBadSize {
		e.Size, e.HasSize = m.segments, true
	}
	if fieldError, faulty := m.form.fieldError(); faulty {
		e.FieldErrors = []sms.FieldError{fieldError}
	}
	return e
}
