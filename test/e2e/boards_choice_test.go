// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"didsms_exporter/test/harness"
)

// TestBoardsChoose: what a board picks out or counts, over series that are made up,
// with each Prometheus. Whether panels have data at all is another test's matter.
func TestBoardsChoose(t *testing.T) {
	t.Parallel()
	const (
		alert = `ALERTS{alertstate="firing",account="main",alertname="DidSms`
		up    = `didsms_exporter_build_info{job="j",instance="i"}`
		rules = `job:didsms_exporter_uptime:seconds{job="j"}`
		since = `ALERTS_FOR_STATE{account="main",alertname="DidSms`
	)
	for name, c := range map[string]struct {
		panel  string
		series []string // with the value one, but for those with a value of their own
		ask    string   // around the panel's first query
		want   map[string]float64
	}{
		"a fresh spike of a good number comes before bad ones": {
			"Numbers that need a look", append(numbers(true), spiking()...), `topk(1, %s)`,
			map[string]float64{`{account="main", did="900"}`: 19},
		},
		"twenty of them": {
			"Numbers that need a look", append(numbers(true), spiking()...), `count(%s)`,
			map[string]float64{`{}`: 20},
		},
		"a single message has no sigma": {
			"Numbers that need a look", append(spiking(), judged("901", 4.4, 1)...), `%s`,
			map[string]float64{`{account="main", did="900"}`: 19},
		},
		"by share where there are no rules": {
			"Numbers that need a look", numbers(false), `topk(1, %s)`,
			map[string]float64{`{account="main", did="24"}`: 24.0/100 - 1},
		},
		"no alert": {
			"Alerts",
			[]string{up, rules},
			`%s`,
			map[string]float64{`{worst="none"}`: 0},
		},
		"no rules": {
			"Alerts",
			[]string{up},
			`%s`,
			map[string]float64{`{worst="no rules"}`: -1},
		},
		"no exporter": {
			"Alerts",
			[]string{`up`},
			`%s`,
			nil,
		},
		"for the weekly look": {
			"Alerts",
			[]string{up, rules, alert + `UnknownStatus",severity="info"}`},
			`%s`,
			map[string]float64{`{worst="none"}`: 0},
		},
		"for the day": {
			"Alerts",
			[]string{up, alert + `A",severity="warning"}`, alert + `B",severity="info"}`},
			`%s`,
			map[string]float64{`{worst="ticket"}`: 1},
		},
		"for now, and of two severities once": {
			"Alerts",
			[]string{
				up, alert + `A",did="1",severity="critical"}`, alert + `A",did="1",severity="warning"}`,
				alert + `A",did="2",severity="warning"}`, alert + `B",severity="info"}`,
			},
			`%s`,
			map[string]float64{`{worst="page"}`: 2},
		},
		"the worst first, in words": {
			"Firing alerts",
			[]string{
				alert + `DeliveryErrorBudgetBurn",severity="critical"}`, since + `DeliveryErrorBudgetBurn",severity="critical"} 60`,
			},
			`%s`,
			map[string]float64{`{account="main", alertname="Delivery Error Budget Burn", rank="1", severity="critical"}`: 1740},
		},
		"of two severities of an alert the worse": {
			"Firing alerts",
			[]string{
				alert + `A",did="1",severity="critical"}`, since + `A",did="1",severity="critical"} 600`,
				alert + `A",did="1",severity="warning"}`, since + `A",did="1",severity="warning"} 60`,
				alert + `A",did="2",severity="warning"}`, since + `A",did="2",severity="warning"} 60`,
			},
			`%s`,
			map[string]float64{
				`{account="main", alertname="A", did="1", rank="1", severity="critical"}`: 1200,
				`{account="main", alertname="A", did="2", rank="2", severity="warning"}`:  1740,
			},
		},
		"an account that never got a callback comes first": {
			"Last good callback",
			[]string{
				`didsms_account_info{job="j",instance="i",account="main"}`, `didsms_account_info{job="j",instance="i",account="fresh"}`,
				`didsms_callback_last_accepted_timestamp_seconds{job="j",instance="i",account="main",kind="dr"} 60`,
				`didsms_callback_last_accepted_timestamp_seconds{job="j",instance="i",account="main",kind="mo"} 0`,
			},
			`%s`,
			map[string]float64{`{account="main", kind="dr"}`: 1740, `{account="fresh"}`: 1e10},
		},
	} {
		expr := question(t, "didsms-overview", c.panel)
		for _, server := range harness.Servers(t) {
			t.Run(name+"/"+server.Name, func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "test.yml")
				if err := os.WriteFile(file, promtoolTest(t, c.series, fmt.Sprintf(c.ask, expr), c.want), 0o600); err != nil {
					t.Fatal(err)
				}
				if output, err := exec.Command(server.Promtool, "test", "rules", file).CombinedOutput(); err != nil {
					t.Errorf("%v\n%s", err, output)
				}
			})
		}
	}
}

// spiking is a number of which few messages failed in the range, but many just now.
func spiking() []string { return append(received("900", 10), judged("900", 19, 50)...) }

// numbers are 24, of which as many percent as their own number says have failed, as is
// usual for them.
func numbers(rules bool) (series []string) {
	for i := 1; i <= 24; i++ {
		did := fmt.Sprint(i)
		series = append(series, received(did, i)...)
		if rules {
			series = append(series, judged(did, float64(i)/24, 50)...)
		}
	}
	return series
}

// received are the receipts of a number, of which so many in a hundred have failed.
func received(did string, failed int) []string {
	const metric = `didsms_dr_receipts_total{job="j",instance="i",account="main",did="%s",outcome="%s"} 0+%dx60`
	return []string{fmt.Sprintf(metric, did, "delivered", 100-failed), fmt.Sprintf(metric, did, "undelivered", failed)}
}

// judged is what the rules record of a number.
func judged(did string, sigma float64, receipts int) []string {
	return []string{
		fmt.Sprintf(`did:didsms_dr_undelivered:zscore30m{job="j",account="main",did="%s"} %v`, did, sigma),
		fmt.Sprintf(`did:didsms_dr_receipts:increase30m{job="j",account="main",did="%s"} %d`, did, receipts),
	}
}

// question is the first query of a panel, for all jobs, accounts and numbers and a
// range of twenty minutes.
func question(t *testing.T, board, title string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "dashboards", board+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(content, &read); err != nil {
		t.Fatal(err)
	}
	for _, p := range read.Panels {
		if p.Title == title {
			return strings.NewReplacer("$job", ".+", "$instance", ".+", "$account", ".+", "$__range", "20m").Replace(p.Targets[0].Expr)
		}
	}
	t.Fatalf("%s has no panel %s", board, title)
	return ""
}

// promtoolTest is a test for promtool, as JSON, which is YAML too. It asks after half an
// hour.
func promtoolTest(t *testing.T, series []string, expr string, want map[string]float64) []byte {
	t.Helper()
	type object = map[string]any
	input, samples := []object{}, []object{}
	for _, s := range series {
		name, values, found := strings.Cut(s, "} ")
		switch {
		case !found:
			name, values = s, "1x60"
		case strings.Contains(values, "x"):
			name += "}"
		default:
			name, values = name+"}", values+"x60"
		}
		input = append(input, object{"series": name, "values": values})
	}
	for labels, value := range want {
		samples = append(samples, object{"labels": labels, "value": value})
	}
	content, err := json.Marshal(object{"tests": []object{{
		"interval": "1m", "input_series": input,
		"promql_expr_test": []object{{"expr": expr, "eval_time": "30m", "exp_samples": samples}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return content
}
