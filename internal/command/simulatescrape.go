// SPDX-License-Identifier: Apache-2.0

package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"didsms_exporter/internal/sms"
)

// metricsSource is the metrics page of a receiver under test.
type metricsSource struct {
	url     string
	account string
	client  *http.Client

	user, password string
}

// How long numbers may be held at 0, which is 30 s by default, and how long a
// correct page may lag behind the last answer.
const (
	holdDeadline   = 45 * time.Second
	settleDeadline = time.Second
	scrapeTimeout  = 10 * time.Second
	maxMetricsPage = 64 << 20
)

func newMetricsSource(target, account string) *metricsSource {
	if parsed, err := url.Parse(target); err == nil && strings.Trim(parsed.Path, "/") == "" {
		target = parsed.JoinPath("metrics").String()
	}
	return &metricsSource{url: target, account: account, client: &http.Client{Timeout: scrapeTimeout}}
}

// metricsPage is what one scrape says about the account.
type metricsPage struct {
	values map[string]float64 // by series, as seriesOf writes it
	names  map[string]bool    // families that are there
	dids   map[string]bool    // numbers with series of their own
	codes  map[string]bool    // calling codes with series of their own
	held   bool               // a number shows 0 although something of it was counted
}

// settled scrapes until no number is held at 0, or has been for too long.
func (m *metricsSource) settled(ctx context.Context, note func(string)) (*metricsPage, error) {
	return m.poll(ctx, note, func(*metricsPage) bool { return true })
}

// poll scrapes until nothing is held and the page is good, within the deadlines,
// and returns the last page.
func (m *metricsSource) poll(ctx context.Context, note func(string), good func(*metricsPage) bool) (*metricsPage, error) {
	begun := time.Now()
	var shown time.Time // since when nothing is held
	for {
		page, err := m.scrape(ctx)
		if err != nil {
			return nil, err
		}
		now := time.Now()
		wait := 500 * time.Millisecond
		switch {
		case page.held && now.Sub(begun) < holdDeadline:
			note(fmt.Sprintf("Waiting for new numbers, which are held at 0 first: %.0fs", now.Sub(begun).Seconds()))
		case good(page):
			return page, nil
		default:
			if shown.IsZero() {
				shown = now
			}
			if wait = 100 * time.Millisecond; now.Sub(shown) >= settleDeadline {
				return page, nil
			}
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// scrape reads the page once. It asks for the text format, whose numbers are the
// ones that people see.
func (m *metricsSource) scrape(ctx context.Context) (*metricsPage, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, m.url, nil)
	if err != nil {
		return nil, errors.New("--expect-metrics: not a URL that can be asked")
	}
	request.Header.Set("Accept", "text/plain;version=0.0.4")
	if m.user != "" {
		request.SetBasicAuth(m.user, m.password)
	}
	response, err := m.client.Do(request)
	if err != nil {
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err // the URL may hold a password
		}
		return nil, fmt.Errorf("--expect-metrics: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("--expect-metrics: the page answers %s", response.Status)
	}
	page, err := m.parse(io.LimitReader(response.Body, maxMetricsPage))
	if err != nil {
		return nil, fmt.Errorf("--expect-metrics: not a page of metrics: %w", err)
	}
	return page, nil
}

// parse keeps the counters of the account and of unknown callers.
func (m *metricsSource) parse(body io.Reader) (*metricsPage, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(body)
	if err != nil {
		return nil, err
	}
	page := &metricsPage{values: map[string]float64{}, names: map[string]bool{}, dids: map[string]bool{}, codes: map[string]bool{}}
	counted, active := map[string]float64{}, map[string]bool{}
	for name, family := range families {
		page.names[name] = true
		for _, metric := range family.GetMetric() {
			labels := map[string]string{}
			for _, label := range metric.GetLabel() {
				labels[label.GetName()] = label.GetValue()
			}
			if account, labelled := labels["account"]; labelled && account != m.account && account != unknownAccount {
				continue
			}
			value := metric.GetCounter().GetValue() + metric.GetGauge().GetValue() + metric.GetUntyped().GetValue()
			did := labels["did"]
			switch name {
			case "didsms_mo_messages_total":
				page.dids[did] = true
				counted[did] += value
			case "didsms_dr_receipts_total":
				counted[did] += value
				// Beyond the two that the vendor documents, a status appears with its
				// first receipt.
				status := labels["status"]
				page.held = page.held || value == 0 && status != sms.StatusDelivered.String() && status != sms.StatusUndelivered.String()
			case "didsms_did_last_event_timestamp_seconds":
				active[did] = true
			case "didsms_did_overflow_events_total":
				if value > 0 {
					active[otherLabel] = true
				}
			case "didsms_destination_receipts_total":
				page.codes[labels["calling_code"]] = true
			}
			if reconciled[name] {
				// One account has one currency; a change of it is none of ours.
				delete(labels, "currency")
				page.values[seriesOf(name, labels)] += value
			}
		}
	}
	for did := range active {
		page.held = page.held || counted[did] == 0
	}
	return page, nil
}

// seriesOf writes a series as PromQL does, its labels in order.
func seriesOf(name string, labels map[string]string) string {
	var b strings.Builder
	b.WriteString(name)
	for i, label := range slices.Sorted(maps.Keys(labels)) {
		b.WriteString(map[bool]string{true: "{", false: ","}[i == 0])
		fmt.Fprintf(&b, "%s=%q", label, labels[label])
	}
	if len(labels) > 0 {
		b.WriteByte('}')
	}
	return b.String()
}
