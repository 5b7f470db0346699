// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ncruces/go-sqlite3/vfs"
)

// faultDisk is the system's files with faults put between.
type faultDisk struct {
	disk
	fault atomic.Pointer[func(kind, name string) error]
}

func newFaultDisk() *faultDisk {
	f := &faultDisk{}
	f.VFS = vfs.Find("")
	f.logChecked.Store(true) // the one above looks
	return f
}

// fail lets calls of a kind on the file with a suffix fail until mend.
func (f *faultDisk) fail(kind, suffix string, err error) {
	fault := func(k, name string) error {
		if k == kind && strings.HasSuffix(name, suffix) {
			return err
		}
		return nil
	}
	f.fault.Store(&fault)
}

func (f *faultDisk) mend() { f.fault.Store(nil) }

func (f *faultDisk) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	file, out, err := f.disk.OpenFilename(name, flags)
	if err != nil {
		return nil, out, err
	}
	return &faultFile{file.(*diskFile), f, name.String()}, out, nil
}

type faultFile struct {
	*diskFile
	faults *faultDisk
	name   string
}

func (f *faultFile) failing(kind string) error {
	if fault := f.faults.fault.Load(); fault != nil {
		return (*fault)(kind, f.name)
	}
	return nil
}

func (f *faultFile) WriteAt(p []byte, offset int64) (int, error) {
	if err := f.failing("write"); err != nil {
		return 0, err
	}
	return f.diskFile.WriteAt(p, offset)
}

func (f *faultFile) Sync(flags vfs.SyncFlag) error {
	if err := f.failing("sync"); err != nil {
		return err
	}
	return f.diskFile.Sync(flags)
}

// withFaults opens a store whose disk can be made to fail; it does not run yet.
func withFaults(t *testing.T, folder string) (*SQLite, *faultDisk, *counted) {
	t.Helper()
	faults, metrics := newFaultDisk(), &counted{}
	return opened(t, Config{Folder: folder, Metrics: metrics, fs: faults}), faults, metrics
}
