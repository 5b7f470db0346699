// SPDX-License-Identifier: Apache-2.0

// Package web is the private door: metrics, health, the landing page and the
// debug pages. What it shows may name customers, so the debug pages are for
// loopback clients unless the door asks for a password or a client certificate.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/pprof"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"

	"didsms_exporter/internal/recent"
)

// Events finds callbacks, newest first, from a cursor on that an earlier answer
// gave; next continues behind them and is empty at the end. A cursor that no answer
// gave is ErrCursor.
type Events interface {
	Find(ctx context.Context, filter recent.Filter, cursor string, limit int) (records []recent.Record, next string, err error)
}

// ErrCursor reports a cursor that no answer gave.
var ErrCursor = errors.New("must be the next_cursor of an earlier answer")

// Gap is a time in which no exporter was up.
type Gap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// Status is what the landing page says about the exporter.
type Status struct {
	Version     string
	Started     time.Time
	Accounts    int
	TrackedDIDs int
	MaxDIDs     int
	Storage     string // in words
}

// Config sets up the private door. Every field without a default is required.
type Config struct {
	TelemetryPath string       // such as /metrics
	Metrics       http.Handler // of the telemetry path
	Events        Events
	Gaps          func() []Gap // oldest first; nil: unknown
	Ready         func() bool
	Reload        func(context.Context) error
	Status        func() Status
	Access        func() Access         // who may see the debug pages now; nil: AccessLoopback
	Privacy       func() recent.Privacy // what they may show now; nil: nothing
	ExternalURL   *url.URL              // how people reach this door; may be nil
	Logger        *slog.Logger          // discards when nil
}

// New returns the handler of the private door.
func New(config Config) (http.Handler, error) {
	if err := checkTelemetryPath(config.TelemetryPath); err != nil {
		return nil, err
	}
	if config.Metrics == nil || config.Events == nil || config.Ready == nil || config.Reload == nil || config.Status == nil {
		return nil, errors.New("web: a part is missing from its configuration")
	}
	if config.Logger == nil {
		config.Logger = slog.New(slog.DiscardHandler)
	}
	if config.Access == nil {
		config.Access = func() Access { return AccessLoopback }
	}
	if config.Privacy == nil {
		config.Privacy = func() recent.Privacy { return recent.Privacy{} }
	}
	guard := &guard{access: config.Access, externalURL: config.ExternalURL}
	landing, err := newLanding(config)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+config.TelemetryPath, config.Metrics)
	mux.HandleFunc("GET /-/healthy", healthy)
	mux.HandleFunc("GET /-/ready", ready(config.Ready))
	mux.Handle("POST /-/reload", guard.post(reload(config.Reload)))
	mux.Handle("GET /{$}", guard.debug(landing))
	mux.Handle("GET /assets/", guard.debug(assets()))
	mux.Handle("GET /debug/events", guard.debug(&eventsPage{config.Events, config.Gaps, config.Privacy, config.Logger}))
	for page, handler := range map[string]http.HandlerFunc{
		"/debug/pprof/":        pprof.Index,
		"/debug/pprof/cmdline": pprof.Cmdline,
		"/debug/pprof/profile": pprof.Profile,
		"/debug/pprof/symbol":  pprof.Symbol,
		"/debug/pprof/trace":   pprof.Trace,
	} {
		mux.Handle("GET "+page, guard.debug(handler))
	}
	return mux, nil
}

var plainPath = regexp.MustCompile(`^(/[A-Za-z0-9._~-]+)+$`)

// checkTelemetryPath refuses what the mux would take for a pattern or, by a panic,
// for another page's path.
func checkTelemetryPath(telemetry string) error {
	if !plainPath.MatchString(telemetry) || path.Clean(telemetry) != telemetry {
		return errors.New("web: the telemetry path must be a plain path such as /metrics")
	}
	for _, taken := range []string{"/-/", "/assets/", "/debug/"} {
		if strings.HasPrefix(telemetry+"/", taken) {
			return fmt.Errorf("web: the telemetry path may not lie under %s, where other pages are", taken)
		}
	}
	return nil
}

// NewServer returns the server of the private door. Profiles are written for as
// long as was asked, so there is no limit on writing.
func NewServer(handler http.Handler, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
}

func healthy(w http.ResponseWriter, _ *http.Request) {
	plain(w, http.StatusOK, "didsms_exporter is healthy.")
}

func ready(isReady func() bool) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if !isReady() {
			plain(w, http.StatusServiceUnavailable, "didsms_exporter is not ready: it is starting or draining.")
			return
		}
		plain(w, http.StatusOK, "didsms_exporter is ready.")
	}
}

func reload(apply func(context.Context) error) http.HandlerFunc {
	return func(w http.ResponseWriter, request *http.Request) {
		if err := apply(request.Context()); err != nil {
			plain(w, http.StatusInternalServerError, "The configuration was not taken over; the former one stays in force. The log says what and where.")
			return
		}
		plain(w, http.StatusOK, "The configuration was taken over.")
	}
}

// plain answers in text, with a line end since people read it in a shell.
func plain(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n")) // nothing is left to tell a client that hung up
}
