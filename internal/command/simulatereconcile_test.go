// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/traffic"
)

func parsePage(t *testing.T, lines ...string) *metricsPage {
	t.Helper()
	page, err := newMetricsSource("http://127.0.0.1:9911", "main").parse(strings.NewReader(strings.Join(lines, "\n") + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// TestHeldNumbersAreNoticed: what was counted and shows 0 is held, and nothing
// else is.
func TestHeldNumbersAreNoticed(t *testing.T) {
	t.Parallel()
	const (
		active   = `didsms_did_last_event_timestamp_seconds{account="main",did="1",kind="mo"} 1.7e9`
		mo       = `didsms_mo_messages_total{account="main",did="1"} `
		receipts = `didsms_dr_receipts_total{account="main",did="1",outcome="delivered",status="DELIVRD"} `
		other    = `didsms_mo_messages_total{account="main",did="other"} `
		overflow = `didsms_did_overflow_events_total{account="main"} `
	)
	for name, test := range map[string]struct {
		lines []string
		held  bool
	}{
		"nothing":               {nil, false},
		"configured, not used":  {[]string{mo + "0", receipts + "0"}, false},
		"held":                  {[]string{active, mo + "0", receipts + "0"}, true},
		"shown":                 {[]string{active, mo + "0", receipts + "3"}, false},
		"new status held":       {[]string{active, mo + "1", `didsms_dr_receipts_total{account="main",did="1",outcome="undelivered",status="EXPIRED"} 0`}, true},
		"new status shown":      {[]string{active, mo + "1", `didsms_dr_receipts_total{account="main",did="1",outcome="undelivered",status="EXPIRED"} 1`}, false},
		"overflow held":         {[]string{overflow + "2", other + "0"}, true},
		"overflow shown":        {[]string{overflow + "2", other + "2"}, false},
		"another account's":     {[]string{strings.ReplaceAll(active, "main", "shop"), strings.ReplaceAll(mo, "main", "shop") + "0"}, false},
		"no overflow":           {[]string{overflow + "0"}, false},
		"held beside one shown": {[]string{active, mo + "0", strings.ReplaceAll(mo, `"1"`, `"2"`) + "5"}, true},
	} {
		if got := parsePage(t, test.lines...).held; got != test.held {
			t.Errorf("%s: held is %t", name, got)
		}
	}
}

// TestCompare: each way in which a page can differ from what was sent.
func TestCompare(t *testing.T) {
	t.Parallel()
	price, err := sms.ParseMoney("0.036")
	if err != nil {
		t.Fatal(err)
	}
	summary := &traffic.Summary{
		Callbacks: map[traffic.Callback]uint64{{Kind: sms.KindMO, Result: sms.ResultAccepted}: 2, {Kind: sms.KindMO, Result: sms.ResultUnknownKey}: 1},
		DIDs:      map[sms.Number]traffic.Totals{"1": {Messages: 2, Spend: [sms.DirectionCount]sms.Money{price.Times(10), {}}}},
	}
	summary.Kinds[traffic.ShotMO].Overloaded = 3
	right := []string{
		`didsms_callbacks_total{account="main",kind="mo",result="accepted"} 102`,
		`didsms_callbacks_total{account="main",kind="dr",result="accepted"} 7`,
		`didsms_callbacks_total{account="main",kind="mo",result="error"} 1`,
		`didsms_callbacks_total{account="unknown",kind="unknown",result="overload"} 2`,
		`didsms_callbacks_total{account="unknown",kind="unknown",result="unknown_key"} 1`,
		`didsms_callbacks_total{account="shop",kind="mo",result="accepted"} 50`,
		`didsms_mo_messages_total{account="main",did="1"} 2`,
		`didsms_mo_messages_total{account="main",did="2"} 1`,
		`didsms_spend_total{account="main",currency="EUR",did="1",direction="inbound"} 1.5`,
		`didsms_spend_total{account="main",currency="USD",did="1",direction="inbound"} 0.36`,
		`didsms_unit_price{account="main",did="1"} 5`,
	}
	before := parsePage(t,
		`didsms_callbacks_total{account="main",kind="mo",result="accepted"} 100`,
		`didsms_callbacks_total{account="main",kind="dr",result="accepted"} 7`,
		`didsms_mo_messages_total{account="main",did="2"} 1`,
		`didsms_spend_total{account="main",currency="EUR",did="1",direction="inbound"} 1.5`)
	for name, test := range map[string]struct {
		line, changed string // of the right page
		want          string
	}{
		"right":              {"", "", ""},
		"one too many":       {right[0], `didsms_callbacks_total{account="main",kind="mo",result="accepted"} 103`, `2 3 didsms_callbacks_total{account="main",kind="mo",result="accepted"}`},
		"moved unasked":      {right[1], `didsms_callbacks_total{account="main",kind="dr",result="accepted"} 8`, `0 1 didsms_callbacks_total{account="main",kind="dr",result="accepted"}`},
		"refused for now":    {right[3], "", `3 1 didsms_callbacks_total{result="error or overload"}`},
		"wrong number":       {right[7], `didsms_mo_messages_total{account="main",did="2"} 2`, `0 1 didsms_mo_messages_total{account="main",did="2"}`},
		"gone":               {right[7], "", `0 -1 didsms_mo_messages_total{account="main",did="2"}`},
		"a billionth off":    {right[9], `didsms_spend_total{account="main",currency="USD",did="1",direction="inbound"} 0.360000001`, `0.36 0.360000001 didsms_spend_total{account="main",did="1",direction="inbound"}`},
		"absent":             {right[6], "", `2 0 didsms_mo_messages_total{account="main",did="1"}`},
		"NaN":                {right[6], `didsms_mo_messages_total{account="main",did="1"} NaN`, "line 7: didsms_mo_messages_total is NaN, which is no count"},
		"endless":            {right[6], `didsms_mo_messages_total{account="main",did="1"} +Inf`, "didsms_mo_messages_total is +Inf, which is no count"},
		"endlessly negative": {right[6], `didsms_mo_messages_total{account="main",did="1"} -Inf`, "which is no count"},
		"beyond all counts":  {right[6], `didsms_mo_messages_total{account="main",did="1"} 1e300`, "which is no count"},
		"NaN of no counter":  {right[10], `didsms_unit_price{account="main",did="1"} NaN`, ""},
		"others are no ours": {right[5], `didsms_callbacks_total{account="shop",kind="mo",result="accepted"} 51`, ""},
	} {
		lines := slices.Clone(right)
		for i := range lines {
			if test.line != "" && lines[i] == test.line {
				lines[i] = test.changed
			}
		}
		lines = slices.DeleteFunc(lines, func(line string) bool { return line == "" })
		source := newMetricsSource("http://h", "main")
		page, err := source.parse(strings.NewReader(strings.Join(lines, "\n") + "\n"))
		if err != nil {
			if test.want == "" || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: got %v, want %q", name, err, test.want)
			}
			continue
		}
		var got []string
		for _, d := range source.compare(before, page, summary).Differences {
			got = append(got, fmt.Sprint(decimalText(d.Want), " ", decimalText(d.Got), " ", d.Series))
		}
		if strings.Join(got, "\n") != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}

// TestCompareFailsClosed: should a sample without a value get as far as that, it
// differs.
func TestCompareFailsClosed(t *testing.T) {
	t.Parallel()
	for _, value := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		line := `didsms_dr_status_changes_total{account="main"}`
		before, after := parsePage(t, line+" 1"), parsePage(t, line+" 1")
		after.values[line] = value
		if result := newMetricsSource("http://h", "main").compare(before, after, &traffic.Summary{}); len(result.Differences) != 1 {
			t.Errorf("%v passes", value)
		}
	}
}

// TestCompareOverflow: what has no series of its own is an overflow, but where numbers
// are listed.
func TestCompareOverflow(t *testing.T) {
	t.Parallel()
	summary := &traffic.Summary{DIDs: map[sms.Number]traffic.Totals{"1": {Messages: 2}, "2": {Messages: 3}, "3": {Messages: 4}}}
	page := func(overflow string) *metricsPage {
		return parsePage(t,
			`didsms_mo_messages_total{account="main",did="1"} 2`, `didsms_mo_messages_total{account="main",did="other"} 7`,
			`didsms_did_overflow_events_total{account="main"} `+overflow)
	}
	for overflow, differ := range map[string]int{"7": 0, "6": 1, "8": 1, "0": 0} {
		before := parsePage(t, `didsms_did_overflow_events_total{account="main"} 0`)
		if got := newMetricsSource("http://h", "main").compare(before, page(overflow), summary).Differences; len(got) != differ {
			t.Errorf("overflow %s: %v", overflow, got)
		}
	}
}
