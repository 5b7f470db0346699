// SPDX-License-Identifier: Apache-2.0

package boardanswers

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// expected is an answer that was worked out by hand from testdata/world.txt, and how.
type expected struct {
	board, panel, ref string
	setting           string
	series            string
	value             float64
	how               string
}

// TestExpected: golden files hold whatever was answered when they were written. These
// are the ones that a person has checked. A minute's worth is what a counter counts in
// a usual minute: 120 in the range, 50 in the last half hour, 10 in a bar, 2 now, and
// 160, 90, 20 and 4 of what fails.
func TestExpected(t *testing.T) {
	const overview, did, spend, exporter = "didsms-overview", "didsms-did", "didsms-spend", "didsms-exporter"
	const one, all, plain = "one", "everything", "one, plain server"
	asked := map[string][]string{}
	settings := settings(t)
	for _, q := range questions(t) {
		for _, s := range settings {
			if !s.asks(q) {
				continue
			}
			lines, err := s.ask(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			// Two panels may have one title.
			name := strings.Join([]string{q.board, q.panel, q.ref, s.name}, "/")
			asked[name] = append(asked[name], lines...)
		}
	}
	for _, e := range []expected{
		{overview, "Alerts", "A", all, `{worst="page"}`, 7, "north: spikes of 100 and 200, silent, spend, absent; south: a spike of two severities, once; and absent of none"},
		{overview, "Alerts", "A", one, `{worst="ticket"}`, 5, "as above without south and without spend, which the other job has and which is critical"},
		{overview, "Delivered share", "A", one, `{}`, 0.7959, "of a minute 13 delivered, 2.5 undelivered: 13*120 / (13*120 + 2.5*160) = 1560/1960"},
		{overview, "Final receipts", "A", one, `{}`, 1960, "the same, below the line"},
		{overview, "Delivery time (p90)", "A", plain, `{}`, 53.33, "80 as usual and 40 twice as slow, from 8 s: 40, 52, 24, 4 up to 16, 32, 64, 128 s; the 108th is 16 of 24 on the way from 32 to 64"},
		{overview, "Delivery time (p90)", "A", one, `{}`, 32 * math.Pow(2, 2.0/3), "the same on the exponential scale of a native histogram"},
		{overview, "Inbound messages", "A", all, `{}`, 11760, "14 a minute at weight 1, 7 times that, for 120"},
		{overview, "Spend", "A", one, `{currency="USD"}`, 114, "north: 0.5 + 0.04 + 0.4 + 0.01 = 0.95, for 120"},
		{overview, "Spend", "A", one, `{currency="EUR"}`, 36, "north: 0.1 + 0.2, for 120"},
		{overview, "Last good callback", "A", one, `{account="north",kind="mo"}`, 100, "as the world says"},
		{overview, "Last good callback", "A", all, `{account="north",kind="mo"}`, 25, "a quarter of that, in the other job"},
		{overview, "Undelivered share against its usual level", "A", one, `{account="north"}`, 0.2778, "now 13*2 delivered and 2.5*4 undelivered a minute: 10/36"},
		{overview, "Undelivered share against its usual level", "B", one, `{account="north"}`, 0.05, "as recorded"},
		{overview, "Error budget burn", "A", one, `{account="north"}`, 2, "0.2 fail, of the 0.1 that an objective of 0.9 allows"},
		{overview, "Error budget burn", "B", all, `{account="south"}`, 10, "twice 0.25 in the other job, of the 0.05 that one of 0.95 allows"},
		{overview, "Delivery time", "B", plain, `{le="+Inf"}`, 26, "13 a minute, twice that now"},
		{overview, "Undelivered share by destination", "A", one, `{account="north",calling_code="44"}`, 0.4706, "2*160 / (3*120 + 2*160) = 320/680"},
		{overview, "Undelivered share by destination", "A", one, `{account="north",calling_code="1"}`, 0.0625, "0.5*160 / (10*120 + 0.5*160) = 80/1280"},
		{overview, "Undelivered share by destination", "B", one, `{account="north",calling_code="44"}`, 680, "the same, below the line"},
		{overview, "Numbers that need a look", "A", all, `{account="south",did="200"}`, 8, "sigma 4, and 8 in the other job"},
		{overview, "Numbers that need a look", "A", "everything, plain server", `{account="south",did="200"}`, -0.5052, "no sigma: 12*3*160 of that and 7*7*120 fail, 5760/11640, less one"},
		{overview, "Numbers that need a look", "C", plain, `{account="north",did="100"}`, 0.1667, "90 of 90 + 9*50"},
		{overview, "Numbers that need a look", "E", one, `{account="north",did="100"}`, 0.129, "160 of 160 + 9*120"},
		{overview, "Numbers that need a look", "F", one, `{account="north",did="100"}`, 1240, "the same, below the line"},
		{overview, "Inbound messages", "A", one, `{account="north"}`, 14, "7 a minute, twice that now"},
		{overview, "Inbound messages", "B", one, `{account="north"}`, 7, "210 in half an hour"},
		{overview, "Rejected callbacks", "A", one, `{result="bad_signature"}`, 40, "3 + 1, for 10"},
		{overview, "Rejected callbacks", "A", one, `{result="malformed"}`, 20, "of nobody's: 1, for 20"},
		{did, "Undelivered, last 30 min", "A", one, `{did="200"}`, 0.35, "as recorded"},
		{did, "Undelivered, last 30 min", "A", plain, `{did="200"}`, 0.403, "1.5*90 of 1.5*90 + 4*50 = 135/335"},
		{did, "How unusual is now", "A", one, `{did="200"}`, 3, "as recorded"},
		{did, "Delivered in range", "A", one, `{}`, 0.6667, "4*120 of 4*120 + 1.5*160"},
		{did, "Last event", "A", one, `{kind="dr"}`, 1e7, "200 minutes less 2000 s are 10,000 s, in milliseconds"},
		{did, "Delivery state", "A", "states", `{account="north",did="404"}`, 2, "60 % fail"},
		{did, "Delivery state", "A", "states", `{account="north",did="403"}`, 1, "12 % fail"},
		{did, "Delivery state", "A", "states", `{account="north",did="402"}`, 0, "9.5 % fail"},
		{did, "Receipts by status", "A", one, `{status="REJECTD"}`, 10, "0.5, for 20"},
		{did, "Delivery time", "A", one, `{did="200"}`, 32, "nine in ten are at most 8*4 s now"},
		{did, "Delivery time", "A", plain, `{did="200"}`, 20, "the mean is twice 2.5*4 s"},
		{did, "Messages in and out", "B", one, `{}`, 70, "4, for 10, and 1.5, for 20"},
		{did, "Segments per outbound message", "A", one, `{did="200"}`, 1.429, "10*2 of 4*2 + 1.5*4 = 20/14"},
		{did, "Average price per segment, $money", "A", one, `{currency="USD",direction="outbound"}`, 0.04, "0.4 by 10"},
		{spend, "Month to date", "A", one, `{account="north",currency="USD"}`, 50, "as it says"},
		{spend, "Month to date", "A", all, `{account="north",currency="USD"}`, 350, "the sum of the replicas"},
		{spend, "Monthly budget used", "A", one, `{account="north",currency="USD"}`, 0.25, "50 of 200"},
		{spend, "Monthly budget used", "A", all, `{account="north",currency="USD"}`, 0.4375, "350 of 800, the largest of the replicas' budgets"},
		{spend, "Pace per 30 days", "A", one, `{account="north",currency="USD"}`, 49248, "114 in 100 minutes, of which 30 days have 432"},
		{spend, "Spend in range", "A", all, `{currency="USD"}`, 1612.8, "north 0.95, south 0.15 + 0.02: 1.12, at 12, for 120"},
		{spend, "Paid for undelivered", "A", one, `{currency="USD"}`, 17.6, "0.05 + 0.06, for 160"},
		{spend, "Spend by account, $currency", "A", one, `{account="north",currency="USD"}`, 9.5, "0.95, for 10"},
		{spend, "Hourly spend against its usual level, $currency", "B", all, `{account="north",currency="USD"}`, 24, "twice 12 in the other job"},
		{spend, "Average price per segment, $currency", "A", one, `{account="north",currency="USD",direction="outbound"}`, 0.03, "0.9 by 30; who was not charged does not count"},
		{spend, "Most expensive numbers, $currency", "A", one, `{account="north",currency="USD",did="100"}`, 64.8, "0.54, for 120"},
		{spend, "Most expensive numbers, $currency", "C", one, `{account="north",did="100"}`, 3360, "28, for 120"},
		{exporter, "Callbacks by result", "A", one, `{result="accepted"}`, 0.92, "27.6 a minute, twice that, a second"},
		{exporter, "Rejected share by reason", "A", one, `{account="north",result="stale"}`, 0.0303, "0.5*4 of 32*2 + 0.5*4 = 2/66"},
		{exporter, "Answer time (p99)", "A", plain, `{kind="dr"}`, 0.2375, "nine tenths of the way from 8/64 to 16/64 s"},
		{exporter, "Relay delay of inbound messages", "A", plain, `{account="north"}`, 4, "the median is twice 2*1 s"},
		{exporter, "Transport delay (p90)", "A", plain, `{account="north"}`, 1, "nine in ten are at most 8*0.125 s"},
		{exporter, "Downtime in range", "A", one, `{}`, 60, "0.5, for 120"},
		{exporter, "Store", "A", all, `{}`, 0, "one of them is down"},
		{exporter, "Tracked numbers of the limit", "A", one, `{instance="a"}`, 0.5, "40 + 10 of 100"},
		{exporter, "Repeated callbacks", "A", one, `{}`, 0.1, "1*4 of 20*2"},
		{exporter, "Missed scrapes", "A", one, `{instance="a"}`, 0.0625, "one of 16"},
		{exporter, "Memory and CPU", "B", one, `{instance="a"}`, 0.2, "6 a minute, twice that, a second"},
	} {
		lines, known := asked[strings.Join([]string{e.board, e.panel, e.ref, e.setting}, "/")]
		if !known {
			t.Errorf("%s, %s %s: not asked in %s", e.board, e.panel, e.ref, e.setting)
			continue
		}
		if got := found(lines, e.series); math.IsNaN(got) || math.Abs(got-e.value) > 0.01*math.Abs(e.value) {
			t.Errorf("%s, %s %s, %s: %s is %v, want %v (%s); all: %q", e.board, e.panel, e.ref, e.setting, e.series, got, e.value, e.how, lines)
		}
	}
}

// found is the value of a series at the end. One in a hundred is not held against it:
// Prometheus takes a window's edges for like its inside.
func found(lines []string, series string) float64 {
	i := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, series+" ") })
	if i < 0 {
		return math.NaN()
	}
	words := strings.Fields(lines[i])
	value, err := strconv.ParseFloat(strings.TrimPrefix(words[len(words)-1], "~"), 64)
	if err != nil {
		return math.NaN()
	}
	return value
}
