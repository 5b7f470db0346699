// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"os"

	"go.yaml.in/yaml/v4"
)

// webFile is what this program needs to know of an exporter-toolkit web
// configuration. The toolkit itself checks the whole of it.
type webFile struct {
	TLS struct {
		Cert       string `yaml:"cert"`
		CertFile   string `yaml:"cert_file"`
		ClientAuth string `yaml:"client_auth_type"`
	} `yaml:"tls_server_config"`
	Users     map[string]string `yaml:"basic_auth_users"`
	RateLimit map[string]any    `yaml:"rate_limit"`
}

// WebAuthenticated reports whether a web configuration makes a door ask who its
// client is: by basic auth, or by a verified client certificate.
func WebAuthenticated(path string) (bool, error) {
	file, err := readWeb(path)
	return len(file.Users) > 0 || file.TLS.ClientAuth == "RequireAndVerifyClientCert", err
}

// WebTLS reports whether a web configuration makes a door speak TLS.
func WebTLS(path string) (bool, error) {
	file, err := readWeb(path)
	return file.TLS.Cert != "" || file.TLS.CertFile != "", err
}

// WebAnswers reports whether a web configuration makes the toolkit answer requests
// itself, by a password or a rate limit, in place of the handler.
func WebAnswers(path string) (bool, error) {
	file, err := readWeb(path)
	return len(file.Users) > 0 || len(file.RateLimit) > 0, err
}

func readWeb(path string) (webFile, error) {
	if path == "" {
		return webFile{}, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return webFile{}, fmt.Errorf("read web configuration: %w", err)
	}
	// A list, since an empty file holds no document and is fine with the toolkit.
	var files []webFile
	if err := yaml.Load(content, &files, yaml.WithAllDocuments()); err != nil {
		return webFile{}, fmt.Errorf("read web configuration %s: %w", path, err)
	}
	if len(files) == 0 {
		return webFile{}, nil
	}
	return files[0], nil // the one that the toolkit reads
}
