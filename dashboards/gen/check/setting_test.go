// SPDX-License-Identifier: Apache-2.0

package check_test

import "didsms_exporter/dashboards/gen/check"

// settings are what each board starts with.
func settings() map[string]check.Setting {
	const everything = "query, many or all as .+, at first [$__all]"
	always := []string{
		"datasource: datasource, one, at first <nil>",
		"job: " + everything, "instance: " + everything, "account: " + everything,
	}
	of := func(span string, more ...string) check.Setting {
		return check.Setting{Range: span, Refresh: "1m", Timezone: "browser", Variables: append(append([]string{}, always...), more...)}
	}
	return map[string]check.Setting{
		"didsms-overview": of("now-24h to now", "objective: textbox, one, at first 0.95"),
		"didsms-did": of("now-24h to now", "did: query, one, at first <nil>", "money: "+everything+", hidden",
			"exporter: textbox, one, at first http://localhost:9911"),
		// Month to date lies beside what is estimated of the same time.
		"didsms-spend":    of("now/M to now", "currency: "+everything),
		"didsms-exporter": of("now-24h to now"),
	}
}
