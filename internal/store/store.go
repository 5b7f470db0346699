// SPDX-License-Identifier: Apache-2.0

// Package store decides what was counted, once. An engine claims each event
// exactly once for as long as it remembers it; everything that is counted follows
// from the event and its claim.
package store

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"strconv"

	"didsms_exporter/internal/sms"
)

// ErrClosed reports a commit after Close.
var ErrClosed = errors.New("the store is closed")

// Stats is what an engine can tell about its memory of duplicates.
type Stats struct {
	Lookups         uint64 // events asked about
	Hits            uint64 // of those, known already
	Entries         int    // messages remembered
	Capacity        int    // messages that can be remembered
	EvictedTTL      uint64 // forgotten because retention ended
	EvictedCapacity uint64 // forgotten although retention had not ended
}

// messageKey identifies one message: account, kind and message id. It is a hash,
// so that a row of any engine has one size and no id can stand for anything else.
type messageKey [16]byte

// hasher makes keys and digests under a secret key: a plain hash of a number or a
// one-time password is guessed at once.
type hasher struct{ key []byte }

func (h hasher) message(e *sms.Event) messageKey {
	mac := hmac.New(sha256.New, h.key)
	writePart(mac, "message")
	writePart(mac, e.Account)
	writePart(mac, e.Kind.String())
	writePart(mac, e.MessageID)
	return messageKey(mac.Sum(nil))
}

// content digests what a callback says about its message beside its status. Two
// callbacks under one key that differ here contradict each other.
func (h hasher) content(e *sms.Event) uint64 {
	mac := hmac.New(sha256.New, h.key)
	writePart(mac, "content")
	writePart(mac, string(e.DID))
	writePart(mac, string(e.Peer))
	writePart(mac, e.Content)
	price, size := "", "" // a part of its own even when absent: a price of 2 is not a size of 2
	if e.HasPrice {
		price = e.Price.String()
	}
	if e.HasSize {
		size = strconv.Itoa(int(e.Size))
	}
	writePart(mac, price)
	writePart(mac, size)
	return binary.BigEndian.Uint64(mac.Sum(nil))
}

// writePart writes a length before the text, so that no two lists of parts read
// the same.
func writePart(mac hash.Hash, text string) {
	var length [4]byte
	binary.BigEndian.PutUint32(length[:], uint32(len(text))) //nolint:gosec // a body is at most 64 KiB
	mac.Write(length[:])
	mac.Write([]byte(text))
}
