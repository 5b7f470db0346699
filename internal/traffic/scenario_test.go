// SPDX-License-Identifier: Apache-2.0

package traffic_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/traffic"
)

const nextSecret = "not-a-real-secret-either"

// scenarioPlan is eight minutes of a scenario; odd things happen from the second
// minute to the sixth.
func scenarioPlan(scenario traffic.Scenario) []traffic.Planned {
	config := newTestConfig()
	config.Scenario, config.Flat = scenario, true
	config.Account.Next = []byte(nextSecret)
	config.Rate, config.Duration = 50, 8*time.Minute
	config.Duplicates, config.Forgeries = scenario.Shares()
	return traffic.Plan(config, testStart)
}

// during counts what is chosen of a number, while odd things happen and at other
// times. The odd time is as long as the other.
func during(plan []traffic.Planned, name string, chosen func(traffic.Planned) bool) (odd, usual float64) {
	for _, shot := range plan {
		if shot.Name != name || shot.Kind.Forged() || !chosen(shot) {
			continue
		}
		if shot.Offset >= 2*time.Minute && shot.Offset < 6*time.Minute {
			odd++
		} else {
			usual++
		}
	}
	return odd, usual
}

func anything(traffic.Planned) bool      { return true }
func inbound(shot traffic.Planned) bool  { return shot.Kind == traffic.ShotMO }
func outbound(shot traffic.Planned) bool { return shot.Kind == traffic.ShotDR }
func undelivered(s traffic.Planned) bool {
	return outbound(s) && s.Event.Status.Outcome() == sms.OutcomeUndelivered
}

func priced(price string) func(traffic.Planned) bool {
	want, _ := sms.ParsePrice(price)
	return func(s traffic.Planned) bool { return s.Event.HasPrice && s.Event.Price == want }
}

// The signs of each scenario, so that mixed can be held to all of them.

func checkSpike(t *testing.T, plan []traffic.Planned) {
	t.Helper()
	failedOdd, failedUsual := during(plan, "Parcels US", undelivered)
	allOdd, allUsual := during(plan, "Parcels US", outbound)
	if failedOdd/allOdd < 0.55 || failedUsual/allUsual > 0.12 {
		t.Errorf("spike: undelivered share %.2f, else %.2f", failedOdd/allOdd, failedUsual/allUsual)
	}
}

func checkSilence(t *testing.T, plan []traffic.Planned) {
	t.Helper()
	if odd, usual := during(plan, "Codes UK", anything); odd != 0 || usual < 500 {
		t.Errorf("silence: %v callbacks, else %v", odd, usual)
	}
}

func checkFlood(t *testing.T, plan []traffic.Planned) {
	t.Helper()
	odd, usual := during(plan, "Support US", inbound)
	// In mixed, corrections take up a larger part of the usual traffic.
	checkNear(t, "flood: inbound", odd, 10*usual, 0.15)
	odd, usual = during(plan, "Support US", outbound)
	checkNear(t, "flood: outbound", odd, usual, 0.10)
}

func checkPrice(t *testing.T, plan []traffic.Planned) {
	t.Helper()
	stepped, early := during(plan, "Sales CN", priced("0.0720"))
	late, usual := during(plan, "Sales CN", priced("0.0360"))
	if stepped < 200 || usual < 200 || early > 0.1*usual || late > 0.1*stepped {
		t.Errorf("price: doubled %v, else %v; usual %v, else %v", stepped, early, late, usual)
	}
}

func checkRotate(t *testing.T, plan []traffic.Planned) {
	t.Helper()
	for _, shot := range plan {
		if shot.Kind != traffic.ShotMO && shot.Kind != traffic.ShotDR {
			continue
		}
		want := testSecret
		if shot.Offset >= 4*time.Minute {
			want = nextSecret
		}
		h := shot.Header
		p := nxcloud.Parameters{
			AccessKey: testKey, Action: h.Get(nxcloud.HeaderAction),
			BizType: h.Get(nxcloud.HeaderBizType), Timestamp: h.Get(nxcloud.HeaderTimestamp),
		}
		if h.Get(nxcloud.HeaderSign) != nxcloud.Sign(nxcloud.AlgorithmMD5, p, shot.Body, []byte(want)) {
			t.Fatalf("rotate: the shot at %v is not signed with %q", shot.Offset, want)
		}
	}
}

func checkChaos(t *testing.T, plan []traffic.Planned) {
	t.Helper()
	kinds, problems := map[traffic.ShotKind]int{}, map[sms.FieldError]int{}
	for _, shot := range plan {
		kinds[shot.Kind]++
		for _, fieldError := range shot.Event.FieldErrors {
			problems[fieldError]++
		}
	}
	for kind := range traffic.ShotKindCount {
		if kinds[kind] < len(plan)/200 {
			t.Errorf("chaos: %d shots of kind %s", kinds[kind], kind)
		}
	}
	if len(problems) != 5 {
		t.Errorf("chaos: faulty fields %v", problems)
	}
}

func TestScenarios(t *testing.T) {
	t.Parallel()
	checks := map[traffic.Scenario]func(*testing.T, []traffic.Planned){
		traffic.Spike: checkSpike, traffic.Silence: checkSilence, traffic.Flood: checkFlood,
		traffic.Price: checkPrice, traffic.Rotate: checkRotate, traffic.Chaos: checkChaos,
	}
	for scenario, check := range checks {
		t.Run(scenario.String(), func(t *testing.T) {
			t.Parallel()
			check(t, scenarioPlan(scenario))
		})
	}
	t.Run("mixed", func(t *testing.T) {
		t.Parallel()
		plan := scenarioPlan(traffic.Mixed)
		for _, check := range checks {
			check(t, plan)
		}
	})
}

// TestSteadyHasNoneOfIt holds the checks above to their word: each of them fails
// on plain traffic.
func TestSteadyHasNoneOfIt(t *testing.T) {
	t.Parallel()
	plan := scenarioPlan(traffic.Steady)
	failedOdd, _ := during(plan, "Parcels US", undelivered)
	allOdd, _ := during(plan, "Parcels US", outbound)
	silent, _ := during(plan, "Codes UK", anything)
	flooded, calm := during(plan, "Support US", inbound)
	doubled, _ := during(plan, "Sales CN", priced("0.0720"))
	if failedOdd/allOdd > 0.12 || silent < 500 || flooded > 1.2*calm || doubled > 0 {
		t.Errorf("undelivered %.2f, UK %v, inbound %v to %v, doubled %v", failedOdd/allOdd, silent, flooded, calm, doubled)
	}
	checkNear(t, "flat rate", float64(len(plan)), 50*8*60, 0.02)
}

func TestScenarioNames(t *testing.T) {
	t.Parallel()
	for _, scenario := range traffic.Scenarios() {
		if parsed, ok := traffic.ParseScenario(scenario.String()); !ok || parsed != scenario {
			t.Errorf("%s is read as %s", scenario, parsed)
		}
	}
	if _, ok := traffic.ParseScenario("spikes"); ok || len(traffic.Scenarios()) != 8 {
		t.Error("wrong set of scenarios")
	}
}

func TestHappenings(t *testing.T) {
	t.Parallel()
	config := newTestConfig()
	config.Scenario, config.Account.Next = traffic.Mixed, []byte(nextSecret)
	var got []string
	for _, happening := range newTestSimulator(t, config).Happenings() {
		got = append(got, happening.String())
		if len(happening.String()) > 77 {
			t.Errorf("does not fit a terminal: %s", happening)
		}
	}
	want := []string{
		"spike: 13105550178 (Parcels US) most messages fail from 15s to 45s",
		"silence: 447700900321 (Codes UK) is silent from 15s to 45s",
		"flood: 12125550134 (Support US) gets ten times as much from 15s to 45s",
		"price: 8612000000023 (Sales CN) prices double from 15s to 45s",
		"rotate: the next secret signs from 30s",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got:\n%s", strings.Join(got, "\n"))
	}
	config.Duration = 0
	for _, happening := range newTestSimulator(t, config).Happenings() {
		if happening.From != time.Minute || happening.To != 0 {
			t.Errorf("without an end: %s", happening)
		}
	}
}

// TestSilenceHoldsForRepetitions: a silent number's earlier callbacks are not
// repeated either.
func TestSilenceHoldsForRepetitions(t *testing.T) {
	t.Parallel()
	config := newTestConfig()
	config.Scenario, config.Flat, config.Duplicates = traffic.Silence, true, 0.6
	repeated := 0
	for _, shot := range traffic.Plan(config, testStart) {
		if shot.Kind != traffic.ShotDuplicate {
			continue
		}
		repeated++
		if shot.Name == "Codes UK" && shot.Offset >= 15*time.Second && shot.Offset < 45*time.Second {
			t.Fatalf("repeated at %v", shot.Offset)
		}
	}
	if repeated < 1000 {
		t.Errorf("only %d repetitions", repeated)
	}
}

// TestConflictWaitsForItsOriginal: else the altered text would be the one that
// counts.
func TestConflictWaitsForItsOriginal(t *testing.T) {
	t.Parallel()
	book := newTestBook(t, nxcloud.AlgorithmAuto)
	var mu sync.Mutex
	answered, early, conflicts := map[string]bool{}, 0, 0
	server := newTestServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		event, _ := book.take(r.Header, body, time.Now())
		mu.Lock()
		if strings.HasSuffix(event.Content, "(altered)") {
			conflicts++
			if !answered[event.Kind.String()+event.MessageID] {
				early++
			}
		}
		mu.Unlock()
		time.Sleep(300 * time.Millisecond)
		mu.Lock()
		answered[event.Kind.String()+event.MessageID] = true
		mu.Unlock()
		reply(w, 200, "success")
	}))
	config := newLiveConfig(server.URL)
	config.Scenario, config.Forgeries, config.Duplicates, config.MaxInFlight = traffic.Chaos, 0, 0.5, 1000
	config.Rate, config.Duration = 200, time.Second
	summary, err := newTestSimulator(t, config).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if early > 0 || conflicts == 0 || summary.Conflicts != uint64(conflicts) || summary.Total().Broken > 0 {
		t.Errorf("%d of %d conflicts came early, %d counted", early, conflicts, summary.Conflicts)
	}
}

// TestConflictContradicts: same message and status, other text, never before the
// original.
func TestConflictContradicts(t *testing.T) {
	t.Parallel()
	type key struct {
		kind   sms.Kind
		id     string
		status sms.Status
	}
	bodies := map[key][]byte{}
	for _, shot := range scenarioPlan(traffic.Chaos) {
		k := key{shot.Event.Kind, shot.Event.MessageID, shot.Event.Status}
		switch shot.Kind {
		case traffic.ShotMO, traffic.ShotDR:
			bodies[k] = shot.Body
		case traffic.ShotConflict:
			if original := bodies[k]; original == nil || bytes.Equal(original, shot.Body) || !bytes.Contains(shot.Body, []byte("altered")) {
				t.Fatalf("a conflict with nothing: %s", shot.Body)
			}
		}
	}
}

// TestFaultyFieldsDecodeAsForeseen: what the tally counts as field errors is what
// a receiver finds.
func TestFaultyFieldsDecodeAsForeseen(t *testing.T) {
	t.Parallel()
	book := newTestBook(t, nxcloud.AlgorithmAuto)
	found := 0
	for _, shot := range scenarioPlan(traffic.Chaos)[:4000] {
		if shot.Kind.Forged() {
			continue
		}
		got, _ := book.take(shot.Header, shot.Body, shot.Now)
		if shot.Kind != traffic.ShotConflict && !reflect.DeepEqual(got.FieldErrors, shot.Event.FieldErrors) {
			t.Fatalf("got %v, want %v\n%s", got.FieldErrors, shot.Event.FieldErrors, shot.Body)
		}
		found += len(got.FieldErrors)
		if got.Kind == sms.KindDR && got.Peer.CallingCode() != shot.Event.Destination {
			t.Fatalf("destination %q of %s", shot.Event.Destination, got.Peer)
		}
	}
	if found < 100 {
		t.Errorf("only %d faulty fields", found)
	}
}

// TestManyNumbers: as many as wanted, all different, all made up, none of them a
// subscriber.
func TestManyNumbers(t *testing.T) {
	t.Parallel()
	config := newTestConfig()
	config.DIDs, config.Duration, config.Flat = traffic.MaxDIDs, 10*time.Second, true
	ours, names := map[sms.Number]bool{}, map[string]bool{}
	for _, number := range traffic.ManyNumbers(traffic.MaxDIDs) {
		if !fictitious.MatchString(string(number.DID)) || number.DID != sms.ParseNumber(string(number.DID)) || number.DID.CallingCode() == "" {
			t.Fatalf("number %q", number.DID)
		}
		ours[number.DID], names[number.Name] = true, true
	}
	if len(ours) != traffic.MaxDIDs || len(names) != traffic.MaxDIDs {
		t.Errorf("%d different numbers, %d names", len(ours), len(names))
	}
	used := map[sms.Number]bool{}
	for _, shot := range traffic.Plan(config, testStart) {
		used[shot.Event.DID] = true
		if ours[sms.Number(shot.Peer)] {
			t.Fatalf("%s writes to itself", shot.Peer)
		}
	}
	if len(used) < 200 {
		t.Errorf("only %d numbers used", len(used))
	}
	if few := traffic.ManyNumbers(3); len(few) != 3 || few[0] != traffic.Numbers()[0] {
		t.Errorf("three numbers: %v", few)
	}
}

// TestWeekHasAShape: a week of minutes, quiet at its end.
func TestWeekHasAShape(t *testing.T) {
	t.Parallel()
	config := newTestConfig()
	config.DayLength, config.Duration, config.Rate = time.Minute, 7*time.Minute, 60
	days := [8]int{}
	for _, shot := range traffic.Plan(config, testStart) {
		if shot.Name == "Codes UK" {
			days[int((shot.Offset+35*time.Second).Minutes())]++ // 14 of 24 hours are 35 of 60 seconds
		}
	}
	// Tuesday from 14 h, Wednesday, Thursday, Friday, Saturday, Sunday, Monday, Tuesday to 14 h.
	working := float64(days[1]+days[2]+days[3]+days[6]) / 4
	checkNear(t, "Saturday", float64(days[4]), 0.6*working, 0.15)
	checkNear(t, "Sunday", float64(days[5]), 0.45*working, 0.15)
}

var formWord = regexp.MustCompile(`^[A-Za-z]+=[A-Za-z0-9%+._~-]*$`)

// TestFormVariant: no signature, no JSON, and the values of the message.
func TestFormVariant(t *testing.T) {
	t.Parallel()
	config := newTestConfig()
	config.Form, config.Forgeries, config.Duration = true, 0, 20*time.Second
	for _, accepted := range []bool{false, true} {
		config.FormAccepted = accepted
		for _, shot := range traffic.Plan(config, testStart) {
			want := map[bool]string{false: "415 error", true: "200 success"}[accepted]
			if got := fmt.Sprint(shot.Status, " ", shot.Word); got != want {
				t.Fatalf("expected answer %s, want %s", got, want)
			}
			if shot.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || len(shot.Header) != 2 {
				t.Fatalf("headers %v", shot.Header)
			}
			for word := range strings.SplitSeq(string(shot.Body), "&") {
				if !formWord.MatchString(word) {
					t.Fatalf("not encoded: %s", word)
				}
			}
			values, err := url.ParseQuery(string(shot.Body))
			if err != nil {
				t.Fatal(err)
			}
			did := values.Get("fromPhone")
			if shot.Event.Kind == sms.KindMO {
				did = values.Get("toPhone")
			}
			if did != "+"+string(shot.Event.DID) || values.Get("content") != shot.Content || values.Get("messageId") != shot.Event.MessageID ||
				values.Has("price") != shot.Event.HasPrice || values.Has("size") != shot.Event.HasSize {
				t.Fatalf("body %s", shot.Body)
			}
		}
	}
}

// TestFormIsRefused: a receiver that knows no forms, and what it counts of them.
func TestFormIsRefused(t *testing.T) {
	t.Parallel()
	server := newTestServer(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusUnsupportedMediaType, "error")
	}))
	config := newLiveConfig(server.URL)
	config.Form, config.Forgeries, config.Duration = true, 0, 500*time.Millisecond
	got, err := newTestSimulator(t, config).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	total := got.Total()
	if total.Sent < 100 || total.AsPlanned != total.Sent || len(got.DIDs) != 0 ||
		len(got.Callbacks) != 1 || got.Callbacks[traffic.Callback{Result: sms.ResultMalformed, Nameless: true}] != total.Sent {
		t.Errorf("%+v, %v, %v", total, got.Callbacks, got.Breaks)
	}
}

// TestDump: the dump reads as the requests that were sent, in order.
func TestDump(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var sent []string
	server := newTestServer(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Header.Del("Accept-Encoding") // Go's client adds it
		mu.Lock()
		defer mu.Unlock()
		sent = append(sent, fmt.Sprint(r.Method, r.RequestURI, r.Host, r.Header, string(body)))
	}))
	var dump bytes.Buffer
	config := newTestConfig()
	config.URL, config.Dump = server.URL+"/secret/path?a=b", &dump
	config.Rate, config.Duration = 300, time.Second
	config.Scenario = traffic.Chaos
	if _, err := newTestSimulator(t, config).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(&dump)
	var dumped []string
	for {
		request, err := http.ReadRequest(reader)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(request.Body)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Del("Content-Length")
		dumped = append(dumped, fmt.Sprint(request.Method, request.RequestURI, request.Host, request.Header, string(body)))
	}
	for i := range sent {
		sent[i] = strings.Replace(sent[i], " Content-Length:["+contentLength(sent[i])+"]", "", 1)
	}
	// They may arrive in another order than they were sent in.
	slices.Sort(sent)
	slices.Sort(dumped)
	if len(dumped) < 200 || !reflect.DeepEqual(dumped, sent) {
		t.Errorf("%d dumped, %d sent, not the same; first:\n%s\n%s", len(dumped), len(sent), dumped[0], sent[0])
	}
}

func contentLength(text string) string {
	_, rest, _ := strings.Cut(text, "Content-Length:[")
	length, _, _ := strings.Cut(rest, "]")
	return length
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestDumpThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	config := newTestConfig()
	config.Dump = fullDisk{}
	summary, err := newTestSimulator(t, config).Run(t.Context())
	if err == nil || summary.Total().Sent != 0 {
		t.Errorf("%v, %+v", err, summary.Total())
	}
}
