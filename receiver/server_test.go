// SPDX-License-Identifier: Apache-2.0

package receiver_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"didsms_exporter/receiver"
)

// TestTooSlow: a body that does not arrive in time is answered, not counted, and
// its connection ends.
func TestTooSlow(t *testing.T) {
	p := newTestParts(t)
	p.timeout = 100 * time.Millisecond
	p.open(t)
	slow := signed("mo", vendorBody)
	slow.length, slow.body = "400", slow.body[:20]
	got := p.send(t, slow.String())
	if got.status != 408 || got.body != "error" || !got.closed {
		t.Errorf("got %d %q, closed %t", got.status, got.body, got.closed)
	}
	if counts := p.counts(t); len(counts) != 0 {
		t.Errorf("counted: %v", counts)
	}
}

// TestBodyBrokenOff: a sender that ends its half of the connection early.
func TestBodyBrokenOff(t *testing.T) {
	p := newTestParts(t)
	p.open(t)
	broken := signed("mo", vendorBody)
	broken.length, broken.body = "400", broken.body[:20]
	connection, err := net.Dial("tcp", p.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if _, err := io.WriteString(connection, broken.String()); err != nil {
		t.Fatal(err)
	}
	if err := connection.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if got := readReply(t, connection); got.status != 400 || got.body != "error" {
		t.Errorf("got %d %q", got.status, got.body)
	}
	if counts := p.counts(t); len(counts) != 0 {
		t.Errorf("counted: %v", counts)
	}
}

// TestHeadersOverLimit: Go's server refuses these before the handler runs, with
// 431 or, when it closes before the client has sent all, with a reset.
func TestHeadersOverLimit(t *testing.T) {
	p := newTestParts(t)
	p.open(t)
	connection, err := net.Dial("tcp", p.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	large := signed("mo", vendorBody).with("x-filler", strings.Repeat("x", 40<<10))
	_, _ = io.WriteString(connection, large.String()) // the reset may come while writing
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err == nil && response.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("got %d", response.StatusCode)
	}
	if err == nil {
		_ = response.Body.Close()
	}
	if counts := p.counts(t); len(counts) != 0 || len(p.totals()) != 0 {
		t.Errorf("counted: %v", counts)
	}
}

// TestServerLimits: the limits that Go's server leaves open by default, and
// HTTP/1.1 alone.
func TestServerLimits(t *testing.T) {
	server := receiver.NewServer(http.NotFoundHandler(), testLogger(t))
	for name, limit := range map[string]time.Duration{
		"header": server.ReadHeaderTimeout, "read": server.ReadTimeout,
		"write": server.WriteTimeout, "idle": server.IdleTimeout,
	} {
		if limit <= 0 || limit > time.Minute {
			t.Errorf("%s timeout: got %s", name, limit)
		}
	}
	if server.MaxHeaderBytes != 16<<10 {
		t.Errorf("header bytes: got %d", server.MaxHeaderBytes)
	}
	if server.WriteTimeout <= server.ReadTimeout {
		t.Error("an answer to a slow request could not be written any more")
	}
	if p := server.Protocols; p == nil || !p.HTTP1() || p.HTTP2() || p.UnencryptedHTTP2() {
		t.Errorf("protocols: got %v", server.Protocols)
	}
}

// TestHTTP2Preface: a client that speaks HTTP/2 right away gets no HTTP/2.
func TestHTTP2Preface(t *testing.T) {
	p := newTestParts(t)
	p.open(t)
	got := p.send(t, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
	if got.status != 505 && got.status != 400 && got.status != 404 {
		t.Errorf("got %d", got.status)
	}
	if counts := p.counts(t); len(counts) != 0 {
		t.Errorf("counted: %v", counts)
	}
}

// TestKeepAlive: a refused request with a body leaves its connection usable.
func TestKeepAlive(t *testing.T) {
	p := newTestParts(t)
	p.open(t)
	connection, err := net.Dial("tcp", p.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	for _, send := range []request{signed("mo", vendorBody).with("sign"), signed("mo", vendorBody)} {
		if _, err := io.WriteString(connection, send.String()); err != nil {
			t.Fatal(err)
		}
		got := readReply(t, connection)
		if want := map[bool]int{true: 401, false: 200}[send.headers["sign"] == nil]; got.status != want {
			t.Errorf("got %d, want %d", got.status, want)
		}
	}
}
