// SPDX-License-Identifier: Apache-2.0

package store

import (
	"errors"
	"sync/atomic"
	"syscall"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
)

// disk is a thin layer between SQLite and the operating system. The driver's own
// layer reports a full disk as a general I/O error; and a failed sync has to be
// known, because the kernel may have dropped the unwritten pages, so that the next
// sync of the same file succeeds without having written them.
type disk struct {
	vfs.VFS
	syncFailed atomic.Bool
	logChecked atomic.Bool
	damage     error // found in the log; SQLite passes on no more than its code
}

func (d *disk) Open(name string, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	file, out, err := vfsutil.WrapOpen(d.VFS, name, flags)
	return d.wrap(file, flags, out, err)
}

// OpenFilename is how SQLite opens a database; it belongs to vfs.VFSFilename.
func (d *disk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	file, out, err := vfsutil.WrapOpenFilename(d.VFS, name, flags)
	return d.wrap(file, flags, out, err)
}

func (d *disk) wrap(file vfs.File, flags, out vfs.OpenFlag, err error) (vfs.File, vfs.OpenFlag, error) {
	if err == nil && flags&vfs.OPEN_WAL != 0 && !d.logChecked.Swap(true) {
		err = d.checkLog(file)
	}
	if err != nil {
		return nil, out, diskError(err)
	}
	return &diskFile{file, d, flags&vfs.OPEN_MAIN_DB != 0}, out, nil
}

// checkLog looks at the log of an earlier run when SQLite opens it, which is before
// SQLite reads it. Connections that come later find a log that is being written.
func (d *disk) checkLog(file vfs.File) error {
	size, err := file.Size()
	if err == nil {
		err = checkLog(file, size)
	}
	if err == nil {
		return nil
	}
	_ = file.Close() // it was only read
	if errors.Is(err, ErrDamaged) {
		d.damage = err
		return vfs.SystemError(err, sqlite3.CORRUPT)
	}
	return err
}

// diskError tells SQLite that the disk is full where that is the cause.
func diskError(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return vfs.SystemError(err, sqlite3.FULL)
	}
	return err
}

type diskFile struct {
	vfs.File
	disk *disk
	main bool // the database itself, not its log or journal
}

func (f *diskFile) Unwrap() vfs.File { return f.File }

// ReadAt refuses a page that was cut off: SQLite would take zeros for the rest of it,
// and the driver checks no checksum of less than a page. What a crash has cut off is
// in the log or the journal, and is read from there.
func (f *diskFile) ReadAt(p []byte, offset int64) (int, error) {
	n, err := f.File.ReadAt(p, offset)
	if f.main && 0 < n && n < len(p) && len(p) >= sectorSize {
		return 0, sqlite3.IOERR_DATA
	}
	return n, err
}

func (f *diskFile) WriteAt(p []byte, offset int64) (int, error) {
	n, err := f.File.WriteAt(p, offset)
	return n, diskError(err)
}

func (f *diskFile) Truncate(size int64) error { return diskError(f.File.Truncate(size)) }

func (f *diskFile) Sync(flags vfs.SyncFlag) error {
	err := f.File.Sync(flags)
	if err != nil {
		f.disk.syncFailed.Store(true)
	}
	return diskError(err)
}

// What follows passes on the optional parts of the driver's own files; without
// shared memory, for one, WAL would not work.

func (f *diskFile) SizeHint(size int64) error      { return diskError(vfsutil.WrapSizeHint(f.File, size)) }
func (f *diskFile) SharedMemory() vfs.SharedMemory { return vfsutil.WrapSharedMemory(f.File) }
func (f *diskFile) LockState() vfs.LockLevel       { return vfsutil.WrapLockState(f.File) }
func (f *diskFile) HasMoved() (bool, error)        { return vfsutil.WrapHasMoved(f.File) }
func (f *diskFile) PersistWAL() bool               { return vfsutil.WrapPersistWAL(f.File) }
func (f *diskFile) SetPersistWAL(keep bool)        { vfsutil.WrapSetPersistWAL(f.File, keep) }
func (f *diskFile) PowersafeOverwrite() bool       { return vfsutil.WrapPowersafeOverwrite(f.File) }

func (f *diskFile) SetPowersafeOverwrite(on bool)   { vfsutil.WrapSetPowersafeOverwrite(f.File, on) }
func (f *diskFile) BusyHandler(handler func() bool) { vfsutil.WrapBusyHandler(f.File, handler) }

var (
	_ vfs.VFSFilename      = (*disk)(nil)
	_ vfs.FileSharedMemory = (*diskFile)(nil)
	_ vfs.FileSizeHint     = (*diskFile)(nil)
	_ vfs.FilePersistWAL   = (*diskFile)(nil)
)
