// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"regexp"
	"strings"
	"testing"
)

// TestKeptBackIsEvaluatedFirst: Prometheus hands over each alert as soon as its rule is
// evaluated. Where an incident ends for two alerts in the same round, the one that was
// kept back has to end first, or a notification that is due between the two is sent.
func TestKeptBackIsEvaluatedFirst(t *testing.T) {
	t.Parallel()
	folder := exportTo(t)
	rules, pairs := rulesIn(t, folder), 0
	for _, inhibition := range inhibitionsOf(t, folder) {
		same := strings.Contains(inhibition.equal, "alertname")
		for i, source := range rules {
			for j, target := range rules {
				switch {
				case i == j || !fits(inhibition.source, source) || !fits(inhibition.target, target), same && source.name != target.name:
					continue
				case target.file != source.file:
					continue // groups are evaluated at times of their own
				}
				pairs++
				if j > i {
					t.Errorf("%s: %s %s stands below %s %s, which keeps it back", source.file, target.name, target.severity, source.name, source.severity)
				}
			}
		}
	}
	if pairs < 30 {
		t.Errorf("only %d pairs of one file", pairs)
	}
}

// fits says whether matchers let an alert through, as far as they are about its name
// and severity.
func fits(matchers string, alert rule) bool {
	for _, match := range regexp.MustCompile(`(\w+)=~?"([^"]*)"`).FindAllStringSubmatch(matchers, -1) {
		value := map[string]string{"alertname": alert.name, "severity": alert.severity}[match[1]]
		if value != "" && !regexp.MustCompile("^("+match[2]+")$").MatchString(value) {
			return false
		}
	}
	return true
}
