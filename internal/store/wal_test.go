// SPDX-License-Identifier: Apache-2.0

package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"didsms_exporter/internal/sms"
)

// killedLog makes a store of single commits that ended without order, and returns
// its files, the frame after which each transaction ends, and the model after each.
func killedLog(t *testing.T, transactions int) (file, log []byte, ends []int, states []*model) {
	t.Helper()
	disk := newCrashDisk("")
	d, _ := inMemory(t, disk)
	if err := d.checkpoint(1); err != nil { // the schema is in the file
		t.Fatal(err)
	}
	m := newModel()
	for i := range transactions {
		e := newEvent(fmt.Sprint(i%(transactions-2)), from(fmt.Sprint(100+i%5)), arriving(noon().Add(time.Duration(i)*time.Second)))
		if i >= transactions-2 {
			withStatus(sms.StatusExpired)(e)
		}
		m.commit(e)
		commitAll(t, d, e)
		ends, states = append(ends, d.logPages), append(states, m.clone())
	}
	return slices.Clone(disk.files["/db"].live), slices.Clone(disk.files["/db-wal"].live), ends, states
}

const frameSize = frameHeaderSize + pageSize

// TestLogFlips flips the bytes of a log in turn. What is ahead of the last
// transaction is noticed, but for the exceptions that are named at logCheck; a flip
// in the last transaction mostly looks torn.
func TestLogFlips(t *testing.T) {
	for _, parted := range []bool{false, true} {
		log, last := logWithCommit(t, parted)
		if err := checkLog(bytes.NewReader(log), int64(len(log))); err != nil {
			t.Fatalf("as it was written: %v", err)
		}
		step, noticed, torn, missed := 3, 0, 0, 0
		if parted { // that log is six times as long
			step = 101
		}
		if underRace {
			step *= 31
		}
		for at := 0; at < len(log); at += step {
			log[at] ^= 1 << (at % 8)
			err := checkLog(bytes.NewReader(log), int64(len(log)))
			log[at] ^= 1 << (at % 8)
			frame, inFrame := (at-logHeaderSize)/frameSize, (at-logHeaderSize)%frameSize
			switch {
			case errors.Is(err, ErrDamaged):
				noticed++
			case err != nil:
				t.Fatal(err)
			case frame >= last:
				torn++
			case frame == last-1 && (parted || inFrame >= 4 && inFrame < 8):
				missed++
			default:
				t.Errorf("byte %d of frame %d is not noticed; the last transaction begins with frame %d", inFrame, frame, last)
			}
		}
		t.Logf("commit mark parted %t: of %d flips in %d frames %d are noticed, %d look torn, %d are missed in the commit before the last",
			parted, noticed+torn+missed, len(log)/frameSize, noticed, torn, missed)
	}
}

// logWithCommit returns a log and the first frame of its last transaction, behind a
// commit frame whose header lies across two sectors, or not.
func logWithCommit(t *testing.T, parted bool) (log []byte, last int) {
	t.Helper()
	for transactions := 8; transactions < 60; transactions++ {
		_, log, ends, _ := killedLog(t, transactions)
		last = ends[len(ends)-2]
		at := logHeaderSize + (last-1)*frameSize
		if parted == (at%sectorSize > sectorSize-frameHeaderSize) {
			return log[:logHeaderSize+ends[len(ends)-1]*frameSize], last
		}
	}
	t.Fatal("no such log")
	return nil, 0
}

// TestTornLog: what a crash may leave of the last transaction opens, at any length
// and with any sectors of it missing, also on top of what was there before.
func TestTornLog(t *testing.T) {
	_, log, ends, _ := killedLog(t, 14)
	first, end := logHeaderSize+ends[len(ends)-2]*frameSize, logHeaderSize+ends[len(ends)-1]*frameSize
	random := rand.New(rand.NewPCG(1, 1))
	crashes := 2_000
	if underRace {
		crashes = 100
	}
	for n := range crashes {
		torn := slices.Clone(log[:end])
		if n%2 == 0 {
			torn = torn[:first+random.IntN(end-first)]
		}
		for at := first &^ (sectorSize - 1); at < len(torn); at += sectorSize {
			if random.IntN(2) == 0 {
				sector := torn[max(at, first):min(at+sectorSize, len(torn))]
				old := random.IntN(len(log) - sectorSize)
				copy(sector, log[old:old+len(sector)]) // whatever was there
			}
		}
		if err := checkLog(bytes.NewReader(torn), int64(len(torn))); err != nil {
			t.Fatalf("torn log %d: %v", n, err)
		}
	}
}

// TestOldLogBehindNew: frames that an earlier use of the same file has left, whole
// transactions of them, prove nothing.
func TestOldLogBehindNew(t *testing.T) {
	disk := newCrashDisk("")
	d, closeIt := inMemory(t, disk)
	defer closeIt()
	for i := range 20 {
		commitAll(t, d, newEvent(fmt.Sprint(i)))
	}
	long := len(disk.files["/db-wal"].live)
	if err := d.checkpoint(1); err != nil {
		t.Fatal(err)
	}
	commitAll(t, d, newEvent("a"))
	commitAll(t, d, newEvent("b"))
	log := disk.files["/db-wal"].live
	if len(log) != long || d.logPages > long/frameSize/2 {
		t.Fatalf("%d bytes, %d pages: the log did not begin anew", len(log), d.logPages)
	}
	if err := checkLog(bytes.NewReader(log), int64(len(log))); err != nil {
		t.Error(err)
	}
	log[logHeaderSize+frameHeaderSize+8] ^= 1
	if err := checkLog(bytes.NewReader(log), int64(len(log))); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
}

// TestLogHeaders: a log that is none, or of other sizes and byte order.
func TestLogHeaders(t *testing.T) {
	_, log, _, _ := killedLog(t, 8)
	wrong := slices.Clone(log)
	binary.BigEndian.PutUint32(wrong[8:], 3) // pages of three bytes
	for _, c := range []struct {
		name    string
		log     []byte
		damaged bool
	}{
		{"empty", nil, false},
		{"half a header", log[:20], false},
		{"a header alone", log[:logHeaderSize], false},
		{"half a frame", log[:logHeaderSize+100], false},
		{"zeros", make([]byte, 5*frameSize), false},
		{"zeros in place of the header", append(make([]byte, logHeaderSize), log[logHeaderSize:]...), true},
		{"a page size that is none", wrong, true},
	} {
		if err := checkLog(bytes.NewReader(c.log), int64(len(c.log))); errors.Is(err, ErrDamaged) != c.damaged || err != nil && !c.damaged {
			t.Errorf("%s: got %v, want damage: %t", c.name, err, c.damaged)
		}
	}
}

// TestOpenWithFlippedLog goes through the engine: with a flip anywhere in the log it
// has everything, or says that the store is damaged, or lacks the last transaction.
func TestOpenWithFlippedLog(t *testing.T) {
	file, log, ends, states := killedLog(t, 14)
	random := rand.New(rand.NewPCG(3, 1))
	flips, got := 300, map[string]int{}
	if underRace {
		flips = 40
	}
	before := ends[len(ends)-2] - 1
	for range flips {
		at := random.IntN(len(log))
		flipped := slices.Clone(log)
		flipped[at] ^= byte(1 + random.IntN(255))
		disk := newCrashDisk("")
		disk.keep("/db", slices.Clone(file))
		disk.keep("/db-wal", flipped)
		d, name, err := openOn(disk, "/db", true)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("byte %d: %v", at, err)
			}
			got["damaged"]++
			continue
		}
		said, err := dump(d)
		frame := (at - logHeaderSize) / frameSize
		switch {
		case err != nil:
			t.Errorf("byte %d: %v", at, err)
		case said == states[len(states)-1].String():
			got["right"]++
		case said == states[len(states)-2].String() && frame > before:
			got["without the last transaction"]++
		case said == states[len(states)-3].String() && frame == before:
			got["without the last two"]++
		default:
			t.Errorf("byte %d of frame %d: wrong in silence", at, frame)
		}
		if err := d.close(name); err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d flips: %v", flips, got)
}

// TestDamagedLogMessage: the engine says which folder and what to do.
func TestDamagedLogMessage(t *testing.T) {
	folder := t.TempDir()
	s := opened(t, Config{Folder: folder})
	for i := range 10 {
		commitAll(t, s.database, newEvent(fmt.Sprint(i)))
	}
	killed := t.TempDir()
	for _, suffix := range []string{"", "-wal"} {
		copyFile(t, filepath.Join(folder, FileName+suffix), filepath.Join(killed, FileName+suffix))
	}
	running(t, s)()
	log, err := os.OpenFile(filepath.Join(killed, FileName+"-wal"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.WriteAt([]byte("xx"), logHeaderSize+2*frameSize+200); err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = Open(Config{Folder: killed, Retention: testRetention, Now: noon})
	if !errors.Is(err, ErrDamaged) || !bytes.Contains([]byte(err.Error()), []byte("its log is wrong at byte")) {
		t.Errorf("got %v, want ErrDamaged and where", err)
	}
}
