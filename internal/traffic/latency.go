// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"math"
	"math/bits"
	"time"
)

// Each power of two is cut into this many buckets, so a quantile is at most a
// sixteenth too high.
const (
	subBuckets     = 16
	latencyBuckets = 30 * subBuckets // up to 2^33 microseconds, over two hours
)

// Latencies is a distribution of the times from the planned instant of a shot to
// its whole answer. The zero value is empty.
type Latencies struct {
	buckets [latencyBuckets]uint64
	count   uint64
	longest time.Duration
}

// Count returns how many there are.
func (l *Latencies) Count() uint64 { return l.count }

// Max returns the longest one.
func (l *Latencies) Max() time.Duration { return l.longest }

// Quantile returns the latency that a share q of all did not exceed, such as 0.5
// for the median, to within a sixteenth; zero when there are none.
func (l *Latencies) Quantile(q float64) time.Duration {
	if l.count == 0 {
		return 0
	}
	rank := uint64(math.Ceil(min(max(q, 0), 1) * float64(l.count)))
	var seen uint64
	for i, n := range l.buckets {
		seen += n
		if n > 0 && seen >= rank {
			return min(bucketEnd(i), l.longest)
		}
	}
	return l.longest
}

func (l *Latencies) add(d time.Duration) {
	d = max(d, 0)
	l.buckets[bucketOf(uint64(d.Microseconds()))]++ //nolint:gosec // never negative
	l.count++
	l.longest = max(l.longest, d)
}

// bucketOf keeps the leading five bits of a number of microseconds.
func bucketOf(micros uint64) int {
	if micros < subBuckets {
		return int(micros)
	}
	shift := bits.Len64(micros) - 5
	return min((shift+1)*subBuckets+int(micros>>shift)-subBuckets, latencyBuckets-1) //nolint:gosec // five bits are left
}

// bucketEnd is where the next bucket begins.
func bucketEnd(bucket int) time.Duration {
	if bucket < subBuckets {
		return time.Duration(bucket+1) * time.Microsecond
	}
	shift := bucket/subBuckets - 1
	return time.Duration(bucket%subBuckets+subBuckets+1) << shift * time.Microsecond
}
