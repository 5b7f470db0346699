// SPDX-License-Identifier: Apache-2.0

package store

import (
	"encoding/binary"
	"fmt"
	"io"
)

// SQLite reads its log up to the first frame that is wrong, and takes the rest for
// what a crash left of a transaction that nobody was told of. After a flipped bit
// the rest may be transactions that were acknowledged, and page checksums do not
// cover the log. So the log is read once before SQLite does.
//
// A transaction writes its frames in order, the last one marked as its commit, and
// the next one begins only when all that is on disk (synchronous=FULL). The
// checksum of each frame continues that of the frame before it. So a frame that
// continues a commit proves that everything up to this commit was on disk, and a
// wrong frame at or before it is damage. Without such a proof the wrong frame is
// taken for torn. What crashes and failed writes leave behind the end of the log
// proves nothing by mistake: no frame ever followed those commits.
//
// The proof trusts a sector to be written whole, 64 bits of checksum to be no
// coincidence, and SQLite not to fill sectors up with copies of the commit frame,
// which it leaves as the driver's files are safe to overwrite (psow). It cannot be had, and a shorter log is believed, when
//   - the damage is in the last transaction of the log: it looks torn;
//   - the damage is in the commit frame of the one before it, and has reset the
//     commit mark, or that frame's header lies across two sectors (one in 21 does);
//   - the log was cut off or removed.
type logCheck struct {
	bigEndian bool    // checksums are
	salts     [8]byte // of the log; those of the frame before when anySalts
	anySalts  bool    // the header is wrong and cannot tell
	intact    bool    // all so far is as it was written
	last      frame
}

// frame is the header of a page in the log.
type frame struct {
	commit   bool
	salts    [8]byte
	stored   logSum
	computed logSum // of what is there
	parted   bool   // the header lies across two sectors
}

type logSum [2]uint32

const (
	logHeaderSize   = 32
	frameHeaderSize = 24
	sectorSize      = 512
	pageSize        = 4096

	logMagic = 0x377f0682 // the last bit says that checksums are big-endian
)

// checkLog reports damage that SQLite would take for the end of the log.
func checkLog(log io.ReaderAt, size int64) error {
	var header [logHeaderSize]byte
	if size < logHeaderSize {
		return nil
	}
	if err := readFull(log, header[:], 0); err != nil {
		return fmt.Errorf("read the log: %w", err)
	}
	c, page := newLogCheck(header)
	wrong := int64(0)
	if c.intact {
		wrong = logHeaderSize
	}
	buffer := make([]byte, frameHeaderSize+page)
	for at := int64(logHeaderSize); at+int64(len(buffer)) <= size; at += int64(len(buffer)) {
		if err := readFull(log, buffer, at); err != nil {
			return fmt.Errorf("read the log: %w", err)
		}
		if c.proves(buffer, at) {
			return fmt.Errorf("%w: its log is wrong at byte %d or before, ahead of a transaction that was on disk at byte %d",
				ErrDamaged, wrong, at)
		}
		if c.intact {
			wrong = at + int64(len(buffer))
		}
	}
	return nil
}

func newLogCheck(header [logHeaderSize]byte) (c *logCheck, page int) {
	magic, page := binary.BigEndian.Uint32(header[:]), int(binary.BigEndian.Uint32(header[8:]))
	c = &logCheck{bigEndian: magic&1 != 0}
	sum := c.add(logSum{}, header[:24])
	c.intact = magic&^1 == logMagic && sum == storedSum(header[24:]) &&
		page >= sectorSize && page <= 1<<16 && page&(page-1) == 0
	c.salts = [8]byte(header[16:])
	c.last = frame{salts: c.salts, stored: sum, computed: sum}
	if !c.intact { // the frames may still prove that there was a log
		c.bigEndian, c.anySalts, page = false, true, pageSize
	}
	return c, page
}

// proves takes the next frame, and reports whether it proves that a wrong frame
// before it is no torn one.
func (c *logCheck) proves(buffer []byte, at int64) bool {
	header, page := buffer[:frameHeaderSize], buffer[frameHeaderSize:]
	last := c.last
	next := frame{
		commit: binary.BigEndian.Uint32(header[4:]) != 0,
		salts:  [8]byte(header[8:]),
		stored: storedSum(header[16:]),
		parted: at%sectorSize > sectorSize-frameHeaderSize,
	}
	sum := c.add(c.add(last.stored, header[:8]), page)
	continues := sum == next.stored
	// The mark of the frame before is what was written if its own checksum fits and
	// is continued here, or else if it shares a sector with the checksum that is.
	marked := last.commit && continues && (last.computed == last.stored || !last.parted)
	if !continues && last.computed != last.stored { // its stored checksum may be what is wrong
		continues = c.add(c.add(last.computed, header[:8]), page) == next.stored
		marked = last.commit && continues
	}
	next.computed = sum
	if continues {
		next.computed = next.stored
	}
	if c.anySalts {
		c.salts = last.salts
	}
	current := next.salts == c.salts && (last.salts == c.salts || !next.parted)
	proof := !c.intact && marked && current
	c.intact = c.intact && sum == next.stored && next.salts == c.salts && binary.BigEndian.Uint32(header) != 0
	c.last = next
	return proof
}

// add continues the checksum of SQLite's logs.
func (c *logCheck) add(sum logSum, data []byte) logSum {
	a, b := sum[0], sum[1]
	if !c.bigEndian {
		for ; len(data) >= 8; data = data[8:] { // known at compile time, it is five times as fast
			a += binary.LittleEndian.Uint32(data) + b
			b += binary.LittleEndian.Uint32(data[4:]) + a
		}
		return logSum{a, b}
	}
	for ; len(data) >= 8; data = data[8:] {
		a += binary.BigEndian.Uint32(data) + b
		b += binary.BigEndian.Uint32(data[4:]) + a
	}
	return logSum{a, b}
}

func storedSum(data []byte) logSum {
	return logSum{binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[4:])}
}

// readFull reads all of p; the size of the log was asked for before.
func readFull(log io.ReaderAt, p []byte, at int64) error {
	n, err := log.ReadAt(p, at)
	if n == len(p) {
		return nil
	}
	return err
}
