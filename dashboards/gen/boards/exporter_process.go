// SPDX-License-Identifier: Apache-2.0

package boards

import (
	"didsms_exporter/dashboards/gen/build"
)

func exporterProcess() []*build.Draft {
	return []*build.Draft{
		build.Lines("Series exposed",
			"What do we cost Prometheus? Samples of a scrape. Near the scrape's sample_limit: raise it, or lower max_dids; beyond it the whole scrape is lost.").
			Query(over("max", "instance", ours(of("scrape_samples_scraped"), smooth)), "{{instance}}").
			Size(8, 8).Unit("locale", 0).Floor(0).Shades(build.Blue).Empty("Not scraped in this range, or only just"),
		build.Lines("Missed scrapes",
			"Are there holes in the data? The share of scrapes that failed. Counters catch up after a hole; what was restarted meanwhile does not. Any: look at the target's page in Prometheus.").
			Query("1 - "+over("min", "instance", ours("avg_over_time("+of("up")+"["+smooth+"])", whole)), "{{instance}}").
			MinStep("1m").Size(8, 8).Unit("percentunit", 1).Limits(0, 1).Shades(build.Vermilion).Empty("Not scraped in this range, or only just"),
		build.Lines("Memory and CPU",
			"Is the process healthy? Memory on the left, cores on the right. Memory that only grows: report it, with a heap profile; a whole core: see how many callbacks arrive.").
			Query(over("max", "instance", ours(of("process_resident_memory_bytes"), smooth)), "memory, {{instance}}").
			Query(over("sum", "instance", ours(rate(of("process_cpu_seconds_total"), smooth), smooth)), "CPU, {{instance}}").
			MinStep("1m").Size(8, 8).Free("bytes").Floor(0).Shades(build.Blue).Right("B", "none", 2, "cores", build.Amber).Empty("Not scraped in this range, or only just"),
		build.Table("Version and start",
			"What runs since when? Two versions side by side: an update is not finished. A start that nobody made: see the logs before it.").
			Rows(over("max", "instance, version, revision, goversion", of("didsms_exporter_build_info"))).
			Rows(over("max", "instance", ours(of("process_start_time_seconds"), ""))+" * 1000").
			Columns([]string{"Value #A"},
				build.Column{From: "instance", To: "Instance"},
				build.Column{From: "version", To: "Version"},
				build.Column{From: "revision", To: "Revision"},
				build.Column{From: "goversion", To: "Go"},
				build.Column{From: "Value #B", To: "Started", Unit: "dateTimeAsIso"},
			).Size(14, 6).Empty("No exporter on view"),
		build.Table("Accounts",
			"What is each account taken to be? The currency and time zone are ours to set: callbacks name neither. Wrong: correct the configuration and reload.").
			Rows(over("max", "account, currency, timezone, signature", of("didsms_account_info", ofAccount))).
			Columns([]string{"Value"},
				build.Column{From: "account", To: "Account"},
				build.Column{From: "currency", To: "Currency"},
				build.Column{From: "timezone", To: "Time zone"},
				build.Column{From: "signature", To: "Signature"},
			).Size(10, 6).Empty("No account is configured"),
	}
}
