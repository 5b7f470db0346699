// SPDX-License-Identifier: Apache-2.0

package main

import (
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// episode is an alert from firing to its end.
type episode struct {
	labels     labels.Labels
	begin, end time.Time // end: the first evaluation without it
	open       bool
}

// again is the time within which an alert that comes back is no new message:
// Alertmanager's usual group_interval.
const again = 5 * time.Minute

// diary keeps the episodes of a replay.
type diary struct {
	episodes []*episode
	current  map[uint64]*episode
}

func newDiary() *diary { return &diary{current: map[uint64]*episode{}} }

// note takes down what fires at a time.
func (d *diary) note(at time.Time, firing func(func(labels.Labels))) {
	for _, e := range d.current {
		if e.open {
			e.open = false
			e.end = at
		}
	}
	firing(func(set labels.Labels) {
		key := set.Hash()
		e := d.current[key]
		if e == nil || at.Sub(e.end) > again {
			e = &episode{labels: set, begin: at}
			d.current[key] = e
			d.episodes = append(d.episodes, e)
		}
		e.open = true
		e.end = at
	})
}
