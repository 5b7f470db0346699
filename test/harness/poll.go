// SPDX-License-Identifier: Apache-2.0

package harness

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
	"time"
)

// pollEvery is short beside everything that is waited for and costs nothing.
const pollEvery = 50 * time.Millisecond

// Eventually waits until check returns nil, and fails the test with its last
// error when that has not happened within the time.
func Eventually(t *testing.T, within time.Duration, check func() error) {
	t.Helper()
	deadline := time.Now().Add(within)
	for {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %v", within, err)
		}
		time.Sleep(pollEvery)
	}
}

// FreeAddress gives a loopback address that nobody listens on. It lies below the ports
// that kernels hand out to connections, any of which could take it before its user
// does, and is drawn by lot, so that tests beside each other draw different ones.
func FreeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(20_000)))
		if err == nil {
			defer listener.Close() //nolint:errcheck // nothing was accepted
			return listener.Addr().String()
		}
	}
	t.Fatal("no port is free")
	return ""
}
