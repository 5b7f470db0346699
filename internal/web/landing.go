// SPDX-License-Identifier: Apache-2.0

package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"time"
)

//go:embed assets
var files embed.FS

// landing is the page at /: what this is, how it is, and where to go.
type landing struct {
	page      *template.Template
	telemetry string
	ready     func() bool
	status    func() Status
	logger    *slog.Logger
}

func newLanding(config Config) (*landing, error) {
	page, err := template.ParseFS(files, "assets/landing.html")
	if err != nil {
		return nil, fmt.Errorf("landing page: %w", err)
	}
	return &landing{page, config.TelemetryPath, config.Ready, config.Status, config.Logger}, nil
}

// ServeHTTP renders the page whole before a byte is sent.
func (l *landing) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	status := l.status()
	var page bytes.Buffer
	err := l.page.Execute(&page, struct {
		Status
		Ready     bool
		Uptime    time.Duration
		Telemetry string
	}{status, l.ready(), time.Since(status.Started).Round(time.Second), l.telemetry})
	if err != nil {
		l.logger.Error("cannot render the landing page", "err", err)
		plain(w, http.StatusInternalServerError, "The page cannot be shown; the log says why.")
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = page.WriteTo(w) // nothing is left to tell a client that hung up
}

// assets serves the page's own style; the template is not for reading.
func assets() http.Handler {
	server := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.URL.Path != "/assets/page.css" {
			http.NotFound(w, request)
			return
		}
		server.ServeHTTP(w, request)
	})
}
