// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/urfave/cli/v2"
)

const signHelp = `Signs a body as NXCloud does, byte for byte as it is given, and prints the
headers and a curl line that sends it. The account comes from the environment
(DIDSMS_ACCESS_KEY and DIDSMS_ACCESS_SECRET or DIDSMS_ACCESS_SECRET_FILE), or
from --config.file. The secret is never printed.`

func signCommand(streams Streams) *cli.Command {
	return withExamples(&cli.Command{
		Name:        "sign",
		Usage:       "print the headers, and a curl line, for a body",
		Description: signHelp,
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "body", Value: "-", Usage: "`FILE` to sign", DefaultText: "standard input"},
			&cli.StringFlag{Name: "url", Value: "http://127.0.0.1:8080/callback", Usage: "`URL` for curl", DefaultText: "this machine"},
			&cli.BoolFlag{Name: "curl", DisableDefaultText: true, Usage: "print the curl line alone, to pipe it to sh"},
			&cli.BoolFlag{Name: "json", DisableDefaultText: true, Usage: "print JSON"},
		}, signFlags()...),
		HideHelpCommand: true,
		OnUsageError:    usageProblem,
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			return sign(c, streams)
		},
	},
		"didsms_exporter sign --body callback.json",
		`printf '{"messageId":"m1"}' | didsms_exporter sign --curl | sh`)
}

func sign(c *cli.Context, streams Streams) error {
	if c.Bool("curl") && c.Bool("json") {
		return usagef("--curl and --json exclude each other")
	}
	target, err := parseTarget(c.String("url"))
	if err != nil {
		return usagef("--url %v", err)
	}
	s, err := newSigner(c, streams)
	if err != nil {
		return err
	}
	body, err := readInput(c, c.String("body"), "--body")
	if err != nil {
		return err
	}
	if len(body) > 0 && bytes.HasSuffix(body, []byte("\n")) {
		fmt.Fprintln(streams.Err, "note: the body ends with a line end, which is signed and sent as part of it")
	}
	return printSigned(c, streams, s.sign(body), target)
}

func printSigned(c *cli.Context, streams Streams, signed *callback, target *url.URL) error {
	curl := signed.curl(target, rereadable(c.String("body")))
	var out strings.Builder
	switch {
	case c.Bool("curl"):
		out.WriteString(curl + "\n")
	case c.Bool("json"):
		headers := make(map[string]string, len(signed.headers))
		for _, header := range signed.headers {
			headers[header[0]] = header[1]
		}
		line, err := json.Marshal(map[string]any{"headers": headers, "body_bytes": len(signed.body), "curl": curl})
		if err != nil {
			return err
		}
		out.Write(append(line, '\n'))
	default:
		for _, header := range signed.headers {
			out.WriteString(header[0] + ": " + header[1] + "\n")
		}
		out.WriteString("\n" + curl + "\n")
	}
	_, err := fmt.Fprint(streams.Out, out.String())
	return err
}

// rereadable returns the name of a body's file if curl can read the same bytes
// from it again: not a pipe, and not what only this process sees.
func rereadable(name string) string {
	info, err := os.Stat(name)
	if name == "-" || err != nil || !info.Mode().IsRegular() || strings.HasPrefix(name, "/dev/") || strings.HasPrefix(name, "/proc/") {
		return ""
	}
	return name
}
