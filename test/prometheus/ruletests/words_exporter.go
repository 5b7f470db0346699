// SPDX-License-Identifier: Apache-2.0

package main

import "slices"

func intakeWords() []test {
	counter := func(name, script string, labels ...string) series {
		return series{metric(name, append([]string{`account="main"`}, labels...)...), script}
	}
	bad := scenario{
		name: "what the alerts of refused callbacks say", account: "main", alerts: "DidSms.*",
		series: []series{
			callbacks("main", "dr", "accepted", "+4 2h"), callbacks("main", "dr", "bad_signature", "+2 2h"), callbacks("main", "dr", "stale", "+1 2h"), callbacks("main", "dr", "malformed", "+1 2h"),
		},
		words: slices.Concat(said("1h", "25%", signatures+" warning"), said("1h", "12.5%", stale+" warning"),
			said("1h", "15", malformed+" warning")),
	}
	clock := scenario{
		name: "what the alert of a wrong clock says", account: "main", alerts: "DidSms.*",
		series: []series{callbacks("main", "dr", "accepted", "+4 2h"), counter("didsms_callback_clock_offset_seconds", "=-90 2h")},
		words:  said("1h", "-1m 30s", skew+" warning"),
	}
	all := scenario{
		name: "what the page of refused callbacks says", account: "main", alerts: "DidSms.*", series: []series{callbacks("main", "dr", "bad_signature", "+4 2h")},
		words: said("1h", "60", rejected+" critical"),
	}
	few := scenario{
		name: "what its ticket says", account: "main", alerts: "DidSms.*", series: []series{callbacks("main", "dr", "bad_signature", "+0.2 3h")},
		words: said("2h30m", "12", rejected+" warning"),
	}
	odd := scenario{
		name: "what the alerts of doubtful callbacks say", account: "main", alerts: "DidSms.*",
		series: []series{
			callbacks("main", "mo", "accepted", "+2 2h"), callbacks("main", "mo", "duplicate", "+2 2h"),
			counter("didsms_duplicate_conflicts_total", "+1 2h"), counter("didsms_billing_field_errors_total", "+1 2h", `kind="mo"`, `field="price"`),
			counter("didsms_event_time_errors_total", "+2 2h", `kind="mo"`, `reason="too_old"`),
			counter("didsms_mo_relay_delay_seconds_bucket", "+0 2h", `le="300"`), counter("didsms_mo_relay_delay_seconds_bucket", "+2 2h", `le="900"`), counter("didsms_mo_relay_delay_seconds_bucket", "+2 2h", `le="+Inf"`),
		},
		words: slices.Concat(said("1h30m", "50%", duplicates+" info"), said("1h30m", "60", conflicts+" warning"), said("1h30m", "60", billing+" warning field=price"),
			said("1h30m", "30", timestamps+" info"), said("1h30m", "10m 0s", backlog+" warning")),
	}
	key := scenario{
		name: "what the alert of unknown keys says", alerts: unknownKey, series: []series{callbacks("unknown", "unknown", "unknown_key", "+2 2h")},
		words: said("1h", "30", unknownKey+" warning"),
	}
	return []test{alone(bad.toldBy("1h")), alone(clock.toldBy("1h")), alone(all.toldBy("1h")), alone(few.toldBy("2h30m")), alone(odd.toldBy("1h30m")), alone(key.toldBy("1h"))}
}

func exporterWords() []test {
	one := func(name string, script string, labels ...string) series {
		return series{metric(name, labels...), script}
	}
	up := one("up", "=1 2h")
	process := scenario{
		name: "what the alerts of the process say", alerts: "DidSms.*",
		series: []series{
			one("up", "=0 2h"), one("process_start_time_seconds", "=0 1h, =3600 5m, =3900 5m, =4200 5m, =4500 45m"),
			one("didsms_store_up", "=0 2h"), one("didsms_store_commit_failures_total", "+1 2h", `reason="full"`), one("didsms_config_last_reload_successful", "=0 2h"),
			one("didsms_dedupe_evictions_total", "+1 2h", `reason="capacity"`),
		},
		words: slices.Concat(said("1h20m", "", down+" critical"+firstInstance), said("1h20m", "4", restarting+" warning"+firstInstance), said("1h20m", "0", storeFailing+" critical"+firstInstance),
			said("1h20m", "30", storeFailing+" warning"+firstInstance), said("1h20m", "", reload+" warning"+firstInstance), said("1h20m", "60", dedupe+" info reason=capacity"+firstInstance)),
	}
	refusals := scenario{
		name: "what the alert of refusals says", alerts: "DidSms.*", series: []series{up, callbacks("main", "dr", "overload", "+2 2h")},
		words: said("1h", "30", overload+" warning result=overload"+firstInstance),
	}
	limits := scenario{
		name: "what the alerts of limits say", alerts: "DidSms.*", account: "main",
		series: []series{up, one("didsms_did_overflow_events_total", "+1 2h", `account="main"`)},
		words:  said("1h30m", "60", limitReached+" warning"),
	}
	near := scenario{
		name: "what the alert before the limit says", alerts: "DidSms.*",
		series: []series{up, one("didsms_tracked_dids", "=380 2h", `account="main"`), one("didsms_tracked_dids_limit", "=400 2h")},
		words:  said("1h30m", "95%", limitNear+" info"+firstInstance),
	}
	nobody := scenario{name: "what the alert of a missing target says", alerts: "DidSms.*", series: []series{{`up{job="other"}`, "=1 2h"}}, words: said("1h", "", absent+" critical")}
	return []test{alone(process.toldBy("1h20m")), alone(refusals.toldBy("1h")), alone(limits.toldBy("1h30m")), alone(near.toldBy("1h30m")), alone(nobody.toldBy("1h"))}
}

// toldBy makes a story expect all alerts whose words it gives, and no others.
func (s scenario) toldBy(at string) scenario {
	var alerts []string
	for _, words := range s.words {
		alerts = append(alerts, words.alert)
	}
	s.want = []want{fires(at, alerts...)}
	return s
}
