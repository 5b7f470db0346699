// SPDX-License-Identifier: Apache-2.0

package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"didsms_exporter/internal/config"
	"didsms_exporter/internal/store"
)

// Free space of the storage folder below which somebody should act.
const (
	littleSpace   = 256 << 20
	tooLittle     = 32 << 20
	anotherFolder = "give another one with --storage.path"
)

// storage checks the folder without opening anything in it for writing.
func (k *checker) storage(ctx context.Context) {
	const key = "--storage.path"
	folder := k.settings.storagePath
	if folder == "" {
		k.find(config.LevelInfo, key, "is empty, so everything is kept in memory and counters begin at 0 with each start", "give a folder to keep them")
		return
	}
	nearest, err := existing(folder)
	if err == nil {
		err = writable(nearest)
	}
	if err != nil {
		k.find(config.LevelError, key, fmt.Sprintf("the folder %s cannot be written: %v", folder, reasonOf(err)), "let the exporter's user own it, or "+anotherFolder)
		return
	}
	k.space(key, nearest)
	if nearest != folder {
		k.checked = append(k.checked, "storage folder "+folder+" (it will be made)")
		return
	}
	k.database(ctx, key, folder)
}

func (k *checker) database(ctx context.Context, key, folder string) {
	inUse, err := store.InUse(folder)
	if err != nil {
		k.find(config.LevelError, key, fmt.Sprintf("the folder %s cannot be locked: %v", folder, reasonOf(err)), "run check as the exporter's user")
		return
	}
	k.inUse = inUse
	if inUse {
		k.find(config.LevelInfo, key, "the folder "+folder+" is in use by a running exporter", "stop that one before you start another one there")
	}
	file := filepath.Join(folder, store.FileName)
	if _, err := os.Lstat(file); errors.Is(err, fs.ErrNotExist) {
		k.checked = append(k.checked, "storage folder "+folder+" (nothing in it yet)")
		return
	}
	book, err := store.ReadBook(ctx, folder, func(*store.Book, string, string) bool { return true })
	said := ""
	if err != nil {
		said, _, _ = strings.Cut(err.Error(), "\n") // SQLite says things twice
	}
	switch {
	case err == nil && book.Since.IsZero():
		k.checked = append(k.checked, "storage folder "+folder+" (nothing counted yet)")
	case err == nil:
		k.checked = append(k.checked, fmt.Sprintf("storage folder %s (counting since %s)", folder, book.Since.UTC().Format("2006-01-02 15:04 UTC")))
	case errors.Is(err, store.ErrNewer):
		k.find(config.LevelError, key, said, "use the program that wrote it, or a newer one")
	case errors.Is(err, store.ErrDamaged):
		k.find(config.LevelError, key, said, "put a backup in its place, or move it away to start from 0")
	default:
		k.find(config.LevelError, key, said, "let the exporter's user read and write it")
	}
}

func (k *checker) space(key, folder string) {
	free, err := k.free(folder)
	if err != nil {
		if !errors.Is(err, errors.ErrUnsupported) {
			k.find(config.LevelWarning, key, "the free space of "+folder+" cannot be read: "+err.Error(), "look at it yourself")
		}
		return
	}
	level := config.LevelWarning
	switch {
	case free < tooLittle:
		level = config.LevelError
	case free >= littleSpace:
		return
	}
	k.find(level, key, fmt.Sprintf("only %d MiB are free for %s", free>>20, folder), "free some space: callbacks are refused once the disk is full")
}

// existing returns the folder, or of the folders above it the first that is there.
func existing(folder string) (string, error) {
	for at := folder; ; {
		info, err := os.Stat(at)
		if err == nil && !info.IsDir() {
			return "", &fs.PathError{Op: "stat", Path: at, Err: syscall.ENOTDIR}
		}
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return at, err
		}
		if _, err := os.Lstat(at); err == nil { // a link to nowhere cannot become a folder
			return "", &fs.PathError{Op: "stat", Path: at, Err: syscall.ENOENT}
		}
		absolute, err := filepath.Abs(at)
		if err != nil {
			return "", err
		}
		at = filepath.Dir(absolute)
	}
}

// writable tries it, since permissions alone do not tell: the disk may be read-only.
func writable(folder string) error {
	probe, err := os.CreateTemp(folder, ".didsms-check-*")
	if err != nil {
		return err
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// reasonOf is the short form of a file's error, which is said about a folder.
func reasonOf(err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return path.Err
	}
	return err
}

// doors binds both addresses at once, and gives them back.
func (k *checker) doors() {
	for _, d := range []struct{ flag, name, address string }{
		{"--receiver.listen-address", "public door", k.settings.receiverAddress},
		{"--web.listen-address", "private door", k.settings.webAddress},
	} {
		listener, err := net.Listen("tcp", d.address)
		if err == nil {
			defer func() { _ = listener.Close() }()
			k.checked = append(k.checked, d.name+" "+d.address)
			continue
		}
		k.door(d.flag, d.address, err)
	}
}

func (k *checker) door(flag, address string, err error) {
	s := k.settings
	switch {
	case errors.Is(err, syscall.EADDRINUSE) && flag == "--web.listen-address" && samePort(s.receiverAddress, address):
		k.find(config.LevelError, flag, address+" is the port of the public door, or in use", "give the private door a port of its own")
	case errors.Is(err, syscall.EADDRINUSE) && (k.inUse || s.storagePath == ""):
		k.find(config.LevelWarning, flag, address+" is in use, as it seems by the running exporter", "stop that one before you start another one")
	case errors.Is(err, syscall.EADDRINUSE):
		k.find(config.LevelError, flag, address+" is in use by another program", "stop it, or choose another address")
	default:
		k.find(config.LevelError, flag, fmt.Sprintf("%s cannot be listened on: %v", address, err), "choose another address")
	}
}

func samePort(a, b string) bool {
	_, portA, errA := net.SplitHostPort(a)
	_, portB, errB := net.SplitHostPort(b)
	return errA == nil && errB == nil && portA == portB
}
