// SPDX-License-Identifier: Apache-2.0

package receiver_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"didsms_exporter/internal/sms"
)

// post sends a callback through a client that keeps its connections.
func post(client *http.Client, address string, send request) (int, string, error) {
	outgoing, err := http.NewRequest(send.method, "http://"+address+send.path, bytes.NewReader([]byte(send.body)))
	if err != nil {
		return 0, "", err
	}
	for name, values := range send.headers {
		outgoing.Header[http.CanonicalHeaderKey(name)] = values
	}
	response, err := client.Do(outgoing)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return response.StatusCode, string(body), err
}

// TestCountedOnce sends 5,000 callbacks from 32 connections, each twice at the
// same moment: 5,000 are counted and the money is exact to the last decimal.
func TestCountedOnce(t *testing.T) {
	const events, connections = 5000, 32
	p := newTestParts(t)
	p.open(t)
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: connections, MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()

	var senders sync.WaitGroup
	places := make(chan struct{}, connections)
	for n := range events {
		twin := signed("dr", fmt.Sprintf(`{"messageId":"m%d","fromPhone":"1818450%04d","size":"3","price":"0.0360","smsStatus":"DELIVRD"}`, n, n%7))
		for range 2 {
			places <- struct{}{}
			senders.Go(func() {
				defer func() { <-places }()
				if status, word, err := post(client, p.address, twin); err != nil || status != 200 || word != "success" {
					t.Errorf("got %d %q, %v", status, word, err)
				}
			})
		}
	}
	senders.Wait()

	want := map[string]float64{"main/dr/accepted": events, "main/dr/duplicate": events}
	if counts := p.counts(t); !maps.Equal(counts, want) {
		t.Errorf("counted: got %v, want %v", counts, want)
	}
	var receipts, segments uint64
	var spend sms.Money
	for _, did := range p.totals() {
		receipts += did.ReceiptsBy(sms.OutcomeDelivered)
		segments += did.Segments[sms.Outbound]
		spend = spend.Add(did.Money[0].Spend[sms.Outbound])
	}
	if receipts != events || segments != 3*events || spend.String() != "540" {
		t.Errorf("got %d receipts, %d segments, %s USD, want %d, %d, 540", receipts, segments, spend, events, 3*events)
	}
}

// TestOverload: with every place in work taken, the next callback is refused at
// once; those in work are answered, and then there is room again.
func TestOverload(t *testing.T) {
	const places = 4
	p := newTestParts(t)
	blocking := newBlockingStore(p.store)
	p.store, p.maxInWork = blocking, places
	p.open(t)

	connections := make([]net.Conn, places)
	for n := range connections {
		connection, err := net.Dial("tcp", p.address)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = connection.Close() }()
		if _, err := io.WriteString(connection, signed("mo", fmt.Sprintf(`{"messageId":"%d"}`, n)).String()); err != nil {
			t.Fatal(err)
		}
		connections[n] = connection
		<-blocking.entered
	}
	refused := p.send(t, signed("mo", `{"messageId":"one too many"}`).String())
	if refused.status != 503 || refused.body != "error" || refused.header.Get("Retry-After") != "5" {
		t.Errorf("got %d %q, Retry-After %q", refused.status, refused.body, refused.header.Get("Retry-After"))
	}
	close(blocking.release)
	for _, connection := range connections {
		if got := readReply(t, connection); got.status != 200 {
			t.Errorf("in work: got %d", got.status)
		}
	}
	if got := p.send(t, signed("mo", `{"messageId":"later"}`).String()); got.status != 200 {
		t.Errorf("after the load: got %d", got.status)
	}
	want := map[string]float64{"main/mo/accepted": places + 1, "main/mo/overload": 1}
	if counts := p.counts(t); !maps.Equal(counts, want) {
		t.Errorf("counted: got %v, want %v", counts, want)
	}
}

// TestDrain: a stop answers what is in work before it returns.
func TestDrain(t *testing.T) {
	p := newTestParts(t)
	blocking := newBlockingStore(p.store)
	p.store = blocking
	p.open(t)
	connection, err := net.Dial("tcp", p.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if _, err := io.WriteString(connection, signed("mo", vendorBody).String()); err != nil {
		t.Fatal(err)
	}
	<-blocking.entered
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	drained := make(chan error, 1)
	go func() { drained <- p.server.Shutdown(ctx) }()
	close(blocking.release)
	if got := readReply(t, connection); got.status != 200 || got.body != "success" {
		t.Errorf("in work: got %d %q", got.status, got.body)
	}
	if err := <-drained; err != nil {
		t.Error(err)
	}
}

// TestHangUp: a sender that hangs up while its event is being committed does not
// undo the commit.
func TestHangUp(t *testing.T) {
	p := newTestParts(t)
	blocking := newBlockingStore(p.store)
	p.store = blocking
	p.open(t)
	connection, err := net.Dial("tcp", p.address)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(connection, signed("mo", vendorBody).String()); err != nil {
		t.Fatal(err)
	}
	<-blocking.entered
	if err := connection.Close(); err != nil {
		t.Fatal(err)
	}
	close(blocking.release)
	if got := p.send(t, signed("mo", vendorBody).String()); got.status != 200 {
		t.Errorf("again: got %d", got.status)
	}
	if err := p.server.Shutdown(t.Context()); err != nil { // waits for the first one
		t.Fatal(err)
	}
	want := map[string]float64{"main/mo/accepted": 1, "main/mo/duplicate": 1}
	if counts := p.counts(t); !maps.Equal(counts, want) {
		t.Errorf("counted: got %v, want %v", counts, want)
	}
}
