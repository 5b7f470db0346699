// SPDX-License-Identifier: Apache-2.0

package sms_test

import (
	"fmt"
	"slices"
	"testing"

	"didsms_exporter/internal/sms"
)

// Label values are what dashboards and alerts are written against: a changed or
// doubled word breaks them silently, so every word is written out once here.
func TestLabelsAreClosedSets(t *testing.T) {
	statuses := append([]sms.Status{sms.StatusNone}, sms.ReceiptStatuses()...)
	for _, c := range []struct {
		name string
		got  []string
		want []string
	}{
		{"kinds", labels(sms.Kinds()), []string{"mo", "dr", "unknown"}},
		{"directions", labels(sms.Directions()), []string{"inbound", "outbound"}},
		{"results", labels(sms.Results()), []string{
			"accepted", "duplicate", "unknown_key", "bad_signature", "stale", "future",
			"unsupported", "malformed", "too_large", "error", "overload",
		}},
		{"statuses", labels(statuses), []string{
			"", "DELIVRD", "UNDELIVR", "REJECTD", "EXPIRED", "DELETED", "DND",
			"ACCEPTD", "ENROUTE", "BUFFERED", "SUBMITTED", "other",
		}},
		{"outcomes", labels(sms.Outcomes()), []string{"delivered", "undelivered", "pending", "unknown"}},
		{"fields", labels([]sms.Field{sms.FieldPrice, sms.FieldSize, sms.FieldReceiveTime}), []string{"price", "size", "receive_time"}},
		{"problems", labels([]sms.FieldProblem{
			sms.FieldFine, sms.FieldAbsent, sms.FieldUnparsable, sms.FieldNegative, sms.FieldTooOld,
		}), []string{"fine", "absent", "unparsable", "negative", "too_old"}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s = %q, want %q", c.name, c.got, c.want)
		}
		sorted := slices.Sorted(slices.Values(c.got))
		if len(slices.Compact(sorted)) != len(c.got) {
			t.Errorf("%s has a label twice: %q", c.name, c.got)
		}
	}
}

func TestListsAreWhole(t *testing.T) {
	for _, c := range []struct {
		name      string
		got, want int
	}{
		{"results", len(sms.Results()), int(sms.ResultCount)},
		{"receipt statuses and none", len(sms.ReceiptStatuses()) + 1, int(sms.StatusCount)},
		{"outcomes", len(sms.Outcomes()), int(sms.OutcomeCount)},
		{"directions", len(sms.Directions()), int(sms.DirectionCount)},
	} {
		if c.got != c.want {
			t.Errorf("%d %s, want %d", c.got, c.name, c.want)
		}
	}
}

func TestLabelsRoundTrip(t *testing.T) {
	for _, result := range sms.Results() {
		if got, ok := sms.ResultFromLabel(result.String()); !ok || got != result {
			t.Errorf("ResultFromLabel(%q) = %v, %t", result, got, ok)
		}
	}
	for status := range sms.StatusCount {
		if got, ok := sms.StatusFromLabel(status.String()); !ok || got != status {
			t.Errorf("StatusFromLabel(%q) = %v, %t", status, got, ok)
		}
	}
	for _, word := range []string{"Accepted", "accepted ", "delivrd", "UNDELIV", "OTHER", "x"} {
		if _, ok := sms.StatusFromLabel(word); ok {
			t.Errorf("StatusFromLabel(%q) is ok", word)
		}
		if _, ok := sms.ResultFromLabel(word); ok {
			t.Errorf("ResultFromLabel(%q) is ok", word)
		}
	}
	if _, ok := sms.ResultFromLabel(""); ok {
		t.Error(`ResultFromLabel("") is ok`)
	}
}

func TestParseKind(t *testing.T) {
	for _, c := range []struct {
		action    string
		want      sms.Kind
		ok        bool
		direction sms.Direction
	}{
		{"mo", sms.KindMO, true, sms.Inbound},
		{"dr", sms.KindDR, true, sms.Outbound},
		{"mtsend", sms.KindUnknown, false, sms.Outbound},
		{"unknown", sms.KindUnknown, false, sms.Outbound},
		{"", sms.KindUnknown, false, sms.Outbound},
		{"MO", sms.KindUnknown, false, sms.Outbound},
		{"dr ", sms.KindUnknown, false, sms.Outbound},
	} {
		got, ok := sms.ParseKind(c.action)
		if got != c.want || ok != c.ok {
			t.Errorf("ParseKind(%q) = %v, %t, want %v, %t", c.action, got, ok, c.want, c.ok)
		}
		if got.Direction() != c.direction {
			t.Errorf("direction of %v = %v, want %v", got, got.Direction(), c.direction)
		}
	}
}

func labels[T fmt.Stringer](values []T) []string {
	words := make([]string, len(values))
	for i, value := range values {
		words[i] = value.String()
	}
	return words
}
