// SPDX-License-Identifier: Apache-2.0

package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// Access says who may see the debug pages.
type Access uint8

// The access rules.
const (
	// AccessLoopback lets in clients on this machine.
	AccessLoopback Access = iota
	// AccessEverybody lets in whoever reaches the door, for instance because the
	// door itself asks for a password.
	AccessEverybody
	// AccessNobody lets in no one.
	AccessNobody
)

// What a refused client is told: how the person who runs this can let it in.
const (
	refusedRemote = "The debug pages are shown to clients on the exporter's own machine only. Open them there (for instance through ssh -L 9911:127.0.0.1:9911), " +
		"or put a password or client certificates on this door with --web.config.file, or start the exporter with --web.debug=on."
	refusedOff  = "The debug pages are switched off. Start the exporter with --web.debug=auto or --web.debug=on to have them."
	refusedHost = "This page was asked for under a host name that the exporter does not know. Use an IP address or localhost, or name the host with --web.external-url."
)

// guard stands before the pages that are not for everybody.
type guard struct {
	access      func() Access
	externalURL *url.URL
}

// debug admits who may see the debug pages, and keeps browsers from doing
// anything with them but showing them.
func (g *guard) debug(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		harden(w.Header())
		switch access := g.access(); {
		case !g.knownHost(request.Host):
			plain(w, http.StatusForbidden, refusedHost)
		case access == AccessNobody:
			plain(w, http.StatusForbidden, refusedOff)
		case access != AccessEverybody && !fromLoopback(request):
			plain(w, http.StatusForbidden, refusedRemote)
		default:
			next.ServeHTTP(w, request)
		}
	})
}

// post admits a request that changes something: never one that a web page in
// somebody's browser made.
func (g *guard) post(next http.Handler) http.Handler {
	protected := http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if !g.knownHost(request.Host) {
			plain(w, http.StatusForbidden, refusedHost)
			return
		}
		protected.ServeHTTP(w, request)
	})
}

// harden sets the headers of a page that may hold personal data and untrusted
// text.
func harden(header http.Header) {
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("X-Frame-Options", "DENY")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
}

// knownHost defeats DNS rebinding: a web page can make a browser ask this machine
// under the page's own host name, but not under an address.
func (g *guard) knownHost(hostPort string) bool {
	host := hostPort
	if name, _, err := net.SplitHostPort(hostPort); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	if _, err := netip.ParseAddr(host); err == nil || strings.EqualFold(host, "localhost") {
		return true
	}
	return g.externalURL != nil && host != "" && strings.EqualFold(host, g.externalURL.Hostname())
}

// proxyHeaders tell that a proxy passed the request on.
var proxyHeaders = []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"}

// fromLoopback reports whether the client is on this machine. A proxy on this
// machine speaks for clients elsewhere, and says so. That such a header is there
// counts, whatever it holds: a client may have sent an empty one ahead of the
// proxy's own.
func fromLoopback(request *http.Request) bool {
	for _, name := range proxyHeaders {
		if _, passedOn := request.Header[name]; passedOn {
			return false
		}
	}
	address, err := netip.ParseAddrPort(request.RemoteAddr)
	return err == nil && address.Addr().Unmap().IsLoopback()
}
