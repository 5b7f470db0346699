// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Parameters are what the boards have in common with the alert rules beside them.
type Parameters struct {
	// Objective is the share of final receipts that should say delivered.
	Objective float64
	// Latency is the 90th percentile of the time to a receipt above which delivery
	// counts as slow.
	Latency time.Duration
	// Critical, Warning and Info are the values of the label severity.
	Critical, Warning, Info string
}

// Usual is what the committed files are drawn for.
func Usual() Parameters {
	return Parameters{Objective: 0.95, Latency: 2 * time.Minute, Critical: "critical", Warning: "warning", Info: "info"}
}

// Fit gives a file what the rules beside it have: the objective, as what the Overview's
// variable starts with, and in the colours of the shares of delivered messages; the
// latency, in the colours of the delivery time; and the words of the severities. A test
// of the generator holds the result against what it would write.
func (p Parameters) Fit(content []byte) []byte {
	usual := Usual()
	text := strings.ReplaceAll(string(content), strconv.Quote(number(usual.Objective)), strconv.Quote(number(p.Objective)))
	text = steps(text, poor(usual.Objective), usual.Objective, poor(p.Objective), p.Objective)
	text = steps(text, usual.Latency.Seconds()/2, usual.Latency.Seconds(), p.Latency.Seconds()/2, p.Latency.Seconds())
	// One replacer: it does not look again at what it has put in, so that two words
	// may change places.
	return []byte(strings.NewReplacer(severities(usual.words(), p.words())...).Replace(text))
}

func (p Parameters) words() []string { return []string{p.Critical, p.Warning, p.Info} }

// steps gives other values to two thresholds that follow each other.
func steps(text string, from, to, newFrom, newTo float64) string {
	pair := regexp.MustCompile(fmt.Sprintf(`("value": )%s(,\s+"color": "[^"]+"\s+\},\s+\{\s+"value": )%s(,)`,
		regexp.QuoteMeta(number(from)), regexp.QuoteMeta(number(to))))
	return pair.ReplaceAllString(text, "${1}"+number(newFrom)+"${2}"+number(newTo)+"${3}")
}

// severities lists where the words stand, in the strings of a query and as what a cell
// says, each with what takes its place.
func severities(before, after []string) []string {
	var pairs []string
	for i, word := range before {
		for _, form := range []string{`\"%s\"`, `"text": "%s"`} {
			pairs = append(pairs, fmt.Sprintf(form, word), fmt.Sprintf(form, after[i]))
		}
	}
	return pairs
}

// poor is a share at which twice as many messages fail as the objective allows.
func poor(objective float64) float64 { return math.Round((2*objective-1)*1e9) / 1e9 }

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
