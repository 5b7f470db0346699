// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

// What a shell runs to complete a word: the command line so far, with the flag that
// makes the library print what could follow.
const (
	bashCompletion = `# bash completion for didsms_exporter
_didsms_exporter() {
  local current=${COMP_WORDS[COMP_CWORD]}
  local -a before=("${COMP_WORDS[@]:0:COMP_CWORD}")
  # After -- the program takes every word for an argument, and would run.
  [[ " ${before[*]} $current " == *" -- "* ]] && return
  [[ $current == -* ]] && before+=("$current")
  COMPREPLY=($(compgen -W "$("${before[@]}" --generate-bash-completion 2>/dev/null)" -- "$current"))
}
complete -o bashdefault -o default -F _didsms_exporter didsms_exporter
`
	zshCompletion = `#compdef didsms_exporter
_didsms_exporter() {
  local -a before=("${(@)words[1,CURRENT-1]}")
  # After -- the program takes every word for an argument, and would run.
  [[ " ${before[*]} $words[CURRENT] " == *" -- "* ]] && return
  [[ $words[CURRENT] == -* ]] && before+=("$words[CURRENT]")
  local -a following=("${(@f)$(_CLI_ZSH_AUTOCOMPLETE_HACK=1 ${before} --generate-bash-completion 2>/dev/null)}")
  _describe 'didsms_exporter' following || _files
}
compdef _didsms_exporter didsms_exporter
`
)

func completionCommand(streams Streams) *cli.Command {
	return withExamples(&cli.Command{
		Name:            "completion",
		Usage:           "print a completion script for bash, zsh or fish",
		ArgsUsage:       "bash|zsh|fish",
		HideHelpCommand: true,
		OnUsageError:    usageProblem,
		Action: func(c *cli.Context) error {
			script, err := completion(c)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(streams.Out, script)
			return err
		},
	},
		"source <(didsms_exporter completion bash)",
		"didsms_exporter completion fish \\\n     > ~/.config/fish/completions/didsms_exporter.fish")
}

func completion(c *cli.Context) (string, error) {
	switch shell := c.Args().First(); shell {
	case "bash":
		return bashCompletion, nil
	case "zsh":
		return zshCompletion, nil
	case "fish":
		return c.App.ToFishCompletion()
	default:
		return "", usagef("completion takes one of bash, zsh or fish, but got %q\nSee 'didsms_exporter completion --help'.", shell)
	}
}
