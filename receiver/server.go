// SPDX-License-Identifier: Apache-2.0

package receiver

import (
	"log/slog"
	"net"
	"net/http"
	"time"

	"golang.org/x/net/netutil"
)

// Limits of the public door. Go's server has none of its own but a megabyte of
// headers, and this door may face the internet.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 10 * time.Second
	writeTimeout      = 15 * time.Second
	idleTimeout       = 60 * time.Second
	maxHeaderBytes    = 16 << 10
	maxConnections    = 4096
)

// NewServer returns the server of the public door. It speaks HTTP/1.1 alone: the
// vendor needs nothing of HTTP/2, whose floods and resets thereby end as a class.
func NewServer(handler http.Handler, logger *slog.Logger) *http.Server {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Server{
		Handler:                      handler,
		Protocols:                    protocols,
		ReadHeaderTimeout:            readHeaderTimeout,
		ReadTimeout:                  readTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		MaxHeaderBytes:               maxHeaderBytes,
		DisableGeneralOptionsHandler: true,
		// A line per broken connection would let a stranger write our log.
		ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
}

// LimitConnections bounds the connections open at one time.
func LimitConnections(listener net.Listener) net.Listener {
	return netutil.LimitListener(listener, maxConnections)
}
