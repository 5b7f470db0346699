// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"didsms_exporter/test/harness"
)

// vendor is a sender that knows what it was promised: it keeps each callback, and
// whether an answer said success. Its traffic follows a seed.
type vendor struct {
	seed uint64

	mu      sync.Mutex // guards all below
	pushes  []*push
	open    []*push // not acknowledged, as far as the vendor knows
	acked   int
	sent    int // requests
	refused int // answered 503
	broken  int // not answered
}

// push is one callback: a message, or a status of one.
type push struct {
	harness.Callback
	message *pushedMessage
	status  string
	acked   bool
}

// pushedMessage is what the vendor bills: once, however many statuses it has.
type pushedMessage struct {
	harness.Message
	action string
	price  uint64 // ten-thousandths
	size   uint64
}

const (
	vendorDIDs   = 20
	vendorPairs  = 16 // of connections
	twinPercent  = 30
	retryPercent = 10
	laterPercent = 25
)

// load sends over 32 connections in pairs until nobody answers any more. What is
// not answered by then stays open.
func (v *vendor) load(ctx context.Context, t *testing.T, url string, round int) {
	var lanes sync.WaitGroup
	for lane := range vendorPairs {
		random := rand.New(rand.NewPCG(v.seed, uint64(round*vendorPairs+lane)))
		lanes.Go(func() { v.lane(ctx, t, url, random) })
	}
	lanes.Wait()
}

func (v *vendor) lane(ctx context.Context, t *testing.T, url string, random *rand.Rand) {
	left, right := client(), client()
	defer left.CloseIdleConnections()
	defer right.CloseIdleConnections()
	var fateless []*pushedMessage
	next := func() *push {
		percent := random.IntN(100)
		if percent < retryPercent {
			if p := v.unacknowledged(random); p != nil {
				return p
			}
		}
		if percent < retryPercent+laterPercent && len(fateless) > 0 {
			m := fateless[0]
			fateless = fateless[1:]
			return v.push(m, []string{"DELIVRD", "UNDELIV"}[random.IntN(2)])
		}
		m := newMessage(random)
		if m.action == "dr" && random.IntN(2) == 0 {
			fateless = append(fateless, m)
			return v.push(m, []string{"ACCEPTD", "ENROUTE"}[random.IntN(2)])
		}
		return v.push(m, "DELIVRD")
	}
	for {
		first := next()
		second := first
		if random.IntN(100) >= twinPercent {
			second = next()
		}
		var other sync.WaitGroup
		answered := false
		other.Go(func() { answered = v.send(ctx, t, right, url, second).Status != 0 })
		if v.send(ctx, t, left, url, first).Status == 0 {
			other.Wait()
			return
		}
		if other.Wait(); !answered {
			return
		}
	}
}

func client() *http.Client {
	return &http.Client{Transport: &http.Transport{MaxConnsPerHost: 1}, Timeout: 10 * time.Second}
}

func newMessage(random *rand.Rand) *pushedMessage {
	m := &pushedMessage{action: []string{"dr", "dr", "mo"}[random.IntN(3)]}
	price := random.IntN(4) // most are not exact in binary
	m.Price, m.price = []string{"0.0360", "0.0001", "1.25", "0.1"}[price], []uint64{360, 1, 12500, 1000}[price]
	m.size = uint64(1 + random.IntN(3))
	m.Size = strconv.FormatUint(m.size, 10)
	m.MessageID = fmt.Sprintf("%016x%016x", random.Uint64(), random.Uint64())
	did, peer := fmt.Sprintf("1818450%04d", random.IntN(vendorDIDs)), fmt.Sprintf("4477009%05d", random.IntN(100_000))
	if m.FromPhone, m.ToPhone = did, peer; m.action == "mo" {
		m.FromPhone, m.ToPhone = peer, did
	}
	m.Content = "Your code is 123456"
	m.ReceiveTime = time.Now().UTC().Add(-3 * time.Second).Format(time.DateTime)
	return m
}

func (m *pushedMessage) did() string {
	if m.action == "mo" {
		return m.ToPhone
	}
	return m.FromPhone
}

// push makes the callback of a status, which is open from now on.
func (v *vendor) push(m *pushedMessage, status string) *push {
	body := m.Message
	body.SMSStatus = status
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // strings always marshal
	}
	p := &push{Callback: harness.Callback{Action: m.action, Body: text}, message: m, status: status}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.pushes = append(v.pushes, p)
	v.open = append(v.open, p)
	return p
}

// unacknowledged picks a callback that the vendor would retry.
func (v *vendor) unacknowledged(random *rand.Rand) *push {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.sweep()
	if len(v.open) == 0 {
		return nil
	}
	return v.open[random.IntN(len(v.open))]
}

// sweep drops what was acknowledged from the open ones. It needs the lock.
func (v *vendor) sweep() {
	open := v.open[:0]
	for _, p := range v.open {
		if !p.acked {
			open = append(open, p)
		}
	}
	v.open = open
}

// send sends a callback and notes the answer. Only the contract's two answers, or
// none, are allowed.
func (v *vendor) send(ctx context.Context, t *testing.T, client *http.Client, url string, p *push) harness.Answer {
	answer, err := harness.Post(ctx, client, url, harness.TestAccount.Header(p.Callback), p.Body)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.sent++
	switch {
	case err != nil:
		v.broken++
	case answer == harness.Success:
		if !p.acked {
			v.acked++
		}
		p.acked = true
	case answer == harness.Answer{Status: http.StatusServiceUnavailable, Word: "error"}:
		v.refused++
	default:
		t.Errorf("answer %v", answer)
	}
	return answer
}

// settle sends everything that is open until it is acknowledged.
func (v *vendor) settle(t *testing.T, url string) {
	t.Helper()
	harness.Eventually(t, 30*time.Second, func() error {
		v.mu.Lock()
		v.sweep()
		open := append([]*push(nil), v.open...)
		v.mu.Unlock()
		if len(open) == 0 {
			return nil
		}
		client := client()
		defer client.CloseIdleConnections()
		for _, p := range open {
			v.send(t.Context(), t, client, url, p)
		}
		return fmt.Errorf("%d callbacks were open", len(open))
	})
}

func (v *vendor) acknowledged() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.acked
}

// counted is how many events the exporter shows.
func counted(samples harness.Samples) int {
	return int(samples.Sum("didsms_dr_receipts_total") + samples.Sum("didsms_mo_messages_total"))
}

// expectation is the metrics page that follows from what the vendor sent, all of
// which is acknowledged: counts, and money to the last digit.
func (v *vendor) expectation() map[string]float64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	counts := map[string]float64{}
	money := map[string]uint64{} // ten-thousandths
	billed := map[*pushedMessage]bool{}
	outcomes := map[string]string{"DELIVRD": "delivered", "UNDELIV": "undelivered", "ACCEPTD": "pending", "ENROUTE": "pending"}
	for _, p := range v.pushes {
		m, did := p.message, p.message.did()
		labels := map[string]string{"account": "main", "did": did}
		direction := "outbound"
		if m.action == "mo" {
			direction = "inbound"
			counts[harness.Series("didsms_mo_messages_total", labels)]++
		} else {
			labels["status"], labels["outcome"] = p.status, outcomes[p.status]
			if p.status == "UNDELIV" {
				labels["status"] = "UNDELIVR"
				money[harness.Series("didsms_undelivered_spend_total", map[string]string{"account": "main", "did": did, "currency": "USD"})] += m.price * m.size
			}
			counts[harness.Series("didsms_dr_receipts_total", labels)]++
		}
		if !billed[m] {
			billed[m] = true
			money[harness.Series("didsms_spend_total", map[string]string{"account": "main", "did": did, "direction": direction, "currency": "USD"})] += m.price * m.size
			money[harness.Series("didsms_spend_month_to_date", map[string]string{"account": "main", "currency": "USD"})] += m.price * m.size
			counts[harness.Series("didsms_billed_segments_total", map[string]string{"account": "main", "did": did, "direction": direction})] += float64(m.size)
		}
	}
	for series, sum := range money {
		counts[series] = exactly(sum)
	}
	return counts
}

// exactly is the number that a page shows for a sum of ten-thousandths: the one
// nearest to it.
func exactly(tenThousandths uint64) float64 {
	value, err := strconv.ParseFloat(fmt.Sprintf("%d.%04d", tenThousandths/10_000, tenThousandths%10_000), 64)
	if err != nil {
		panic(err) // digits always parse
	}
	return value
}

// compare holds a metrics page to the expectation.
func (v *vendor) compare(t *testing.T, samples harness.Samples) {
	t.Helper()
	for series, want := range v.expectation() {
		if got, there := samples[series]; got != want {
			t.Errorf("%s is %v (there: %v), want %v", series, got, there, want)
		}
	}
	if got, want := counted(samples), v.acknowledged(); got != want {
		t.Errorf("%d events counted, %d acknowledged", got, want)
	}
}
