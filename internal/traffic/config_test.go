// SPDX-License-Identifier: Apache-2.0

package traffic_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/traffic"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*traffic.Config){
		"no URL":              func(c *traffic.Config) { c.URL = "" },
		"no scheme":           func(c *traffic.Config) { c.URL = "127.0.0.1:8080/callback" },
		"other scheme":        func(c *traffic.Config) { c.URL = "ftp://127.0.0.1/callback" },
		"no host":             func(c *traffic.Config) { c.URL = "http:///hush-hush" },
		"bad URL":             func(c *traffic.Config) { c.URL = "http://127.0.0.1/hush-hush\x7f" },
		"no key":              func(c *traffic.Config) { c.Account.AccessKey = "" },
		"no secret":           func(c *traffic.Config) { c.Account.Secret = nil },
		"negative rate":       func(c *traffic.Config) { c.Rate = -1 },
		"tiny rate":           func(c *traffic.Config) { c.Rate = 1e-12 },
		"endless rate":        func(c *traffic.Config) { c.Rate = math.Inf(1) },
		"no number":           func(c *traffic.Config) { c.Rate = math.NaN() },
		"negative duplicates": func(c *traffic.Config) { c.Duplicates = -0.1 },
		"negative forgeries":  func(c *traffic.Config) { c.Forgeries = -0.1 },
		"shares of all":       func(c *traffic.Config) { c.Duplicates, c.Forgeries = 0.5, 0.5 },
		"NaN share":           func(c *traffic.Config) { c.Forgeries = math.NaN() },
		"negative day":        func(c *traffic.Config) { c.DayLength = -1 },
		"negative duration":   func(c *traffic.Config) { c.Duration = -1 },
		"negative bad after":  func(c *traffic.Config) { c.BadAfter = -1 },
		"negative max age":    func(c *traffic.Config) { c.Account.MaxAge = -1 },
		"other scenario":      func(c *traffic.Config) { c.Scenario = 99 },
		"negative numbers":    func(c *traffic.Config) { c.DIDs = -1 },
		"too many numbers":    func(c *traffic.Config) { c.DIDs = traffic.MaxDIDs + 1 },
		"all silent":          func(c *traffic.Config) { c.Scenario, c.DIDs = traffic.Silence, 1 },
		"mixed for three":     func(c *traffic.Config) { c.Scenario, c.DIDs = traffic.Mixed, 3 },
		"nothing to rotate":   func(c *traffic.Config) { c.Scenario = traffic.Rotate },
		"forged form":         func(c *traffic.Config) { c.Form = true },
		"rotated form": func(c *traffic.Config) {
			c.Form, c.Forgeries, c.Scenario, c.Account.Next = true, 0, traffic.Rotate, []byte("x")
		},
		"negative places": func(c *traffic.Config) { c.MaxInFlight = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			config := newTestConfig()
			change(&config)
			_, err := traffic.New(config)
			if err == nil {
				t.Fatal("accepted")
			}
			if strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), testSecret) {
				t.Errorf("the error shows too much: %v", err)
			}
		})
	}
}

func TestDefaultsAreEnough(t *testing.T) {
	t.Parallel()
	book := newTestBook(t, nxcloud.AlgorithmAuto)
	server := newTestServer(t, book.handler())
	simulator := newTestSimulator(t, traffic.Config{
		URL:      server.URL,
		Account:  traffic.Account{AccessKey: testKey, Secret: []byte(testSecret)},
		Rate:     200,
		Duration: 300 * time.Millisecond,
	})
	summary, err := simulator.Run(t.Context())
	if err != nil || summary.Total().Sent == 0 || summary.Total().AsPlanned != summary.Total().Sent {
		t.Errorf("%+v, %v, %v", summary.Total(), summary.Breaks, err)
	}
}
