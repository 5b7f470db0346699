// SPDX-License-Identifier: Apache-2.0

package traffic_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"regexp"
	"testing"
	"time"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/traffic"
)

func TestSameSeedSameBytes(t *testing.T) {
	first := traffic.Plan(newTestConfig(), testStart)
	again := traffic.Plan(newTestConfig(), testStart)
	if len(first) < 5000 {
		t.Fatalf("only %d shots", len(first))
	}
	if !reflect.DeepEqual(first, again) {
		t.Error("the same seed and clock gave other shots")
	}
	other := newTestConfig()
	other.Seed++
	if reflect.DeepEqual(first[:20], traffic.Plan(other, testStart)[:20]) {
		t.Error("another seed gave the same shots")
	}
}

func TestOnlyTimesFollowTheClock(t *testing.T) {
	first := traffic.Plan(newTestConfig(), testStart)
	later := traffic.Plan(newTestConfig(), testStart.Add(3*time.Hour))
	if len(first) != len(later) {
		t.Fatalf("%d shots, later %d", len(first), len(later))
	}
	for i := range first {
		a, b := first[i], later[i]
		if a.Offset != b.Offset || a.Kind != b.Kind || a.Content != b.Content || !reflect.DeepEqual(a.Event, b.Event) {
			t.Fatalf("shot %d depends on the clock", i)
		}
	}
}

func TestGenuineShotsVerifyAndDecode(t *testing.T) {
	for _, test := range []struct{ signed, accepted nxcloud.Algorithm }{
		{nxcloud.AlgorithmAuto, nxcloud.AlgorithmAuto},
		{nxcloud.AlgorithmMD5, nxcloud.AlgorithmMD5},
		{nxcloud.AlgorithmSHA256, nxcloud.AlgorithmSHA256},
		{nxcloud.AlgorithmSHA256, nxcloud.AlgorithmAuto}, // by the header alone
	} {
		t.Run(test.signed.String()+" for "+test.accepted.String(), func(t *testing.T) {
			config := newTestConfig()
			config.Account.Algorithm = test.signed
			config.Duration = 20 * time.Second
			book := newTestBook(t, test.accepted)
			for i, shot := range traffic.Plan(config, testStart) {
				got, result := book.take(shot.Header, shot.Body, shot.Now)
				if want := shot.Kind.Result(); result != want {
					t.Fatalf("shot %d (%s): got %s, want %s\n%s", i, shot.Kind, result, want, shot.Body)
				}
				if shot.Status == 200 {
					compareEvent(t, shot, got)
				}
			}
		})
	}
}

func compareEvent(t *testing.T, shot traffic.Planned, got *sms.Event) {
	t.Helper()
	want := shot.Event
	if got.Kind != want.Kind || got.MessageID != want.MessageID || got.DID != want.DID || got.Status != want.Status ||
		got.HasPrice != want.HasPrice || got.Price != want.Price || got.HasSize != want.HasSize || got.Size != want.Size {
		t.Fatalf("%s: got %+v, want %+v\n%s", shot.Kind, got, want, shot.Body)
	}
	if string(got.Peer) != shot.Peer || got.Content != shot.Content {
		t.Fatalf("got peer %q and text %q, want %q and %q", got.Peer, got.Content, shot.Peer, shot.Content)
	}
	if !got.ReceiveTime.Equal(shot.Received.Truncate(time.Second)) {
		t.Fatalf("got receiveTime %v, want %v", got.ReceiveTime, shot.Received)
	}
	if len(got.FieldErrors) != 0 {
		t.Fatalf("field errors %v in\n%s", got.FieldErrors, shot.Body)
	}
	if got.ReceiveTime.After(shot.Now) {
		t.Fatalf("receiveTime %v after its push at %v", got.ReceiveTime, shot.Now)
	}
}

func TestShapesOfTheStream(t *testing.T) {
	plain := regexp.MustCompile(`^[0-9a-f]{32}$`)
	kinds := map[traffic.ShotKind]int{}
	forms, statuses := map[int]int{}, map[sms.Status]int{}
	firsts := map[string]traffic.Planned{} // by action and message id
	bodies := map[string]traffic.Planned{}
	resigned, replayed, plus := 0, 0, 0
	for _, shot := range planMinute() {
		kinds[shot.Kind]++
		forms[shot.Form]++
		if bytes.Contains(shot.Body, []byte(`Phone":"+`)) {
			plus++
		}
		statuses[shot.Event.Status]++
		if !plain.MatchString(shot.Event.MessageID) {
			t.Fatalf("message id %q", shot.Event.MessageID)
		}
		if shot.Kind <= traffic.ShotCorrection && !json.Valid(shot.Body) {
			t.Fatalf("not JSON: %s", shot.Body)
		}
		id := shot.Event.Kind.String() + shot.Event.MessageID
		first, known := firsts[id]
		switch shot.Kind {
		case traffic.ShotDuplicate:
			original, ok := bodies[string(shot.Body)]
			if !ok || original.Event.MessageID != shot.Event.MessageID || original.Event.Status != shot.Event.Status {
				t.Fatalf("a duplicate of nothing: %s", shot.Body)
			}
			if shot.Header.Get(nxcloud.HeaderTimestamp) == original.Header.Get(nxcloud.HeaderTimestamp) {
				replayed++
			} else {
				resigned++
			}
		case traffic.ShotCorrection:
			if !known || first.Event.Status == shot.Event.Status || shot.Offset-first.Offset < time.Second {
				t.Fatalf("a correction of nothing: %s", shot.Body)
			}
			bodies[string(shot.Body)] = shot
		default:
			if known {
				t.Fatalf("message id %s twice", shot.Event.MessageID)
			}
			firsts[id] = shot
			bodies[string(shot.Body)] = shot
		}
	}
	for kind := range traffic.ShotKindCount {
		if kinds[kind] < 20 && kind != traffic.ShotConflict { // that one is chaos
			t.Errorf("only %d shots of kind %s", kinds[kind], kind)
		}
	}
	for form := range traffic.FormCount {
		if forms[form] < 20 {
			t.Errorf("only %d bodies of form %d", forms[form], form)
		}
	}
	for _, status := range []sms.Status{sms.StatusDelivered, sms.StatusUndelivered, sms.StatusExpired, sms.StatusRejected, sms.StatusEnroute, sms.StatusOther} {
		if statuses[status] == 0 {
			t.Errorf("no receipt with status %s", status)
		}
	}
	if plus < 20 {
		t.Errorf("only %d bodies with a plus sign", plus)
	}
	if replayed < 50 || resigned < 50 {
		t.Errorf("%d duplicates as they were, %d signed anew", replayed, resigned)
	}
}

// TestForgeriesAreOneStepFromGenuine proves that each forgery is refused for the
// planned reason alone: what it leaves right is right.
func TestForgeriesAreOneStepFromGenuine(t *testing.T) {
	swapped, flipped, doubled := 0, 0, map[string]int{}
	signs := map[string]bool{}
	for _, shot := range planMinute() {
		h := shot.Header
		p := nxcloud.Parameters{
			AccessKey: h.Get(nxcloud.HeaderAccessKey), Action: h.Get(nxcloud.HeaderAction),
			BizType: h.Get(nxcloud.HeaderBizType), Timestamp: h.Get(nxcloud.HeaderTimestamp),
		}
		sign := nxcloud.Sign(nxcloud.AlgorithmMD5, p, shot.Body, []byte(testSecret))
		right := sign == h.Get(nxcloud.HeaderSign)
		switch shot.Kind {
		case traffic.ShotWrongSecret, traffic.ShotUnknownKey:
			if right || (p.AccessKey == testKey) != (shot.Kind == traffic.ShotWrongSecret) {
				t.Errorf("%s: right signature %v, key %q", shot.Kind, right, p.AccessKey)
			}
		case traffic.ShotAlteredBody:
			if right || p.AccessKey != testKey {
				t.Errorf("%s: right signature %v, key %q", shot.Kind, right, p.AccessKey)
			}
			if signs[h.Get(nxcloud.HeaderSign)] {
				swapped++
			} else {
				flipped++
			}
			if bytes.Contains(shot.Body, []byte(shot.Event.MessageID)) != signs[h.Get(nxcloud.HeaderSign)] {
				t.Errorf("neither a swapped body nor an altered id: %s", shot.Body)
			}
		case traffic.ShotNoSign:
			if len(h[nxcloud.HeaderSign]) != 0 || p.AccessKey != testKey {
				t.Errorf("%s: headers %v", shot.Kind, h)
			}
		case traffic.ShotDoubled:
			doubled[checkDoubled(t, shot)]++
		default:
			if !right {
				t.Errorf("%s: wrong signature", shot.Kind)
			}
		}
		signs[h.Get(nxcloud.HeaderSign)] = true
	}
	if len(doubled) != 5 {
		t.Errorf("doubled headers %v", doubled)
	}
	if swapped < 20 || flipped < 20 {
		t.Errorf("%d swapped bodies, %d altered ones", swapped, flipped)
	}
}

func TestStaleFollowsMaxAge(t *testing.T) {
	config := newTestConfig()
	config.Account.MaxAge = 100 * time.Hour
	for _, shot := range traffic.Plan(config, testStart) {
		if shot.Kind != traffic.ShotStale {
			continue
		}
		if age := shot.Now.Sub(tsOf(t, shot)); age < 100*time.Hour {
			t.Fatalf("stale after %v only", age)
		}
	}
}
