// SPDX-License-Identifier: Apache-2.0

package command

import (
	"context"
	"fmt"
	"strings"
	"time"

	"didsms_exporter/internal/recent"
	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/store"
	"didsms_exporter/internal/web"
)

// history shows counted events from the durable store, over its whole retention,
// and what was not counted from memory, in the order of their arrival. What the
// store does not keep, such as the text where it may be shown, is added from memory
// as long as that has it.
type history struct {
	durable *store.SQLite
	memory  *recent.Memory
}

// position is where a page of the history ends in both of its sources.
type position struct {
	stored    int64  // seq of the store
	uncounted uint64 // seq of memory
}

// Find merges both sources.
func (h history) Find(ctx context.Context, filter recent.Filter, cursor string, limit int) ([]recent.Record, string, error) {
	var at position
	if cursor != "" {
		if _, err := fmt.Sscanf(cursor, "e%du%d", &at.stored, &at.uncounted); err != nil || cursor != at.String() {
			return nil, "", web.ErrCursor
		}
	}
	var counted []recent.Record
	if filter.WantsCounted() && (cursor == "" || at.stored > 0) {
		found, err := h.durable.Find(ctx, storeQuery(filter, at.stored), limit+1)
		if err != nil {
			return nil, "", fmt.Errorf("read the store: %w", err)
		}
		for i := range found {
			counted = append(counted, h.record(&found[i]))
		}
	}
	var uncounted []recent.Record
	if cursor == "" || at.uncounted > 0 {
		filter.Cursor, filter.Uncounted = at.uncounted, true
		var err error
		if uncounted, _, err = h.memory.Find(filter, limit+1); err != nil {
			return nil, "", err
		}
	}
	return merge(counted, uncounted, limit)
}

// merge takes the newest of both lists, which are newest first, up to the limit. A
// list that is used up leaves 0 in the cursor.
func merge(counted, uncounted []recent.Record, limit int) ([]recent.Record, string, error) {
	page := make([]recent.Record, 0, limit)
	c, u := 0, 0
	for len(page) < limit && (c < len(counted) || u < len(uncounted)) {
		if u == len(uncounted) || c < len(counted) && !counted[c].ReceivedAt.Before(uncounted[u].ReceivedAt) {
			page = append(page, counted[c])
			c++
		} else {
			page = append(page, uncounted[u])
			u++
		}
	}
	var next position
	if c < len(counted) {
		next.stored = int64(counted[c].Seq) + 1 //nolint:gosec // a seq of SQLite
	}
	if u < len(uncounted) {
		next.uncounted = uncounted[u].Seq + 1
	}
	if next == (position{}) {
		return page, "", nil
	}
	return page, next.String(), nil
}

// String is the cursor.
func (p position) String() string { return fmt.Sprintf("e%du%d", p.stored, p.uncounted) }

func storeQuery(filter recent.Filter, before int64) store.Query {
	return store.Query{
		DID: filter.DID, Account: filter.Account, Kind: filter.Action, Status: filter.Status,
		MessageID: filter.MessageID, Since: filter.Since, Until: filter.Until, Before: before,
	}
}

// record describes a stored event as the memory does.
func (h history) record(f *store.Found) recent.Record {
	if record, ok := h.memory.Detail(uint64(f.Seq)); ok && record.ReceivedAt.UnixMilli() == f.ArrivedAt.UnixMilli() { //nolint:gosec // counts from one
		return record
	}
	offset := f.ArrivedAt.Sub(f.SignedAt).Round(time.Millisecond).Seconds()
	record := recent.Record{
		Seq: uint64(f.Seq), ReceivedAt: f.ArrivedAt, Account: f.Account, Action: f.Kind, //nolint:gosec // counts from one
		Result: sms.ResultAccepted.String(), DID: f.DID, Peer: f.Peer, MessageID: f.MessageID,
		Price: f.Price, Size: f.Size, Currency: f.Currency, TSOffsetSeconds: &offset,
		ContentLength: &f.ContentLength, Remote: f.Remote,
	}
	if f.FieldErrors != "" {
		record.FieldErrors = strings.Split(f.FieldErrors, ", ")
	}
	if f.Kind == sms.KindDR.String() {
		record.Status, record.Outcome = f.StatusWord, f.Status.Outcome().String()
	}
	if f.Price != nil && f.Size != nil {
		amount := f.Price.Times(*f.Size)
		record.Amount = &amount
	}
	if !f.ReceiveTime.IsZero() {
		record.ReceiveTime = &f.ReceiveTime
		event := sms.Event{ArrivedAt: f.ArrivedAt, ReceiveTime: f.ReceiveTime}
		if age, problem := event.Age(); problem == sms.FieldFine {
			latency := age.Round(time.Millisecond).Seconds()
			record.LatencySeconds = &latency
		}
	}
	return record
}
