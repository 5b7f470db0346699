// SPDX-License-Identifier: Apache-2.0

package receiver

import (
	"maps"
	"slices"

	"didsms_exporter/internal/recent"
)

// maxHeaderName bounds one name in the list of header names of a refusal.
const maxHeaderName = 64

// remember puts the callback where people can look it up. An authentic one is
// described in full; of a refused one nothing is believed, so only the names of
// its headers are kept.
func (r *Receiver) remember(c *callback) {
	answer := r.answers[c.outcome]
	if !answer.counted {
		return
	}
	if c.event != nil {
		record := recent.FromEvent(c.event, answer.result, c.reason, c.remote, r.Privacy())
		if c.outcome == accepted {
			record.Seq = uint64(c.claim.Seq) //nolint:gosec // counts from one
			r.Memory.Counted(record)
		} else {
			r.Memory.Uncounted(record)
		}
		return
	}
	r.Memory.Uncounted(recent.Record{
		ReceivedAt: c.ArrivedAt,
		Account:    c.caller.AccountName(),
		Action:     c.caller.Kind.String(),
		Result:     answer.result.String(),
		Reason:     c.reason,
		Remote:     c.remote,
		Headers:    headerNames(c),
	})
}

func headerNames(c *callback) []string {
	names := slices.Sorted(maps.Keys(c.Header))
	for i, name := range names {
		// A copy: part of a string keeps the whole of it alive.
		names[i] = string([]byte(name[:min(len(name), maxHeaderName)]))
	}
	return names[:min(len(names), maxHeaderLines)]
}
