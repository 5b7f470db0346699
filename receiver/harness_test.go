// SPDX-License-Identifier: Apache-2.0

package receiver_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"didsms_exporter/collector"
	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/recent"
	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/store"
	"didsms_exporter/receiver"
)

const (
	testKey    = "kGp5uFHN"
	testSecret = "a secret of the test"
	testPath   = "/callback"
)

// vendorBody is the example body of the vendor's page, as it stands there.
const vendorBody = `{
    "messageId": "52f6a4d6a8a34d6c9a3f1f2f4a1f0c11",
    "fromPhone": "12347200160",
    "toPhone": "18184505018",
    "content": "hello world",
    "size": "1",
    "price": "0.0360",
    "receiveTime": "2023-07-26 16:59:54",
    "smsStatus": "DELIVRD"
}`

// parts is a whole public door on a real TCP port, with the real ledger, store and
// memory behind it. Its fields may be replaced before the door opens.
type parts struct {
	store     receiver.Store
	ledger    receiver.Ledger
	collector *collector.Collector
	memory    *recent.Memory
	maxInWork int
	timeout   time.Duration // for reading a request, when not the server's own
	address   string
	server    *http.Server
}

func newTestParts(t testing.TB) *parts {
	t.Helper()
	memory, err := store.NewMemory(store.MemoryConfig{Retention: 30 * 24 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	c, err := collector.New(collector.Config{Settings: collector.Settings{
		Accounts: []collector.Account{{Name: "main", Currency: "USD"}}, MaxDIDs: 400,
	}})
	if err != nil {
		t.Fatal(err)
	}
	return &parts{store: memory, ledger: c.Ledger, collector: c, memory: recent.New(0)}
}

// open starts the door.
func (p *parts) open(t testing.TB) {
	t.Helper()
	keyring, err := nxcloud.NewKeyring([]nxcloud.Account{{
		Name: "main", AccessKey: testKey, Secrets: [][]byte{[]byte(testSecret)}, Currency: "USD",
	}})
	if err != nil {
		t.Fatal(err)
	}
	decoder, err := nxcloud.NewDecoder([]byte("0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	door, err := receiver.New(receiver.Config{
		Path:      testPath,
		MaxInWork: p.maxInWork,
		Keyring:   func() *nxcloud.Keyring { return keyring },
		Decoder:   decoder,
		Store:     p.store,
		Ledger:    p.ledger,
		Metrics:   p.collector.Metrics,
		Memory:    p.memory,
		Privacy:   func() recent.Privacy { return recent.Privacy{} },
	})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.address = listener.Addr().String()
	p.server = receiver.NewServer(door, testLogger(t))
	if p.timeout > 0 {
		p.server.ReadTimeout = p.timeout
	}
	served := make(chan error, 1)
	go func() { served <- p.server.Serve(receiver.LimitConnections(listener)) }()
	t.Cleanup(func() {
		if err := p.server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
}

// request is a callback as it goes over the wire; a nil value leaves a header out.
type request struct {
	method, path string
	headers      map[string][]string
	body         string
	length       string // Content-Length when it differs from the body's
}

// signed returns a well signed callback.
func signed(action, body string) request {
	return signedAt(action, body, time.Now())
}

func signedAt(action, body string, at time.Time) request {
	p := nxcloud.Parameters{AccessKey: testKey, Action: action, BizType: "4", Timestamp: strconv.FormatInt(at.UnixMilli(), 10)}
	return request{method: "POST", path: testPath, body: body, headers: map[string][]string{
		"Content-Type": {"application/json"},
		"accesskey":    {p.AccessKey},
		"action":       {p.Action},
		"biztype":      {p.BizType},
		"ts":           {p.Timestamp},
		"sign":         {nxcloud.Sign(nxcloud.AlgorithmMD5, p, []byte(body), []byte(testSecret))},
	}}
}

// with returns a copy in which one header has other values.
func (r request) with(name string, values ...string) request {
	headers := make(map[string][]string, len(r.headers))
	maps.Copy(headers, r.headers)
	headers[name] = values
	r.headers = headers
	return r
}

// String is the request in bytes.
func (r request) String() string {
	var text strings.Builder
	text.WriteString(r.method + " " + r.path + " HTTP/1.1\r\nHost: test\r\n")
	for name, values := range r.headers {
		for _, value := range values {
			text.WriteString(name + ": " + value + "\r\n")
		}
	}
	length := r.length
	if length == "" {
		length = strconv.Itoa(len(r.body))
	}
	text.WriteString("Content-Length: " + length + "\r\n\r\n" + r.body)
	return text.String()
}

// reply is what came back.
type reply struct {
	status int
	body   string
	header http.Header
	closed bool // the answer announces that the connection ends
}

// send writes bytes on a connection of its own and reads one answer.
func (p *parts) send(t *testing.T, raw string) reply {
	t.Helper()
	connection, err := net.Dial("tcp", p.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if err := connection.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(connection, raw); err != nil {
		t.Fatal(err)
	}
	return readReply(t, connection)
}

func readReply(t *testing.T, connection net.Conn) reply {
	t.Helper()
	response, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatalf("no answer: %v", err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{response.StatusCode, string(body), response.Header, response.Close}
}

// counts gathers didsms_callbacks_total, without zeros, as account/kind/result.
func (p *parts) counts(t *testing.T) map[string]float64 {
	t.Helper()
	families, err := p.collector.Gatherer().Gather()
	if err != nil {
		t.Fatal(err)
	}
	counts := make(map[string]float64)
	for _, family := range families {
		if family.GetName() != "didsms_callbacks_total" {
			continue
		}
		for _, metric := range family.GetMetric() {
			if value := metric.GetCounter().GetValue(); value != 0 {
				labels := map[string]string{}
				for _, pair := range metric.GetLabel() {
					labels[pair.GetName()] = pair.GetValue()
				}
				counts[labels["account"]+"/"+labels["kind"]+"/"+labels["result"]] = value
			}
		}
	}
	return counts
}

// totals returns the ledger's totals by number.
func (p *parts) totals() map[string]collector.DIDTotals {
	totals := make(map[string]collector.DIDTotals)
	for _, did := range p.collector.Ledger.Totals() {
		totals[did.DID] = did
	}
	return totals
}

// blockingStore holds every commit until it is released.
type blockingStore struct {
	receiver.Store
	entered chan struct{}
	release chan struct{}
}

func newBlockingStore(inner receiver.Store) *blockingStore {
	return &blockingStore{inner, make(chan struct{}, 1000), make(chan struct{})}
}

func (b *blockingStore) Commit(ctx context.Context, e *sms.Event) (sms.Claim, error) {
	b.entered <- struct{}{}
	<-b.release
	return b.Store.Commit(ctx, e)
}

// faultyStore fails or panics.
type faultyStore struct {
	mu    sync.Mutex
	fault func() error
}

func (f *faultyStore) Commit(context.Context, *sms.Event) (sms.Claim, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return sms.Claim{}, f.fault()
}
