// SPDX-License-Identifier: Apache-2.0

//go:build unix

package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// InUse reports whether an exporter holds the folder. It changes nothing there.
func InUse(folder string) (inUse bool, err error) {
	file, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_RDONLY|syscall.O_NOFOLLOW, 0)
	if errors.Is(err, fs.ErrNotExist) { // as in the folder of a backup
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("storage folder %s: %w", folder, err)
	}
	defer func() { err = errors.Join(err, file.Close()) }() // gives the lock back
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return true, nil
	}
	return false, err
}
