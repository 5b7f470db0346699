// SPDX-License-Identifier: Apache-2.0

package recent_test

import (
	"testing"

	"didsms_exporter/internal/recent"
)

// TestRedact: a record made while everything was allowed shows only what is allowed
// when it is looked at.
func TestRedact(t *testing.T) {
	for _, test := range []struct {
		privacy       recent.Privacy
		peer, content string
	}{
		{recent.Privacy{}, "+44********23", ""},
		{recent.Privacy{ShowPhone: true}, "447700900123", ""},
		{recent.Privacy{ShowContent: true}, "+44********23", "hello"},
		{recent.Privacy{ShowPhone: true, ShowContent: true}, "447700900123", "hello"},
	} {
		record := recent.Record{Peer: "447700900123", Content: "hello"}
		record.Redact(test.privacy)
		if record.Peer != test.peer || record.Content != test.content {
			t.Errorf("%+v: got %q, %q", test.privacy, record.Peer, record.Content)
		}
		masked := recent.Record{Peer: "+44********23"} // was never whole
		if masked.Redact(test.privacy); masked.Peer != "+44********23" {
			t.Errorf("%+v: masked twice: %q", test.privacy, masked.Peer)
		}
	}
}
