// SPDX-License-Identifier: Apache-2.0

// Package dashboards holds the Grafana dashboards that come with the exporter, which
// the export command writes out. They are generated: see the module in gen.
package dashboards

import "embed"

// Files are the dashboards, by the name under which they are written.
//
//go:embed *.json
var Files embed.FS
