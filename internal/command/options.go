// SPDX-License-Identifier: Apache-2.0

package command

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// option is a flag as people read of it.
type option struct {
	names string // with dashes, such as --help, -h
	value string // what stands for its value; empty: takes none
	text  string // its default included
	env   string // its variable; may be empty
}

// optionGroup is what belongs together; the first group of a command may have no
// name.
type optionGroup struct {
	name    string
	options []option
}

// optionsOf lists the flags of a command in the order in which they are defined,
// and help in the end.
func optionsOf(command *cli.Command) []optionGroup {
	var groups []optionGroup
	add := func(o option, category string) {
		at := slices.IndexFunc(groups, func(g optionGroup) bool { return g.name == category })
		if at < 0 {
			at = len(groups)
			groups = append(groups, optionGroup{name: category})
		}
		groups[at].options = append(groups[at].options, o)
	}
	for _, flag := range command.Flags {
		if visible, ok := flag.(cli.VisibleFlag); ok && !visible.IsVisible() {
			continue
		}
		category := ""
		if categorised, ok := flag.(cli.CategorizableFlag); ok {
			category = categorised.GetCategory()
		}
		add(newOption(flag), category)
	}
	// The library adds its own flag for this later, and writes to it whenever it runs.
	add(option{names: "--help, -h", text: "show help"}, "")
	slices.SortStableFunc(groups, func(a, b optionGroup) int {
		return min(len(a.name), 1) - min(len(b.name), 1)
	})
	return groups
}

// newOption takes apart what the library says of a flag: it knows the defaults.
func newOption(flag cli.Flag) option {
	names, text, _ := strings.Cut(flag.String(), "\t")
	names, _, _ = strings.Cut(names, " [ ") // the same once more, for one that may be repeated
	o := option{names: names}
	if documented, ok := flag.(cli.DocGenerationFlag); ok && documented.TakesValue() {
		at := strings.LastIndex(names, " ")
		o.names, o.value = names[:at], names[at+1:]
	}
	if at := strings.LastIndex(text, " [$"); at >= 0 {
		text, o.env = text[:at], strings.TrimSuffix(text[at+3:], "]")
	}
	o.text = strings.TrimSuffix(text, " (default: false)")
	return o
}

func (o *option) head() string { return strings.TrimSpace(o.names + " " + o.value) }
