// SPDX-License-Identifier: Apache-2.0

package harness

import (
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

// FreeAddress gives a loopback address that nobody listens on. Another process
// might take it before its user does; the kernel hands out each port once around,
// so in practice none does.
func FreeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close() //nolint:errcheck // nothing was accepted
	return listener.Addr().String()
}
