// SPDX-License-Identifier: Apache-2.0

package sms_test

import (
	"testing"

	"didsms_exporter/internal/sms"
)

func TestParseStatus(t *testing.T) {
	for _, c := range []struct {
		words   []string
		want    sms.Status
		label   string
		outcome sms.Outcome
	}{
		{[]string{"DELIVRD", "delivrd", " Delivrd\t", "DELIVERED"}, sms.StatusDelivered, "DELIVRD", sms.OutcomeDelivered},
		{
			[]string{"UNDELIVR", "UNDELIV", "UNDELIVRD", "UNDELIVERED", "undeliv", "\nUnDelivr "},
			sms.StatusUndelivered, "UNDELIVR", sms.OutcomeUndelivered,
		},
		{[]string{"REJECTD", "REJECTED", "rejected"}, sms.StatusRejected, "REJECTD", sms.OutcomeUndelivered},
		{[]string{"EXPIRED", "expired"}, sms.StatusExpired, "EXPIRED", sms.OutcomeUndelivered},
		{[]string{"DELETED", "deleted"}, sms.StatusDeleted, "DELETED", sms.OutcomeUndelivered},
		{[]string{"DND", "dnd"}, sms.StatusDND, "DND", sms.OutcomeUndelivered},
		{[]string{"ACCEPTD", "ACCEPTED", "acceptd"}, sms.StatusAccepted, "ACCEPTD", sms.OutcomePending},
		{[]string{"ENROUTE", "enroute"}, sms.StatusEnroute, "ENROUTE", sms.OutcomePending},
		{[]string{"BUFFERED", "buffered"}, sms.StatusBuffered, "BUFFERED", sms.OutcomePending},
		{[]string{"SUBMITTED", "submitted"}, sms.StatusSubmitted, "SUBMITTED", sms.OutcomePending},
		// UNKNOWN and ESME_RINVSRCADR are documented for bulk SMS; the phrase in
		// Chinese, "submission failed", for the record query.
		{
			[]string{"", " ", "other", "OTHER", "UNKNOWN", "ESME_RINVSRCADR", "提交失败", "2", "DELIVR", "DELIVRD!", "DELI VRD", "DELIVRD\x00"},
			sms.StatusOther, "other", sms.OutcomeUnknown,
		},
	} {
		for _, word := range c.words {
			if got := sms.ParseStatus(word); got != c.want {
				t.Errorf("ParseStatus(%q) = %v, want %v", word, got, c.want)
			}
		}
		if got := c.want.String(); got != c.label {
			t.Errorf("label of status %d = %q, want %q", c.want, got, c.label)
		}
		if got := c.want.Outcome(); got != c.outcome {
			t.Errorf("outcome of %v = %v, want %v", c.want, got, c.outcome)
		}
		final := c.outcome == sms.OutcomeDelivered || c.outcome == sms.OutcomeUndelivered
		if got := c.want.Outcome().Final(); got != final {
			t.Errorf("outcome of %v final = %t, want %t", c.want, got, final)
		}
	}
	// An inbound message has no fate, so its status must not look like one.
	if got := sms.StatusNone; got.String() != "" || got.Outcome() != sms.OutcomeUnknown {
		t.Errorf("StatusNone = %q, %v", got, got.Outcome())
	}
}

// FuzzParseStatus: whatever the word, the label is one of the closed set.
func FuzzParseStatus(f *testing.F) {
	f.Add("DELIVRD")
	f.Add("\xff")
	f.Fuzz(func(t *testing.T, word string) {
		status := sms.ParseStatus(word)
		if status == sms.StatusNone || status >= sms.StatusCount {
			t.Fatalf("ParseStatus(%q) = %d: not a status of a receipt", word, status)
		}
		if again := sms.ParseStatus(status.String()); again != status {
			t.Errorf("label %q of %q parses to %v", status, word, again)
		}
	})
}
