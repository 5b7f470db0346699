// SPDX-License-Identifier: Apache-2.0

package recent

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/VictoriaMetrics/fastcache"
)

// Limits of a Memory.
const (
	// MinCacheBytes is fastcache's own floor: it rounds every smaller size up.
	MinCacheBytes = 32 << 20
	// bytesPerEvent sizes the ring of ids: the JSON of one event and its index.
	bytesPerEvent = 512
	// uncountedKept is how many refusals and duplicates are kept.
	uncountedKept = 1000
)

// Memory holds the latest records in two rings that cannot push each other out:
// counted events, whose details lie in fastcache under their sequence number, and
// everything that was not counted. Forgeries cost their sender nothing, so they
// get a small ring of their own.
type Memory struct {
	cache *fastcache.Cache

	mu        sync.RWMutex // guards all below
	seq       uint64
	counted   ring[uint64] // sequence numbers
	uncounted ring[Record]
}

// New returns an empty memory of about this many bytes; at least MinCacheBytes.
func New(cacheBytes int) *Memory {
	cacheBytes = max(cacheBytes, MinCacheBytes)
	return &Memory{
		cache:     fastcache.New(cacheBytes),
		counted:   newRing[uint64](cacheBytes / bytesPerEvent),
		uncounted: newRing[Record](uncountedKept),
	}
}

// Counted remembers an event that was counted, and returns its sequence number:
// the record's own where a durable store gave it one.
func (m *Memory) Counted(record Record) uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	if record.Seq == 0 {
		m.seq++
		record.Seq = m.seq
	}
	detail, err := json.Marshal(record)
	if err != nil {
		return record.Seq // a record of strings and finite numbers always encodes
	}
	m.cache.Set(cacheKey(record.Seq), detail)
	m.counted.push(record.Seq)
	return record.Seq
}

// Uncounted remembers a callback that changed nothing: a refusal or a duplicate.
func (m *Memory) Uncounted(record Record) uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seq++
	record.Seq = m.seq
	m.uncounted.push(record)
	return record.Seq
}

// Find returns up to limit records that match, newest first, and the cursor that
// continues behind them: 0 when there are no more. A limit below 1 counts as 1.
func (m *Memory) Find(filter Filter, limit int) (records []Record, next uint64, err error) {
	limit = max(limit, 1)
	records = make([]Record, 0, min(limit, 64))
	for _, entry := range m.newestFirst(filter) {
		record, ok, err := m.load(entry)
		if err != nil {
			return nil, 0, err
		}
		if !ok || !filter.matches(&record) {
			continue
		}
		if len(records) == limit {
			return records, records[limit-1].Seq, nil
		}
		records = append(records, record)
	}
	return records, 0, nil
}

// Detail returns the record of a counted event, as long as the cache has it.
func (m *Memory) Detail(seq uint64) (record Record, ok bool) {
	record, ok, err := m.load(entry{seq: seq})
	return record, ok && err == nil
}

// entry is a record that is at hand, or the number of one in the cache.
type entry struct {
	seq    uint64
	record *Record
}

// newestFirst merges both rings, without those that the filter's cursor or result
// rules out. It returns copies: nothing is held while records are read.
func (m *Memory) newestFirst(filter Filter) []entry {
	m.mu.RLock()
	defer m.mu.RUnlock()
	counted := 0
	if filter.WantsCounted() {
		counted = m.counted.count
	}
	entries := make([]entry, 0, counted+m.uncounted.count)
	add := func(e entry) {
		if filter.Cursor == 0 || e.seq < filter.Cursor {
			entries = append(entries, e)
		}
	}
	next := 0
	for i := range m.uncounted.count {
		record := m.uncounted.newest(i)
		for ; next < counted && m.counted.newest(next) > record.Seq; next++ {
			add(entry{seq: m.counted.newest(next)})
		}
		add(entry{record.Seq, &record})
	}
	for ; next < counted; next++ {
		add(entry{seq: m.counted.newest(next)})
	}
	return entries
}

// load returns the record of an entry; ok is false when the cache dropped it.
func (m *Memory) load(e entry) (record Record, ok bool, err error) {
	if e.record != nil {
		return *e.record, true, nil
	}
	detail, ok := m.cache.HasGet(nil, cacheKey(e.seq))
	if !ok {
		return Record{}, false, nil
	}
	if err := json.Unmarshal(detail, &record); err != nil {
		return Record{}, false, fmt.Errorf("read event %d: %w", e.seq, err)
	}
	return record, true, nil
}

func cacheKey(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }
