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
)

const exportHelp = `Writes the files for the programs around the exporter into a folder:
  Prometheus    alert rules and a scrape configuration, and the same rules
                for the Prometheus Operator
  Alertmanager  routes and messages
  Grafana       dashboards, and the files that provision them
  exporter      a configuration with every key, a unit for systemd, a compose
                file that runs it all, and the runbooks that alerts link to

The flags put your own values into the rules, the objective and the
exporter's address into the dashboards too. A file that is there already and
differs is left alone, unless --force is given, which keeps the former one as
FILE.bak.`

func exportCommand(streams Streams) *cli.Command {
	return withExamples(&cli.Command{
		Name:            "export",
		Usage:           "write alert rules, dashboards and configurations",
		ArgsUsage:       "FOLDER",
		Description:     exportHelp,
		Flags:           append([]cli.Flag{&cli.BoolFlag{Name: "force", Usage: "overwrite files that differ, and keep each as FILE.bak"}}, append(ruleFlags(), exporterFlag())...),
		HideHelpCommand: true,
		OnUsageError:    usageProblem,
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return usagef("export takes the name of one folder, and flags before it, but got %d words\nSee 'didsms_exporter export --help'.", c.Args().Len())
			}
			parameters, err := ruleParameters(c)
			if err != nil {
				return err
			}
			exporter, err := exporterURL(c)
			if err != nil {
				return err
			}
			files, err := exportedFiles(parameters, exporter)
			if err != nil {
				return err
			}
			err = export(c.Args().First(), files, c.Bool("force"), streams)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(streams.Out, nextSteps(c.Args().First(), parameters))
			return err
		},
	},
		"didsms_exporter export didsms-files",
		"didsms_exporter export --force --objective 0.98 --job sms \\\n     --grafana-url https://grafana.example.org \\\n     --runbook-url https://wiki.example.org/didsms/runbooks.md didsms-files")
}

// export looks at every file before it writes one, so that it either writes all or
// changes nothing. What it overwrites it keeps beside it.
func export(folder string, files []exported, force bool, streams Streams) error {
	if info, err := os.Stat(folder); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file, give a folder", folder)
	}
	states := make([]string, len(files))
	var differing []error
	for i, file := range files {
		place := filepath.Join(folder, filepath.FromSlash(file.name))
		switch present, err := os.ReadFile(place); {
		case errors.Is(err, fs.ErrNotExist):
			states[i] = "written"
		case err != nil:
			return err
		case bytes.Equal(present, file.content):
			states[i] = "unchanged"
		case !force:
			differing = append(differing, fmt.Errorf("%s differs from what would be written", place))
		default:
			states[i] = "overwritten"
		}
	}
	if len(differing) > 0 {
		return fmt.Errorf("nothing was written:\n%w\nGive another folder, or --force to overwrite them and keep each as FILE.bak", errors.Join(differing...))
	}
	for i, file := range files {
		place := filepath.Join(folder, filepath.FromSlash(file.name))
		kept := ""
		if states[i] == "overwritten" {
			backup, err := keepFormer(folder, file.name)
			if err != nil {
				return fmt.Errorf("%s is left as it is, for it cannot be kept beside the new one: %w", place, err)
			}
			kept = ", the former one is " + filepath.Base(backup)
		}
		if states[i] != "unchanged" {
			if err := writeExported(folder, file); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintf(streams.Out, "%-11s %s%s\n", states[i], place, kept); err != nil {
			return err
		}
	}
	return nil
}

// writeExported writes one file below the folder, and never through a link that
// leads out of it.
func writeExported(folder string, file exported) error {
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // examples, no secrets
		return err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck // nothing is written through it
	name := filepath.FromSlash(file.name)
	err = root.MkdirAll(filepath.Dir(name), 0o755)
	if err == nil {
		err = root.WriteFile(name, file.content, 0o644)
	}
	if err != nil {
		return fmt.Errorf("in the folder %s: %w", folder, err) // a root names only what is below it
	}
	return nil
}
