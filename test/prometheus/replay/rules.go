// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"sync"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/rules"
	"github.com/prometheus/prometheus/storage"
)

// step is how often the replay scrapes and evaluates, as the rule files ask.
const step = time.Minute

// area is one rule file: its groups run one after another, beside those of other files.
type area struct {
	name   string
	groups []rulefmt.RuleGroup
}

// naive is what one would write without thinking about it.
const naive = `
groups:
  - name: naive
    rules:
      - alert: NaiveUndelivered
        expr: |
          sum without (instance, status, outcome) (increase(didsms_dr_receipts_total{outcome="undelivered"}[5m]))
          / sum without (instance, status, outcome) (increase(didsms_dr_receipts_total{outcome=~"delivered|undelivered"}[5m])) > 0.05
        labels: {severity: critical}
`

const naiveAlert = "NaiveUndelivered"

// load reads the rule files of a folder, and adds the naive rule.
func load(folder string) ([]area, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.yml"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no *.yml in %s; --rules names the folder of rendered rules", folder)
	}
	promQL, silent := parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler)
	var areas []area
	for _, file := range files {
		parsed, faults := rulefmt.ParseFile(file, false, model.UTF8Validation, promQL, silent)
		if len(faults) > 0 {
			return nil, errors.Join(faults...)
		}
		areas = append(areas, area{filepath.Base(file), parsed.Groups})
	}
	parsed, faults := rulefmt.Parse([]byte(naive), false, model.UTF8Validation, promQL, silent)
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return append(areas, area{"naive", parsed.Groups}), nil
}

// evaluator runs Prometheus' own rule groups with its own engine.
type evaluator struct {
	areas [][]*rules.Group
}

// printed is an expression that knows its text, which a rule asks for at each
// evaluation.
type printed struct {
	parser.Expr

	text string
}

func (p printed) String() string { return p.text }

// database is what rules read and write.
type database interface {
	storage.Queryable
	storage.AppendableV2
}

func newEvaluator(ctx context.Context, areas []area, data database) (*evaluator, error) {
	promQL, silent := parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler)
	engine := promql.NewEngine(promql.EngineOpts{
		Logger: silent, MaxSamples: 50_000_000, Timeout: 2 * time.Minute, LookbackDelta: 5 * time.Minute,
		EnableAtModifier: true, EnableNegativeOffset: true, Parser: promQL,
	})
	options := &rules.ManagerOptions{
		NameValidationScheme: model.UTF8Validation, ExternalURL: new(url.URL), Context: ctx, Logger: silent,
		QueryFunc: rules.EngineQueryFunc(engine, data), AppendableV2: data, Queryable: data,
		NotifyFunc: func(context.Context, string, ...*rules.Alert) {}, Metrics: rules.NewGroupMetrics(nil),
		DefaultRuleQueryOffset: func() time.Duration { return 0 },
	}
	e := &evaluator{}
	for _, area := range areas {
		var groups []*rules.Group
		for _, group := range area.groups {
			if interval := time.Duration(group.Interval); interval != 0 && interval != step {
				return nil, fmt.Errorf("%s: group %s wants an interval of %v; the replay evaluates every %v", area.name, group.Name, interval, step)
			}
			made := make([]rules.Rule, 0, len(group.Rules))
			for _, rule := range group.Rules {
				parsed, err := promQL.ParseExpr(rule.Expr)
				if err != nil {
					return nil, fmt.Errorf("%s: %s%s: %w", area.name, rule.Record, rule.Alert, err)
				}
				expression := printed{parsed, parsed.String()}
				set := labels.FromMap(rule.Labels)
				if rule.Record != "" {
					made = append(made, rules.NewRecordingRule(rule.Record, expression, set))
					continue
				}
				// Without annotations: their templates cannot change what fires.
				made = append(made, rules.NewAlertingRule(rule.Alert, expression, time.Duration(rule.For), time.Duration(rule.KeepFiringFor),
					set, labels.EmptyLabels(), labels.EmptyLabels(), "", true, silent))
			}
			groups = append(groups, rules.NewGroup(rules.GroupOptions{Name: group.Name, File: area.name, Interval: step, Rules: made, Opts: options}))
		}
		e.areas = append(e.areas, groups)
	}
	return e, nil
}

// eval evaluates every rule once.
func (e *evaluator) eval(ctx context.Context, at time.Time) error {
	var wait sync.WaitGroup
	for _, groups := range e.areas {
		wait.Go(func() {
			for _, group := range groups {
				group.Eval(ctx, at)
			}
		})
	}
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	for _, groups := range e.areas {
		for _, group := range groups {
			for _, rule := range group.Rules() {
				if err := rule.LastError(); err != nil {
					return fmt.Errorf("rule %s at %s: %w", rule.Name(), at.Format(time.DateTime), err)
				}
			}
		}
	}
	return nil
}

// firing calls back for each alert that fires now.
func (e *evaluator) firing(each func(labels.Labels)) {
	for _, groups := range e.areas {
		for _, group := range groups {
			for _, rule := range group.AlertingRules() {
				rule.ForEachActiveAlert(func(alert *rules.Alert) {
					if alert.State == rules.StateFiring {
						each(alert.Labels)
					}
				})
			}
		}
	}
}
