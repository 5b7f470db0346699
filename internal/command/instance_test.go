// SPDX-License-Identifier: Apache-2.0

package command

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/config"
	"didsms_exporter/internal/nxcloud"
)

const (
	oldSecret = "the old secret"
	newSecret = "the new secret"
)

// newTestInstance wires an exporter on free ports. Its account's secret lies in a
// file next to its configuration; extra is more YAML.
func newTestInstance(t *testing.T, extra string) *instance {
	t.Helper()
	folder := t.TempDir()
	writeFile(t, filepath.Join(folder, "secret"), oldSecret+"\n")
	file := filepath.Join(folder, "didsms.yml")
	writeFile(t, file, "accounts:\n  - {name: main, access_key: key, secret_files: [secret], currency: USD}\n"+extra)
	s := &settings{
		receiverAddress: "127.0.0.1:0",
		receiverPath:    "/callback",
		webAddress:      "127.0.0.1:0",
		telemetryPath:   "/metrics",
		debug:           "auto",
		storagePath:     filepath.Join(folder, "data"),
		retention:       30 * 24 * time.Hour,
		logger:          slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	s.source = config.Source{File: file, Retention: s.retention}
	c, err := loadConfig(s)
	if err != nil {
		t.Fatal(err)
	}
	i, err := newInstance(s, c)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// start runs the instance until the test ends.
func start(t *testing.T, i *instance) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- i.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (i *instance) folder() string { return filepath.Dir(i.settings.source.File) }

// callback posts one signed MO and returns status and word.
func (i *instance) callback(messageID, secret string) (int, string, error) {
	body := fmt.Sprintf(`{"messageId":%q,"toPhone":"18184505018","price":"0.036","size":"1"}`, messageID)
	p := nxcloud.Parameters{AccessKey: "key", Action: "mo", BizType: "4", Timestamp: strconv.FormatInt(time.Now().UnixMilli(), 10)}
	request, err := http.NewRequest(http.MethodPost, i.public.url("/callback"), strings.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	for name, value := range map[string]string{
		"Content-Type": "application/json", "accesskey": p.AccessKey, "action": p.Action, "biztype": p.BizType,
		"ts": p.Timestamp, "sign": nxcloud.Sign(nxcloud.AlgorithmMD5, p, []byte(body), []byte(secret)),
	} {
		request.Header.Set(name, value)
	}
	return answer(request)
}

func answer(request *http.Request) (int, string, error) {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), err
}

// get asks the private door.
func (i *instance) get(t *testing.T, path string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, i.private.url(path), nil)
	if err != nil {
		t.Fatal(err)
	}
	status, body, err := answer(request)
	if err != nil {
		t.Fatal(err)
	}
	return status, body
}

// post reloads the configuration over the private door.
func (i *instance) post(t *testing.T) int {
	t.Helper()
	request, err := http.NewRequest(http.MethodPost, i.private.url("/-/reload"), nil)
	if err != nil {
		t.Fatal(err)
	}
	status, _, err := answer(request)
	if err != nil {
		t.Fatal(err)
	}
	return status
}

// sample returns the value of one line of the metrics page.
func (i *instance) sample(t *testing.T, series string) string {
	t.Helper()
	_, page := i.get(t, "/metrics")
	for line := range strings.Lines(page) {
		if value, found := strings.CutPrefix(strings.TrimSpace(line), series+" "); found {
			return value
		}
	}
	return "absent"
}
