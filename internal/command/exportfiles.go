// SPDX-License-Identifier: Apache-2.0

package command

import (
	"bytes"
	"io/fs"
	"path"

	"didsms_exporter/alerts"
	"didsms_exporter/deploy"
	"didsms_exporter/docs"
)

// exported is one file that export writes.
type exported struct {
	name    string // slash-separated, below the folder
	content []byte
}

// exportedFiles are all of them, in the order of their names.
func exportedFiles(parameters alerts.Parameters) ([]exported, error) {
	rules, err := alerts.Render(parameters)
	if err != nil {
		return nil, err
	}
	var files []exported
	add := func(name string, content []byte) { files = append(files, exported{name, content}) }
	err = eachFile(deploy.Files, func(name string, content []byte) {
		// Rules and scrape configuration name one job.
		if name == deploy.PrometheusExample {
			content = bytes.ReplaceAll(content, []byte("job_name: "+alerts.Defaults().Job+"\n"), []byte("job_name: "+parameters.Job+"\n"))
		}
		add(name, content)
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
