// SPDX-License-Identifier: Apache-2.0

package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Server is one version of Prometheus on this machine.
type Server struct {
	Name       string
	Prometheus string // path of the server
	Promtool   string // path of its tool
}

// Servers finds the versions to test with: the system's, which is the oldest
// that people still run, and the pinned one that the Makefile builds. Without
// the one or the other the test fails, for a test that is left out in silence
// proves nothing; PROM_NEW=0 leaves the pinned one out, and says so.
func Servers(t *testing.T) []Server {
	t.Helper()
	system := Server{Name: "system", Prometheus: inPath(t, "prometheus"), Promtool: inPath(t, "promtool")}
	if os.Getenv("PROM_NEW") == "0" {
		if os.Getenv("CI") == "true" {
			t.Fatal("PROM_NEW=0 is for developers: CI runs both versions")
		}
		t.Log("PROM_NEW=0: the pinned Prometheus is LEFT OUT")
		return []Server{system}
	}
	folder := os.Getenv("PINNED_DIR")
	pinned := Server{Name: "pinned", Prometheus: filepath.Join(folder, "prometheus"), Promtool: filepath.Join(folder, "promtool")}
	for _, program := range []string{pinned.Prometheus, pinned.Promtool} {
		if _, err := os.Stat(program); folder == "" || err != nil {
			t.Fatalf("the pinned Prometheus is not at PINNED_DIR=%q: run `make e2e`, or set PROM_NEW=0", folder)
		}
	}
	return []Server{system, pinned}
}

func inPath(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("%v: run `make e2e`, or install Debian's package prometheus", err)
	}
	return path
}

// Prometheus is a running server that scrapes one target each second.
type Prometheus struct {
	*Process
	address string
}

// Start starts a server over an empty database.
func (s Server) Start(t *testing.T, target string) *Prometheus {
	t.Helper()
	return s.StartAs(t, "didsms_exporter", target)
}

// StartAs is Start with the name of the job, and with further lines at the end of
// the configuration, such as those about rules.
func (s Server) StartAs(t *testing.T, job, target string, lines ...string) *Prometheus {
	t.Helper()
	return s.StartOver(t, t.TempDir(), fmt.Sprintf(`
global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
  - job_name: %s
    static_configs: [{targets: [%q]}]
%s
`, job, target, strings.Join(lines, "\n")))
}

// StartOver starts a server with this configuration over a folder that belongs to it;
// its database, empty or not, is the folder data in there.
func (s Server) StartOver(t *testing.T, folder, configuration string) *Prometheus {
	t.Helper()
	config := filepath.Join(folder, "prometheus.yml")
	if err := os.WriteFile(config, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &Prometheus{address: FreeAddress(t)}
	p.Process = StartProcess(t, s.Prometheus, []string{
		"--config.file=" + config,
		"--storage.tsdb.path=" + filepath.Join(folder, "data"),
		"--web.listen-address=" + p.address,
		"--log.level=warn",
	}, nil)
	Eventually(t, 60*time.Second, func() error {
		if p.Ended() {
			t.Fatalf("the %s Prometheus ended before it was ready", s.Name)
		}
		return ready(p.address)
	})
	return p
}

// ErrNoSeries is the answer to a query that matches nothing.
var ErrNoSeries = errors.New("no such series")

// Value evaluates an expression that gives at most one series.
func (p *Prometheus) Value(expression string) (float64, error) {
	found, err := p.query(expression)
	if err != nil {
		return 0, err
	}
	switch {
	case len(found) == 0:
		return 0, fmt.Errorf("%s: %w", expression, ErrNoSeries)
	case len(found) > 1:
		return 0, fmt.Errorf("%s: %d series, want one", expression, len(found))
	}
	text, ok := found[0].Value[1].(string)
	if !ok {
		return 0, fmt.Errorf("%s: value %v is no text", expression, found[0].Value)
	}
	return strconv.ParseFloat(text, 64)
}

// Labels evaluates an expression and gives the labels of its series.
func (p *Prometheus) Labels(expression string) ([]map[string]string, error) {
	found, err := p.query(expression)
	var labels []map[string]string
	for _, series := range found {
		labels = append(labels, series.Metric)
	}
	return labels, err
}

// series is one series of an answer.
type series struct {
	Metric map[string]string `json:"metric"`
	Value  [2]any            `json:"value"` // time and value, the latter as text
}

func (p *Prometheus) query(expression string) ([]series, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	address := "http://" + p.address + "/api/v1/query?query=" + url.QueryEscape(expression)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var answer struct {
		Status string `json:"status"`
		Error  string `json:"error"`
		Data   struct {
			Result []series `json:"result"`
		} `json:"data"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("query %s: %w", expression, err)
	}
	if answer.Status != "success" {
		return nil, fmt.Errorf("query %s: %s", expression, answer.Error)
	}
	return answer.Data.Result, nil
}

// AwaitValue waits until an expression has this value: for a minute, since the
// exporter may hold a newborn series for half of it.
func (p *Prometheus) AwaitValue(t *testing.T, expression string, want float64) {
	t.Helper()
	Eventually(t, time.Minute, func() error {
		got, err := p.Value(expression)
		if err == nil && got != want {
			err = fmt.Errorf("%s is %v, want %v", expression, got, want)
		}
		return err
	})
}
