// SPDX-License-Identifier: Apache-2.0

package boards

import (
	"didsms_exporter/dashboards/gen/build"
)

// exporter is about the data itself: does it arrive, is it kept, is it whole.
func exporter() build.Board {
	return build.Board{
		UID: exporterUID, Title: "DID SMS / Exporter", From: "now-24h",
		Description: "Can the data be trusted? What happens to what arrives, how late it is, whether the store keeps it, and whether the process is well.",
		Variables:   variables(),
		Annotations: annotations(),
		Links:       links(),
		Rows: []build.Row{
			{Title: "Intake", Panels: exporterIntake()},
			{Title: "Store", Panels: exporterStore()},
			{Title: "Delays", Collapsed: true, Panels: exporterDelays()},
			{Title: "Data quality", Collapsed: true, Panels: exporterQuality()},
			{Title: "Memory of the exporter", Collapsed: true, Panels: exporterMemory()},
			{Title: "Process", Collapsed: true, Panels: exporterProcess()},
		},
	}
}

// noSeries is for graphs of what an exporter shows from its first scrape on: a graph
// of a long range has no point yet in its first minutes.
const noSeries = "No exporter on view, or it has only just started"

func exporterIntake() []*build.Draft {
	const callbacks, known, refused = "didsms_callbacks_total", `account!="unknown"`, `result!~"accepted|duplicate"`
	return []*build.Draft{
		build.Lines("Callbacks by result",
			"What happens to what arrives? Every callback has one result. accepted should be nearly all; if all falls to nothing, check the callback address in the vendor's console.").
			Query(sum("result", rate(of(callbacks, fromAnyone), smooth))+" > 0", "{{result}}").
			MinStep("1m").Free("reqps").Floor(0).Stacked().Paints(results()).Empty("No callbacks in this range"),
		build.Lines("Rejected share by reason",
			"Attack, rotated key, clock, or format? Shares of each account's callbacks, and of all callbacks for those of no account. bad_signature: compare the secret with the console; unknown_key: an account is not configured; stale, future: see Clock offset; malformed, unsupported: see the link Events on the DID board; error, overload: see the row Store.").
			Query(sum("account, result", rate(of(callbacks, ofAccount, known, refused), smooth))+" / on (account) group_left () ("+
				sum("account", rate(of(callbacks, ofAccount, known), smooth))+" > 0) > 0", "{{result}}, {{account}}").
			// All that came with an unknown key was refused: it is compared with everything.
			Query(sum("result", rate(of(callbacks, `account="unknown"`, refused), smooth))+" / on () group_left () ("+
				sum("", rate(of(callbacks), smooth))+" > 0) > 0", "{{result}}, no account").
			MinStep("1m").Unit("percentunit", 1).Floor(0).Room(0.1).PaintLike(results()).Empty("Nothing was rejected in this range"),
		build.Lines("Answer time (p99)",
			"Do we answer fast enough not to be retried? By kind of callback. Over a second: see whether the disk is slow, in Commit time below.").
			Query(quantile("0.99", "kind", "didsms_callback_duration_seconds", smooth), "{{kind}}").
			MinStep("1m").Free("s").Floor(0).Paint("mo", build.Green).Paint("dr", build.Sky).Paint("unknown", build.Purple).Rename(kinds()).Empty("No callbacks in this range"),
		build.Lines("Being answered",
			"Are requests piling up? Callbacks in work at each scrape. Climbing: the store waits for its disk, or there are more callbacks than the machine can take.").
			Query(over("sum", "instance", of("didsms_callbacks_in_flight")), "{{instance}}").
			Unit("locale", 0).Floor(0).Shades(build.Blue).Empty(noSeries),
	}
}

// noStore is for what an exporter shows that keeps its counts in more than memory.
const noStore = "No exporter, or no store"

func exporterStore() []*build.Draft {
	return []*build.Draft{
		build.Stat("Store",
			"Can callbacks be kept? At failing they are refused with 503, so that the vendor repeats them. Failing: free the disk or mend its permissions, see the failures beside.").
			Now("min("+of("didsms_store_up")+")", "Store").
			Size(4, 5).Unit("none", 0).Steps(build.Vermilion, build.Step{From: 1, Color: build.Blue}).
			Words(build.Word{Value: "0", Text: "failing"}, build.Word{Value: "1", Text: "fine"}).Empty(noStore),
		build.Stat("Downtime in range",
			"For how long was nobody there? From the last sign of life to the next start; callbacks of that time may be missing for good. Not none: compare the vendor's own count of that time.").
			Now("round("+sum("", increase(of("didsms_downtime_seconds_total"), whole))+")", "Downtime").
			Size(4, 5).Unit("s", 0).Steps(build.Blue, build.Step{From: 1, Color: build.Amber}, build.Step{From: 300, Color: build.Vermilion}).
			Words(build.Word{Value: "0", Text: "none"}).Empty(noStore),
		build.Stat("Configuration",
			"Is the configuration on disk the one in force? Refused: the last reload failed and the former one goes on; run didsms_exporter check, mend the file, reload.").
			Now("min("+of("didsms_config_last_reload_successful")+")", "Configuration").
			Size(4, 5).Unit("none", 0).Steps(build.Vermilion, build.Step{From: 1, Color: build.Blue}).
			Words(build.Word{Value: "0", Text: "refused"}, build.Word{Value: "1", Text: "in force"}).Empty("No exporter on view"),
		build.Lines("Store size",
			"How much of the disk does it take? The bytes of its files. Growing without end: shorten --storage.retention.").
			Query(over("max", "instance", of("didsms_store_size_bytes")), "{{instance}}").
			Size(12, 5).Free("bytes").Floor(0).Shades(build.Blue).Empty("Nothing is stored"),
		build.Lines("Commit time (p99)",
			"Does the disk keep up? What an acknowledgement waits for it, per batch. Over half a second: another disk, or less beside it on this one.").
			Query(quantile("0.99", "instance", "didsms_store_commit_duration_seconds", smooth), "{{instance}}").
			MinStep("1m").Free("s").Floor(0).Shades(build.Blue).Empty("Nothing was committed in this range"),
		build.Counts("Failed commits by reason",
			"Why could callbacks not be kept? A bar is a number of commits. full: free the disk; io: replace it; locked: another process has the store open; unreachable: see to the database server.").
			Query(sum("reason", increase(of("didsms_store_commit_failures_total"), bar)), "{{reason}}").
			Color(build.Theme).Paint("full", build.Vermilion).Paint("io", build.Amber).Paint("locked", build.Sky).Paint("unreachable", build.Purple).Paint("other", build.Grey).Empty("No exporter with a store on view, or it has only just started"),
	}
}

func exporterMemory() []*build.Draft {
	return []*build.Draft{
		build.Gauge("Tracked numbers of the limit",
			"Will new numbers still get their own series? At 100 % they are counted together as other. From 80 % on: raise max_dids, and sample_limit with it.").
			Now(over("sum", "instance", of("didsms_tracked_dids"))+" / on (instance) "+over("max", "instance", of("didsms_tracked_dids_limit")), "{{instance}}").
			Size(6, 8).Unit("percentunit", 1).Limits(0, 1).Steps(build.Blue, build.Step{From: 0.8, Color: build.Amber}, build.Step{From: 0.95, Color: build.Vermilion}).
			Empty("No exporter on view"),
		build.Lines("Repeated callbacks",
			"Does the vendor repeat itself? The share of authentic callbacks that were counted before. A jump: our answers are lost or late, see Answer time.").
			Query(ratio(sum("", rate(of("didsms_dedupe_hits_total"), smooth)), sum("", rate(of("didsms_dedupe_lookups_total"), smooth))), "repeated").
			MinStep("1m").Size(9, 8).Unit("percentunit", 1).Floor(0).Room(0.2).Color(build.Grey).Empty("No callbacks in this range"),
		build.Lines("Messages remembered",
			"Is the duplicate filter large enough? Messages that it knows, and on the right how many it forgot. Any forgotten for capacity: give it more memory or a store.").
			Query(over("max", "instance", of("didsms_dedupe_entries")), "{{instance}}").
			Query(sum("reason", increase(of("didsms_dedupe_evictions_total"), bar)), "forgotten: {{reason}}").
			MinStep("5m").Size(9, 8).Free("short").Floor(0).Shades(build.Blue).Right("B", "locale", 0, "forgotten", build.Amber).Empty(noSeries),
	}
}
