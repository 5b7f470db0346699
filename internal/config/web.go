// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"os"

	"go.yaml.in/yaml/v4"
)

// WebAuthenticated reports whether an exporter-toolkit web configuration makes a
// door ask who its client is: by basic auth, or by a verified client certificate.
// The toolkit itself checks the rest of the file.
func WebAuthenticated(path string) (bool, error) {
	if path == "" {
		return false, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return false, fmt.Errorf("read web configuration: %w", err)
	}
	// A list, since an empty file holds no document and is fine with the toolkit.
	var files []struct {
		TLS struct {
			ClientAuth string `yaml:"client_auth_type"`
		} `yaml:"tls_server_config"`
		Users map[string]string `yaml:"basic_auth_users"`
	}
	if err := yaml.Load(content, &files, yaml.WithAllDocuments()); err != nil {
		return false, fmt.Errorf("read web configuration %s: %w", path, err)
	}
	if len(files) == 0 {
		return false, nil
	}
	file := files[0] // the one that the toolkit reads
	return len(file.Users) > 0 || file.TLS.ClientAuth == "RequireAndVerifyClientCert", nil
}
