// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"didsms_exporter/test/harness"
)

const (
	requestsInWork = 32
	loadWorkers    = 8
)

// SIGTERM under load: what is in work is answered, the exit code is 0, and it
// takes less than 10 s. The requests in work are made certain by 100-continue:
// the server says it only once it wants the body, so each of them has passed the
// door and waits for us when the signal comes. What was answered is there after
// the next start, neither more nor less.
func TestTerminationAnswersWhatIsInWork(t *testing.T) {
	start := harness.Start{Binary: binary, Config: configuration(t, "series_birth_hold: 0s"), Storage: t.TempDir()}
	exporter := harness.StartExporter(t, start)
	exporter.AwaitReady(t)

	var inWork []*pendingRequest
	for range requestsInWork {
		inWork = append(inWork, startRequest(t, exporter.Receiver))
	}
	load := startLoad(t, exporter)
	harness.Eventually(t, 10*time.Second, func() error {
		if n := load.answered.Load(); n < 200 {
			return fmt.Errorf("%d callbacks answered", n)
		}
		return nil
	})

	load.terminated.Store(true)
	exporter.Terminate(t)
	signalled := time.Now()
	// New callbacks have to be turned away before the old ones are finished, or
	// this would only show a server that is still at work.
	harness.Eventually(t, 5*time.Second, func() error {
		if load.turnedAway.Load() == 0 {
			return errors.New("new connections are still taken")
		}
		return nil
	})
	for i, request := range inWork {
		if answer, err := request.finish(); err != nil || answer != harness.Success {
			t.Errorf("request in work %d: answer %v, error %v", i, answer, err)
		}
	}
	if code := exporter.Wait(t, 10*time.Second-time.Since(signalled)); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	t.Logf("ended %v after SIGTERM; %d callbacks answered, %d turned away",
		time.Since(signalled).Round(time.Millisecond), load.answered.Load(), load.turnedAway.Load())
	load.stop()

	exporter = harness.StartExporter(t, start)
	exporter.AwaitReady(t)
	want := float64(load.answered.Load() + requestsInWork)
	if got := exporter.Samples(t).Sum("didsms_dr_receipts_total"); got != want {
		t.Errorf("%v receipts after the restart, want %v: one for each success", got, want)
	}
	exporter.Stop(t)
}

// pendingRequest is a callback whose body has not been sent yet.
type pendingRequest struct {
	conn   net.Conn
	reader *bufio.Reader
	body   []byte
}

func startRequest(t *testing.T, address string) *pendingRequest {
	t.Helper()
	conn, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() }) //nolint:errcheck // a test's connection
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	callback := harness.Receipt("18005550100", "DELIVRD")
	var head strings.Builder
	fmt.Fprintf(&head, "POST /callback HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n", address, len(callback.Body))
	if err := harness.TestAccount.Header(callback).Write(&head); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, head.String()+"\r\n"); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(conn)
	line, err := reader.ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "HTTP/1.1 100") {
		t.Fatalf("answer to 100-continue: %q, %v", line, err)
	}
	if _, err := reader.ReadString('\n'); err != nil { // the empty line after it
		t.Fatal(err)
	}
	return &pendingRequest{conn, reader, callback.Body}
}

func (p *pendingRequest) finish() (harness.Answer, error) {
	if _, err := p.conn.Write(p.body); err != nil {
		return harness.Answer{}, err
	}
	response, err := http.ReadResponse(p.reader, nil)
	if err != nil {
		return harness.Answer{}, err
	}
	defer response.Body.Close()
	word, err := io.ReadAll(response.Body)
	return harness.Answer{Status: response.StatusCode, Word: string(word)}, err
}

// load is a number of senders, each of which opens a connection for each
// callback: a kept one may be closed by the server at the moment it is used
// again, which would be nobody's fault.
type load struct {
	terminated atomic.Bool // SIGTERM is on its way
	answered   atomic.Int64
	turnedAway atomic.Int64
	stop       func() // ends the senders and waits for them
}

func startLoad(t *testing.T, exporter *harness.Exporter) *load {
	t.Helper()
	l := &load{}
	done := make(chan struct{})
	var senders sync.WaitGroup
	for range loadWorkers {
		senders.Go(func() {
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
			for {
				select {
				case <-done:
					return
				default:
					l.send(t, client, exporter.CallbackURL())
				}
			}
		})
	}
	l.stop = sync.OnceFunc(func() { close(done); senders.Wait() })
	t.Cleanup(l.stop)
	return l
}

// send sends one callback. Up to the signal it has to be accepted. After it, it
// may also be refused as the contract says, or find nobody to talk to; half an
// answer is a fault at any time.
func (l *load) send(t *testing.T, client *http.Client, url string) {
	callback := harness.Receipt("18005550101", "DELIVRD")
	terminatedBefore := l.terminated.Load()
	answer, err := harness.Post(t.Context(), client, url, harness.TestAccount.Header(callback), callback.Body)
	var unreachable *net.OpError
	switch {
	case err == nil && answer == harness.Success:
		l.answered.Add(1)
	case !l.terminated.Load():
		t.Errorf("before SIGTERM: answer %v, error %v", answer, err)
	case err == nil && answer == harness.Answer{Status: http.StatusServiceUnavailable, Word: "error"}:
		l.turnedAway.Add(1)
	case answer.Status == 0 && (errors.As(err, &unreachable) || errors.Is(err, io.EOF)):
		l.turnedAway.Add(1)
	default:
		t.Errorf("after SIGTERM (sent after it: %v): answer %v, error %v", terminatedBefore, answer, err)
	}
}
