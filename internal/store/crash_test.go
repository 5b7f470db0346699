// SPDX-License-Identifier: Apache-2.0

package store

import (
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
)

// crashSchedules is how many crashes are tried: at least 5,000 with every test run,
// a tenth of that under the race detector, which has nothing to find in the one
// goroutine of a life; more when the environment asks for it.
func crashSchedules(t *testing.T) int {
	text := os.Getenv("DIDSMS_CRASH_SCHEDULES")
	switch {
	case text == "" && underRace:
		return 500
	case text == "":
		return 5_000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("DIDSMS_CRASH_SCHEDULES: %v", err)
	}
	return n
}

// newCrashRun is the run of one seed: half of them prune, two of five meet failed
// writes, a third use shared memory and the locking of production.
func newCrashRun(seed uint64, plant plant, shmFolder string) *crashRun {
	r := &crashRun{random: rand.New(rand.NewPCG(seed, 6)), plant: plant, prunes: seed%2 == 1, fails: plant == plantNothing && seed%5 >= 3, now: noon()}
	if seed%3 == 0 {
		r.shmFolder = shmFolder
	}
	return r
}

// life lives a store of some operations from its first call on.
func (r *crashRun) life() {
	if err := r.live(newCrashDisk(r.shmFolder), []*model{newModel()}, 12, depthLife); err != nil {
		r.wrong = append(r.wrong, err)
	}
}

// TestCrash: a power cut at every call that changes something on the disk, that of
// the first start, of recoveries and of checkpoints included. Whatever part of the
// unsynced bytes survives, the store opens, says exactly what was acknowledged, or
// that and the whole of the operation under way, and goes on.
func TestCrash(t *testing.T) {
	t.Parallel()
	want := int64(crashSchedules(t))
	folder := t.TempDir()
	var seed atomic.Uint64
	var done, failures atomic.Int64
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for done.Load() < want && !t.Failed() {
				n := seed.Add(1)
				r := newCrashRun(n, plantNothing, folder)
				r.life()
				done.Add(int64(r.schedules))
				failures.Add(int64(r.failures))
				if len(r.wrong) > 0 {
					t.Errorf("seed %d: %d of %d schedules went wrong, the first: %v", n, len(r.wrong), r.schedules, r.wrong[0])
				}
			}
		})
	}
	group.Wait()
	t.Logf("%d schedules over %d lives with %d failed writes; wrong: %t", done.Load(), seed.Load(), failures.Load(), t.Failed())
}

// TestCrashCatches plants faults, and each life with one has to be caught.
func TestCrashCatches(t *testing.T) {
	t.Parallel()
	lives := uint64(4)
	if underRace {
		lives = 1
	}
	for _, c := range []struct {
		name  string
		plant plant
	}{
		{"acknowledged before the commit", plantEarlyAnswer},
		{"synchronous=OFF", plantNoSync},
		{"synchronous=NORMAL", plantSyncAtCheckpoint},
		{"totals outside of the transaction", plantTotalsOutside},
	} {
		caught, schedules := 0, 0
		for seed := range lives {
			r := newCrashRun(seed, c.plant, t.TempDir())
			r.life()
			caught += len(r.wrong)
			schedules += r.schedules
			if len(r.wrong) == 0 {
				t.Errorf("%s: seed %d: none of %d schedules was caught", c.name, seed, r.schedules)
			}
		}
		t.Logf("%s: %d of %d schedules caught, in each of %d lives", c.name, caught, schedules, lives)
	}
}
