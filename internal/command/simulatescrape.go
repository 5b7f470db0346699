// SPDX-License-Identifier: Apache-2.0

package command

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
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
		return nil, pageError("", err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("--expect-metrics: the page answers %s", escapeForTerminal([]byte(response.Status[:min(len(response.Status), 80)])))
	}
	page, err := m.parse(response.Body)
	if err != nil {
		return nil, pageError("not a page of metrics: ", err)
	}
	return page, nil
}

// pageError escapes what the page has said; an interrupt stays one.
func pageError(what string, err error) error {
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("--expect-metrics: %w", err)
	}
	return errors.New("--expect-metrics: " + what + escapeForTerminal([]byte(err.Error())))
}
