// SPDX-License-Identifier: Apache-2.0

package recent

import (
	"time"

	"didsms_exporter/internal/sms"
)

// Filter chooses records. Empty fields choose everything.
type Filter struct {
	DID       string
	Account   string
	Action    string
	Status    string // the vendor's word as shown, or the normalised one
	Result    string
	MessageID string
	Since     time.Time // inclusive
	Until     time.Time // exclusive
	Cursor    uint64    // only records before this sequence number
	Uncounted bool      // only refusals and duplicates
}

// WantsCounted spares the look through all counted events when only refusals or
// duplicates are asked for.
func (f *Filter) WantsCounted() bool {
	return !f.Uncounted && (f.Result == "" || f.Result == sms.ResultAccepted.String())
}

func (f *Filter) matches(r *Record) bool {
	return (f.DID == "" || f.DID == r.DID) &&
		(f.Account == "" || f.Account == r.Account) &&
		(f.Action == "" || f.Action == r.Action) &&
		(f.Status == "" || f.Status == r.Status || r.Status != "" && f.Status == sms.ParseStatus(r.Status).String()) &&
		(f.Result == "" || f.Result == r.Result) &&
		(f.MessageID == "" || f.MessageID == r.MessageID) &&
		(f.Since.IsZero() || !r.ReceivedAt.Before(f.Since)) &&
		(f.Until.IsZero() || r.ReceivedAt.Before(f.Until))
}
