// SPDX-License-Identifier: Apache-2.0

package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/vfs"
)

// Backup writes a consistent copy of the store in a folder to a new file, also
// while an exporter writes to it. The copy is checked whole before it gets its
// name; an existing file is never overwritten, nor one that appears meanwhile.
func Backup(folder, file string) error { return backup(folder, file, os.Link) }

func backup(folder, file string, link func(from, to string) error) (err error) {
	source := filepath.Join(folder, FileName)
	if _, err := os.Stat(source); err != nil {
		return fmt.Errorf("no store in %s: %w", folder, err)
	}
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return existsAlready(file)
	}
	inUse, err := InUse(folder)
	if err != nil {
		return err
	}
	partial, err := createPrivate(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, removeIfThere(partial)) }()
	if err := copyDatabase(source, partial, inUse); err != nil {
		return fmt.Errorf("back up %s: %w", source, explain(err))
	}
	if err := checkDatabase(partial); err != nil {
		return fmt.Errorf("check the copy of %s: %w", source, explain(err))
	}
	if err := syncPath(partial); err != nil {
		return err
	}
	if err := giveName(partial, file, link); err != nil {
		return err
	}
	return syncPath(filepath.Dir(file))
}

func existsAlready(file string) error {
	return fmt.Errorf("%s exists already: give the name of a new file", file)
}

// giveName gives a finished file its name, unless somebody else has taken that
// meanwhile: a rename would put the one in the place of the other. Where the file
// system knows no links, the name is taken with an empty file, which a crash may
// leave behind.
func giveName(partial, file string, link func(from, to string) error) error {
	switch err := link(partial, file); {
	case err == nil:
		return nil // the caller removes the other name
	case errors.Is(err, fs.ErrExist):
		return existsAlready(file)
	}
	taken, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return existsAlready(file)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(taken.Close(), os.Rename(partial, file)); err != nil {
		return errors.Join(err, os.Remove(file))
	}
	return nil
}

// createPrivate makes an empty file beside another one that nobody else on the
// machine can read. Its name is new: what lies there already is somebody's own.
func createPrivate(beside string) (string, error) {
	file, err := os.CreateTemp(filepath.Dir(beside), filepath.Base(beside)+".*.partial") // mode 0600
	if err != nil {
		return "", err
	}
	return file.Name(), file.Close()
}

// copyDatabase copies a file that an exporter may be writing to. Where none does,
// its log is checked first, and without a log SQLite is told that the file does not
// change: it would leave files behind that the exporter's user may not open.
func copyDatabase(source, target string, inUse bool) (err error) {
	below := &disk{VFS: vfs.Find("")}
	below.logChecked.Store(inUse)
	name := fmt.Sprintf("didsms-backup-%p", below)
	vfs.Register(name, below)
	defer vfs.Unregister(name)
	from, err := absoluteURI(source, name)
	if err != nil {
		return err
	}
	if log, err := os.Stat(source + "-wal"); !inUse && (err != nil || log.Size() == 0) {
		from += "&immutable=1"
	}
	to, err := absoluteURI(target, "")
	if err != nil {
		return err
	}
	conn, err := sqlite3.OpenFlags(from, sqlite3.OPEN_READONLY|sqlite3.OPEN_URI)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return conn.Backup("main", to)
}

// checkDatabase reads every page of a file, and with it every checksum.
func checkDatabase(path string) (err error) {
	uri, err := absoluteURI(path, "")
	if err != nil {
		return err
	}
	conn, err := sqlite3.OpenFlags(uri, sqlite3.OPEN_READWRITE|sqlite3.OPEN_URI)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	stmt, _, err := conn.Prepare("PRAGMA integrity_check(1)")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	if stmt.Step() && stmt.ColumnText(0) != "ok" {
		return fmt.Errorf("%w: %s", ErrDamaged, stmt.ColumnText(0))
	}
	return stmt.Err()
}

func absoluteURI(path, vfsName string) (string, error) {
	absolute, err := filepath.Abs(path)
	return fileURI(absolute, vfsName), err
}

// syncPath makes a file's content, or a folder's list of files, survive a power cut.
func syncPath(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

func removeIfThere(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
