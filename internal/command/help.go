// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"
)

// widestHead is the longest option that has its text beside it; that of a longer
// one begins on the next line.
const widestHead = 33

// withExamples gives a command its help, which fits a terminal of 80 columns and
// ends with examples that work as printed. The library would print a flag with its
// default and its variable in one line, however long.
func withExamples(command *cli.Command, examples ...string) *cli.Command {
	var b strings.Builder
	fmt.Fprintf(&b, "NAME:\n   didsms_exporter %s - %s\n\n", command.Name, command.Usage)
	fmt.Fprintf(&b, "USAGE:\n   %s\n\n", synopsis(command))
	if command.Description != "" {
		fmt.Fprintf(&b, "DESCRIPTION:\n%s\n\n", indented(command.Description))
	}
	groups := optionsOf(command)
	width := 0
	for _, group := range groups {
		for _, o := range group.options {
			if head := len(o.head()); head <= widestHead {
				width = max(width, head)
			}
		}
	}
	b.WriteString("OPTIONS:\n")
	for _, group := range groups {
		if group.name != "" {
			fmt.Fprintf(&b, "\n   %s\n\n", group.name)
		}
		for _, o := range group.options {
			b.WriteString(o.lines(width))
		}
	}
	b.WriteString("\nEXAMPLES:\n")
	for _, example := range examples {
		b.WriteString("   " + example + "\n")
	}
	command.CustomHelpTemplate = strings.ReplaceAll(b.String(), "{{", `{{"{{"}}`)
	return command
}

func synopsis(command *cli.Command) string {
	return strings.TrimSpace("didsms_exporter " + command.Name + " [command options] " + command.ArgsUsage)
}

// indented moves a text to the right; empty lines stay empty.
func indented(text string) string {
	lines := strings.Split(text, "\n")
	for n, line := range lines {
		if line != "" {
			lines[n] = "   " + line
		}
	}
	return strings.Join(lines, "\n")
}

// lines returns the option with its text wrapped in a column of its own. A default
// and the variable are not broken.
func (o *option) lines(width int) string {
	const gap = 2
	before := strings.Repeat(" ", 3+width+gap)
	text := o.text
	whole := ""
	if at := strings.LastIndex(text, " (default: "); at >= 0 {
		text, whole = text[:at], text[at+1:]
	}
	words := strings.Fields(text)
	if whole != "" {
		words = append(words, whole)
	}
	if o.env != "" {
		words = append(words, "[$"+o.env+"]")
	}
	var b strings.Builder
	b.WriteString("   " + o.head())
	used := 3 + len(o.head())
	if used > 3+width {
		b.WriteString("\n" + before)
	} else {
		b.WriteString(strings.Repeat(" ", len(before)-used))
	}
	used = len(before)
	for n, word := range words {
		switch {
		case n == 0:
		case used+1+len(word) > columns:
			b.WriteString("\n" + before)
			used = len(before)
		default:
			b.WriteString(" ")
			used++
		}
		b.WriteString(word)
		used += len(word)
	}
	return b.String() + "\n"
}
