// SPDX-License-Identifier: Apache-2.0

package command

import (
	"context"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/traffic"
)

// Label values that stand for more than one.
const (
	unknownAccount = "unknown"
	otherLabel     = "other"
	notNow         = "error or overload" // the two results of 503, told apart by nobody but the receiver
)

// overflowEvents counts what is under "other" for lack of room.
const overflowEvents = "didsms_did_overflow_events_total"

// reconciled are the counters that the traffic moves, all of them.
var reconciled = map[string]bool{
	"didsms_callbacks_total":            true,
	"didsms_mo_messages_total":          true,
	"didsms_dr_receipts_total":          true,
	"didsms_dr_status_changes_total":    true,
	"didsms_dr_unknown_statuses_total":  true,
	"didsms_destination_receipts_total": true,
	"didsms_billed_segments_total":      true,
	"didsms_billing_field_errors_total": true,
	"didsms_spend_total":                true,
	"didsms_undelivered_spend_total":    true,
	"didsms_event_time_errors_total":    true,
	"didsms_duplicate_conflicts_total":  true,
	"didsms_dedupe_hits_total":          true,
	"didsms_dedupe_lookups_total":       true,
	overflowEvents:                      true,
}

// reconciliation is what the receiver counted beside what was sent.
type reconciliation struct {
	Series      int          `json:"series"`
	Waited      float64      `json:"waited_seconds"` // for numbers that were held at 0
	StillHeld   bool         `json:"still_held"`
	Differences []difference `json:"differences"`
}

// difference is one series that moved by another amount than it should have.
type difference struct {
	Series string  `json:"series"`
	Want   float64 `json:"want"`
	Got    float64 `json:"got"`
}

// reconcile scrapes after the run, once nothing is held any more, and compares
// every counter. A page may lag a moment behind the last answer.
func (m *metricsSource) reconcile(ctx context.Context, before *metricsPage, summary *traffic.Summary, note func(string)) (*reconciliation, error) {
	begun := time.Now()
	var result *reconciliation
	page, err := m.poll(ctx, note, func(page *metricsPage) bool {
		result = m.compare(before, page, summary)
		return len(result.Differences) == 0
	})
	if err != nil {
		return nil, err
	}
	result.Waited = time.Since(begun).Round(100 * time.Millisecond).Seconds()
	result.StillHeld = page.held
	return result, nil
}

func (m *metricsSource) compare(before, after *metricsPage, summary *traffic.Summary) *reconciliation {
	want := m.wanted(after, summary)
	result := &reconciliation{Differences: []difference{}}
	now, then := joined(after.values), joined(before.values)
	// Where numbers are listed, those that are not are under "other" too, and are no
	// overflow: all of them are, or none.
	if overflow := seriesOf(overflowEvents, map[string]string{"account": m.account}); now[overflow] == then[overflow] {
		delete(want, overflow)
	}
	for _, values := range []map[string]float64{now, then} {
		for series := range values {
			want[series] += 0 // what should not move must not
		}
	}
	for _, series := range slices.Sorted(maps.Keys(want)) {
		result.Series++
		got := now[series] - then[series]
		// Written so that a difference from NaN counts as one.
		if !(math.Abs(got-want[series]) <= rounding(now[series], then[series])) {
			// Nine decimals are all that money has; the rest is the subtraction's.
			result.Differences = append(result.Differences, difference{series, want[series], math.Round(got*1e9) / 1e9})
		}
	}
	return result
}

// rounding is by how much the difference of two printed values may be off: the
// last place of each, and half of money's ninth decimal.
func rounding(values ...float64) float64 {
	allowed := 0.5e-9
	for _, value := range values {
		allowed += math.Nextafter(math.Abs(value), math.Inf(1)) - math.Abs(value)
	}
	return allowed
}

// joined adds up what cannot be told apart from outside: whether a callback was
// refused for now by the store or for lack of room.
func joined(values map[string]float64) map[string]float64 {
	sums := make(map[string]float64, len(values))
	for series, value := range values {
		if strings.HasPrefix(series, "didsms_callbacks_total{") &&
			(strings.Contains(series, `result="error"`) || strings.Contains(series, `result="overload"`)) {
			series = seriesOf("didsms_callbacks_total", map[string]string{"result": notNow})
		}
		sums[series] += value
	}
	return sums
}

// wanted lists by how much each series must have moved. What has no series of its
// own on the page is counted under "other".
func (m *metricsSource) wanted(page *metricsPage, summary *traffic.Summary) map[string]float64 {
	w := wants{account: m.account, counts: map[string]float64{}}
	w.callbacks(page, summary)
	money := map[string]sms.Money{}
	for number, totals := range summary.DIDs {
		did := folded(string(number), page.dids)
		w.number(did, &totals)
		if did == otherLabel {
			w.add(float64(totals.Events()), overflowEvents)
		}
		for _, direction := range sms.Directions() {
			series := w.series("didsms_spend_total", "did", did, "direction", direction.String())
			money[series] = money[series].Add(totals.Spend[direction])
		}
		series := w.series("didsms_undelivered_spend_total", "did", did)
		money[series] = money[series].Add(totals.Undelivered)
	}
	for series, amount := range money {
		w.counts[series] = amount.Float()
	}
	for key, count := range summary.Counters {
		w.counter(page, key, count)
	}
	w.add(float64(summary.Conflicts), "didsms_duplicate_conflicts_total")
	return w.counts
}

// wants gathers what is wanted of one account.
type wants struct {
	account string
	counts  map[string]float64
}

// series names a series of the account; labels are names and values in turn.
func (w *wants) series(name string, labels ...string) string {
	named := map[string]string{"account": w.account}
	for pair := range slices.Chunk(labels, 2) {
		named[pair[0]] = pair[1]
	}
	return seriesOf(name, named)
}

// add wants a series to move; one that need not move need not be there.
func (w *wants) add(by float64, name string, labels ...string) {
	if by != 0 {
		w.counts[w.series(name, labels...)] += by
	}
}

func (w *wants) callbacks(page *metricsPage, summary *traffic.Summary) {
	var hits, lookups uint64
	for callback, count := range summary.Callbacks {
		account, kind := w.account, callback.Kind
		if callback.Result == sms.ResultUnknownKey || callback.Nameless {
			account, kind = unknownAccount, sms.KindUnknown // whatever a stranger says
		}
		w.add(float64(count), "didsms_callbacks_total", "account", account, "kind", kind.String(), "result", callback.Result.String())
		switch callback.Result {
		case sms.ResultDuplicate:
			hits += count
			lookups += count
		case sms.ResultAccepted:
			lookups += count
		}
	}
	if refused := summary.Total().Overloaded; refused > 0 {
		w.counts[seriesOf("didsms_callbacks_total", map[string]string{"result": notNow})] = float64(refused)
	}
	for name, count := range map[string]uint64{"didsms_dedupe_hits_total": hits, "didsms_dedupe_lookups_total": lookups} {
		if page.names[name] {
			w.counts[seriesOf(name, nil)] = float64(count)
		}
	}
}

func (w *wants) number(did string, totals *traffic.Totals) {
	w.add(float64(totals.Messages), "didsms_mo_messages_total", "did", did)
	for _, status := range sms.ReceiptStatuses() {
		w.add(float64(totals.Receipts[status]), "didsms_dr_receipts_total",
			"did", did, "status", status.String(), "outcome", status.Outcome().String())
	}
	for _, direction := range sms.Directions() {
		w.add(float64(totals.Segments[direction]), "didsms_billed_segments_total", "did", did, "direction", direction.String())
	}
}

func (w *wants) counter(page *metricsPage, key sms.CounterKey, count uint64) {
	switch by := float64(count); key.Name {
	case sms.CounterDestinations:
		w.add(by, "didsms_destination_receipts_total", "calling_code", folded(key.A, page.codes), "outcome", key.B)
	case sms.CounterUnknownStatuses:
		w.add(by, "didsms_dr_unknown_statuses_total")
	case sms.CounterStatusChanges:
		w.add(by, "didsms_dr_status_changes_total")
	case sms.CounterTimeErrors:
		w.add(by, "didsms_event_time_errors_total", "kind", key.A, "reason", key.B)
	case sms.CounterBillingErrors:
		w.add(by, "didsms_billing_field_errors_total", "kind", key.A, "field", key.B)
	}
}

// folded returns the label under which a page shows a value.
func folded(value string, shown map[string]bool) string {
	if !shown[value] && shown[otherLabel] {
		return otherLabel
	}
	return value
}
