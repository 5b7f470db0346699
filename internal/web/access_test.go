// SPDX-License-Identifier: Apache-2.0

package web_test

import (
	"net/http"
	"strings"
	"testing"

	"didsms_exporter/internal/web"
)

// Who is asking, and whether that is somebody on this machine.
var clients = []struct {
	name, remote string
	header       http.Header
	local        bool
}{
	{"IPv4 loopback", "127.0.0.1:40000", nil, true},
	{"another IPv4 loopback", "127.255.0.7:40000", nil, true},
	{"IPv6 loopback", "[::1]:40000", nil, true},
	{"IPv4-mapped loopback", "[::ffff:127.0.0.1]:40000", nil, true},
	{"IPv6 loopback with a zone", "[::1%lo]:40000", nil, true},
	{"remote IPv4", "192.0.2.1:40000", nil, false},
	{"private IPv4", "10.0.0.1:40000", nil, false},
	{"remote IPv6", "[2001:db8::1]:40000", nil, false},
	{"link-local IPv6", "[fe80::1%eth0]:40000", nil, false},
	{"IPv4-mapped remote", "[::ffff:192.0.2.1]:40000", nil, false},
	{"unspecified", "0.0.0.0:40000", nil, false},
	{"no address", "@", nil, false},
	{"a name", "localhost:40000", nil, false},
	{"an address without port", "127.0.0.1", nil, false},
	{"behind a proxy", "127.0.0.1:40000", http.Header{"X-Forwarded-For": {"192.0.2.1"}}, false},
	{"behind a proxy, claiming loopback", "127.0.0.1:40000", http.Header{"X-Forwarded-For": {"127.0.0.1"}}, false},
	// HAProxy adds a line of its own behind the client's: the first one is the client's to choose.
	{"behind a proxy, an empty line sent ahead", "127.0.0.1:40000", http.Header{"X-Forwarded-For": {"", "192.0.2.1"}}, false},
	{"behind a proxy that sends it empty", "[::1]:40000", http.Header{"X-Forwarded-For": {""}}, false},
	{"behind a proxy of RFC 7239", "127.0.0.1:40000", http.Header{"Forwarded": {"for=192.0.2.1"}}, false},
	{"behind a proxy of RFC 7239, empty", "127.0.0.1:40000", http.Header{"Forwarded": {""}}, false},
	{"behind nginx", "127.0.0.1:40000", http.Header{"X-Real-Ip": {"192.0.2.1"}}, false},
	{"behind a proxy that says so", "127.0.0.1:40000", http.Header{"Via": {"1.1 proxy"}}, false},
	{"a header of no meaning here", "127.0.0.1:40000", http.Header{"X-Client-Ip": {"192.0.2.1"}}, true},
}

// Each rule against each client on each page: a debug page is shown as the rule
// says, with a hint to who is refused; everything else is always shown.
func TestAccess(t *testing.T) {
	rules := []struct {
		name   string
		access web.Access
		admits func(local bool) bool
		hint   string
	}{
		{"auto", web.AccessLoopback, func(local bool) bool { return local }, "--web.debug=on"},
		{"on", web.AccessEverybody, func(bool) bool { return true }, ""},
		{"off", web.AccessNobody, func(bool) bool { return false }, "--web.debug=auto"},
		{"a rule that does not exist", web.Access(9), func(local bool) bool { return local }, "--web.debug=on"},
	}
	for _, rule := range rules {
		d := newDoor(access(rule.access))
		for _, client := range clients {
			for _, route := range routes {
				got := d.do(t, ask{path: route.path, remote: client.remote, header: client.header})
				want := route.status
				if route.guarded && !rule.admits(client.local) {
					want = http.StatusForbidden
				}
				if got.StatusCode != want {
					t.Errorf("%s, %s, %s: got %d, want %d", rule.name, client.name, route.path, got.StatusCode, want)
				}
				if want == http.StatusForbidden && !strings.Contains(body(t, got), rule.hint) {
					t.Errorf("%s, %s, %s: the refusal does not name %s", rule.name, client.name, route.path, rule.hint)
				}
			}
		}
	}
}

// Under which names the door may be asked for. Only an address or a name of this
// machine is one that a stranger's web page cannot have in a browser.
func TestHost(t *testing.T) {
	const plain, named = "", "https://didsms.example.com:8443/x"
	for _, c := range []struct {
		host, external string
		known          bool
	}{
		{"127.0.0.1", plain, true},
		{"127.0.0.1:9911", plain, true},
		{"127.0.0.1:80", plain, true},
		{"192.0.2.1:9911", plain, true},
		{"0.0.0.0:9911", plain, true},
		{"[::1]", plain, true},
		{"[::1]:9911", plain, true},
		{"[2001:db8::1]:9911", plain, true},
		{"[::ffff:127.0.0.1]:1", plain, true},
		{"localhost", plain, true},
		{"localhost:9911", plain, true},
		{"LOCALHOST:1", plain, true},
		{"-", plain, false},
		{":9911", plain, false},
		{"evil.example", plain, false},
		{"evil.example:9911", plain, false},
		{"127.0.0.1.evil.example", plain, false},
		{"127.0.0.1.evil.example:9911", plain, false},
		{"localhost.evil.example", plain, false},
		{"evil.localhost", plain, false},
		{"xlocalhost", plain, false},
		{"127.0.0.1@evil.example", plain, false},
		{"127.0.0.1:80:80", plain, false},
		{"127.1", plain, false},
		{"2130706433", plain, false},
		{"didsms.example.com", plain, false},
		{"exporter", plain, false},

		{"didsms.example.com", named, true},
		{"DIDSMS.example.com:8443", named, true},
		{"didsms.example.com:1", named, true},
		{"localhost:9911", named, true},
		{"127.0.0.1:9911", named, true},
		{"[::1]:9911", named, true},
		{"evil.example", named, false},
		{"didsms.example.com.evil.example", named, false},
		{"evil.didsms.example.com", named, false},
		{"-", named, false},
		{":8443", named, false},

		{"[2001:db8::1]:9911", "http://[2001:db8::1]", true},
		// A URL without host must not let the empty host in.
		{"-", "/path", false},
		{":9911", "/path", false},
	} {
		d := newDoor()
		if c.external != "" {
			external(c.external)(&d.config)
		}
		for _, route := range routes {
			got := d.do(t, ask{path: route.path, host: c.host})
			refused := got.StatusCode == http.StatusForbidden
			if want := route.guarded && !c.known; refused != want {
				t.Errorf("%s as %q, external %q: got %d, want refused %t", route.path, c.host, c.external, got.StatusCode, want)
			}
			if refused && !strings.Contains(body(t, got), "--web.external-url") {
				t.Errorf("%s as %q: the refusal does not say how to enable the name", route.path, c.host)
			}
		}
		got := d.do(t, ask{method: http.MethodPost, path: "/-/reload", host: c.host})
		if (got.StatusCode == http.StatusOK) != c.known || d.reloads > 0 != c.known {
			t.Errorf("reload as %q, external %q: got %d and %d reloads", c.host, c.external, got.StatusCode, d.reloads)
		}
	}
}

// The host is checked whatever the rule, since a browser on this machine is a
// loopback client, and a door that is open to everybody is one to rebinding too.
func TestHostIsCheckedUnderEveryRule(t *testing.T) {
	for _, rule := range []web.Access{web.AccessLoopback, web.AccessEverybody, web.AccessNobody} {
		got := newDoor(access(rule)).do(t, ask{path: "/debug/events", host: "evil.example"})
		if got.StatusCode != http.StatusForbidden {
			t.Errorf("rule %d: got %d, want 403", rule, got.StatusCode)
		}
	}
}

// A reload is taken from a shell and from the door's own pages, never from another
// page that somebody's browser shows.
func TestCrossOriginReload(t *testing.T) {
	const own, other = "http://127.0.0.1:9911", "https://evil.example"
	for _, c := range []struct {
		name   string
		header http.Header
		fine   bool
	}{
		{"curl", nil, true},
		{"own page", http.Header{"Origin": {own}, "Sec-Fetch-Site": {"same-origin"}}, true},
		{"typed by the user", http.Header{"Sec-Fetch-Site": {"none"}}, true},
		{"own page in an old browser", http.Header{"Origin": {own}}, true},
		{"another page", http.Header{"Origin": {other}, "Sec-Fetch-Site": {"cross-site"}}, false},
		{"another page in an old browser", http.Header{"Origin": {other}}, false},
		{"a sandboxed page", http.Header{"Origin": {"null"}}, false},
		{"another port of this machine", http.Header{"Origin": {"http://127.0.0.1:8080"}, "Sec-Fetch-Site": {"same-site"}}, false},
		{"another port in an old browser", http.Header{"Origin": {"http://127.0.0.1:8080"}}, false},
	} {
		d := newDoor()
		got := d.do(t, ask{method: http.MethodPost, path: "/-/reload", header: c.header})
		if (got.StatusCode == http.StatusOK) != c.fine || d.reloads > 0 != c.fine {
			t.Errorf("%s: got %d and %d reloads, want it taken %t", c.name, got.StatusCode, d.reloads, c.fine)
		}
		if !c.fine && got.StatusCode != http.StatusForbidden {
			t.Errorf("%s: got %d, want 403", c.name, got.StatusCode)
		}
	}
}
