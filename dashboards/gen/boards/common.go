// SPDX-License-Identifier: Apache-2.0

// Package boards holds the four dashboards, in the order in which a person asks: is
// it well, which number, what does it cost, can the data be trusted.
package boards

import (
	"math"
	"time"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"didsms_exporter/dashboards/gen/build"
)

// Parameters are those of the alert rules that the dashboards follow.
type Parameters struct {
	// Objective is the share of final receipts that should say delivered.
	Objective float64
	// Latency is the 90th percentile of the time to a receipt above which delivery
	// counts as slow.
	Latency time.Duration
	// Critical, Warning and Info are the values of the label severity.
	Critical, Warning, Info string
}

// Usual are the parameters of the committed dashboards and of the committed rules.
func Usual() Parameters {
	return Parameters{Objective: 0.95, Latency: 2 * time.Minute, Critical: "critical", Warning: "warning", Info: "info"}
}

// All are the dashboards.
func All() []build.Board { return For(Usual()) }

// For are the dashboards for other parameters. The export command makes the same of
// the committed files.
func For(p Parameters) []build.Board {
	return []build.Board{overview(p), did(p.Objective), spend(), exporter()}
}

// Addresses never change: alerts, bookmarks and other boards lead to them.
const (
	overviewUID = "didsms-overview"
	didUID      = "didsms-did"
	spendUID    = "didsms-spend"
	exporterUID = "didsms-exporter"
)

// toBoard leads to another board and keeps data source, exporters and range.
func toBoard(uid, variables string) string {
	return "/d/" + uid + "?${datasource:queryparam}&${job:queryparam}&${instance:queryparam}" + variables + "&${__url_time_range}"
}

// toNumber leads from a row of a table to its number.
func toNumber() string {
	return toBoard(didUID, "&var-account=${__data.fields.Account}&var-did=${__data.fields.Number}")
}

// sameAccounts keeps the accounts on view.
const sameAccounts = "&${account:queryparam}"

func variables(more ...dashboard.VariableModel) []dashboard.VariableModel {
	return append([]dashboard.VariableModel{
		build.Source(),
		build.Many("job", "Job", `label_values(didsms_exporter_build_info, job)`),
		build.Many("instance", "Instance", `label_values(didsms_exporter_build_info{job=~"$job"}, instance)`),
		build.Many("account", "Account", `label_values(didsms_account_info{job=~"$job"}, account)`),
	}, more...)
}

// annotations lay what happened over every graph. An alert is marked where it began
// to fire: bands over all of its time would lie on each other and hide the graphs.
// Over a long range the marks' steps are longer than many an alert: the whole time up
// to each step counts, not the moment of it.
// Alerts without an account belong to all of them.
func annotations() []dashboard.AnnotationQuery {
	const by = "alertname, severity, account, did"
	fired := func(before string) string {
		return over("max", by, "max_over_time("+firing()+"["+bar+"]"+before+")")
	}
	return []dashboard.AnnotationQuery{
		build.Mark("Alerts", fired("")+" unless "+fired(" offset "+bar), build.Vermilion,
			"{{alertname}}", "{{severity}} {{account}} {{did}}"),
		build.Mark("Starts", ours(`changes(`+of("process_start_time_seconds")+`[$__rate_interval]) > 0`, smooth), build.Sky,
			"Exporter started", "{{instance}}"),
		build.Mark("Reloads", `changes(`+of("didsms_config_last_reload_success_timestamp_seconds")+`[$__rate_interval]) > 0`, build.Grey,
			"Configuration taken over", "{{instance}}"),
	}
}

// Names of closed sets, each with its colour everywhere.
func outcomes() []build.Word {
	return []build.Word{
		{Value: "delivered", Color: build.Blue},
		{Value: "undelivered", Color: build.Vermilion},
		{Value: "pending", Color: build.Grey},
		{Value: "unknown", Color: build.Purple},
	}
}

func statuses() []build.Word {
	return []build.Word{
		{Value: "DELIVRD", Color: build.Blue},
		{Value: "UNDELIVR", Color: build.Vermilion},
		{Value: "REJECTD", Color: build.Wine},
		{Value: "EXPIRED", Color: build.Amber},
		{Value: "DELETED", Color: build.Purple},
		{Value: "DND", Color: build.Teal},
		{Value: "ACCEPTD", Color: build.Grey},
		{Value: "ENROUTE", Color: build.Sky},
		{Value: "BUFFERED", Color: build.Yellow},
		{Value: "SUBMITTED", Color: build.Green},
		{Value: "other", Color: build.Theme},
	}
}

func results() []build.Word {
	return []build.Word{
		{Value: "accepted", Color: build.Blue},
		{Value: "duplicate", Color: build.Grey},
		{Value: "bad_signature", Color: build.Vermilion},
		{Value: "unknown_key", Color: build.Purple},
		{Value: "stale", Color: build.Amber},
		{Value: "future", Color: build.Yellow},
		{Value: "malformed", Color: build.Sky},
		{Value: "unsupported", Color: build.Green},
		{Value: "too_large", Color: build.Teal},
		{Value: "error", Color: build.Wine},
		{Value: "overload", Color: build.Theme},
	}
}

// kinds are the two kinds of callbacks in words.
func kinds() []build.Word {
	return []build.Word{{Value: "mo", Text: "inbound messages"}, {Value: "dr", Text: "delivery receipts"}, {Value: "unknown", Text: "unknown"}}
}

// badShare are the thresholds of a share of failures.
func badShare() []build.Step {
	return []build.Step{{From: 0.1, Color: build.Amber}, {From: 0.5, Color: build.Vermilion}}
}

// reached are the thresholds of a share of delivered messages: fine from the objective
// on, poor below twice the failures that it allows.
func reached(objective float64) []build.Step {
	poor := math.Round((2*objective-1)*1e9) / 1e9
	return []build.Step{{From: poor, Color: build.Amber}, {From: objective, Color: build.Blue}}
}

// links lead to the other boards.
func links(more ...dashboard.DashboardLink) []dashboard.DashboardLink {
	return append([]dashboard.DashboardLink{build.Boards()}, more...)
}
