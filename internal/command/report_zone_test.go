// SPDX-License-Identifier: Apache-2.0

package command

import (
	"context"
	"strings"
	"testing"
)

// TestReportNamesTheZoneOfTheCount: without a configuration, and whatever the
// environment says, the report has the zone in which the exporter counts, which a
// reload or another start may change.
func TestReportNamesTheZoneOfTheCount(t *testing.T) {
	i := newTestInstance(t, "")
	configure := func(zone string) {
		writeFile(t, i.settings.source.File, "accounts:\n  - {name: main, access_key: key, secret_files: [secret], time_zone: "+zone+"}\n")
	}
	expect := func(want string) {
		t.Helper()
		code, out, errors := run(t.Context(), "report", "--month", "2020-01", "--storage.path", i.settings.storagePath)
		if code != 0 || !strings.Contains(out, "time zone "+want+")") {
			t.Errorf("no time zone %s: exit %d, %s%s", want, code, errors, out)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- i.Run(ctx) }()
	if status, _, err := i.callback("m1", oldSecret); err != nil || status != 200 {
		t.Fatalf("got %d, %v", status, err)
	}
	expect("+08:00")
	configure("America/New_York")
	if status := i.post(t); status != 200 {
		t.Fatalf("reload answered %d", status)
	}
	expect("America/New_York")
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	configure("Europe/Berlin")
	checked, err := loadConfig(i.settings)
	if err != nil {
		t.Fatal(err)
	}
	again, err := newInstance(i.settings, checked)
	if err != nil {
		t.Fatal(err)
	}
	start(t, again)
	expect("Europe/Berlin")
}
