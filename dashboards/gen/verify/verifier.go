// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"time"

	"didsms_exporter/dashboards/gen/check"
)

// verifier goes through boards and notes one line a query.
type verifier struct {
	server             server
	setup              string
	strict, eventful   bool
	long, step, smooth time.Duration
	pause              time.Duration // between two passes
}

// until makes passes until nothing is missing or the time is up, and prints the last
// one. Only what is missing can come by itself: after any other fault it ends at once.
func (v *verifier) until(ctx context.Context, deadline time.Time, boards []check.Board, out io.Writer) int {
	for {
		p := v.pass(ctx, boards)
		if p.missing > 0 && p.missing == len(p.faults) && time.Now().Before(deadline) {
			time.Sleep(v.pause)
			continue
		}
		_, _ = io.WriteString(out, p.report())
		if len(p.faults) > 0 || p.queries == 0 {
			return 1
		}
		return 0
	}
}

func (v *verifier) pass(ctx context.Context, boards []check.Board) *pass {
	p := &pass{verifier: v, end: time.Now(), empty: make([]bool, len(allowed())), full: make([]bool, len(allowed()))}
	for _, b := range boards {
		p.board(ctx, b)
	}
	p.superfluous()
	return p
}

// pass is one way through all boards, at one moment.
type pass struct {
	*verifier
	end         time.Time
	lines       strings.Builder
	empty, full []bool // what the queries of each allowance were, some of both

	queries, panels, excused int
	missing                  int // faults that time may mend
	faults                   []string
}

func (p *pass) board(ctx context.Context, b check.Board) {
	values, single, err := p.values(ctx, b)
	p.printf("\n%s  %s\n", b.UID, b.Title)
	if err != nil {
		if _, ok := errors.AsType[noChoice](err); ok {
			p.missing++
		}
		p.fault(b.UID+", variables", err.Error())
		return
	}
	for _, a := range b.Annotations.List {
		// Most of the time there is nothing to mark: it must only be a valid question.
		if _, warnings, err := p.both(ctx, a.Expr, values, p.smooth); err != nil || warnings != "" {
			p.fault(b.UID+", annotation "+a.Name, fmt.Sprint(err, warnings))
		}
	}
	for _, panel := range b.All() {
		p.panels++
		values := maps.Clone(values)
		if panel.Repeat != "" {
			values[panel.Repeat] = single[panel.Repeat]
		}
		for _, t := range panel.Targets {
			p.query(ctx, b, panel, t, values)
		}
	}
}

func (p *pass) query(ctx context.Context, b check.Board, panel check.Panel, t check.Target, values map[string]string) {
	p.queries++
	step := p.smooth
	if strings.Contains(t.Expr, "$__interval") {
		step = p.step
	}
	counts, warnings, err := p.both(ctx, t.Expr, values, step)
	name := fmt.Sprintf("%s / %s", panel.Title, t.RefID)
	i, may := p.may(b, panel, t)
	shown, kind := counts.over, "range"
	if t.Instant {
		shown, kind = counts.now, "instant"
	}
	state, bad := "ok", true
	switch {
	case err != nil:
		state = "ERROR " + err.Error()
	case warnings != "":
		state = "WARNING " + warnings
	case shown > 0:
		bad = false
		if may {
			p.full[i] = true
		}
	case may:
		bad = false
		state = "empty: " + allowed()[i].reason
		p.empty[i] = true
		p.excused++
	case counts.nan > 0:
		state = "EMPTY (NaN only)"
		p.missing++
	default:
		state = "EMPTY"
		p.missing++
	}
	p.printf("  %-52s %-7s now %4d  range %4d  %s\n", name, kind, counts.now, counts.over, state)
	if bad {
		p.faults = append(p.faults, fmt.Sprintf("%s / %s: %s", b.UID, name, state))
	}
}

// counts are the series that say something, at the end and over the range, and those
// that say nothing but NaN.
type counts struct{ now, over, nan int }

func (p *pass) both(ctx context.Context, expr string, values map[string]string, step time.Duration) (counts, string, error) {
	expr = check.Substitute(expr, values)
	var c counts
	var warnings []string
	count := func(a answer) (n int) {
		warnings = append(append(warnings, a.Warnings...), a.Infos...)
		for _, s := range a.Data.Result {
			if s.points() > 0 {
				n++
			} else {
				c.nan++
			}
		}
		return n
	}
	a, err := p.server.now(ctx, expr, p.end)
	if err != nil {
		return c, "", fmt.Errorf("%w in %s", err, expr)
	}
	c.now = count(a)
	a, err = p.server.over(ctx, expr, p.end.Add(-p.long), p.end, step)
	if err != nil {
		return c, "", fmt.Errorf("%w in %s", err, expr)
	}
	c.over = count(a)
	return c, strings.Join(warnings, "; "), nil
}

// superfluous tells of allowances that this server did not need: a panel that is
// full everywhere must not be allowed to be empty. What depends on what happened is
// needed on some days.
func (p *pass) superfluous() {
	for i, a := range allowed() {
		if !p.full[i] || p.empty[i] || a.reason == calm {
			continue
		}
		name := strings.TrimSuffix(a.uid+" / "+a.panel+" / "+a.query, " / ")
		if p.strict {
			p.fault(name, "may be empty here, but is not: take it off the list in allowed.go")
		} else {
			p.printf("note: not needed here: %s\n", name)
		}
	}
}

func (p *pass) fault(where, what string) { p.faults = append(p.faults, where+": "+what) }

func (p *pass) printf(format string, values ...any) { _, _ = fmt.Fprintf(&p.lines, format, values...) }

// report is all that was found, with the faults again at the end.
func (p *pass) report() string {
	p.printf("\n")
	for _, fault := range p.faults {
		p.printf("FAULT %s\n", fault)
	}
	p.printf("%d queries of %d panels, %d allowed to be empty, %d faults\n", p.queries, p.panels, p.excused, len(p.faults))
	return p.lines.String()
}
