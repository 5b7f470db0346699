// SPDX-License-Identifier: Apache-2.0

package check_test

// leadTable says where each link leads to, and which variables it sets there.
func leadTable() map[string]string {
	const (
		shown   = "datasource instance job"
		account = "account " + shown
		number  = "didsms-did account datasource did instance job"
		menu    = "didsms" // the tag of all boards
	)
	return map[string]string{
		"didsms-overview / DID SMS":                                                                    menu,
		"didsms-overview / Firing alerts / This number":                                                number,
		"didsms-overview / Firing alerts / Only this account":                                          "didsms-overview " + account,
		"didsms-overview / Inbound messages / Numbers":                                                 "didsms-did " + account,
		"didsms-overview / Spend / Spend board":                                                        "didsms-spend " + account,
		"didsms-overview / Last good callback / Exporter board":                                        "didsms-exporter " + account,
		"didsms-overview / Numbers that need a look / This number":                                     number,
		"didsms-overview / Rejected callbacks / Exporter board":                                        "didsms-exporter " + account,
		"didsms-overview / Undelivered share against its usual level / Only ${__field.labels.account}": "didsms-overview " + account,

		"didsms-did / DID SMS":                                         menu,
		"didsms-did / Events of this number":                           "${exporter:raw}/debug/events",
		"didsms-did / Average price per segment, $money / Spend board": "didsms-spend " + account,

		"didsms-spend / DID SMS":                                         menu,
		"didsms-spend / Paid for undelivered / Overview":                 "didsms-overview " + account,
		"didsms-spend / Last seen unit price, $currency / This number":   number,
		"didsms-spend / Most expensive numbers, $currency / This number": number,

		"didsms-exporter / DID SMS": menu,
	}
}
