// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"

	"didsms_exporter/internal/sms"
)

const testRetention = 30 * 24 * time.Hour

// noon is when the tests take place.
func noon() time.Time { return time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) }

// newEvent is a receipt of one message, that differs from another's only in what
// change does to it. It costs 0.072.
func newEvent(id string, change ...func(*sms.Event)) *sms.Event {
	price, _ := sms.MoneyOf(0, 36_000_000)
	e := &sms.Event{
		Account: "main", Currency: "USD", Kind: sms.KindDR, MessageID: id, Status: sms.StatusDelivered, StatusWord: "DELIVRD",
		DID: "18184505018", Label: "18184505018", Peer: "447700900123", Destination: "44", Content: "hello",
		Price: price, HasPrice: true, Size: 2, HasSize: true,
		ArrivedAt: noon(), SignedAt: noon().Add(-time.Second), Month: "2026-11", Remote: "192.0.2.7",
	}
	for _, c := range change {
		c(e)
	}
	return e
}

func withStatus(s sms.Status) func(*sms.Event) {
	return func(e *sms.Event) { e.Status, e.StatusWord = s, s.String() }
}

func inbound(e *sms.Event) {
	e.Kind, e.Status, e.StatusWord, e.Destination = sms.KindMO, sms.StatusNone, "", ""
}

func arriving(at time.Time) func(*sms.Event) { return func(e *sms.Event) { e.ArrivedAt = at } }

func from(did string) func(*sms.Event) {
	return func(e *sms.Event) { e.DID, e.Label = sms.Number(did), did }
}

func costing(units uint64, nanos uint32, size uint8) func(*sms.Event) {
	return func(e *sms.Event) { e.Price, _ = sms.MoneyOf(units, nanos); e.Size = size }
}

func amount(t testing.TB, text string) sms.Money {
	t.Helper()
	parsed, err := sms.ParseMoney(text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

var vfsSerial atomic.Int64

// openOn opens a database on some file system, without the engine around it.
func openOn(fs vfs.VFS, path string, exclusive bool) (*database, string, error) {
	name := fmt.Sprintf("test-%d", vfsSerial.Add(1))
	d, err := openDatabase(databaseConfig{path: path, vfsName: name, fs: fs, exclusive: exclusive, now: noon()})
	return d, name, err
}

// inMemory opens a database on a disk in memory; the returned function closes it.
func inMemory(t testing.TB, disk *crashDisk) (d *database, closeIt func()) {
	t.Helper()
	d, name, err := openOn(disk, "/db", true)
	if err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	closeIt = func() {
		once.Do(func() {
			if err := d.close(name); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
	t.Cleanup(closeIt)
	return d, closeIt
}

// commitAll commits events as one batch and returns their claims.
func commitAll(t testing.TB, d *database, events ...*sms.Event) []sms.Claim {
	t.Helper()
	batch := make([]*pending, len(events))
	for i, e := range events {
		batch[i] = &pending{event: e}
	}
	if err := d.commit(batch); err != nil {
		t.Fatalf("commit: %v", err)
	}
	claims := make([]sms.Claim, len(batch))
	for i, p := range batch {
		claims[i] = p.claim
	}
	return claims
}

// counted notes what a store tells its metrics.
type counted struct {
	committed atomic.Int64
	failed    [reasonCount]atomic.Int64
}

func (c *counted) Committed(time.Duration)    { c.committed.Add(1) }
func (c *counted) CommitFailed(reason Reason) { c.failed[reason].Add(1) }

// opened opens a store without running it.
func opened(t testing.TB, config Config) *SQLite {
	t.Helper()
	if config.Retention == 0 {
		config.Retention = testRetention
	}
	if config.Metrics == nil {
		config.Metrics = &counted{}
	}
	if config.Now == nil {
		config.Now = noon
	}
	s, err := Open(config)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// running runs a store until stop, which closes it and may be called twice.
func running(t testing.TB, s *SQLite) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := errors.Join(<-done, s.Close()); err != nil {
				t.Errorf("end: %v", err)
			}
		})
	}
	t.Cleanup(stop)
	return stop
}

func mustCommit(t testing.TB, s *SQLite, e *sms.Event) sms.Claim {
	t.Helper()
	claim, err := s.Commit(context.Background(), e)
	if err != nil {
		t.Fatalf("commit: %v", err)
	}
	return claim
}

// audit holds what is kept twice in a file against each other. Once events were
// pruned, the totals are more than the sum over those that are left.
func audit(conn *sqlite3.Conn, pruned bool) error {
	const sums = ", count(*), sum(segments), sum(spend_nanos), sum(undelivered_nanos) FROM events GROUP BY "
	const kept = ", events, segments, spend_units * 1000000000 + spend_nanos, undelivered_units * 1000000000 + undelivered_nanos FROM "
	const coarse = "account, kind, status, currency"
	const added = ", sum(events), sum(segments), sum(spend_units) * 1000000000 + sum(spend_nanos), sum(undelivered_units) * 1000000000 + sum(undelivered_nanos) FROM "
	pairs := [][3]string{{
		"months against totals",
		"SELECT " + coarse + added + "months GROUP BY " + coarse, "SELECT " + coarse + added + "totals GROUP BY " + coarse,
	}}
	if !pruned {
		pairs = append(pairs, [3]string{
			"totals against events",
			"SELECT account, coalesce(label, did), kind, status, currency" + sums + "1, 2, 3, 4, 5",
			"SELECT account, label, kind, status, currency" + kept + "totals",
		}, [3]string{
			"months against events by number",
			"SELECT account, did, kind, status, currency" + sums + "1, 2, 3, 4, 5",
			"SELECT account, did, kind, status, currency" + added + "months GROUP BY 1, 2, 3, 4, 5",
		})
	}
	for _, pair := range pairs {
		for _, query := range []string{pair[1] + " EXCEPT " + pair[2], pair[2] + " EXCEPT " + pair[1]} {
			if n, err := queryInt(conn, "SELECT count(*) FROM ("+query+")"); err != nil {
				return err
			} else if n != 0 {
				return fmt.Errorf("%s: %d rows differ", pair[0], n)
			}
		}
	}
	return intact(conn)
}

func intact(conn *sqlite3.Conn) error {
	var told []string
	err := eachRow(conn, "PRAGMA integrity_check", func(row *sqlite3.Stmt) error {
		told = append(told, row.ColumnText(0))
		return nil
	})
	if text := strings.Join(told, "; "); err == nil && text != "ok" {
		return fmt.Errorf("integrity check says %q", text)
	}
	return err
}

// reopened reads the file of a store that was closed.
func (s *SQLite) reopened(t testing.TB) *sqlite3.Conn {
	t.Helper()
	conn, err := sqlite3.OpenFlags(fileURI(s.path, ""), sqlite3.OPEN_READWRITE|sqlite3.OPEN_URI)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	return conn
}

func heapNow() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
