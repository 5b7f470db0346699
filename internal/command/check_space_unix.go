// SPDX-License-Identifier: Apache-2.0

//go:build linux || darwin

package command

import "syscall"

// freeBytes returns what the exporter's user may still write.
func freeBytes(folder string) (uint64, error) {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(folder, &stat); err != nil {
		return 0, err
	}
	return stat.Bavail * uint64(stat.Bsize), nil //nolint:gosec // a size of blocks
}
