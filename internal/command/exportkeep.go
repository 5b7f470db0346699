// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keepFormer copies a file that is about to be overwritten to FILE.bak, or to the
// first of FILE.bak.2, FILE.bak.3 and so on that is free or the same: what somebody
// filled in must outlive a second --force too. No program reads a file that ends so.
// The copy is for the same eyes as the file, which may hold a secret by now.
func keepFormer(folder, name string) (backup string, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return "", err
	}
	defer root.Close() //nolint:errcheck // what is written through it is closed below
	name = filepath.FromSlash(name)
	content, err := root.ReadFile(name)
	if err != nil {
		return "", err
	}
	info, err := root.Stat(name)
	if err != nil {
		return "", err
	}
	backup = name + ".bak"
	for n := 2; ; n++ {
		file, err := root.OpenFile(backup, os.O_CREATE|os.O_EXCL|os.O_WRONLY, info.Mode().Perm())
		if errors.Is(err, fs.ErrExist) {
			if kept, err := root.ReadFile(backup); err == nil && bytes.Equal(kept, content) {
				return backup, nil // as it was before
			}
			backup = fmt.Sprintf("%s.bak.%d", name, n)
			continue
		}
		if err != nil {
			return "", err
		}
		_, err = file.Write(content)
		return backup, errors.Join(err, file.Close())
	}
}
