// SPDX-License-Identifier: Apache-2.0

package rulelint

import "strings"

const (
	receipts = `sum without (instance, pod, container, endpoint, status) (increase(didsms_dr_receipts_total[1h]))`
	perHour  = `sum without (instance, pod, container, endpoint, direction) (increase(didsms_spend_total[1h]))`
	segments = `sum without (instance, pod, container, endpoint, direction) (increase(didsms_billed_segments_total[1h]))`
)

func badSides() []bad {
	first := record("did_outcome:x:y", receipts)
	all := of("one side has no such label", `up and on (account) didsms_store_up`, `didsms_spend_month_to_date > on (currency) didsms_tracked_dids`)
	all = append(all, of("neither side has this label", `up == ignoring (account) didsms_store_up`)...)
	all = append(all, of("only the left side has the label account", `didsms_tracked_dids / didsms_tracked_dids_limit > 0.9`, `didsms_tracked_dids > 1 and didsms_tracked_dids_limit > 1`)...)
	all = append(all, of("only the right side has the label", `up unless didsms_tracked_dids`, `up == 0 or sum without (job) (didsms_tracked_dids) > 1`,
		`sum without (instance) (didsms_tracked_dids) > 3 and didsms_tracked_dids > 1`)...)
	all = append(all, of("a site adds", `sum without (instance, pod, container, endpoint, namespace, service) (up) > sum by (job) (up)`)...)
	return append(all,
		bad{group(first, alert(`did_outcome:x:y{outcome="undelivered"} / did_outcome:x:y{outcome="delivered"} > 1`)), `"undelivered" on the left`},
		bad{group(first, alert(`did_outcome:x:y{outcome="undelivered"} > 5 and sum without (outcome) (did_outcome:x:y) > 20`)), "label outcome"},
		// Of several alerts one does not exist; of two that do, one has a label more.
		bad{group(first, alert(`did_outcome:x:y > 5 and ignoring (alertname, alertstate, alertgroup, severity) ALERTS{alertname=~"Known|Gone",alertstate="firing"}`)), "only the right side has the label pod"},
		bad{group(first, strings.Replace(alert(`sum without (did) (did_outcome:x:y) > 5`), "Known", "Other", 1), alert(`sum without (did) (did_outcome:x:y) > 5 and ignoring (alertname, alertstate, alertgroup, severity) ALERTS{alertname=~"Other|Third",alertstate="firing"}`),
			strings.Replace(alert(`did_outcome:x:y > 5`), "Known", "Third", 1)), "only the right side has the label did"},
	)
}

func badMany() []bad {
	all := of("differ by account", `didsms_tracked_dids / ignoring (account) didsms_tracked_dids_limit > 0.9`, `didsms_tracked_dids / on (job, instance) didsms_tracked_dids_limit > 0.9`,
		`didsms_tracked_dids_limit / ignoring (account) group_left () didsms_tracked_dids > 0.9`)
	return append(all, of("differ by instance", `didsms_tracked_dids_limit > on (job) didsms_store_up`, `didsms_tracked_dids > on (job) group_left () didsms_store_up`)...)
}

func badMoney() []bad {
	all := of("several currencies", `sum without (currency) (increase(didsms_spend_total[1h])) > 5`, `sum by (account) (increase(didsms_spend_total[1h])) > 5`,
		`sum(increase(didsms_undelivered_spend_total[1h])) > 5`, `max by (job) (didsms_last_unit_price) > 5`)
	all = append(all, of("of different currencies", `didsms_spend_month_to_date > ignoring (currency) didsms_spend_month_to_date`,
		`didsms_spend_month_to_date + on (job, instance, account) didsms_spend_month_to_date > 1`)...)
	all = append(all, of("between an amount and what is none", perHour+` + ignoring (currency) group_left () `+segments+` > 5`,
		perHour+` > ignoring (currency) group_left () `+segments)...)
	all = append(all, of("loses the currency", perHour+` / ignoring (currency) `+segments+` > 5`, perHour+` / on (did, job) `+segments+` > 5`)...)
	return append(all, of("only one side is an amount", perHour+` > 5 or `+segments+` > 5`)...)
}

func badNought() []bad {
	undelivered := `sum without (outcome) (did_outcome:x:y{outcome="undelivered"})`
	base := record("did_outcome:x:y", receipts) + record("did:x:y", `sum without (outcome) (did_outcome:x:y)`)
	ratio := base + record("did:u_per_x:share", undelivered+` / did:x:y`)
	return []bad{
		{group(ratio), "recorded as NaN"},
		{group(base, alert(undelivered+` / did:x:y != 0.5`)), "recorded as NaN"},
		{group(base, alert(undelivered+` / did:x:y > bool 0.5`)), "recorded as NaN"},
		{group(base, record("did:u_per_x:share", undelivered+` / (did:x:y >= 0)`)), "divided by nought"},
		{group(base, record("did:u_per_x:share", undelivered+` / (did:x:y < 5)`)), "divided by nought"},
		{group(base, record("did:u_per_x:share", undelivered+` / (did:x:y * 0)`)), "divided by nought"},
		{group(base, record("did:u_per_x:share", undelivered+` / clamp_min(did:x:y, 0)`)), "divided by nought"},
		{group(base, record("did:u_per_x:share", undelivered+` / 0`)), "may be divided by nought"},
		{group(base, alert(`did:x:y / (did:x:y offset 1h) > 3`)), "may be divided by nought"},
		{group(alert(`max without (period) (didsms_spend_budget) / didsms_spend_month_to_date > 2`)), "may be divided by nought"},
		{group(base, alert(`did:x:y / sqrt(1 - did:x:y) > 3`)), "divided by nought"},
	}
}

func badOutcomes() []bad {
	base := record("did_outcome:x:y", receipts) + record("did:x:y", `sum without (outcome) (did_outcome:x:y)`)
	return []bad{
		{group(base, alert(`sum without (outcome) (did_outcome:x:y{outcome="undelivered"}) / (did:x:y > 0) > 0.5`)), "receipts that are pending"},
		{group(base, alert(`sum without (outcome) (did_outcome:x:y{outcome!="delivered"}) / 5 > 0.5`)), "receipts that are unknown"},
		{group(alert(`sum without (status) (increase(didsms_dr_receipts_total{outcome=~"delivered|pending"}[1h])) / 5 > 0.5`)), "receipts that are pending"},
	}
}
