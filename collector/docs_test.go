// SPDX-License-Identifier: Apache-2.0

package collector_test

import (
	"fmt"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
)

// TestDocumentation: docs/metrics.md is written from the metrics themselves. Run
// with -update after a change of the catalogue.
func TestDocumentation(t *testing.T) {
	preface, err := os.ReadFile("testdata/metrics.preface.md")
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	page.WriteString("<!-- Written by `go test ./collector -update`; edit collector/testdata/metrics.preface.md and the help texts instead. -->\n\n")
	page.Write(preface)
	page.WriteString("\n## Catalogue\n\n")
	for _, family := range ours(t, everything(t).Gatherer()) {
		page.WriteString(document(family))
	}
	const path = "../docs/metrics.md"
	if *update {
		if err := os.WriteFile(path, []byte(page.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(written) != page.String() {
		t.Errorf("%s is out of date; run with -update", path)
	}
	budget := fmt.Sprintf("%d + %d × accounts + %d × numbers", seriesPerProcess, seriesPerAccount, seriesPerDID)
	if !strings.Contains(string(preface), budget) {
		t.Errorf("the preface does not state the tested budget %q", budget)
	}
}

// document describes one family: type, labels with the values they can have,
// help, and the classic buckets of a histogram.
func document(family *dto.MetricFamily) string {
	values := map[string]map[string]bool{}
	for _, metric := range family.GetMetric() {
		for _, pair := range metric.GetLabel() {
			if values[pair.GetName()] == nil {
				values[pair.GetName()] = map[string]bool{}
			}
			values[pair.GetName()][pair.GetValue()] = true
		}
	}
	labels := slices.Sorted(maps.Keys(values))
	for i, name := range labels {
		labels[i] = "`" + name + "`"
	}
	text := "### `" + family.GetName() + "`\n\n" + strings.ToLower(family.GetType().String())
	if len(labels) > 0 {
		text += ", labels " + strings.Join(labels, ", ")
	}
	text += "\n\n" + family.GetHelp() + "\n\n"
	if continues(family.GetName()) {
		text += "Goes on after a restart, with a durable store.\n\n"
	}
	if histogram := family.GetMetric()[0].GetHistogram(); histogram != nil {
		var edges []string
		for _, bucket := range histogram.GetBucket() {
			if !math.IsInf(bucket.GetUpperBound(), 1) {
				edges = append(edges, strconv.FormatFloat(bucket.GetUpperBound(), 'g', -1, 64))
			}
		}
		if len(edges) > 0 {
			text += "Classic buckets: " + strings.Join(edges, ", ") + ". Native buckets as well.\n\n"
		} else {
			text += "Native buckets only.\n\n"
		}
	}
	return text
}

// continues reports whether a counter goes on after a restart: those that the store
// keeps. TestRestored holds this list to what is restored.
func continues(name string) bool {
	return slices.Contains([]string{
		"didsms_mo_messages_total", "didsms_dr_receipts_total", "didsms_billed_segments_total",
		"didsms_spend_total", "didsms_undelivered_spend_total", "didsms_spend_month_to_date",
		"didsms_destination_receipts_total", "didsms_dr_unknown_statuses_total", "didsms_dr_status_changes_total",
		"didsms_event_time_errors_total", "didsms_billing_field_errors_total", "didsms_downtime_seconds_total",
	}, name)
}
