// SPDX-License-Identifier: Apache-2.0

package check_test

import (
	"slices"
	"strings"
	"testing"

	"didsms_exporter/dashboards/gen/boards"
	"didsms_exporter/dashboards/gen/check"
)

// TestNotices breaks a board in one place at a time: a check that cannot fail is
// worth nothing.
func TestNotices(t *testing.T) {
	whole := suite(t)
	broken := map[string]bool{}
	for _, c := range breaks() {
		broken[c.check] = true
		t.Run(c.check+" "+c.new, func(t *testing.T) {
			s := whole
			s.Boards = slices.Clone(whole.Boards)
			i := slices.IndexFunc(s.Boards, func(b check.Board) bool { return b.UID == c.uid })
			content, err := boards.All()[i].JSON()
			if err != nil {
				t.Fatal(err)
			}
			// The first one only, so that one place must be enough to be noticed.
			text := strings.Replace(string(content), c.old, c.new, 1)
			if text == string(content) {
				t.Fatalf("nothing to break: %s", c.old)
			}
			if s.Boards[i], err = check.Parse([]byte(text)); err != nil {
				t.Fatal(err)
			}
			for _, fault := range s.Faults() {
				if strings.HasPrefix(fault, c.check+": ") {
					return
				}
			}
			t.Errorf("passes; found instead: %v", s.Faults())
		})
	}
	for _, c := range check.All() {
		if !broken[c.Name] {
			t.Errorf("%s was never seen to fail", c.Name)
		}
	}
}

type breakage struct{ check, uid, old, new string }

func breaks() []breakage {
	const overview, did, spend, exporter = "didsms-overview", "didsms-did", "didsms-spend", "didsms-exporter"
	return slices.Concat(breakBoard(overview), breakVariables(overview, did), breakPanels(overview, exporter),
		breakLooks(overview, spend), breakLinks(overview, did), breakQueries(overview, did, spend),
		breakMeanings(overview, did, spend, exporter))
}

func breakBoard(uid string) []breakage {
	return []breakage{
		{"board-identity", uid, `"uid": "didsms-overview"`, `"uid": "overview"`},
		{"board-identity", uid, `"sms",`, `"text",`},
		{"board-settings", uid, `"schemaVersion": 39`, `"schemaVersion": 42`},
		{"board-settings", uid, `"graphTooltip": 1`, `"graphTooltip": 0`},
		{"board-settings", uid, `"refresh": "1m"`, `"refresh": "5s"`},
		{"uneditable-dashboard", uid, `"editable": false`, `"editable": true`},
		{"uneditable-dashboard", uid, `"editable": false,`, ``},
		{"ids-unique", uid, `"id": 3,`, `"id": 2,`},
		{"ids-unique", uid, `"id": 3,`, ``},
		{"grid", uid, `"x": 4,`, `"x": 3,`},
		{"grid", uid, `"x": 16,`, `"x": 17,`},
		{"lines-full", uid, `"w": 4,`, `"w": 3,`},
		{"annotations", uid, `"name": "Alerts",`, `"name": "",`},
	}
}

func breakVariables(overview, did string) []breakage {
	return []breakage{
		{"template-datasource", overview, `"label": "Data source"`, `"label": "Source"`},
		{"template-datasource", overview, `"type": "datasource",` + "\n" + `        "name"`, `"type": "custom",` + "\n" + `        "name"`},
		{"template-job", overview, `"label": "Job"`, `"label": "job"`},
		{"template-instance", overview, `"name": "instance"`, `"name": "host"`},
		{"template-account", overview, `"name": "account"`, `"name": "customer"`},
		{
			"template-label-promql", overview, `label_values(didsms_exporter_build_info{job=~\"$job\"}, instance)",` + "\n" + `          "refId"`,
			`label_values(didsms_exporter_build_info{job=~\"$job\", instance)",` + "\n" + `          "refId"`,
		},
		{"template-on-time-change-reload", overview, `"refresh": 2`, `"refresh": 1`},
		{"template-many", overview, `"allValue": ".+"`, `"allValue": ".*"`},
		{"template-many", overview, `"multi": true`, `"multi": false`},
		{"template-used", did, `${exporter:raw}`, `http://localhost`},
	}
}

func breakPanels(overview, exporter string) []breakage {
	return []breakage{
		{"panel-datasource", overview, `"uid": "${datasource}"`, `"uid": "prometheus"`},
		{"panel-title-description", overview, `"description": "Are messages arriving, over the range on view? `, `"description": "Messages arrive over the range on view. `},
		{"panel-title-description", overview, `which number."`, `which number"`},
		{"panel-title-description", overview, `"title": "Delivered share"`, `"title": ""`},
		{"panel-units", overview, `"unit": "percentunit"`, `"unit": "percent of one"`},
		{"panel-units", overview, `"unit": "percentunit",`, ``},
		{"panel-units", overview, `"decimals": 1,`, ``},
		{"panel-no-number", overview, `"noValue": "No final receipts"`, `"noValue": "No final receipts in the range that is on view"`},
		{"panel-no-number", overview, `"match": "null",`, `"match": "nan",`},
		{"panel-precision", overview, `"decimals": 1,`, `"decimals": 4,`},
		{"panel-no-targets", overview, `"targets": [`, `"tragets": [`},
		{"panel-no-value", overview, `"noValue": "No final receipts in this range"`, `"noValue": "-"`},
		{"table-columns", overview, `"account": "Account",`, ``},
		{"table-columns", overview, `"Time": true`, `"Time": false`},
		{"table-columns", overview, `"id": "merge"`, `"id": "concatenate"`},
		{"target-kind", overview, `"instant": true`, `"instant": false`},
		{"target-kind", exporter, `"type": "timeseries"`, `"type": "stat"`},
	}
}

func breakLooks(overview, spend string) []breakage {
	return []breakage{
		{"colors", overview, `"fixedColor": "#0072B2"`, `"fixedColor": "#00FF00"`},
		{"colors", overview, `"color": "#E69F00"`, `"color": "red"`},
		{"colors", overview, `"mode": "shades"`, `"mode": "palette-classic"`},
		{"heatmap-scheme", overview, `"scheme": "Cividis"`, `"scheme": "Turbo"`},
		{"annotation-colors", overview, `"iconColor": "#D55E00"`, `"iconColor": "red"`},
		{"legend", overview, `"legendFormat": "Delivered"`, `"legendFormat": ""`},
		{"legend", overview, `"legendFormat": "{{outcome}}"`, `"legendFormat": "{{status}}"`},
		{"legend", overview, `"legendFormat": "{{account}}, usual"`, `"legendFormat": "{{account}}"`},
		{"legend", overview, `"format": "table"`, `"format": "time_series"`},
		{"money", spend, `/(^|, )CNY(`, `/(^|, )JPY(`},
		{"money", spend, `/(^|, )EUR(, usual)?$/`, `/EUR/`},
		{"money", spend, `/(^|, )USD(, usual)?$/`, `/(^|, )USD/`},
		{"money", spend, `/(^|, )USD(, usual)?$/`, `/(^|, )USD(, .*)?$/`},
		{"money", spend, `"prefix:€"`, `"prefix:$"`},
		{"money", spend, `"legendFormat": "{{account}}, {{currency}}"`, `"legendFormat": "{{account}}"`},
		{"one-currency-an-axis", spend, `"repeat": "currency"`, `"repeat": "account"`},
	}
}

func breakLinks(overview, did string) []breakage {
	return []breakage{
		{"links-resolve", overview, `/d/didsms-did?`, `/d/didsms-number?`},
		{"links-resolve", overview, `&var-did=`, `&var-number=`},
		{"links-keep-range", overview, `&${__url_time_range}`, ``},
		{"links-keep-range", overview, `?${datasource:queryparam}`, `?`},
		{"links-keep-exporters", overview, `&${job:queryparam}`, ``},
		{"links-keep-exporters", overview, `&${instance:queryparam}`, ``},
		{"links-variables", did, `${did:percentencode}`, `${number:percentencode}`},
		{"links-fields", overview, `${__data.fields.Number}`, `${__data.fields.did}`},
		{"links-boards", overview, `"type": "dashboards"`, `"type": "link"`},
	}
}

func breakQueries(overview, did, spend string) []breakage {
	return []breakage{
		{"target-promql", overview, `"expr": "round(sum(`, `"expr": "round(sum((`},
		{"target-promql", overview, `[$__range]`, `[$__rang]`},
		{"target-job", overview, `didsms_dr_receipts_total{job=~\"$job\",`, `didsms_dr_receipts_total{`},
		{"target-job", overview, `ALERTS{job=~\"$job|\",`, `ALERTS{`},
		{"target-job", overview, `ratio_increase1h{job=~\"$job\",`, `ratio_increase1h{`},
		{"target-instance", overview, `instance=~\"$instance\",account`, `account`},
		{"target-metric", overview, `didsms_mo_messages_total{`, `didsms_mo_message_total{`},
		{"target-metric", overview, `ratio_increase6h{`, `ratio_increase5h{`},
		{"target-rate-interval", overview, `[$__rate_interval]`, `[5m]`},
		{"target-increase-interval", overview, `[$__range]`, `[$__interval]`},
		{"target-increase-interval", did, `[30m]`, `[29m]`},
		{"target-increase-interval", did, `[$__interval]`, `[30m]`},
		{"target-increase-interval", did, `[$__interval]`, `[$__rate_interval]`},
		{"target-increase-interval", overview, `"interval": "5m"`, `"interval": "1m"`},
		{
			"target-counter-agg", spend, `sum by (currency) (increase(didsms_spend_total{job=~\"$job\",instance=~\"$instance\",account=~\"$account\",currency=~\"$currency\"}[$__range]))`,
			`sum by (currency) (didsms_spend_total{job=~\"$job\",instance=~\"$instance\",account=~\"$account\",currency=~\"$currency\"})`,
		},
		{
			"annotation-whole", overview, "\n" + `        "expr": "changes(process_start_time_seconds{job=~\"$job\",instance=~\"$instance\"}[$__rate_interval])`,
			"\n" + `        "expr": "process_start_time_seconds{job=~\"$job\",instance=~\"$instance\"}`,
		},
		{"target-exemplars", overview, `"exemplar": true`, `"exemplar": false`},
		{"target-exemplars", overview, `"exemplar": true,` + "\n" + `          "expr": "sum by (le)`, `"expr": "sum by (le)`},
		{"target-money-currency", spend, `sum by (account, currency) (rate(`, `sum by (account) (rate(`},
	}
}
