// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"time"
)

// retention is how far back a rule may look, and a little.
const retention = 8*24*time.Hour + 12*time.Hour

// replay lets the days of a plan pass by the rules and returns what fired.
func replay(ctx context.Context, p plan, seed uint64, areas []area, progress func(day int)) ([]*episode, error) {
	data := newMemory()
	rules, err := newEvaluator(ctx, areas, data)
	if err != nil {
		return nil, err
	}
	w, e, d := newWorld(p, seed), newExporter(p, data, seed), newDiary()
	for at := p.begin; at.Before(p.end); at = at.Add(step) {
		e.take(w.minute(at), at)
		if err := e.scrape(at); err != nil {
			return nil, err
		}
		now := at.Add(step)
		if err := rules.eval(ctx, now); err != nil {
			return nil, err
		}
		d.note(now, rules.firing)
		if passed := now.Sub(p.begin); passed%(24*time.Hour) == 0 {
			data.forget(now.Add(-retention).UnixMilli())
			progress(int(passed.Hours() / 24))
		}
	}
	return d.episodes, nil
}
