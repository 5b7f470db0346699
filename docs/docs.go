// SPDX-License-Identifier: Apache-2.0

// Package docs holds the pages that the program itself hands out.
package docs

import _ "embed"

// Runbooks has one section an alert; alerts link to them by anchor.
//
//go:embed runbooks.md
var Runbooks []byte
