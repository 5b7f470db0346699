// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"
)

// stack is the exported stack as the programs in it read it.
type stack struct {
	compose     composeFile
	prometheus  prometheusFile
	dashboards  dashboardsFile
	datasources datasourcesFile
}

type composeFile struct {
	Name     string                    `yaml:"name"`
	Services map[string]composeService `yaml:"services"`
	Volumes  map[string]any            `yaml:"volumes"`
}

type composeService struct {
	Image       string            `yaml:"image"`
	Command     []string          `yaml:"command"`
	Environment map[string]string `yaml:"environment"`
	Volumes     []string          `yaml:"volumes"`
	Ports       []string          `yaml:"ports"`
	ReadOnly    bool              `yaml:"read_only"`
	CapDrop     []string          `yaml:"cap_drop"`
	Healthcheck struct {
		Disable bool `yaml:"disable"`
	} `yaml:"healthcheck"`
	DependsOn map[string]struct {
		Condition string `yaml:"condition"`
	} `yaml:"depends_on"`
}

type prometheusFile struct {
	Global struct {
		Scrape   string `yaml:"scrape_interval"`
		Evaluate string `yaml:"evaluation_interval"`
	} `yaml:"global"`
	RuleFiles []string `yaml:"rule_files"`
	Scrapes   []struct {
		Job     string          `yaml:"job_name"`
		Native  bool            `yaml:"scrape_native_histograms"`
		Targets []staticTargets `yaml:"static_configs"`
	} `yaml:"scrape_configs"`
	Alerting struct {
		Alertmanagers []struct {
			Targets []staticTargets `yaml:"static_configs"`
		} `yaml:"alertmanagers"`
	} `yaml:"alerting"`
}

type staticTargets struct {
	Targets []string `yaml:"targets"`
}

type dashboardsFile struct {
	APIVersion int `yaml:"apiVersion"`
	Providers  []struct {
		Name            string `yaml:"name"`
		OrgID           int    `yaml:"orgId"`
		Folder          string `yaml:"folder"`
		FolderUID       string `yaml:"folderUid"`
		Type            string `yaml:"type"`
		DisableDeletion bool   `yaml:"disableDeletion"`
		AllowUIUpdates  bool   `yaml:"allowUiUpdates"`
		UpdateSeconds   int    `yaml:"updateIntervalSeconds"`
		Options         struct {
			Path string `yaml:"path"`
		} `yaml:"options"`
	} `yaml:"providers"`
}

type datasourcesFile struct {
	APIVersion  int `yaml:"apiVersion"`
	Datasources []struct {
		Name      string `yaml:"name"`
		UID       string `yaml:"uid"`
		Type      string `yaml:"type"`
		Access    string `yaml:"access"`
		URL       string `yaml:"url"`
		IsDefault bool   `yaml:"isDefault"`
		Editable  bool   `yaml:"editable"`
		JSONData  struct {
			HTTPMethod   string     `yaml:"httpMethod"`
			TimeInterval string     `yaml:"timeInterval"`
			ManageAlerts bool       `yaml:"manageAlerts"`
			Kind         string     `yaml:"prometheusType"`
			Exemplars    []exemplar `yaml:"exemplarTraceIdDestinations"`
		} `yaml:"jsonData"`
	} `yaml:"datasources"`
}

// exemplar says where a click on one leads.
type exemplar struct {
	Name  string `yaml:"name"`
	URL   string `yaml:"url"`
	Label string `yaml:"urlDisplayLabel"`
}

// readStack reads the files of a folder that export wrote. A field that is not in the
// types here is refused: what is misspelt in these files is passed over by some of
// their programs.
func readStack(folder string) (stack, error) {
	var s stack
	for file, into := range map[string]any{
		"compose/compose.yml":                         &s.compose,
		"compose/prometheus.yml":                      &s.prometheus,
		"grafana/provisioning/dashboards/didsms.yml":  &s.dashboards,
		"grafana/provisioning/datasources/didsms.yml": &s.datasources,
	} {
		content, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(file)))
		if err != nil {
			return stack{}, err
		}
		decoder := yaml.NewDecoder(bytes.NewReader(content))
		decoder.KnownFields(true)
		if err := decoder.Decode(into); err != nil {
			return stack{}, fmt.Errorf("%s: %w", file, err)
		}
	}
	return s, nil
}
