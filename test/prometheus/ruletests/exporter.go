// SPDX-License-Identifier: Apache-2.0

package main

import "time"

const (
	down          = "DidSmsExporterDown"
	absent        = "DidSmsExporterAbsent"
	restarting    = "DidSmsExporterRestarting"
	storeFailing  = "DidSmsStoreFailing"
	overload      = "DidSmsOverload"
	limitReached  = "DidSmsDidLimitReached"
	limitNear     = "DidSmsDidLimitNear"
	dedupe        = "DidSmsDedupeOverflow"
	reload        = "DidSmsConfigReloadFailed"
	firstInstance = " instance=" + host
)

// These alerts are about the process, so each story is a test of its own. The targets
// are there in all of them, or DidSmsExporterAbsent would speak.
func exporter() file {
	one := func(metrics string, script string, labels ...string) series {
		return series{metric(metrics, labels...), script}
	}
	up := one("up", "=1 3h")
	const e2 = `instance="e2:9911"`
	tests := []test{
		alone(scenario{
			name:   "one of two replicas is down, for half an hour",
			series: []series{one("up", "=1 1h, =0 30m, =1 1h30m"), one("up", "=1 3h", e2)},
			want:   []want{quiet("10m..1h3m"), fires("1h7m 1h20m 1h30m", down+" critical"+firstInstance), quiet("1h31m..3h/5m")},
		}),
		alone(scenario{
			name: "four minutes without it, and three lone failed scrapes", about: []string{down, absent},
			series: []series{one("up", "=1 1h, =0 4m, =1 56m, =0 1m, =1 2m, =0 1m, =1 2m, =0 1m, =1 53m")}, want: []want{quiet("10m..3h/2m")},
		}),
		alone(scenario{
			name: "another job is down", about: []string{down},
			series: []series{up, {`up{instance="x:1",job="other"}`, "=0 3h"}}, want: []want{quiet("10m..3h/5m")},
		}),
		alone(scenario{
			name:   "no target for half an hour",
			series: []series{one("up", "=1 1h, gap 30m, =1 1h30m")},
			want:   []want{quiet("10m..1h15m"), fires("1h22m 1h30m", absent+" critical"), quiet("1h32m..3h/5m")},
		}),
		alone(scenario{
			name: "no target for ten minutes", about: []string{absent, down},
			series: []series{one("up", "=1 1h, gap 10m, =1 1h50m")}, want: []want{quiet("10m..3h/2m")},
		}),
		alone(scenario{
			name:   "four starts in half an hour",
			series: []series{up, one("process_start_time_seconds", "=0 1h, now 0m, =3600 5m, =3900 5m, =4200 5m, =4500 1h45m")},
			want:   []want{quiet("10m..1h10m 1h13m"), fires("1h17m 1h25m", restarting+" warning"+firstInstance), quiet("1h45m..3h/5m")},
		}),
		alone(scenario{
			name: "two starts, on each replica two", about: []string{restarting},
			series: []series{
				up, one("process_start_time_seconds", "=0 1h, =3600 5m, =3900 1h55m"), one("up", "=1 3h", e2),
				one("process_start_time_seconds", "=0 1h, =3600 5m, =3900 1h55m", e2),
			},
			want: []want{quiet("10m..3h/3m")},
		}),
		alone(scenario{
			name:   "the disk is full for ten minutes: a page while it is, a ticket for what was refused",
			series: []series{up, one("didsms_store_up", "=1 1h, =0 10m, =1 1h50m"), one("didsms_store_commit_failures_total", "+0 1h, +6 10m, +0 1h50m", `reason="full"`)},
			want: []want{
				quiet("10m..1h 1h3m"), fires("1h5m", storeFailing+" critical"+firstInstance), fires("1h7m 1h10m 1h15m", storeFailing+" critical"+firstInstance, storeFailing+" warning"+firstInstance),
				fires("1h18m 1h30m", storeFailing+" warning"+firstInstance), quiet("1h41m..3h/5m"),
			},
		}),
		alone(scenario{
			name: "a store that fails every second minute: only the ticket", about: []string{storeFailing + " critical"},
			series: []series{up, one("didsms_store_up", "90*(=1 1m, =0 1m)"), one("didsms_store_commit_failures_total", "+0 1h, +1 1m, +0 1h59m", `reason="locked"`)},
			want:   []want{quiet("10m..1h"), fires("1h8m 1h20m", storeFailing+" warning"+firstInstance), quiet("1h32m..3h/5m")},
		}),
		alone(scenario{
			name: "a store that works", about: []string{storeFailing},
			series: []series{up, one("didsms_store_up", "=1 3h"), one("didsms_store_commit_failures_total", "+0 3h", `reason="full"`)}, want: []want{quiet("5m..3h/5m")},
		}),
		alone(scenario{
			name:   "requests are refused for too many in work, of two accounts and kinds",
			series: []series{up, callbacks("main", "mo", "overload", "+0 1h, +0.5 20m, +0 1h40m"), callbacks("other", "dr", "overload", "+0 1h, +0.5 20m, +0 1h40m"), callbacks("main", "dr", "accepted", "+5 3h"), callbacks("main", "dr", "bad_signature", "+5 3h")},
			want:   []want{quiet("10m..1h5m 1h7m"), fires("1h9m 1h20m", overload+" warning result=overload"+firstInstance), quiet("1h36m..3h/5m")},
		}),
		alone(scenario{
			name: "four refusals and four failures of ours in 15 minutes", about: []string{overload},
			series: []series{up, callbacks("main", "mo", "overload", "+0 1h, +1 4m, +0 1h56m"), callbacks("main", "dr", "error", "+0 1h, +1 4m, +0 1h56m")}, want: []want{quiet("10m..3h/3m")},
		}),
		alone(scenario{
			name: "numbers beyond max_dids", account: "full",
			series: []series{up, one("didsms_did_overflow_events_total", "+0 1h, +1 1m, +0 1h59m", `account="full"`)},
			want:   []want{quiet("10m..1h5m"), fires("1h8m 1h30m 1h58m", limitReached+" warning"), quiet("2h5m..3h/5m")},
		}),
		alone(scenario{
			name:   "almost as many numbers as may be",
			series: []series{up, one("didsms_tracked_dids", "=100 30m, =200 1h30m, =100 1h", `account="a"`), one("didsms_tracked_dids", "=170 3h", `account="b"`), one("didsms_tracked_dids_limit", "=400 3h")},
			want:   []want{quiet("10m..1h28m"), fires("1h33m 2h", limitNear+" info"+firstInstance), quiet("2h1m..3h/5m")},
		}),
		alone(scenario{
			name: "two replicas with 300 of 400 each, nothing beyond; a third without a limit", about: []string{limitNear, limitReached},
			series: []series{
				up, one("didsms_tracked_dids", "=300 3h", `account="a"`), one("didsms_tracked_dids_limit", "=400 3h"), one("didsms_did_overflow_events_total", "+0 3h", `account="a"`),
				one("didsms_tracked_dids", "=300 3h", `account="a"`, e2), one("didsms_tracked_dids_limit", "=400 3h", e2),
				one("didsms_tracked_dids", "=300 3h", `account="a"`, `instance="e3:9911"`), one("didsms_tracked_dids_limit", "=0 3h", `instance="e3:9911"`),
			},
			want: []want{quiet("10m..3h/5m")},
		}),
		alone(scenario{
			name:   "the duplicate filter is too small",
			series: []series{up, one("didsms_dedupe_evictions_total", "+0 1h, +1 1m, +0 1h59m", `reason="capacity"`)},
			want:   []want{quiet("10m..1h15m"), fires("1h18m 1h30m 1h58m", dedupe+" info reason=capacity"+firstInstance), quiet("2h5m..3h/5m")},
		}),
		alone(scenario{
			name: "the filter forgets what is old enough", about: []string{dedupe},
			series: []series{up, one("didsms_dedupe_evictions_total", "+5 3h", `reason="ttl"`), one("didsms_dedupe_evictions_total", "+0 3h", `reason="capacity"`)}, want: []want{quiet("10m..3h/5m")},
		}),
		alone(scenario{
			name:   "a reload was refused, and repaired an hour later",
			series: []series{up, one("didsms_config_last_reload_successful", "=1 1h, =0 1h, =1 1h")},
			want:   []want{quiet("10m..1h14m/4m"), fires("1h17m 2h", reload+" warning"+firstInstance), quiet("2h1m..3h/5m")},
		}),
		alone(scenario{
			name: "a reload was refused, repaired after twelve minutes", about: []string{reload},
			series: []series{up, one("didsms_config_last_reload_successful", "=1 1h, =0 5m, =1 1m, =0 6m, =1 1h48m")}, want: []want{quiet("10m..3h/2m")},
		}),
	}
	return file{name: "exporter.fast", areas: []string{"exporter"}, every: time.Minute, tests: append(tests, exporterWords()...)}
}

func alone(story scenario) test { return test{story.name, []scenario{story}} }
