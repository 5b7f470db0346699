// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"didsms_exporter/deploy"
)

const exportHelp = `Writes the files for the programs around the exporter into a folder: a configuration with every key, a scrape
configuration for Prometheus, a unit for systemd. A file that is there already and differs is left alone,
unless --force is given.`

// exportNext is what to do with the files.
const exportNext = `
Next:
  Prometheus   put the scrape_configs entry of prometheus/prometheus.example.yml into your prometheus.yml,
               then: promtool check config prometheus.yml
  Exporter     fill in didsms.example.yml, then: didsms_exporter serve --config.file didsms.example.yml
  systemd      systemd/didsms_exporter.service says at its head how to install it
`

func exportCommand(streams Streams) *cli.Command {
	return withExamples(&cli.Command{
		Name:            "export",
		Usage:           "write example configurations for the programs around the exporter",
		ArgsUsage:       "FOLDER",
		Description:     exportHelp,
		Flags:           []cli.Flag{&cli.BoolFlag{Name: "force", Usage: "overwrite files that differ"}},
		HideHelpCommand: true,
		OnUsageError:    usageProblem,
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return usagef("export takes the name of one folder, but got %d words\nSee 'didsms_exporter export --help'.", c.Args().Len())
			}
			return export(c.Args().First(), c.Bool("force"), streams)
		},
	},
		"didsms_exporter export didsms-files",
		"didsms_exporter export --force didsms-files")
}

// export looks at every file before it writes one, so that it either writes all or
// changes nothing.
func export(folder string, force bool, streams Streams) error {
	type file struct {
		path    string
		content []byte
		state   string
	}
	var files []file
	var differing []error
	err := fs.WalkDir(deploy.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := deploy.Files.ReadFile(name)
		if err != nil {
			return err
		}
		f := file{filepath.Join(folder, filepath.FromSlash(name)), content, "written"}
		switch present, err := os.ReadFile(f.path); {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		case bytes.Equal(present, content):
			f.state = "unchanged"
		case !force:
			differing = append(differing, fmt.Errorf("%s differs from what would be written", f.path))
		default:
			f.state = "overwritten"
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		return err
	}
	if len(differing) > 0 {
		return fmt.Errorf("nothing was written:\n%w\nGive another folder, or --force to overwrite", errors.Join(differing...))
	}
	for _, f := range files {
		if f.state != "unchanged" {
			if err := errors.Join(os.MkdirAll(filepath.Dir(f.path), 0o755), os.WriteFile(f.path, f.content, 0o644)); err != nil { //nolint:gosec // examples, no secrets
				return err
			}
		}
		if _, err := fmt.Fprintf(streams.Out, "%-11s %s\n", f.state, f.path); err != nil {
			return err
		}
	}
	_, err = fmt.Fprint(streams.Out, exportNext)
	return err
}
