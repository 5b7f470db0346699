// SPDX-License-Identifier: Apache-2.0

package command

import (
	"context"
	"io"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/web"
)

// TestStopWithAnUnfinishedRequest: somebody who sends half a request and waits does
// not make the stop fail.
func TestStopWithAnUnfinishedRequest(t *testing.T) {
	i := newTestInstance(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- i.Run(ctx) }()
	waitFor(t, i.ready.Load)
	connection, err := net.Dial("tcp", i.public.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if _, err := io.WriteString(connection, "POST /callback HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { return i.sample(t, "didsms_callbacks_in_flight") == "1" })
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("got %v", err)
		}
	case <-time.After(15 * time.Second):
		t.Error("the stop does not end")
	}
	if i.isReady() {
		t.Error("still ready")
	}
}

// TestUsersTakenOut: the debug pages of a door whose users are taken out of its file
// are for this machine again, at once, and nothing personal is shown.
func TestUsersTakenOut(t *testing.T) {
	i := newTestInstance(t, "")
	file := filepath.Join(i.folder(), "web.yml")
	writeFile(t, file, "basic_auth_users: {probe: '"+passwordHash+"'}\n")
	i.settings.webConfigFile = file
	i.inForce.Load().config.ShowPhone, i.inForce.Load().config.ShowText = true, true
	if got := i.access(); got != web.AccessEverybody || !i.privacy().ShowContent {
		t.Errorf("with users: access %v, privacy %+v", got, i.privacy())
	}
	writeFile(t, file, "{}\n")
	if got := i.access(); got != web.AccessLoopback || i.privacy().ShowContent || i.privacy().ShowPhone {
		t.Errorf("without: access %v, privacy %+v", got, i.privacy())
	}
	i.public.listener.Close()  //nolint:errcheck // never served
	i.private.listener.Close() //nolint:errcheck // never served
	if err := i.store.Close(); err != nil {
		t.Error(err)
	}
}

// TestPublicDoorPassword: the toolkit would answer the vendor in its own words.
func TestPublicDoorPassword(t *testing.T) {
	file := filepath.Join(t.TempDir(), "web.yml")
	for _, content := range []string{"basic_auth_users: {probe: '" + passwordHash + "'}\n", "rate_limit: {interval: 1s, burst: 2}\n"} {
		writeFile(t, file, content)
		code, _, errors := run(t.Context(), "--receiver.config.file", file)
		if code != 2 || !strings.Contains(errors, "--receiver.config.file") || !strings.Contains(errors, "client certificates") {
			t.Errorf("%s: exit %d, %q", content, code, errors)
		}
	}
}
