// SPDX-License-Identifier: Apache-2.0

package boardanswers

import "strings"

// choice is what the reader of a board has chosen.
type choice struct {
	job, instance, account, did, currency, objective string
}

// everything is all, as Grafana puts it; a board about one number always has one.
func everything() choice { return choice{".+", ".+", ".+", "200", ".+", "0.95"} }

// one is the smallest choice.
func one() choice { return choice{"main", "a", "north", "200", "USD", "0.9"} }

// quiet is an account to which nothing has ever come.
func quiet() choice { return choice{"quiet", "q", "quiet", "500", "USD", "0.95"} }

// states are several numbers at once, which Grafana would not offer.
func states() choice {
	c := one()
	c.did = "40."
	return c
}

// of is everything of some exporters.
func of(job, instance string) choice {
	c := everything()
	c.job, c.instance = job, instance
	return c
}

// put puts a choice and what Grafana knows by itself in the place of variables. What is
// repeated for each currency is asked for one of them.
func (c choice) put(q question) string {
	currency, money := c.currency, c.currency
	switch q.repeat {
	case "currency":
		currency = "USD"
	case "money":
		money = "USD"
	}
	return strings.NewReplacer(
		"$__range", "100m", "$__rate_interval", "4m", "$__interval", "5m",
		"$job", c.job, "$instance", c.instance, "$account", c.account, "$did", c.did,
		"$currency", currency, "$money", money, "$objective", c.objective,
	).Replace(q.expr)
}
