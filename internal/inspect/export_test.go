// SPDX-License-Identifier: Apache-2.0

package inspect

// LimitEffort makes searches short, so that a fuzzer gets through many captures.
func (i *Inspector) LimitEffort(bytes int) { i.effort = bytes }
