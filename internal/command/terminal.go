// SPDX-License-Identifier: Apache-2.0

package command

import (
	"io"
	"os"
	"strconv"
)

// onTerminal reports whether out is a terminal, where a line may be overwritten.
func onTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// safeWidth fits nearly every terminal whose width nobody tells us. A line that is
// longer than the terminal cannot be taken back.
const safeWidth = 60

// terminalWidth asks the terminal, which knows what people made of its window. One
// that does not know, such as a serial line, has what COLUMNS says, if its shell
// exports it.
func terminalWidth(streams Streams) int {
	if file, ok := streams.Out.(*os.File); ok {
		if width := windowWidth(file); width > 1 {
			return width
		}
	}
	if streams.Getenv == nil {
		return safeWidth
	}
	if width, err := strconv.Atoi(streams.Getenv("COLUMNS")); err == nil && width > 1 && width < 1000 {
		return width
	}
	return safeWidth
}

// fit cuts a line so that it leaves the last column free: in it, some terminals
// begin a new line.
func fit(line string, columns int) string {
	width := 0
	for i, char := range line {
		if width += runeWidth(char); width >= columns {
			return line[:i]
		}
	}
	return line
}
