// SPDX-License-Identifier: Apache-2.0

// Package harness runs the exporter's binary beside real programs on loopback:
// it signs and sends callbacks, scrapes and parses, and asks Prometheus servers.
package harness
