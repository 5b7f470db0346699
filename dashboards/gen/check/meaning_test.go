// SPDX-License-Identifier: Apache-2.0

package check_test

// breakMeanings keeps to what other checks allow: colours of the palette, boards and
// variables that exist.
func breakMeanings(overview, did, spend, exporter string) []breakage {
	const grades, paints, leads, fields, menu, settings = "meaning-grades", "meaning-paints", "meaning-leads", "meaning-fields", "meaning-menu", "meaning-settings"
	step := func(color string) string { return "\n" + `                "color": "` + color + `"` }
	return []breakage{
		{grades, overview, `"value": 0.95,` + step("#0072B2"), `"value": 0.95,` + step("#D55E00")},
		{grades, overview, `"value": 0.95,`, `"value": 0.93,`},
		{grades, overview, `"value": 120,`, `"value": 12,`},
		{grades, overview, `"value": 7200,`, `"value": 1800,`},
		{grades, overview, `"id": "thresholds"`, `"id": "unit"`},
		{grades, did, `"color": "#E69F00",` + "\n" + `                  "index": 1`, `"color": "#0072B2",` + "\n" + `                  "index": 1`},
		{grades, exporter, `"title": "Downtime in range"`, `"title": "Downtime"`},
		{paints, overview, `"options": "delivered"`, `"options": "undelivered"`},
		{paints, overview, `"options": "page"`, `"options": "ticket"`},
		{paints, overview, `"iconColor": "#D55E00"`, `"iconColor": "#999999"`},
		{paints, exporter, `"options": "bad_signature"`, `"options": "good_signature"`},
		{paints, exporter, `"fixedColor": "#0072B2"`, `"fixedColor": "#D55E00"`},
		{paints, spend, `"options": "/^inbound, /"`, `"options": "/^outbound, /"`},
		{paints, overview, `"title": "Spend"`, `"title": "Paid"`},
		{leads, overview, `&var-account=${__data.fields.Account}`, ``},
		{leads, overview, `/d/didsms-exporter?`, `/d/didsms-did?`},
		{leads, overview, `"title": "Numbers",`, `"title": "Others",`},
		{leads, did, `/debug/events`, `/debug/stats`},
		{fields, overview, `var-did=${__data.fields.Number}`, `var-did=${__data.fields.Account}`},
		{fields, overview, `var-account=${__data.fields.Account}&var-did=${__data.fields.Number}`, `var-account=${__data.fields.Number}&var-did=${__data.fields.Account}`},
		{fields, overview, `var-account=${__field.labels.account}`, `var-account=${__field.labels.did}`},
		{fields, overview, `&var-account=${__data.fields.Account}`, `&var-account=north`},
		{fields, overview, `var-account=${__value.raw}`, `var-instance=${__value.raw}`},
		{menu, overview, `"keepTime": true`, `"keepTime": false`},
		{menu, overview, `"includeVars": true`, `"includeVars": false`},
		{settings, overview, `"from": "now-24h"`, `"from": "now-6h"`},
		{settings, overview, `"refresh": "1m"`, `"refresh": "5m"`},
		{settings, overview, `"timezone": "browser"`, `"timezone": "utc"`},
		{settings, overview, `"includeAll": true`, `"includeAll": false`},
		{settings, overview, `"name": "objective"`, `"name": "target"`},
		{settings, did, `"value": "http://localhost:9911"`, `"value": "http://localhost:9912"`},
		{settings, did, `"hide": 2`, `"hide": 0`},
		{settings, spend, `"from": "now/M"`, `"from": "now-30d"`},
	}
}
