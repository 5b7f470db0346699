// SPDX-License-Identifier: Apache-2.0

// Package sms holds the values the whole program is about: a message event,
// its vocabulary, its money and its numbers.
//
// Everything here is plain data. Every vocabulary is a closed set with a small
// integer type, so that a label value can only be one of the words listed in
// this package. The package imports nothing else of this program.
package sms

// Kind says which way a message went: the vendor's signed "action" header.
type Kind uint8

// The kinds. KindUnknown stands for a refused callback that named none.
const (
	KindUnknown Kind = iota
	KindMO           // mobile originated: an SMS received by one of our numbers
	KindDR           // delivery receipt: the fate of an SMS that we sent
	kindCount
)

// Kinds lists every kind, the unknown one last.
func Kinds() []Kind { return []Kind{KindMO, KindDR, KindUnknown} }

// ParseKind maps an action header to its kind; ok is false for any other word.
func ParseKind(action string) (kind Kind, ok bool) {
	switch action {
	case "mo":
		return KindMO, true
	case "dr":
		return KindDR, true
	}
	return KindUnknown, false
}

// String returns the label value of the kind.
func (k Kind) String() string {
	return [kindCount]string{"unknown", "mo", "dr"}[k]
}

// Direction returns which way a message of this kind travels, seen from us.
func (k Kind) Direction() Direction {
	if k == KindMO {
		return Inbound
	}
	return Outbound
}

// Direction is the way a message travels, seen from our number.
type Direction uint8

// The directions.
const (
	Inbound Direction = iota
	Outbound
	DirectionCount
)

// Directions lists both directions.
func Directions() []Direction { return []Direction{Inbound, Outbound} }

// String returns the label value of the direction.
func (d Direction) String() string {
	return [DirectionCount]string{"inbound", "outbound"}[d]
}
