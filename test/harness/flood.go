// SPDX-License-Identifier: Apache-2.0

package harness

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Flood sends count callbacks, made one by one, over a few connections without
// waiting for each answer before the next request, and returns how many answers
// had each status. It is a client that costs little, so that it is the exporter
// that is put under load.
func (e *Exporter) Flood(t *testing.T, count int, callback func(n int) (http.Header, []byte)) map[int]int {
	t.Helper()
	const connections = 8
	statuses := map[int]int{}
	var mu sync.Mutex // guards statuses
	var senders sync.WaitGroup
	for lane := range connections {
		senders.Go(func() {
			mine, err := e.floodLane(lane, connections, count, callback)
			mu.Lock()
			defer mu.Unlock()
			for status, n := range mine {
				statuses[status] += n
			}
			if err != nil {
				t.Errorf("flood: %v", err)
			}
		})
	}
	senders.Wait()
	return statuses
}

// batch is how many requests are under way on one connection.
const batch = 32

func (e *Exporter) floodLane(lane, lanes, count int, callback func(n int) (http.Header, []byte)) (map[int]int, error) {
	statuses := map[int]int{}
	connection, err := net.DialTimeout("tcp", e.Receiver, 10*time.Second)
	if err != nil {
		return statuses, err
	}
	defer connection.Close() //nolint:errcheck // nothing is left to be lost
	answers := bufio.NewReaderSize(connection, 64<<10)
	var requests bytes.Buffer
	for n := lane; n < count; {
		requests.Reset()
		under := 0
		for ; under < batch && n < count; n += lanes {
			header, body := callback(n)
			writeRequest(&requests, header, body)
			under++
		}
		if err := connection.SetDeadline(time.Now().Add(time.Minute)); err != nil {
			return statuses, err
		}
		if _, err := connection.Write(requests.Bytes()); err != nil {
			return statuses, err
		}
		for range under {
			status, err := readStatus(answers)
			if err != nil {
				return statuses, err
			}
			statuses[status]++
		}
	}
	return statuses, nil
}

func writeRequest(w *bytes.Buffer, header http.Header, body []byte) {
	w.WriteString("POST /callback HTTP/1.1\r\nHost: flood\r\nContent-Type: application/json\r\n")
	for name, values := range header {
		w.WriteString(name + ": " + values[0] + "\r\n")
	}
	w.WriteString("Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n")
	w.Write(body)
}

// readStatus reads one answer and drops its body.
func readStatus(r *bufio.Reader) (int, error) {
	response, err := http.ReadResponse(r, nil)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return 0, fmt.Errorf("answer body: %w", err)
	}
	return response.StatusCode, nil
}
