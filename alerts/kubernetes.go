// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"fmt"
	"strings"
)

// PrometheusRule puts rendered files into objects for the Prometheus Operator, one
// an area: the same text, below the few lines that the Operator's API
// monitoring.coreos.com/v1 asks for.
func PrometheusRule(files []File) []byte {
	var text strings.Builder
	for i, file := range files {
		if i > 0 {
			text.WriteString("---\n")
		}
		fmt.Fprintf(&text, `apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: didsms-%s
  labels:
    # The label by which your Prometheus selects its rules (spec.ruleSelector).
    release: prometheus
spec:
`, strings.TrimSuffix(file.Name, ".yml"))
		for line := range strings.Lines(string(file.Content)) {
			if strings.TrimSpace(line) != "" {
				line = "  " + line
			}
			text.WriteString(line)
		}
	}
	return []byte(text.String())
}
