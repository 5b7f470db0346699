// SPDX-License-Identifier: Apache-2.0

package traffic_test

import (
	"testing"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/traffic"
)

// checkDoubled returns the one header that is there twice, one of whose values makes
// the signature right.
func checkDoubled(t *testing.T, shot traffic.Planned) string {
	t.Helper()
	doubled := ""
	for name, values := range shot.Header {
		if len(values) > 1 {
			doubled += name
		}
	}
	for _, value := range shot.Header[doubled] {
		h := shot.Header.Clone()
		h.Set(doubled, value)
		p := nxcloud.Parameters{
			AccessKey: h.Get(nxcloud.HeaderAccessKey), Action: h.Get(nxcloud.HeaderAction),
			BizType: h.Get(nxcloud.HeaderBizType), Timestamp: h.Get(nxcloud.HeaderTimestamp),
		}
		if nxcloud.Sign(nxcloud.AlgorithmMD5, p, shot.Body, []byte(testSecret)) == h.Get(nxcloud.HeaderSign) {
			return doubled
		}
	}
	t.Errorf("%s: no value of %q makes the signature right: %v", shot.Kind, doubled, shot.Header)
	return doubled
}

// TestPairsShareAnID: messages and receipts with one id, in both orders, and never
// two of one action.
func TestPairsShareAnID(t *testing.T) {
	t.Parallel()
	type first struct {
		kind   sms.Kind
		paired bool
	}
	firsts, later, all := map[string]first{}, map[sms.Kind]int{}, 0
	for _, shot := range planMinute() {
		if shot.Kind != traffic.ShotMO && shot.Kind != traffic.ShotDR {
			continue
		}
		all++
		id := shot.Event.MessageID
		before, known := firsts[id]
		if known && (before.kind == shot.Event.Kind || before.paired) {
			t.Fatalf("id %s three times, or twice for %s", id, shot.Event.Kind)
		}
		if known {
			later[shot.Event.Kind]++
		}
		firsts[id] = first{shot.Event.Kind, known}
	}
	pairs := later[sms.KindMO] + later[sms.KindDR]
	if later[sms.KindMO] < 20 || later[sms.KindDR] < 20 {
		t.Errorf("pairs by the action that came second: %v", later)
	}
	checkNear(t, "pairs", float64(pairs), 0.03*float64(all), 0.25)
}

// TestUnreadableBodiesAreAskedFor: without being asked, nothing is sent that is
// authentic and cannot be read.
func TestUnreadableBodiesAreAskedFor(t *testing.T) {
	t.Parallel()
	config := newTestConfig()
	config.Unreadable = false
	for _, shot := range traffic.Plan(config, testStart) {
		if shot.Kind == traffic.ShotUnreadable {
			t.Fatal("an unreadable body that nobody asked for")
		}
	}
}
