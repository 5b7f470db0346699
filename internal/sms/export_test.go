// SPDX-License-Identifier: Apache-2.0

package sms

import "strings"

// CallingCodes is the whole table, for the check that it is prefix-free.
func CallingCodes() []string { return strings.Fields(callingCodes) }
