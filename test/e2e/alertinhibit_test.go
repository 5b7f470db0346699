// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"didsms_exporter/test/harness"
)

// inhibited is what one alert does to others. Alerts are written as their name,
// their severity and further labels.
type inhibited struct {
	source string
	silent []string // kept back by it
	told   []string // not kept back
	wide   bool     // it is about the job, so that it keeps back those of all accounts
}

func inhibitions() []inhibited {
	silences := []string{
		"DidSmsCallbacksSilent critical", "DidSmsReceiptsSilent warning kind=dr",
		"DidSmsInboundSilent warning kind=mo", "DidSmsDidSilent warning did=1 kind=mo",
	}
	return []inhibited{
		{
			source: "DidSmsUndeliveredSpike critical",
			silent: []string{
				"DidSmsUndeliveredSpike warning", "DidSmsDidUndeliveredSpike critical did=1", "DidSmsDidUndeliveredSpike warning did=2",
				"DidSmsDeliveryErrorBudgetBurn critical long=6h", "DidSmsDestinationUndeliveredHigh warning calling_code=1",
				"DidSmsDidUndeliveredHigh info did=1",
			},
			told: []string{"DidSmsDeliveryLatencyHigh warning", "DidSmsCallbacksSilent critical", "DidSmsSpendBudgetBurn critical currency=USD"},
		},
		{
			source: "DidSmsUndeliveredSpike warning",
			silent: []string{"DidSmsDidUndeliveredSpike warning did=1", "DidSmsDeliveryErrorBudgetBurn warning long=1d", "DidSmsDestinationUndeliveredHigh warning calling_code=1"},
			told:   []string{"DidSmsDidUndeliveredSpike critical did=2"},
		},
		{
			source: "DidSmsUndeliveredSpike warning",
			silent: []string{"DidSmsDidUndeliveredHigh info did=1"},
			told:   []string{"DidSmsDeliveryErrorBudgetBurn critical long=1h"},
		},
		{
			source: "DidSmsDidUndeliveredSpike critical did=1",
			silent: []string{
				"DidSmsDidUndeliveredSpike warning did=1", "DidSmsDidUndeliveredHigh info did=1",
				"DidSmsDeliveryErrorBudgetBurn critical long=1h", "DidSmsDestinationUndeliveredHigh warning calling_code=1",
			},
			told: []string{"DidSmsDidUndeliveredSpike critical did=2", "DidSmsDidUndeliveredSpike warning did=3", "DidSmsDidUndeliveredHigh info did=4"},
		},
		{
			source: "DidSmsDidUndeliveredSpike critical did=1",
			silent: []string{"DidSmsDestinationUndeliveredHigh warning calling_code=1"},
			told:   []string{"DidSmsUndeliveredSpike warning"},
		},
		{
			source: "DidSmsDidUndeliveredSpike warning did=1",
			silent: []string{"DidSmsDidUndeliveredHigh info did=1"},
			told:   []string{"DidSmsDeliveryErrorBudgetBurn critical long=1h", "DidSmsDestinationUndeliveredHigh warning calling_code=1"},
		},
		{
			source: "DidSmsDeliveryErrorBudgetBurn critical long=6h",
			silent: []string{"DidSmsDeliveryErrorBudgetBurn warning long=1d", "DidSmsDeliveryErrorBudgetBurn info long=3d"},
		},
		{
			source: "DidSmsDeliveryErrorBudgetBurn warning long=1d",
			silent: []string{"DidSmsDeliveryErrorBudgetBurn info long=3d"},
		},
		{source: "DidSmsCallbacksSilent critical", silent: silences[1:]},
		{
			source: "DidSmsInboundSilent warning kind=mo",
			silent: []string{"DidSmsDidSilent warning did=1 kind=mo"}, told: []string{"DidSmsDidSilent warning did=1 kind=dr"},
		},
		{
			source: "DidSmsAllCallbacksRejected critical",
			silent: append(slices.Clone(silences), "DidSmsSignatureFailures warning", "DidSmsStaleCallbacks warning", "DidSmsMalformedCallbacks warning"),
			told:   []string{"DidSmsDuplicateConflicts warning", "DidSmsClockSkew warning"},
		},
		{source: "DidSmsClockSkew warning", silent: []string{"DidSmsStaleCallbacks warning"}, told: []string{"DidSmsSignatureFailures warning"}},
		{source: "DidSmsCallbackBacklog warning", silent: []string{"DidSmsDeliveryLatencyHigh warning"}},
		{
			source: "DidSmsExporterDown critical instance=e1", wide: true,
			silent: append(slices.Clone(silences), "DidSmsExporterRestarting warning instance=e1"),
			told:   []string{"DidSmsExporterRestarting warning instance=e3", "DidSmsAllCallbacksRejected critical", "DidSmsExporterDown critical instance=e2"},
		},
		{source: "DidSmsExporterAbsent critical", wide: true, silent: silences},
		{
			source: "DidSmsStoreFailing critical instance=e1", wide: true,
			silent: append(slices.Clone(silences), "DidSmsOverload warning instance=e1", "DidSmsStoreFailing warning instance=e1"),
			told:   []string{"DidSmsStoreFailing warning instance=e2", "DidSmsExporterDown critical instance=e2"},
		},
		{source: "DidSmsStoreFailing warning instance=e1", silent: []string{"DidSmsOverload warning instance=e1"}, told: silences[:1], wide: true},
		{source: "DidSmsDidLimitReached warning", silent: []string{"DidSmsDidLimitNear info instance=e1"}, wide: true},
		{
			source: "DidSmsSpendBudgetBurn critical currency=USD",
			silent: []string{"DidSmsSpendBudgetBurn warning currency=USD", "DidSmsSpendSpike warning currency=USD"},
			told:   []string{"DidSmsSpendBudgetExceeded warning currency=USD", "DidSmsUnitPriceShift warning currency=USD did=1"},
		},
	}
}

// TestWhatKeepsWhatBack asks a real Alertmanager.
func TestWhatKeepsWhatBack(t *testing.T) {
	t.Parallel()
	for _, test := range inhibitions() {
		t.Run(strings.ReplaceAll(test.source, " ", "_"), func(t *testing.T) {
			t.Parallel()
			alerts := []harness.Alert{firing(test.source, "didsms-exporter", "main")}
			for _, alert := range append(slices.Clone(test.silent), test.told...) {
				alerts = append(alerts, firing(alert, "didsms-exporter", "main"))
			}
			// One each of others, so that only the source could keep it back.
			alerts = append(alerts, firing(test.silent[0], "of-others", "main"))
			if !test.wide {
				alerts = append(alerts, firing(test.silent[0], "didsms-exporter", "other"))
			}
			alertmanager := harness.StartAlertmanager(t, aimedExample(t, exportTo(t), harness.StartInbox(t), 1))
			alertmanager.Take(t, alerts...)
			var want []string
			for _, alert := range test.silent {
				want = append(want, written(firing(alert, "didsms-exporter", "main").Labels))
			}
			slices.Sort(want)
			keptBack := func() error {
				if got := keptBack(t, alertmanager); !slices.Equal(got, want) {
					return fmt.Errorf("kept back:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
				return nil
			}
			harness.Eventually(t, 10*time.Second, keptBack) // its parts hear of alerts one after the other
			time.Sleep(200 * time.Millisecond)
			if err := keptBack(); err != nil {
				t.Error(err)
			}
		})
	}
}

func keptBack(t *testing.T, alertmanager *harness.Alertmanager) []string {
	t.Helper()
	var silent []string
	for _, labels := range alertmanager.Silent(t) {
		silent = append(silent, written(labels))
	}
	slices.Sort(silent)
	return silent
}

// firing reads an alert as it is written in the table. Those about an exporter have
// no account.
func firing(text, job, account string) harness.Alert {
	words := strings.Fields(text)
	labels := map[string]string{"alertname": words[0], "severity": words[1], "job": job, "account": account}
	for _, word := range words[2:] {
		name, value, _ := strings.Cut(word, "=")
		labels[name] = value
	}
	if _, found := labels["instance"]; found || words[0] == "DidSmsExporterAbsent" {
		delete(labels, "account")
	}
	return harness.Alert{Labels: labels, StartsAt: time.Now(), EndsAt: time.Now().Add(time.Hour)}
}

func written(labels map[string]string) string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		words = append(words, name+"="+labels[name])
	}
	return strings.Join(words, " ")
}
