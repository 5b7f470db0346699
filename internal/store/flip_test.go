// SPDX-License-Identifier: Apache-2.0

package store

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ncruces/go-sqlite3"

	"didsms_exporter/internal/sms"
)

// filled makes a file with several hundred events that ended in order, and returns
// it with what it says.
func filled(t *testing.T) (file []byte, says string, events int) {
	t.Helper()
	disk := newCrashDisk("")
	d, closeIt := inMemory(t, disk)
	random := rand.New(rand.NewPCG(4, 4))
	var batch []*sms.Event
	for i := range 600 {
		e := newEvent(fmt.Sprint(random.IntN(400)), from(fmt.Sprint(1000+i%40)), costing(0, uint32(1+random.IntN(999_999_999)), 2),
			withStatus(sms.StatusDelivered+sms.Status(random.IntN(4))))
		e.Month = fmt.Sprintf("2026-%02d", 1+i/60)
		batch = append(batch, e)
	}
	commitAll(t, d, batch...)
	if n, err := d.prune(noon()); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	says, err := dump(d)
	if err != nil {
		t.Fatal(err)
	}
	events = int(d.next - 1)
	closeIt()
	return disk.files["/db"].live, says, events
}

// readAll opens a file and reads everything that a start and a search read.
func readAll(file []byte) (says string, events int, err error) {
	disk := newCrashDisk("")
	disk.keep("/db", file)
	d, name, err := openOn(disk, "/db", true)
	if err != nil {
		return "", 0, err
	}
	defer func() { err = errors.Join(err, d.close(name)) }()
	if says, err = dump(d); err != nil {
		return "", 0, explain(err)
	}
	err = d.each("SELECT "+foundColumns+" FROM events ORDER BY seq DESC", func(row *sqlite3.Stmt) error {
		if foundRow(row).Seq > 0 {
			events++
		}
		return nil
	})
	return says, events, explain(err)
}

// TestFlips: with any byte of the file flipped, all of its header among them, a
// start and a search over everything give exactly what was written, or an error
// that says damaged. Nothing panics, and no sum is wrong in silence.
func TestFlips(t *testing.T) {
	file, says, events := filled(t)
	random := rand.New(rand.NewPCG(5, 5))
	flips := 500
	if underRace {
		flips = 60
	}
	var places []int
	for range flips {
		places = append(places, random.IntN(len(file)))
	}
	for at := range 100 { // the header of the file, which tells whether checksums are there
		places = append(places, at)
	}
	right, damaged := 0, 0
	for _, at := range places {
		flipped := slices.Clone(file)
		flipped[at] ^= byte(1 + random.IntN(255))
		got, n, err := readAll(flipped)
		switch {
		case err == nil && got == says && n == events:
			right++
		case errors.Is(err, ErrDamaged):
			damaged++
		default:
			t.Errorf("byte %d: %d events of %d, the same sums: %t, error %v", at, n, events, got == says, err)
		}
	}
	t.Logf("%d flips in %d bytes: %d say damaged, %d are right, none wrong in silence", len(places), len(file), damaged, right)
}

// TestCuts: a file that was cut off says damaged. One of no length at all cannot be
// told from that of a first start that crashed, and starts from nothing.
func TestCuts(t *testing.T) {
	file, _, _ := filled(t)
	random := rand.New(rand.NewPCG(6, 6))
	cuts := []int{1, 99, 100, 511, pageSize - 1, pageSize, pageSize + 1, 2 * pageSize, len(file) - pageSize, len(file) - 1}
	for len(cuts) < 100 {
		cuts = append(cuts, 1+random.IntN(len(file)-1))
	}
	for _, size := range cuts {
		if got, n, err := readAll(slices.Clone(file[:size])); !errors.Is(err, ErrDamaged) {
			t.Errorf("cut to %d bytes: got %d events, %d bytes of text, %v; want ErrDamaged", size, n, len(got), err)
		}
	}
	t.Logf("%d cuts, all say damaged", len(cuts))
}

// TestFlipsThroughTheEngine does the same on real files, a few times, from Open to
// Find: the same code, with all that is around it.
func TestFlipsThroughTheEngine(t *testing.T) {
	source := populated(t, 400)
	original, err := os.ReadFile(filepath.Join(source, FileName))
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(7, 7))
	folder := t.TempDir()
	outcomes := map[string]int{}
	var want *Restored
	for n := range 41 {
		flipped := slices.Clone(original)
		if n > 0 {
			flipped[random.IntN(len(flipped))] ^= byte(1 + random.IntN(255))
		}
		if err := os.WriteFile(filepath.Join(folder, FileName), flipped, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(Config{Folder: folder, Retention: testRetention, Now: noon})
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("flip %d: %v", n, err)
			}
			outcomes["damaged at the start"]++
			continue
		}
		if n == 0 {
			want = s.Restored()
		}
		found, err := s.Find(t.Context(), Query{}, 1000)
		got := s.Restored()
		switch {
		case err != nil:
			outcomes["damaged at a search"]++
		case len(found) == 400 && got.Events == 400 && sumOf(got) == sumOf(want) && maps.Equal(got.Counters, want.Counters):
			outcomes["right"]++
		default:
			t.Errorf("flip %d: %d found, %d restored, sum %s of %s", n, len(found), got.Events, sumOf(got), sumOf(want))
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	t.Logf("40 flips and none: %v", outcomes)
}

func sumOf(r *Restored) sms.Money {
	var sum sms.Money
	for _, total := range r.Totals {
		sum = sum.Add(total.Spend)
	}
	return sum
}
