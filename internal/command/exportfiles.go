// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"io/fs"
	"path"
	"strings"

	"didsms_exporter/alerts"
	"didsms_exporter/dashboards"
	"didsms_exporter/deploy"
	"didsms_exporter/docs"
)

// exported is one file that export writes.
type exported struct {
	name    string // slash-separated, below the folder
	content []byte
}

// exportedFiles are all of them, in the order of their names.
func exportedFiles(parameters alerts.Parameters, exporterURL string) ([]exported, error) {
	rules, err := alerts.Render(parameters)
	if err != nil {
		return nil, err
	}
	var files []exported
	add := func(name string, content []byte) { files = append(files, exported{name, content}) }
	err = eachFile(deploy.Files, func(name string, content []byte) {
		add(name, fitting(name, content, parameters, exporterURL))
	})
	if err != nil {
		return nil, err
	}
	boards := dashboards.Parameters{
		Objective: parameters.Objective, Latency: parameters.Latency,
		Critical: parameters.Critical, Warning: parameters.Warning, Info: parameters.Info,
	}
	err = eachFile(dashboards.Files, func(name string, content []byte) {
		add(path.Join("grafana/dashboards", name), dashboards.WithExporter(boards.Fit(content), exporterURL))
	})
	for _, file := range rules {
		add(path.Join("prometheus/rules", file.Name), file.Content)
	}
	add("kubernetes/prometheusrules.yml", alerts.PrometheusRule(rules))
	add("runbooks.md", docs.Runbooks)
	return files, err
}

func eachFile(files fs.FS, do func(name string, content []byte)) error {
	return fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, name)
		if err == nil {
			do(name, content)
		}
		return err
	})
}

// fitting puts the names that the rules have into a file that goes with them: the job
// into the scrape configurations, the severities into the routes and the messages. The
// data source's link from an exemplar leads to the exporter.
func fitting(name string, content []byte, parameters alerts.Parameters, exporterURL string) []byte {
	usual := alerts.Defaults()
	switch name {
	case deploy.PrometheusExample, deploy.ComposePrometheus:
		return bytes.ReplaceAll(content, []byte("job_name: "+usual.Job+"\n"), []byte("job_name: "+parameters.Job+"\n"))
	case deploy.GrafanaDataSource:
		return bytes.ReplaceAll(content, []byte(dashboards.Exporter+"/"), []byte(exporterURL+"/"))
	case deploy.AlertmanagerExample:
		return []byte(strings.NewReplacer(
			`severity="`+usual.Critical+`"`, `severity="`+parameters.Critical+`"`,
			`severity="`+usual.Warning+`"`, `severity="`+parameters.Warning+`"`,
			`severity="`+usual.Info+`"`, `severity="`+parameters.Info+`"`,
			`severity=~"`+usual.Warning+"|"+usual.Info+`"`, `severity=~"`+parameters.Warning+"|"+parameters.Info+`"`,
		).Replace(string(content)))
	case deploy.AlertmanagerMessages:
		return []byte(strings.NewReplacer(
			`.severity "`+usual.Critical+`"`, `.severity "`+parameters.Critical+`"`,
			`.severity "`+usual.Warning+`"`, `.severity "`+parameters.Warning+`"`,
		).Replace(string(content)))
	}
	return content
}
