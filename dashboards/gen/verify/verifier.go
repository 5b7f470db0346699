// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"strings"
	"time"

	"didsms_exporter/dashboards/gen/check"
)

// verifier goes through boards and prints one line a query.
type verifier struct {
	server             server
	setup              string
	out                io.Writer
	long, step, smooth time.Duration
	end                time.Time
	used               []bool // which allowances were needed

	queries, panels, empty, faults int
}

func (v *verifier) board(ctx context.Context, b check.Board) {
	values, single, err := v.values(ctx, b)
	v.printf("\n%s  %s\n", b.UID, b.Title)
	if err != nil {
		v.fault("variables: %v", err)
		return
	}
	for _, a := range b.Annotations.List {
		// Most of the time there is nothing to mark: it must only be a valid question.
		if _, warnings, err := v.both(ctx, a.Expr, values, v.smooth); err != nil || warnings != "" {
			v.fault("annotation %s: %v %s", a.Name, err, warnings)
		}
	}
	for _, p := range b.All() {
		v.panels++
		values := maps.Clone(values)
		if p.Repeat != "" {
			values[p.Repeat] = single[p.Repeat]
		}
		for _, t := range p.Targets {
			v.query(ctx, b, p, t, values)
		}
	}
}

func (v *verifier) query(ctx context.Context, b check.Board, p check.Panel, t check.Target, values map[string]string) {
	v.queries++
	step := v.smooth
	if strings.Contains(t.Expr, "$__interval") {
		step = v.step
	}
	counts, warnings, err := v.both(ctx, t.Expr, values, step)
	name := fmt.Sprintf("%s / %s", p.Title, t.RefID)
	i, may := v.may(b, p, t)
	shown, kind := counts.over, "range"
	if t.Instant {
		shown, kind = counts.now, "instant"
	}
	state := "ok"
	switch {
	case err != nil:
		state = "ERROR " + err.Error()
		v.faults++
	case warnings != "":
		state = "WARNING " + warnings
		v.faults++
	case shown > 0:
	case may:
		state = "empty: " + allowed()[i].reason
		v.used[i] = true
		v.empty++
	default:
		state = "EMPTY"
		v.faults++
	}
	v.printf("  %-52s %-7s now %4d  range %4d  %s\n", name, kind, counts.now, counts.over, state)
}

// counts are the series that say something, at the end and over the range.
type counts struct{ now, over int }

func (v *verifier) both(ctx context.Context, expr string, values map[string]string, step time.Duration) (counts, string, error) {
	expr = check.Substitute(expr, values)
	var c counts
	var warnings []string
	count := func(a answer) (n int) {
		warnings = append(append(warnings, a.Warnings...), a.Infos...)
		for _, s := range a.Data.Result {
			if s.points() > 0 {
				n++
			}
		}
		return n
	}
	a, err := v.server.now(ctx, expr, v.end)
	if err != nil {
		return c, "", fmt.Errorf("%w in %s", err, expr)
	}
	c.now = count(a)
	a, err = v.server.over(ctx, expr, v.end.Add(-v.long), v.end, step)
	if err != nil {
		return c, "", fmt.Errorf("%w in %s", err, expr)
	}
	c.over = count(a)
	return c, strings.Join(warnings, "; "), nil
}

// superfluous tells of allowances that this server did not need: a panel that is
// full everywhere must not be allowed to be empty.
func (v *verifier) superfluous() {
	for i, a := range allowed() {
		for _, s := range a.setups {
			if s == v.setup && !v.used[i] && a.reason != calm {
				v.printf("note: not needed here: %s / %s %s\n", a.uid, a.panel, a.query)
			}
		}
	}
}

func (v *verifier) fault(format string, values ...any) {
	v.faults++
	v.printf("  FAULT "+format+"\n", values...)
}

func (v *verifier) printf(format string, values ...any) { _, _ = fmt.Fprintf(v.out, format, values...) }
