// SPDX-License-Identifier: Apache-2.0

package rulelint

const perNumber = `sum without (instance, pod, container, endpoint) (increase(didsms_mo_messages_total[1h]))`

func badNames() (all []bad) {
	for _, name := range []string{"didsms_spend_hourly", "account:spend", "a:b:c:d", ":b:c", "Account:x:sum", "account::sum", "account:x:"} {
		all = append(all, bad{group(record(name, `up`)), "level:metric:operations"})
	}
	return all
}

func badJob() []bad {
	return []bad{
		{group(record("a:b:c", `sum(up)`)), "no label job"},
		{group(record("a:b:c", `sum without (job) (up)`)), "no label job"},
		{group(record("a:b:c", `sum by (account) (increase(didsms_mo_messages_total[5m]))`)), "no label job"},
		{group(record("a:b:c", `vector(1)`)), "no label job"},
		{group(record("a:b:c", `sum by (job, account) (increase(didsms_mo_messages_total[5m]))`)), "a site adds"},
		{group(record("a:b:c", `didsms_store_up / on (job) didsms_tracked_dids_limit`)), "a site adds"},
	}
}

func badLevel() []bad {
	return []bad{
		{group(record("account:x:increase1h", perNumber)), `result has ["account" "did"]`},
		{group(record("did_kind:x:increase1h", perNumber)), `promises the labels ["account" "did" "kind"]`},
		{group(record("number:x:increase1h", perNumber)), `"number" in the level is no label`},
		{group(record("did:x:increase1h", `increase(didsms_mo_messages_total[1h])`)), `"instance"`},
		{group(record("did:x:increase1h", `sum without (instance, pod, container, endpoint) (increase(didsms_dr_receipts_total[1h]))`)), `"outcome" "status"`},
		{group(record("did:x:increase1h", perNumber), record("did:y:z", `sum without (did) (did:x:increase1h)`)), `result has ["account"]`},
		{group(record("did_direction:x:y", `sum without (instance, pod, container, endpoint) (increase(didsms_spend_total[1h]))`)), `"currency"`},
	}
}

func badWindow() []bad {
	return []bad{
		{group(record("did:x:increase1h", `rate(didsms_mo_messages_total[1h])`)), "it is the rate"},
		{group(record("did:x:increase6h", perNumber)), "the name says 6h, but didsms_mo_messages_total is summed up over 1h"},
		{group(record("did:x:increase1h", perNumber), record("did:x:increase1d", `sum_over_time(did:x:increase1h[6h:1h])`)), "over 6h"},
		{group(record("did:x:increase1h", perNumber), record("did:x:ratio_increase6h", `did:x:increase1h / (did:x:increase1h > 0)`)), "over 1h"},
		{group(record("did:x:increase6h", `max_over_time(increase(didsms_mo_messages_total[1h])[6h:1h])`)), "over 1h"},
	}
}

func badTiles() []bad {
	base := record("did:x:increase1h", perNumber)
	return []bad{
		{group(base, record("did:x:increase6h", `sum_over_time(did:x:increase1h[6h:30m])`)), "steps of 30m0s over increases of 1h"},
		{group(base, record("did:x:increase6h", `sum_over_time(did:x:increase1h[6h:2h])`)), "steps of 2h"},
		{group(base, record("did:x:increase6h", `sum_over_time(did:x:increase1h[90m:1h])`)), "steps of 1h"},
		{group(base, record("did:x:increase6h", `sum_over_time(did:x:increase1h[6h:])`)), "has no step"},
		{group(base, record("did:x:increase6h", `sum_over_time(did:x:increase1h[6h])`)), "at every evaluation"},
		{group(record("did:x:increase6h", `avg_over_time(increase(didsms_mo_messages_total[5m])[6h:1m])`)), "over increases of 5m"},
	}
}

func badShares() []bad {
	return []bad{{group(record("did:x_per_y:ratio_increase1h", perNumber)), "nothing is divided"}}
}
