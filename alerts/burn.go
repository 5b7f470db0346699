// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"cmp"
	"slices"
)

// burn is one pair of windows of DidSmsDeliveryErrorBudgetBurn.
//
// The factors are lower than the 14.4, 6, 3, 1 of the SRE Workbook (chapter 5,
// "Alerting on SLOs"), which are meant for objectives of three nines: of a budget of
// 5 % they would ask for 72 % failures.
type burn struct {
	Factor                float64 // how many times faster than the objective allows
	Long, Short           string  // windows
	LongCount, ShortCount int     // receipts below which nothing is said
	// Keep is keep_firing_for, for a noisy short window: of a page no longer than that of
	// the spike that keeps it back, of others longer than one step of half an hour, in
	// which windows of hours move.
	For, Keep string
	Severity  string
	First     string // what to do first
	View      string // range of the dashboard that the alert leads to
	Share     string // of failures above which it speaks
}

// burns are the pairs, the fastest last: what keeps another one back stands below it.
func (p Parameters) burns() []burn {
	const (
		now   = "First: see on the overview whether it is one number or one destination, and stop sending there."
		today = "First: see on the overview which number or destination it is, and since when."
	)
	burns := []burn{
		{Factor: 1, Long: "3d", Short: "6h", LongCount: 200, ShortCount: 10, For: "3h", Keep: "45m", Severity: p.Info, First: today, View: "7d"},
		{Factor: 3, Long: "1d", Short: "2h", LongCount: 100, ShortCount: 5, For: "1h", Keep: "45m", Severity: p.Warning, First: today, View: "2d"},
		{Factor: 5, Long: "6h", Short: "30m", LongCount: 50, ShortCount: 5, For: "15m", Keep: "5m", Severity: p.Critical, First: now, View: "12h"},
		{Factor: 10, Long: "1h", Short: "5m", LongCount: 30, ShortCount: 3, For: "2m", Keep: "5m", Severity: p.Critical, First: now, View: "3h"},
	}
	for i := range burns {
		burns[i].Share = number(burns[i].share(p))
	}
	return burns
}

// fastest is the pair that needs the highest share.
func (p Parameters) fastest() burn {
	return slices.MaxFunc(p.burns(), func(a, b burn) int { return cmp.Compare(a.Factor, b.Factor) })
}

// share is the share of failures at which the budget burns at the factor's speed.
func (b burn) share(p Parameters) float64 { return b.Factor * (1 - p.Objective) }
