// SPDX-License-Identifier: Apache-2.0

// Package alerts renders the recording and alerting rules that come with the
// exporter, as plain Prometheus rule files, one an area, or as one object for the
// Prometheus Operator.
//
// Sources are the files in source: rules as they will be read, with the few places
// in << >> that depend on Parameters. The folder rules holds what the defaults give,
// for people who copy.
package alerts

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed source/*.yml
var sources embed.FS

// File is one rendered rule file.
type File struct {
	Name    string // such as delivery.yml
	Content []byte
}

// Areas lists the areas in the order in which a person meets them. Each one's file
// stands alone: it records all that its alerts read.
func Areas() []string { return []string{"delivery", "traffic", "spend", "intake", "exporter"} }

// Render gives the rule files of all areas.
func Render(parameters Parameters) ([]File, error) {
	if err := parameters.Validate(); err != nil {
		return nil, err
	}
	var files []File
	for _, area := range Areas() {
		content, err := renderArea(area, parameters)
		if err != nil {
			return nil, fmt.Errorf("alerts: %s: %w", area, err)
		}
		files = append(files, File{area + ".yml", content})
	}
	return files, nil
}

func renderArea(area string, parameters Parameters) ([]byte, error) {
	source, err := fs.ReadFile(sources, path.Join("source", area+".yml"))
	if err != nil {
		return nil, err
	}
	text, err := expand(string(source), parameters)
	if err != nil {
		return nil, err
	}
	if strings.Contains(text, "<<") || strings.Contains(text, "<no value>") {
		return nil, errors.New("a place was left unfilled")
	}
	return []byte(parameters.head(area) + text), nil
}
