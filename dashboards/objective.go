// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Objective is what the committed files are drawn for: the share of final receipts
// that should say delivered.
const Objective = 0.95

// WithObjective gives a file the objective that the rules beside it have: as what the
// Overview's variable starts with, and in the colours of the shares of delivered
// messages. A test of the generator holds the result against what it would write.
func WithObjective(content []byte, objective float64) []byte {
	text := strings.ReplaceAll(string(content), strconv.Quote(number(Objective)), strconv.Quote(number(objective)))
	steps := regexp.MustCompile(fmt.Sprintf(`("value": )%s(,\s+"color": "[^"]+"\s+\},\s+\{\s+"value": )%s\b`,
		regexp.QuoteMeta(number(poor(Objective))), regexp.QuoteMeta(number(Objective))))
	return []byte(steps.ReplaceAllString(text, "${1}"+number(poor(objective))+"${2}"+number(objective)))
}

// poor is a share at which twice as many messages fail as the objective allows.
func poor(objective float64) float64 { return math.Round((2*objective-1)*1e9) / 1e9 }

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
