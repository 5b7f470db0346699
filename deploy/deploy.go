// SPDX-License-Identifier: Apache-2.0

// Package deploy holds the files for the programs around the exporter, which the
// export command writes out.
package deploy

import "embed"

// Files are all of them, by the path under which they are written.
//
//go:embed didsms.example.yml prometheus systemd
var Files embed.FS

// PrometheusExample is the one of them that names the scrape job.
const PrometheusExample = "prometheus/prometheus.example.yml"
