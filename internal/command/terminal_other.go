// SPDX-License-Identifier: Apache-2.0

//go:build !unix

package command

import "os"

// windowWidth cannot tell here.
func windowWidth(*os.File) int { return 0 }
