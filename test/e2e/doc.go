// SPDX-License-Identifier: Apache-2.0

// Package e2e tests the exporter's binary from outside, beside the programs that
// its users run it with.
package e2e
