// SPDX-License-Identifier: Apache-2.0

package traffic_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"didsms_exporter/internal/traffic"
)

// failingNames are the numbers that fail in the middle of eight minutes and not
// before and after.
func failingNames(t *testing.T, failing int) map[string]bool {
	t.Helper()
	config := newTestConfig()
	config.Scenario, config.Flat, config.Failing = traffic.Spike, true, failing
	config.Rate, config.Duration = 50, 8*time.Minute
	plan, names := traffic.Plan(config, testStart), map[string]bool{}
	for _, number := range traffic.Numbers() {
		failedOdd, failedUsual := during(plan, number.Name, undelivered)
		allOdd, allUsual := during(plan, number.Name, outbound)
		if failedUsual/allUsual > 0.3 {
			t.Errorf("%s: a share of %.2f fails out of its time", number.Name, failedUsual/allUsual)
		}
		if failedOdd/allOdd > 0.5 {
			names[number.Name] = true
		}
	}
	return names
}

func TestAsManyNumbersFailAsAskedFor(t *testing.T) {
	t.Parallel()
	all := len(traffic.Numbers())
	for _, failing := range []int{1, 4, all} {
		names := failingNames(t, failing)
		if len(names) != failing || !names["Parcels US"] {
			t.Errorf("%d should fail, and Parcels US among them: %v", failing, names)
		}
	}
}

// TestOneFailsUnlessAskedFor: the number of failing numbers draws nothing, so that
// a seed from before there was one still repeats its run.
func TestOneFailsUnlessAskedFor(t *testing.T) {
	t.Parallel()
	plan := func(failing int) string {
		config := newTestConfig()
		config.Scenario, config.Failing = traffic.Spike, failing
		var bodies bytes.Buffer
		for _, shot := range traffic.Plan(config, testStart) {
			bodies.Write(shot.Body)
		}
		return bodies.String()
	}
	if plan(0) != plan(1) {
		t.Error("one failing number is not the default")
	}
	if plan(1) == plan(2) {
		t.Error("two failing numbers are as one")
	}
}

func TestFailingIsSaidAndBounded(t *testing.T) {
	t.Parallel()
	config := newTestConfig()
	config.Scenario, config.Failing = traffic.Spike, 10
	happenings := newTestSimulator(t, config).Happenings()
	const want = "spike: 13105550178 (Parcels US) and 9 more: most messages fail from 15s to 45s"
	if len(happenings) != 1 || happenings[0].String() != want {
		t.Errorf("got %v, want %s", happenings, want)
	}
	for want, change := range map[string]func(*traffic.Config){
		"13 of 12 numbers cannot fail":       func(c *traffic.Config) { c.Failing = 13 },
		"11 of 10 numbers cannot fail":       func(c *traffic.Config) { c.DIDs, c.Failing = 10, 11 },
		"-1 of 12 numbers cannot fail":       func(c *traffic.Config) { c.Failing = -1 },
		"in scenario flood no numbers fail,": func(c *traffic.Config) { c.Scenario = traffic.Flood },
	} {
		config := config
		change(&config)
		if _, err := traffic.New(config); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
