// SPDX-License-Identifier: Apache-2.0

package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"syscall"
	"time"

	"github.com/ncruces/go-sqlite3"

	"didsms_exporter/internal/sms"
)

// crashRun is one life of a store on a disk in memory, and what becomes of it after
// a crash at each of its calls that change something.
type crashRun struct {
	random    *rand.Rand
	prunes    bool
	fails     bool // writes to the log fail now and then, and the store goes on
	plant     plant
	shmFolder string // locks and shared memory as in production; empty: the exclusive mode

	now       time.Time
	serial    int
	opened    bool
	failed    bool // the operation under way met a failure
	schedules int
	failures  int
	wrong     []error
}

// plant is a fault that the checks have to catch.
type plant uint8

const (
	plantNothing          plant = iota
	plantEarlyAnswer            // acknowledges before the commit
	plantNoSync                 // PRAGMA synchronous=OFF
	plantTotalsOutside          // totals in a transaction of their own
	plantSyncAtCheckpoint       // PRAGMA synchronous=NORMAL, the driver's own default
)

// How deep crashes are nested: the life itself, the recovery from its crash and
// some work after it, and the recovery from a crash in that.
const (
	depthLife = iota
	depthRecovery
	depthLast
)

// live opens the disk, holds what is there against what may be, goes on working and
// closes. may holds the states between which a crash can have left the disk.
func (r *crashRun) live(disk *crashDisk, may []*model, operations, depth int) error {
	disk.hook = func(kind, name string) error {
		if underRace && len(r.wrong) > 0 { // caught; more would take minutes
			return nil
		}
		if depth == depthLife || depth == depthRecovery && r.random.IntN(40) == 0 {
			r.schedules++
			if err := r.live(disk.crash(r.random, r.shmFolder), may, 1, depth+1); err != nil {
				r.wrong = append(r.wrong, fmt.Errorf("after a crash at depth %d: %w", depth, err))
			}
		}
		if depth == depthLife && r.fails && r.opened && kind == "write" && name == "/db-wal" && r.random.IntN(15) == 0 {
			r.failed = true
			r.failures++
			return syscall.EIO
		}
		return nil
	}
	d, name, err := openOn(disk, "/db", disk.shm == "")
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	m, err := r.recovered(d, may)
	r.opened = r.opened || depth == depthLife
	if err == nil {
		may = []*model{m}
		if depth == depthLife && r.plant == plantNoSync {
			err = d.conn.Exec("PRAGMA synchronous=OFF")
		}
		if depth == depthLife && r.plant == plantSyncAtCheckpoint {
			err = d.conn.Exec("PRAGMA synchronous=NORMAL")
		}
	}
	for n := 0; n < operations && err == nil; n++ {
		may, err = r.operate(d, may[0], depth, func(states ...*model) { may = states })
	}
	return errors.Join(err, d.close(name))
}

// recovered finds the state that the disk is in.
func (r *crashRun) recovered(d *database, may []*model) (*model, error) {
	said, err := dump(d)
	if err != nil {
		return nil, fmt.Errorf("read back: %w", err)
	}
	at := slices.IndexFunc(may, func(m *model) bool { return m.String() == said })
	if at < 0 {
		return nil, fmt.Errorf("lost or made up: got\n%s\nwant one of\n%v", said, may)
	}
	if err := audit(d.conn, may[at].pruned); err != nil {
		return nil, err
	}
	// After a restart the seqs go on behind the newest event that is left.
	m := may[at].clone()
	m.next = 1
	if len(m.rows) > 0 {
		m.next = m.rows[len(m.rows)-1].seq + 1
	}
	return m, indexAgrees(d, m.next)
}

// indexAgrees holds the index in memory against the table.
func indexAgrees(d *database, next int64) error {
	want := map[uint64]int64{}
	err := d.each("SELECT message, max(seq) FROM events GROUP BY message", func(row *sqlite3.Stmt) error {
		want[binary.BigEndian.Uint64(row.ColumnRawBlob(0))] = row.ColumnInt64(1)
		return nil
	})
	if err != nil {
		return err
	}
	if !maps.Equal(d.index, want) || d.next != next {
		return fmt.Errorf("index %v, next %d; the table says %v and %d", d.index, d.next, want, next)
	}
	return nil
}

// operate does one operation. While it lasts the disk may be in the state before it
// or after it; once it has returned, in that after it alone.
func (r *crashRun) operate(d *database, before *model, depth int, may func(...*model)) ([]*model, error) {
	r.now = r.now.Add(time.Duration(r.random.IntN(60)) * time.Second)
	after := before.clone()
	run := r.pick(after, depth)
	if depth == depthLife && r.plant == plantEarlyAnswer {
		may(after)
	} else {
		may(before, after)
	}
	if depth == depthLife {
		r.failed = false
	}
	err := run(d)
	if depth == depthLife && r.failed {
		if err == nil {
			return nil, errors.New("a write failed, and nobody was told")
		}
		if err := indexAgrees(d, before.next); err != nil {
			return nil, fmt.Errorf("after a failed write: %w", err)
		}
		may(before) // what was written of it proves nothing and counts for nothing
		return []*model{before}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("goes on: %w", err)
	}
	may(after)
	return []*model{after}, nil
}

// pick chooses an operation, does it to the model and returns how to do it to the
// database.
func (r *crashRun) pick(after *model, depth int) func(*database) error {
	switch n := r.random.IntN(20); {
	case n == 0:
		after.beat = r.now.UnixMilli()
		return func(d *database) error { return d.heartbeat(r.now) }
	case n == 1 && len(after.totals) > 0:
		var keys []sms.TotalKey
		for key := range after.totals {
			keys = append(keys, key)
		}
		slices.SortFunc(keys, func(a, b sms.TotalKey) int { return int(a.Status) - int(b.Status) })
		keys = keys[:1+r.random.IntN(len(keys))]
		after.markShown(keys)
		return func(d *database) error { return d.markShown(keys) }
	case n <= 4:
		return func(d *database) error { return d.checkpoint(1) }
	case n <= 7 && r.prunes:
		deadline := r.now.Add(-time.Minute)
		after.prune(deadline)
		return func(d *database) error {
			_, err := d.prune(deadline)
			return err
		}
	}
	batch := make([]*pending, 1+r.random.IntN(8))
	claims := make([]sms.Claim, len(batch))
	for i := range batch {
		batch[i] = &pending{event: r.event()}
		claims[i] = after.commit(batch[i].event)
	}
	return func(d *database) error {
		if err := r.commit(d, batch, depth); err != nil {
			return err
		}
		for i, p := range batch {
			if p.claim != claims[i] {
				return fmt.Errorf("claim: got %+v, want %+v", p.claim, claims[i])
			}
		}
		return nil
	}
}

func (r *crashRun) commit(d *database, batch []*pending, depth int) error {
	if depth != depthLife || r.plant != plantTotalsOutside {
		return d.commit(batch)
	}
	w := &writing{database: d, fresh: map[uint64]int64{}, next: d.next, sums: newSums()}
	err := d.transaction(func() (err error) {
		for _, p := range batch {
			err = errors.Join(err, w.claim(p))
		}
		return err
	})
	if err == nil {
		err = d.transaction(func() error { return w.sums.write(d) })
	}
	maps.Copy(d.index, w.fresh)
	d.next = w.next
	return err
}

// event is a new message, or the same again, or another status of a known one.
func (r *crashRun) event() *sms.Event {
	r.serial++
	id := r.serial
	if r.random.IntN(2) == 0 {
		id -= r.random.IntN(10)
	}
	e := newEvent(fmt.Sprint("m", id), arriving(r.now), costing(0, uint32(1+r.random.IntN(999_999_999)), uint8(1+r.random.IntN(3))))
	e.DID = sms.Number(fmt.Sprint(1_000 + id%3))
	e.Label = string(e.DID)
	if id%3 == 2 {
		e.Label = "other"
	}
	e.HasPrice, e.Content = id%5 > 0, "" // of one message all say the same, so duplicates do not conflict
	e.Price, _ = sms.MoneyOf(0, uint32(900_000_000+id))
	e.Size = 2
	if id%4 == 0 {
		inbound(e)
		return e
	}
	withStatus(sms.StatusDelivered + sms.Status(r.random.IntN(4)))(e)
	return e
}
