// SPDX-License-Identifier: Apache-2.0

package command

import (
	"strings"
	"unicode"
)

// columns is how wide a terminal is at least.
const columns = 80

// fill pads text with blanks to a width.
func fill(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-displayWidth(text)))
}

// cut shortens text to a width.
func cut(text string, width int) string {
	if displayWidth(text) <= width {
		return text
	}
	used := 0
	for at, char := range text {
		used += runeWidth(char)
		if used > width-1 {
			return text[:at] + "…"
		}
	}
	return text
}

// plain takes out of a text what would move the cursor or colour the terminal.
func plain(text string) string {
	return strings.Map(func(char rune) rune {
		if unicode.IsPrint(char) {
			return char
		}
		return '·'
	}, text)
}

func displayWidth(text string) (width int) {
	for _, char := range text {
		width += runeWidth(char)
	}
	return width
}

// runeWidth is how many columns a terminal gives a letter: two to those of East
// Asia, none to a mark above another one.
func runeWidth(char rune) int {
	switch {
	case unicode.In(char, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case char >= 0x1100 && char <= 0x115f, char >= 0x2e80 && char <= 0xa4cf, char >= 0xac00 && char <= 0xd7a3,
		char >= 0xf900 && char <= 0xfaff, char >= 0xfe30 && char <= 0xfe6f, char >= 0xff00 && char <= 0xff60,
		char >= 0xffe0 && char <= 0xffe6, char >= 0x1f300 && char <= 0x1faff, char >= 0x20000 && char <= 0x3fffd:
		return 2
	}
	return 1
}

// paragraphs wraps each text at words.
func paragraphs(texts []string) string {
	var b strings.Builder
	for _, text := range texts {
		used := 0
		for word := range strings.FieldsSeq(text) {
			width := displayWidth(word)
			switch {
			case used == 0:
			case used+1+width > columns:
				b.WriteString("\n")
				used = 0
			default:
				b.WriteString(" ")
				used++
			}
			b.WriteString(word)
			used += width
		}
		b.WriteString("\n")
	}
	return b.String()
}
