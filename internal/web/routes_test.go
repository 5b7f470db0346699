// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"didsms_exporter/internal/web"
)

var discard = slog.New(slog.DiscardHandler)

const (
	text = "text/plain; charset=utf-8"
	html = "text/html; charset=utf-8"
)

// Every path there is, and some that are not, with what a GET gets.
var routes = []struct {
	path    string
	status  int
	kind    string // content type; empty: not looked at
	guarded bool   // a debug page
}{
	{"/", 200, html, true},
	{"/metrics", 200, "", false},
	{"/-/healthy", 200, text, false},
	{"/-/ready", 200, text, false},
	{"/debug/events", 200, "application/json", true},
	{"/debug/pprof/", 200, html, true},
	{"/debug/pprof/cmdline", 200, text, true},
	{"/debug/pprof/symbol", 200, text, true},
	{"/debug/pprof/heap", 200, "application/octet-stream", true},
	{"/debug/pprof/goroutine?debug=1", 200, text, true},
	{"/debug/pprof/nonsense", 404, "", true},
	{"/assets/page.css", 200, "text/css; charset=utf-8", true},
	{"/assets/", 404, "", true},
	{"/assets/landing.html", 404, "", true},
	{"/assets/page.css/", 404, "", true},
	{"/assets/PAGE.CSS", 404, "", true},

	{"/index.html", 404, "", false},
	{"/metrics/", 404, "", false},
	{"/debug", 404, "", false},
	{"/debug/", 404, "", false},
	{"/debug/vars", 404, "", false},
	{"/debug/events/", 404, "", false},
	{"/-/", 404, "", false},
	{"/callback", 404, "", false},
	{"/landing.html", 404, "", false},
	{"/favicon.ico", 404, "", false},
}

func TestRoutes(t *testing.T) {
	d := newDoor()
	for _, route := range routes {
		got := d.do(t, ask{path: route.path})
		if got.StatusCode != route.status || route.kind != "" && got.Header.Get("Content-Type") != route.kind {
			t.Errorf("%s: got %d %s, want %d %s", route.path, got.StatusCode, got.Header.Get("Content-Type"), route.status, route.kind)
		}
	}
}

// HEAD is answered like GET; every other method, on every page, by 405 with the
// methods there are, and nothing of the page.
func TestMethods(t *testing.T) {
	d := newDoor()
	methods := []string{
		http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
		http.MethodOptions, http.MethodTrace, http.MethodConnect, "BREW",
	}
	for _, route := range routes {
		if route.status != http.StatusOK {
			continue
		}
		for _, method := range methods {
			got := d.do(t, ask{method: method, path: route.path})
			want := http.StatusMethodNotAllowed
			if method == http.MethodHead {
				want = http.StatusOK
			}
			if got.StatusCode != want {
				t.Errorf("%s %s: got %d, want %d", method, route.path, got.StatusCode, want)
			}
			if allow := got.Header.Get("Allow"); want == http.StatusMethodNotAllowed && allow != "GET, HEAD" {
				t.Errorf("%s %s: got Allow %q", method, route.path, allow)
			}
		}
	}
	for _, method := range append(methods, http.MethodGet) {
		got := d.do(t, ask{method: method, path: "/-/reload"})
		want := method != http.MethodPost
		if (got.StatusCode == http.StatusMethodNotAllowed) != want || want && got.Header.Get("Allow") != "POST" {
			t.Errorf("%s /-/reload: got %d, Allow %q", method, got.StatusCode, got.Header.Get("Allow"))
		}
	}
	if d.reloads != 1 {
		t.Errorf("got %d reloads, want the POST's", d.reloads)
	}
}

func TestProbes(t *testing.T) {
	ready := false
	d := newDoor(func(c *web.Config) { c.Ready = func() bool { return ready } })
	for _, c := range []struct {
		ready         bool
		status        int
		page, healthy string
	}{
		{false, http.StatusServiceUnavailable, "not ready: starting or draining", "didsms_exporter is healthy.\n"},
		{true, http.StatusOK, ">ready<", "didsms_exporter is healthy.\n"},
	} {
		ready = c.ready
		if got := d.do(t, ask{path: "/-/ready"}); got.StatusCode != c.status {
			t.Errorf("ready %t: got %d, want %d", c.ready, got.StatusCode, c.status)
		}
		if got := d.do(t, ask{path: "/-/healthy"}); got.StatusCode != http.StatusOK || body(t, got) != c.healthy {
			t.Errorf("ready %t: /-/healthy got %d", c.ready, got.StatusCode)
		}
		if page := body(t, d.do(t, ask{path: "/"})); !strings.Contains(page, c.page) {
			t.Errorf("ready %t: the page does not say %q", c.ready, c.page)
		}
	}
}

// What a page may load and who may frame it; nothing is left in a cache.
var wantHeaders = map[string]string{
	"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"X-Content-Type-Options":  "nosniff",
	"X-Frame-Options":         "DENY",
	"Referrer-Policy":         "no-referrer",
	"Cache-Control":           "no-store",
}

func TestSecurityHeaders(t *testing.T) {
	d := newDoor()
	for _, route := range routes {
		// A refusal has them too: it is asked for by the same browsers.
		for _, remote := range []string{"", "192.0.2.1:1"} {
			got := d.do(t, ask{path: route.path, remote: remote})
			for name, want := range wantHeaders {
				if route.guarded && !slices.Equal(got.Header[name], []string{want}) {
					t.Errorf("%s: got %s %q, want %q", route.path, name, got.Header[name], want)
				}
			}
			// No origin is ever let in by CORS.
			for name := range got.Header {
				if strings.HasPrefix(name, "Access-Control-") {
					t.Errorf("%s: got %s", route.path, name)
				}
			}
		}
	}
}

// The page's own style is all that its policy lets it load, so it may hold nothing
// inline and nothing from elsewhere.
func TestLandingKeepsItsPolicy(t *testing.T) {
	page := body(t, newDoor().do(t, ask{path: "/"}))
	for _, bad := range []string{"<script", "<style", "style=", "onload", "onclick", "http:", "https:", "//"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if !strings.Contains(page, `<link rel="stylesheet" href="/assets/page.css">`) {
		t.Error("the page does not load its style")
	}
	if css := body(t, newDoor().do(t, ask{path: "/assets/page.css"})); strings.Contains(css, "url(") || strings.Contains(css, "@import") {
		t.Error("the style loads something")
	}
}

// Every value of Status is text to the page, whatever is in it.
func TestLandingEscapes(t *testing.T) {
	const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`
	d := newDoor(func(c *web.Config) {
		c.Status = func() web.Status { return web.Status{Version: hostile, Storage: hostile, Accounts: -1} }
	})
	page := body(t, d.do(t, ask{path: "/"}))
	for _, bad := range []string{"<script", "<img"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	if got := strings.Count(page, "&lt;script&gt;alert(1)&lt;/script&gt;"); got != 2 {
		t.Errorf("got %d escaped values, want 2", got)
	}
}
