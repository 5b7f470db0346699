// SPDX-License-Identifier: Apache-2.0

package sms

import "strings"

// Status is a normalised delivery status in the words of SMPP 3.4, section
// 5.2.28, plus the few that the vendor adds. Anything else is StatusOther.
type Status uint8

// The statuses. StatusNone belongs to an inbound message, which has no fate.
const (
	StatusNone Status = iota
	StatusDelivered
	StatusUndelivered
	StatusRejected
	StatusExpired
	StatusDeleted
	StatusDND
	StatusAccepted
	StatusEnroute
	StatusBuffered
	StatusSubmitted
	StatusOther
	StatusCount
)

// statusWords are the label values. The vendor's DID pages write UNDELIVR where
// its bulk pages write SMPP's UNDELIV: one fate, so one label value, the one
// that somebody with a DID number sees in the vendor's console.
var statusWords = [StatusCount]string{
	StatusNone:        "",
	StatusDelivered:   "DELIVRD",
	StatusUndelivered: "UNDELIVR",
	StatusRejected:    "REJECTD",
	StatusExpired:     "EXPIRED",
	StatusDeleted:     "DELETED",
	StatusDND:         "DND",
	StatusAccepted:    "ACCEPTD",
	StatusEnroute:     "ENROUTE",
	StatusBuffered:    "BUFFERED",
	StatusSubmitted:   "SUBMITTED",
	StatusOther:       "other",
}

// ParseStatus normalises the vendor's smsStatus: case and surrounding space do
// not matter, every spelling of "undelivered" is one status, and a word outside
// the closed set is StatusOther.
func ParseStatus(word string) Status {
	word = strings.ToUpper(strings.TrimSpace(word))
	switch word {
	case "UNDELIV", "UNDELIVRD", "UNDELIVERED":
		return StatusUndelivered
	case "DELIVERED":
		return StatusDelivered
	case "REJECTED":
		return StatusRejected
	case "ACCEPTED":
		return StatusAccepted
	}
	for status := StatusDelivered; status < StatusOther; status++ {
		if statusWords[status] == word {
			return status
		}
	}
	return StatusOther
}

// StatusFromLabel is the inverse of String; ok is false for any other word.
func StatusFromLabel(word string) (status Status, ok bool) {
	for status := range StatusCount {
		if statusWords[status] == word {
			return status, true
		}
	}
	return StatusNone, false
}

// ReceiptStatuses lists the statuses a receipt can have, most common first.
func ReceiptStatuses() []Status {
	statuses := make([]Status, 0, StatusCount-1)
	for status := StatusDelivered; status < StatusCount; status++ {
		statuses = append(statuses, status)
	}
	return statuses
}

// String returns the label value of the status.
func (s Status) String() string { return statusWords[s] }

// Outcome folds the status into what a person asks: did it arrive?
func (s Status) Outcome() Outcome {
	switch s {
	case StatusDelivered:
		return OutcomeDelivered
	case StatusUndelivered, StatusRejected, StatusExpired, StatusDeleted, StatusDND:
		return OutcomeUndelivered
	case StatusAccepted, StatusEnroute, StatusBuffered, StatusSubmitted:
		return OutcomePending
	}
	return OutcomeUnknown
}

// Outcome is the fate of a sent message. It is a function of its status.
type Outcome uint8

// The outcomes.
const (
	OutcomeUnknown Outcome = iota
	OutcomeDelivered
	OutcomeUndelivered
	OutcomePending
	OutcomeCount
)

// Outcomes lists every outcome.
func Outcomes() []Outcome {
	return []Outcome{OutcomeDelivered, OutcomeUndelivered, OutcomePending, OutcomeUnknown}
}

// String returns the label value of the outcome.
func (o Outcome) String() string {
	return [OutcomeCount]string{"unknown", "delivered", "undelivered", "pending"}[o]
}

// Final reports whether nothing more is to be expected for the message.
func (o Outcome) Final() bool { return o == OutcomeDelivered || o == OutcomeUndelivered }
