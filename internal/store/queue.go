// SPDX-License-Identifier: Apache-2.0

package store

import "time"

// dated is a message and when an event of it was claimed.
type dated struct {
	key messageKey
	at  time.Duration // since the engine was made: a third of a time.Time
}

// queue is a first-in, first-out list in a ring that grows as needed and never
// holds on to what was taken out.
type queue struct {
	ring  []dated
	start int
	count int
}

func (q *queue) empty() bool   { return q.count == 0 }
func (q *queue) oldest() dated { return q.ring[q.start] }

func (q *queue) push(d dated) {
	if q.count == len(q.ring) {
		q.grow()
	}
	q.ring[(q.start+q.count)%len(q.ring)] = d
	q.count++
}

func (q *queue) pop() dated {
	d := q.ring[q.start]
	q.start = (q.start + 1) % len(q.ring)
	q.count--
	return d
}

func (q *queue) grow() {
	ring := make([]dated, max(64, 2*len(q.ring)))
	for i := range q.count {
		ring[i] = q.ring[(q.start+i)%len(q.ring)]
	}
	q.ring, q.start = ring, 0
}
