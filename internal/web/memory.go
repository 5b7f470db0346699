// SPDX-License-Identifier: Apache-2.0

package web

import (
	"context"
	"strconv"

	"didsms_exporter/internal/recent"
)

// MemoryEvents shows the memory of recent events alone: all there is without a
// durable store.
type MemoryEvents struct{ Memory *recent.Memory }

// Find pages through the memory by sequence number.
func (m MemoryEvents) Find(_ context.Context, filter recent.Filter, cursor string, limit int) ([]recent.Record, string, error) {
	if cursor != "" {
		before, err := strconv.ParseUint(cursor, 10, 64)
		if err != nil || before == 0 {
			return nil, "", ErrCursor
		}
		filter.Cursor = before
	}
	records, next, err := m.Memory.Find(filter, limit)
	if err != nil || next == 0 {
		return records, "", err
	}
	return records, strconv.FormatUint(next, 10), nil
}
