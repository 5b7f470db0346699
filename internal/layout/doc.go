// SPDX-License-Identifier: Apache-2.0

// Package layout holds no code: its test keeps the import arrows of this module
// pointing down, so that each package can be read, tested and replaced without
// those above it.
package layout
