// SPDX-License-Identifier: Apache-2.0

package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/urfave/cli/v2"

	"didsms_exporter/internal/store"
)

const backupHelp = `Writes a consistent copy of the embedded store to a new file, also while an
exporter uses it, and checks the copy whole. An existing file is never
overwritten.

To restore, stop the exporter, remove the files that begin with ` + store.FileName + `-
from the storage folder, and put the copy there under the name ` + store.FileName + `.`

func backupCommand(streams Streams) *cli.Command {
	return withExamples(&cli.Command{
		Name:            "backup",
		Usage:           "copy the embedded store while it is in use",
		ArgsUsage:       "FILE",
		Description:     backupHelp,
		Flags:           withEnvironment([]cli.Flag{storagePathFlag()}),
		HideHelpCommand: true,
		OnUsageError:    usageProblem,
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return usagef("backup takes the name of one new file, and flags before it, but got %d words\nSee 'didsms_exporter backup --help'.", c.Args().Len())
			}
			return backup(c.String("storage.path"), c.Args().First(), streams)
		},
	},
		"didsms_exporter backup didsms-backup.db",
		"didsms_exporter backup --storage.path data didsms-$(date +%F).db")
}

func backup(folder, file string, streams Streams) error {
	if folder == "" {
		return usagef("--storage.path is empty: there is no store to back up")
	}
	if _, err := os.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return usagef("the storage folder %s does not exist; name the exporter's with --storage.path", folder)
	}
	if err := store.Backup(folder, file); err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(streams.Out, "%s: %d bytes, checked\n", file, info.Size())
	return err
}
