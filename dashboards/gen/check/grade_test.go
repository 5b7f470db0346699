// SPDX-License-Identifier: Apache-2.0

package check_test

import (
	"didsms_exporter/dashboards/gen/build"
	"didsms_exporter/dashboards/gen/check"
)

// grades say in which colour a good value, a middle one and a bad one are shown: on the
// bounds and just below them. Blue is fine, amber degraded, vermilion failing; small
// text that is fine has the colour of the rest.
func grades() []check.Grade {
	const overview, did, spend, exporter = "didsms-overview", "didsms-did", "didsms-spend", "didsms-exporter"
	const fine, plain, degraded, failing = build.Blue, build.Theme, build.Amber, build.Vermilion
	reached := map[float64]string{1: fine, 0.95: fine, 0.949: degraded, 0.9: degraded, 0.899: failing, 0: failing}
	failed := map[float64]string{0: fine, 0.099: fine, 0.1: degraded, 0.499: degraded, 0.5: failing, 1: failing}
	failedText := map[float64]string{0: plain, 0.099: plain, 0.1: degraded, 0.499: degraded, 0.5: failing, 1: failing}
	return []check.Grade{
		{overview, "Delivered share", "", reached},
		{overview, "Firing alerts", "Severity", map[float64]string{1: failing, 2: degraded, 3: plain}},
		{overview, "Delivery time (p90)", "", map[float64]string{5: fine, 59: fine, 60: degraded, 119: degraded, 120: failing}},
		{overview, "Last good callback", "Ago", map[float64]string{60: plain, 1799: plain, 1800: degraded, 7199: degraded, 7200: failing}},
		{overview, "Error budget burn", "", map[float64]string{0.9: "transparent", 1: degraded, 3: degraded, 4.9: degraded, 5: failing, 10: failing}},
		{overview, "Undelivered share by destination", "Undelivered", failed},
		{overview, "Numbers that need a look", "Sigma", map[float64]string{-1: plain, 1.9: plain, 2: degraded, 3.9: degraded, 4: failing}},
		{overview, "Numbers that need a look", "Last 30 min", failed},
		{overview, "Numbers that need a look", "In range", failedText},
		{did, "Undelivered, last 30 min", "", failed},
		{did, "How unusual is now", "", map[float64]string{-1: fine, 1.9: fine, 2: degraded, 3.9: degraded, 4: failing}},
		{did, "Delivered in range", "", reached},
		{did, "Delivery state", "", map[float64]string{0: fine, 1: degraded, 2: failing}},
		{spend, "Monthly budget used", "", map[float64]string{0: fine, 0.79: fine, 0.8: degraded, 0.99: degraded, 1: failing}},
		{exporter, "Store", "", map[float64]string{0: failing, 1: fine}},
		{exporter, "Downtime in range", "", map[float64]string{0: fine, 1: degraded, 299: degraded, 300: failing}},
		{exporter, "Configuration", "", map[float64]string{0: failing, 1: fine}},
		{exporter, "Tracked numbers of the limit", "", map[float64]string{0: fine, 0.79: fine, 0.8: degraded, 0.94: degraded, 0.95: failing}},
	}
}
