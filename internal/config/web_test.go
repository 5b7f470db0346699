// SPDX-License-Identifier: Apache-2.0

package config_test

import (
	"path/filepath"
	"testing"

	"didsms_exporter/internal/config"
)

// Whether the debug pages open to everybody hangs on this answer, so whatever does
// not plainly ask who the client is must be false.
func TestWebAuthenticated(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want, bad  bool
	}{
		{"empty", "", false, false},
		{"a comment alone", "# nothing\n", false, false},
		{"users", "basic_auth_users: {alice: $2y$10$abc}\n", true, false},
		{"no users", "basic_auth_users: {}\n", false, false},
		{"null users", "basic_auth_users:\n", false, false},
		{"TLS alone", "tls_server_config: {cert_file: c, key_file: k}\n", false, false},
		{"certificates verified", "tls_server_config: {client_auth_type: RequireAndVerifyClientCert}\n", true, false},
		{"certificates not verified", "tls_server_config: {client_auth_type: RequireAnyClientCert}\n", false, false},
		{"certificates if given", "tls_server_config: {client_auth_type: VerifyClientCertIfGiven}\n", false, false},
		{"certificates asked for", "tls_server_config: {client_auth_type: RequestClientCert}\n", false, false},
		{"other keys", "http_server_config: {http2: false}\n", false, false},
		{"not YAML", "basic_auth_users: {\n", false, true},
		{"users are a list", "basic_auth_users: [alice]\n", false, true},
	} {
		path := filepath.Join(t.TempDir(), "web.yml")
		writeFile(t, path, c.text)
		got, err := config.WebAuthenticated(path)
		if got != c.want || (err != nil) != c.bad {
			t.Errorf("%s: got %t, %v, want %t, error %t", c.name, got, err, c.want, c.bad)
		}
	}
	if got, err := config.WebAuthenticated(""); got || err != nil {
		t.Errorf("no file: got %t, %v", got, err)
	}
	if got, err := config.WebAuthenticated(filepath.Join(t.TempDir(), "absent")); got || err == nil {
		t.Errorf("absent: got %t, %v", got, err)
	}
}
