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
}

func (d *disk) Open(name string, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	return d.wrap(vfsutil.WrapOpen(d.VFS, name, flags))
}

// OpenFilename is how SQLite opens a database; it belongs to vfs.VFSFilename.
func (d *disk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	return d.wrap(vfsutil.WrapOpenFilename(d.VFS, name, flags))
}

func (d *disk) wrap(file vfs.File, flags vfs.OpenFlag, err error) (vfs.File, vfs.OpenFlag, error) {
	if err != nil {
		return nil, flags, diskError(err)
	}
	return &diskFile{file, d}, flags, nil
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
}

func (f *diskFile) Unwrap() vfs.File { return f.File }

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

func (f *diskFile) SizeHint(size int64) error       { return diskError(vfsutil.WrapSizeHint(f.File, size)) }
func (f *diskFile) SharedMemory() vfs.SharedMemory  { return vfsutil.WrapSharedMemory(f.File) }
func (f *diskFile) LockState() vfs.LockLevel        { return vfsutil.WrapLockState(f.File) }
func (f *diskFile) HasMoved() (bool, error)         { return vfsutil.WrapHasMoved(f.File) }
func (f *diskFile) PersistWAL() bool                { return vfsutil.WrapPersistWAL(f.File) }
func (f *diskFile) SetPersistWAL(keep bool)         { vfsutil.WrapSetPersistWAL(f.File, keep) }
func (f *diskFile) PowersafeOverwrite() bool        { return vfsutil.WrapPowersafeOverwrite(f.File) }
func (f *diskFile) SetPowersafeOverwrite(on bool)   { vfsutil.WrapSetPowersafeOverwrite(f.File, on) }
func (f *diskFile) BusyHandler(handler func() bool) { vfsutil.WrapBusyHandler(f.File, handler) }

var (
	_ vfs.VFSFilename      = (*disk)(nil)
	_ vfs.FileSharedMemory = (*diskFile)(nil)
	_ vfs.FileSizeHint     = (*diskFile)(nil)
	_ vfs.FilePersistWAL   = (*diskFile)(nil)
)
