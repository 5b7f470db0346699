// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/urfave/cli/v2"

	"didsms_exporter/collector"
)

// release is set by the linker in a release build:
// -ldflags "-X didsms_exporter/internal/command.release=1.2.3".
var release string

type version struct{ collector.Build }

// buildVersion reads what the Go toolchain recorded in the binary.
func buildVersion() version {
	v := version{collector.Build{
		Version:   "devel",
		Revision:  "unknown",
		Branch:    "unknown",
		GoVersion: runtime.Version(),
		GOOS:      runtime.GOOS,
		GOARCH:    runtime.GOARCH,
		Tags:      "unknown",
	}}
	if info, ok := debug.ReadBuildInfo(); ok {
		if info.Main.Version != "" && info.Main.Version != "(devel)" {
			v.Version = info.Main.Version
		}
		for _, setting := range info.Settings {
			switch setting.Key {
			case "vcs.revision":
				v.Revision = setting.Value
			case "-tags":
				v.Tags = setting.Value
			}
		}
	}
	if release != "" {
		v.Version = release
	}
	return v
}

// String returns the version in one line.
func (v version) String() string {
	return fmt.Sprintf("%s (revision %s, %s, %s/%s)", v.Version, v.Revision, v.GoVersion, v.GOOS, v.GOARCH)
}

// inHelp breaks the line where it is too long for the help, as with a whole revision.
func (v version) inHelp() string {
	if line := v.String(); len(line)+3 <= columns {
		return line
	}
	return strings.Replace(v.String(), ", go", ",\n   go", 1)
}

func versionCommand(streams Streams) *cli.Command {
	return withExamples(&cli.Command{
		Name:         "version",
		Usage:        "print version, revision, Go version and platform",
		OnUsageError: usageProblem,
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			_, err := fmt.Fprintln(streams.Out, "didsms_exporter version "+buildVersion().String())
			return err
		},
	},
		"didsms_exporter version",
		"didsms_exporter --version")
}
