// SPDX-License-Identifier: Apache-2.0

package traffic_test

import (
	"testing"

	"didsms_exporter/internal/traffic"
)

func BenchmarkPlan(b *testing.B) {
	shots := 0
	for b.Loop() {
		shots += len(traffic.Plan(newTestConfig(), testStart))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(shots), "ns/shot")
}
