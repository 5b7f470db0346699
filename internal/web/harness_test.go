// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/recent"
	"didsms_exporter/internal/web"
)

// door is a private door over parts that a test can change.
type door struct {
	config  web.Config
	memory  *recent.Memory
	reloads int
}

// newDoor returns a door that is open to this machine only, unless a test changes
// its configuration.
func newDoor(change ...func(*web.Config)) *door {
	d := &door{memory: recent.New(0)}
	d.config = web.Config{
		TelemetryPath: "/metrics",
		Metrics:       http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "metrics\n") }),
		Events:        web.MemoryEvents{Memory: d.memory},
		Ready:         func() bool { return true },
		Reload:        func(context.Context) error { d.reloads++; return nil },
		Status:        func() web.Status { return web.Status{Version: "1.2.3", Started: time.Now(), Storage: "memory"} },
	}
	for _, c := range change {
		c(&d.config)
	}
	return d
}

func access(a web.Access) func(*web.Config) {
	return func(c *web.Config) { c.Access = func() web.Access { return a } }
}

func external(u string) func(*web.Config) {
	return func(c *web.Config) { c.ExternalURL, _ = url.Parse(u) }
}

// ask is one request; the zero fields are those of a client on this machine.
type ask struct {
	method, path, host, remote string
	header                     http.Header
}

// do gives the request to the door's handler as the server would.
func (d *door) do(t testing.TB, a ask) *http.Response {
	t.Helper()
	handler, err := web.New(d.config)
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest(orElse(a.method, http.MethodGet), a.path, nil)
	request.Host = orElse(a.host, "127.0.0.1:9911")
	if a.host == "-" {
		request.Host = "" // HTTP/1.0 allows that
	}
	request.RemoteAddr = orElse(a.remote, "127.0.0.1:40000")
	maps.Copy(request.Header, a.header)
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Result()
}

func orElse(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}

func body(t testing.TB, response *http.Response) string {
	t.Helper()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestNewRefuses(t *testing.T) {
	telemetry := func(path string) func(*web.Config) { return func(c *web.Config) { c.TelemetryPath = path } }
	for _, c := range []struct {
		name   string
		change func(*web.Config)
		want   string // part of the error
	}{
		{"no metrics", func(c *web.Config) { c.Metrics = nil }, "a part is missing"},
		{"no events", func(c *web.Config) { c.Events = nil }, "a part is missing"},
		{"no ready", func(c *web.Config) { c.Ready = nil }, "a part is missing"},
		{"no reload", func(c *web.Config) { c.Reload = nil }, "a part is missing"},
		{"no status", func(c *web.Config) { c.Status = nil }, "a part is missing"},
		{"no path", telemetry(""), "plain path"},
		{"the root", telemetry("/"), "plain path"},
		{"no slash", telemetry("metrics"), "plain path"},
		{"a slash behind", telemetry("/metrics/"), "plain path"},
		{"two slashes", telemetry("/a//b"), "plain path"},
		{"dots", telemetry("/a/../b"), "plain path"},
		{"a pattern", telemetry("/{name}"), "plain path"},
		{"a broken pattern", telemetry("/{"), "plain path"},
		{"another host", telemetry("example.com/metrics"), "plain path"},
		{"a space", telemetry("/me trics"), "plain path"},
		{"a broken escape", telemetry("/%zz"), "plain path"},
		{"another page", telemetry("/debug/events"), "/debug/"},
		{"a probe", telemetry("/-/healthy"), "/-/"},
		{"the folder of the probes", telemetry("/-"), "/-/"},
		{"the style", telemetry("/assets/page.css"), "/assets/"},
		{"a profile", telemetry("/debug/pprof/metrics"), "/debug/"},
	} {
		handler, err := web.New(newDoor(c.change).config)
		if err == nil || handler != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want one with %q", c.name, err, c.want)
		}
	}
}

func TestTelemetryPath(t *testing.T) {
	for _, path := range []string{"/metrics", "/prometheus/metrics", "/m.e-t_r~ics", "/debugging", "/assets-metrics", "/-metrics"} {
		d := newDoor(func(c *web.Config) { c.TelemetryPath = path })
		if got := d.do(t, ask{path: path}); got.StatusCode != http.StatusOK || body(t, got) != "metrics\n" {
			t.Errorf("%s: got %d", path, got.StatusCode)
		}
		if path != "/metrics" {
			if got := d.do(t, ask{path: "/metrics"}); got.StatusCode != http.StatusNotFound {
				t.Errorf("/metrics beside %s: got %d, want 404", path, got.StatusCode)
			}
		}
		if page := body(t, d.do(t, ask{path: "/"})); !strings.Contains(page, `<a href="`+path+`">`) {
			t.Errorf("%s: the landing page has no link to it", path)
		}
	}
}

// The server of this door bounds how long a client may take to say what it wants,
// and nothing bounds how long a profile may be written.
func TestNewServer(t *testing.T) {
	server := web.NewServer(http.NotFoundHandler(), discard)
	if server.ReadHeaderTimeout <= 0 || server.IdleTimeout <= 0 || server.WriteTimeout != 0 || server.ErrorLog == nil {
		t.Errorf("got %+v", server)
	}
}

var errReload = errors.New("accounts[0]: hunter2")

func TestReload(t *testing.T) {
	d := newDoor()
	if got := d.do(t, ask{method: http.MethodPost, path: "/-/reload"}); got.StatusCode != http.StatusOK || d.reloads != 1 {
		t.Errorf("got %d after %d reloads, want 200 after 1", got.StatusCode, d.reloads)
	}
	d.config.Reload = func(context.Context) error { return errReload }
	got := d.do(t, ask{method: http.MethodPost, path: "/-/reload"})
	if text := body(t, got); got.StatusCode != http.StatusInternalServerError || strings.Contains(text, "accounts") || !strings.Contains(text, "The log says") {
		t.Errorf("got %d %q, want 500 that sends to the log", got.StatusCode, text)
	}
}
