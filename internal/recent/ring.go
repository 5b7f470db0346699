// SPDX-License-Identifier: Apache-2.0

package recent

// ring keeps the last values pushed, up to its capacity. It grows towards that
// as it fills, so that an idle exporter holds little.
type ring[T any] struct {
	capacity int
	values   []T
	next     int // where the next value goes
	count    int
}

func newRing[T any](capacity int) ring[T] { return ring[T]{capacity: capacity} }

func (r *ring[T]) push(value T) {
	if len(r.values) < r.capacity {
		r.values = append(r.values, value)
		r.count++
		r.next = len(r.values) % r.capacity
		return
	}
	r.values[r.next] = value
	r.next = (r.next + 1) % r.capacity
}

// newest returns the value pushed i pushes ago, i below count.
func (r *ring[T]) newest(i int) T {
	return r.values[(r.next-1-i+2*len(r.values))%len(r.values)]
}
