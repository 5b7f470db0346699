// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
)

// crashDisk is a file system in memory that knows which bytes were synced, so that
// it can say what a power cut may leave. It belongs to one connection at a time.
type crashDisk struct {
	files   map[string]*crashFile
	deleted map[string]*crashFile // their folder is not synced yet
	shm     string                // of the shared memory, which no crash outlives; empty: none
	// hook runs before each call that changes something. An error goes to SQLite, and
	// nothing is changed then.
	hook func(kind, name string) error
}

// crashFile is the content of one file.
type crashFile struct {
	live    []byte      // what the process sees
	durable []byte      // what a power cut leaves for certain
	pending []diskWrite // since the last sync
	linked  bool        // the folder's entry is durable
}

type diskWrite struct {
	offset int64
	data   []byte // nil: the file was cut to offset
}

var diskSerial atomic.Int64

func newCrashDisk(shmFolder string) *crashDisk {
	d := &crashDisk{files: map[string]*crashFile{}, deleted: map[string]*crashFile{}}
	if shmFolder != "" {
		d.shm = fmt.Sprintf("%s/%d-shm", shmFolder, diskSerial.Add(1))
	}
	return d
}

func (d *crashDisk) changes(kind, name string) error {
	if d.hook == nil {
		return nil
	}
	return d.hook(kind, name)
}

// What a power cut leaves of the bytes that were not synced.
const (
	leavesNothing = iota
	leavesPrefix  // in the order of writing
	leavesAll
	leavesSectors // any of them
	leavings
)

// crash returns the disk after a power cut now.
func (d *crashDisk) crash(random *rand.Rand, shmFolder string) *crashDisk {
	after := newCrashDisk(shmFolder)
	leaves := random.IntN(leavings)
	for _, name := range sortedNames(d.files) {
		if f := d.files[name]; f.linked || random.IntN(2) == 0 {
			after.keep(name, f.leave(leaves, random))
		}
	}
	for _, name := range sortedNames(d.deleted) {
		if d.files[name] == nil && random.IntN(2) == 0 {
			after.keep(name, d.deleted[name].leave(leaves, random))
		}
	}
	return after
}

func (d *crashDisk) keep(name string, content []byte) {
	d.files[name] = &crashFile{live: content, durable: slices.Clone(content), linked: true}
}

// sortedNames makes a seed lead to one schedule.
func sortedNames(files map[string]*crashFile) []string {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (f *crashFile) leave(leaves int, random *rand.Rand) []byte {
	content := slices.Clone(f.durable)
	writes := f.pending
	switch leaves {
	case leavesNothing:
		return content
	case leavesPrefix:
		writes = writes[:random.IntN(len(writes)+1)]
	}
	for _, w := range writes {
		switch {
		case leaves != leavesSectors:
			content = w.apply(content)
		case w.data == nil:
			if random.IntN(2) == 0 {
				content = w.apply(content)
			}
		default:
			for at := int64(0); at < int64(len(w.data)); {
				end := min(int64(len(w.data)), at+sectorSize-(w.offset+at)%sectorSize)
				if random.IntN(2) == 0 {
					content = diskWrite{w.offset + at, w.data[at:end]}.apply(content)
				}
				at = end
			}
		}
	}
	return content
}

func (w diskWrite) apply(content []byte) []byte {
	size := w.offset + int64(len(w.data))
	if w.data == nil && size < int64(len(content)) {
		return content[:size]
	}
	if size > int64(len(content)) {
		content = append(content, make([]byte, size-int64(len(content)))...)
	}
	copy(content[w.offset:], w.data)
	return content
}

func (d *crashDisk) Open(name string, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	if name == "" || flags&vfs.OPEN_DELETEONCLOSE != 0 { // temporary: nothing to survive
		return &openFile{disk: newCrashDisk(""), crashFile: &crashFile{}}, flags, nil
	}
	f := d.files[name]
	if f == nil {
		if flags&vfs.OPEN_CREATE == 0 {
			return nil, flags, sqlite3.CANTOPEN
		}
		if err := d.changes("open", name); err != nil {
			return nil, flags, err
		}
		f = &crashFile{}
		d.files[name] = f
	}
	opened := &openFile{disk: d, crashFile: f, name: name}
	if d.shm != "" {
		opened.shm = vfs.NewSharedMemory(d.shm, flags) // nil but for the main file
	}
	return opened, flags, nil
}

func (d *crashDisk) Delete(name string, syncDir bool) error {
	f := d.files[name]
	if f == nil {
		return sqlite3.IOERR_DELETE_NOENT
	}
	if err := d.changes("delete", name); err != nil {
		return err
	}
	delete(d.files, name)
	if f.linked {
		d.deleted[name] = f
	}
	if syncDir {
		d.syncFolder()
	}
	return nil
}

func (d *crashDisk) syncFolder() {
	clear(d.deleted)
	for _, f := range d.files {
		f.linked = true
	}
}

func (d *crashDisk) Access(name string, _ vfs.AccessFlag) (bool, error) {
	return d.files[name] != nil, nil
}

func (d *crashDisk) FullPathname(name string) (string, error) {
	return "/" + strings.TrimPrefix(name, "/"), nil
}

type openFile struct {
	*crashFile
	disk *crashDisk
	name string
	lock vfs.LockLevel
	shm  vfs.SharedMemory
}

func (f *openFile) ReadAt(p []byte, offset int64) (n int, err error) {
	if offset < int64(len(f.live)) {
		n = copy(p, f.live[offset:])
	}
	if n < len(p) {
		return n, io.EOF // SQLite takes any other error of a short read for a fault
	}
	return n, nil
}

func (f *openFile) write(kind string, w diskWrite) error {
	if err := f.disk.changes(kind, f.name); err != nil {
		return err
	}
	f.live = w.apply(f.live)
	f.pending = append(f.pending, w)
	return nil
}

func (f *openFile) WriteAt(p []byte, offset int64) (int, error) {
	return len(p), f.write("write", diskWrite{offset, slices.Clone(p)})
}

func (f *openFile) Truncate(size int64) error { return f.write("truncate", diskWrite{size, nil}) }

// Sync makes what was written durable. When it fails the system forgets that the
// pages were dirty, as Linux does: the next sync will not write them.
func (f *openFile) Sync(vfs.SyncFlag) error {
	writes := f.pending
	err := f.disk.changes("sync", f.name)
	f.pending = nil
	if err != nil {
		return err
	}
	for _, w := range writes {
		f.durable = w.apply(f.durable)
	}
	if !f.linked && (strings.HasSuffix(f.name, "-wal") || strings.HasSuffix(f.name, "-journal")) {
		f.disk.syncFolder() // as the driver does at the first sync of a new log or journal
	}
	return nil
}

func (f *openFile) Close() error {
	if f.shm == nil {
		return nil
	}
	err := f.shm.Close()
	_ = os.Remove(f.disk.shm)
	return err
}

func (f *openFile) SharedMemory() vfs.SharedMemory   { return f.shm }
func (f *openFile) Size() (int64, error)             { return int64(len(f.live)), nil }
func (f *openFile) Lock(level vfs.LockLevel) error   { f.lock = level; return nil }
func (f *openFile) Unlock(level vfs.LockLevel) error { f.lock = level; return nil }
func (f *openFile) CheckReservedLock() (bool, error) { return f.lock >= vfs.LOCK_RESERVED, nil }
func (f *openFile) SectorSize() int                  { return pageSize }
func (f *openFile) DeviceCharacteristics() vfs.DeviceCharacteristic {
	return vfs.IOCAP_POWERSAFE_OVERWRITE | vfs.IOCAP_SUBPAGE_READ // as the driver's own files
}
