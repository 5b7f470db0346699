// SPDX-License-Identifier: Apache-2.0

// Package deploy holds the files for the programs around the exporter, which the
// export command writes out.
package deploy

import "embed"

// Files are all of them, by the path under which they are written.
//
//go:embed alertmanager compose didsms.example.yml grafana prometheus systemd
var Files embed.FS

// The files of them that name what other files name too: the job and the severities of
// the rules, the exporter's address of the dashboards.
const (
	ComposePrometheus    = "compose/prometheus.yml"
	PrometheusExample    = "prometheus/prometheus.example.yml"
	GrafanaDataSource    = "grafana/provisioning/datasources/didsms.yml"
	AlertmanagerExample  = "alertmanager/alertmanager.example.yml"
	AlertmanagerMessages = "alertmanager/didsms.tmpl"
)
