// SPDX-License-Identifier: Apache-2.0

package traffic_test

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/traffic"
)

func tsOf(t *testing.T, shot traffic.Planned) time.Time {
	t.Helper()
	millis, err := strconv.ParseInt(shot.Header.Get(nxcloud.HeaderTimestamp), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.UnixMilli(millis)
}

// twoDays is two simulated days of ten minutes each.
func twoDays() traffic.Config {
	config := newTestConfig()
	config.Duration = 20 * time.Minute
	config.Rate = 25
	return config
}

// The plans that several tests read, made once. Nobody changes them.
var (
	planTwoDays = sync.OnceValue(func() []traffic.Planned { return traffic.Plan(twoDays(), testStart) })
	planMinute  = sync.OnceValue(func() []traffic.Planned { return traffic.Plan(newTestConfig(), testStart) })
)

func TestMeanRateAndShares(t *testing.T) {
	plan := planTwoDays()
	checkNear(t, "shots", float64(len(plan)), 25*20*60, 0.02)
	duplicates, forgeries := 0, 0
	for _, shot := range plan {
		if shot.Kind == traffic.ShotDuplicate {
			duplicates++
		} else if shot.Status != 200 {
			forgeries++
		}
	}
	checkNear(t, "duplicates", float64(duplicates), 0.05*float64(len(plan)), 0.08)
	checkNear(t, "forgeries", float64(forgeries), 0.10*float64(len(plan)), 0.08)
}

func checkNear(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.Abs(got-want) > tolerance*want {
		t.Errorf("%s: got %.1f, want %.1f within %.0f %%", what, got, want, tolerance*100)
	}
}

func TestDayHasAShape(t *testing.T) {
	hours := map[string]*[24]int{}
	ahead := map[string]float64{"Support US": -5, "Codes UK": 0, "Sales CN": 8}
	for _, shot := range planTwoDays() {
		utc, ok := ahead[shot.Name]
		if !ok {
			continue
		}
		if hours[shot.Name] == nil {
			hours[shot.Name] = new([24]int)
		}
		hour := math.Mod(14+utc+24*shot.Offset.Minutes()/10, 24)
		hours[shot.Name][int(hour)]++
	}
	for name, counts := range hours {
		night := counts[2] + counts[3] + counts[4]
		day := counts[9] + counts[10] + counts[11]
		if day < 8*night {
			t.Errorf("%s: %d by day, %d at night: %v", name, day, night, counts)
		}
	}
}

func TestNumbersHaveALongTail(t *testing.T) {
	counts := map[sms.Number]int{}
	plan := planTwoDays()
	for _, shot := range plan {
		counts[shot.Event.DID]++
	}
	numbers := traffic.Numbers()
	if len(numbers) != 12 || len(counts) != len(numbers) {
		t.Fatalf("%d numbers, %d of them used", len(numbers), len(counts))
	}
	for i, number := range numbers[1:] {
		if counts[number.DID] >= counts[numbers[i].DID] {
			t.Errorf("%s is as busy as %s", number.Name, numbers[i].Name)
		}
	}
	first, last := counts[numbers[0].DID], counts[numbers[11].DID]
	if first < 10*last || last < len(plan)/100 {
		t.Errorf("busiest %d, quietest %d of %d", first, last, len(plan))
	}
}

func TestOneNumberGoesBad(t *testing.T) {
	config := twoDays()
	config.BadAfter = 8 * time.Minute
	type share struct{ failed, all float64 }
	before, after, others := share{}, share{}, share{}
	bad := 0
	for _, number := range traffic.Numbers() {
		if number.GoesBad {
			bad++
		}
	}
	if bad != 1 {
		t.Fatalf("%d numbers go bad", bad)
	}
	for _, shot := range traffic.Plan(config, testStart) {
		if shot.Kind != traffic.ShotDR {
			continue
		}
		s := &others
		if shot.Name == "Parcels US" {
			s = &before
			if shot.Offset >= config.BadAfter {
				s = &after
			}
		}
		s.all++
		if shot.Event.Status.Outcome() == sms.OutcomeUndelivered {
			s.failed++
		}
	}
	checkNear(t, "undelivered share once bad", after.failed/after.all, 0.69, 0.06)
	if before.failed/before.all > 0.10 || others.failed/others.all > 0.10 {
		t.Errorf("undelivered share before %.2f, of the others %.2f", before.failed/before.all, others.failed/others.all)
	}
}

func TestDeliveryTimesHaveASlowTail(t *testing.T) {
	ages := map[string][]float64{}
	for _, shot := range planTwoDays() {
		if shot.Kind == traffic.ShotDR {
			age := shot.Now.Sub(shot.Received).Seconds()
			if age < 0 {
				t.Fatalf("delivered %.1f s before it was sent", -age)
			}
			ages[shot.Code] = append(ages[shot.Code], age)
		}
	}
	for code, want := range map[string]float64{"1": 3, "44": 4, "86": 7, "91": 11} {
		slices.Sort(ages[code])
		median, slow := ages[code][len(ages[code])/2], ages[code][len(ages[code])*99/100]
		checkNear(t, "median of +"+code, median, want, 0.12)
		if slow < 8*median {
			t.Errorf("+%s: median %.1f s, 99th percentile %.1f s", code, median, slow)
		}
	}
}

func TestTextsAndTheirSize(t *testing.T) {
	sizes, wide := map[uint8]int{}, 0
	marks := regexp.MustCompile(`(?i)simul|模拟|नकली|تجريب`)
	for _, shot := range planMinute() {
		if !marks.MatchString(shot.Content) {
			t.Fatalf("a text that does not say it is invented: %q", shot.Content)
		}
		if shot.Event.HasSize {
			sizes[shot.Event.Size]++
			if got := traffic.CountSegments(shot.Content); got != shot.Event.Size {
				t.Fatalf("size %d for %d segments", shot.Event.Size, got)
			}
		}
		if strings.ContainsFunc(shot.Content, func(r rune) bool { return r > 0x900 }) {
			wide++
		}
	}
	for size := uint8(1); size <= 4; size++ {
		if sizes[size] < 50 {
			t.Errorf("only %d messages of size %d", sizes[size], size)
		}
	}
	if len(sizes) != 4 || wide < 100 {
		t.Errorf("sizes %v, %d texts outside the Latin alphabets", sizes, wide)
	}
}

func TestCountSegments(t *testing.T) {
	for _, test := range []struct {
		name string
		text string
		want uint8
	}{
		{"empty", "", 1},
		{"one GSM part", strings.Repeat("a", 160), 1},
		{"two GSM parts", strings.Repeat("a", 161), 2},
		{"two whole GSM parts", strings.Repeat("ä", 308), 2},
		{"three GSM parts", strings.Repeat("a", 309), 3},
		{"extension counts twice", strings.Repeat("€", 80), 1},
		{"extension over one part", strings.Repeat("€", 80) + "a", 2},
		{"one other part", strings.Repeat("模", 70), 1},
		{"two other parts", strings.Repeat("模", 71), 2},
		{"three other parts", strings.Repeat("模", 135), 3},
		{"outside the basic plane counts twice", strings.Repeat("🙂", 36), 2},
		{"one other character is enough", strings.Repeat("a", 70) + "模", 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := traffic.CountSegments(test.text); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

// fictitious are the ranges set aside for fiction, and numbers that no plan has.
var fictitious = regexp.MustCompile(`^(1\d{3}55501\d\d|447700900\d{3}|442079460\d{3}|4917139200\d\d|61491570(006|156|157|158|159|110)|3363998\d{4}` +
	`|86120000\d{5}|9100000\d{5}|55110000\d{5}|9710000\d{5})$`)

func TestNumbersAreFictitious(t *testing.T) {
	ours := map[string]bool{}
	for _, number := range traffic.Numbers() {
		ours[string(number.DID)] = true
		if !fictitious.MatchString(string(number.DID)) || number.Name == "" {
			t.Errorf("number %q, name %q", number.DID, number.Name)
		}
		if number.DID != sms.ParseNumber(string(number.DID)) || number.DID.CallingCode() == "" {
			t.Errorf("%q is not a number", number.DID)
		}
	}
	for _, shot := range planMinute() {
		if !fictitious.MatchString(shot.Peer) || ours[shot.Peer] {
			t.Fatalf("subscriber %q", shot.Peer)
		}
	}
}

func TestQuantiles(t *testing.T) {
	var durations []time.Duration
	for i := range 1000 {
		durations = append(durations, time.Duration(i+1)*time.Millisecond)
	}
	l := traffic.LatenciesOf(durations...)
	for _, test := range []struct {
		q    float64
		want time.Duration
	}{{0, time.Millisecond}, {0.5, 500 * time.Millisecond}, {0.99, 990 * time.Millisecond}, {1, time.Second}} {
		got := l.Quantile(test.q)
		if got < test.want || float64(got) > float64(test.want)*17/16+1 {
			t.Errorf("quantile %v: got %v, want %v", test.q, got, test.want)
		}
	}
	if l.Max() != time.Second || l.Count() != 1000 {
		t.Errorf("max %v of %d", l.Max(), l.Count())
	}
	if got := traffic.LatenciesOf().Quantile(0.5); got != 0 {
		t.Errorf("median of nothing: %v", got)
	}
	if got := traffic.LatenciesOf(1, time.Second, 2*time.Second).Quantile(0.5); got < time.Second {
		t.Errorf("median of three: %v", got)
	}
	if got := traffic.LatenciesOf(-time.Second, time.Second).Quantile(0.5); got > time.Microsecond {
		t.Errorf("median of a negative and a second: %v", got)
	}
	for d := time.Microsecond; d < time.Hour; d += d/7 + time.Microsecond {
		got := traffic.LatenciesOf(d, 10*d).Quantile(0.5)
		if got < d || got > d*17/16+time.Microsecond {
			t.Errorf("lower of %v and its tenfold: %v", d, got)
		}
	}
	edges := traffic.LatenciesOf(-time.Second, 0, 15*time.Microsecond, 16*time.Microsecond, 1000*time.Hour)
	if got := edges.Quantile(1); got < time.Hour {
		t.Errorf("longest: %v", got)
	}
}
