// SPDX-License-Identifier: Apache-2.0

//go:build unix

package command

import (
	"os"

	"golang.org/x/sys/unix"
)

// windowWidth returns the columns of a terminal, or 0 where it does not know them.
func windowWidth(file *os.File) int {
	size, err := unix.IoctlGetWinsize(int(file.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	return int(size.Col)
}
