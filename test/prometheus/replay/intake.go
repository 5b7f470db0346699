// SPDX-License-Identifier: Apache-2.0

package main

import "time"

// take counts the callbacks of the minute that begins at a time. While the exporter
// is down they are lost: the vendor pushes once.
func (e *exporter) take(messages []message, at time.Time) {
	if e.plan.is(outage, at, "") {
		return
	}
	e.strangers()
	for _, m := range messages {
		account := m.number.account
		kind := "dr"
		if m.inbound {
			kind = "mo"
		}
		if kind == "dr" && e.plan.is(receiptsStop, at, account) {
			continue
		}
		result := "accepted"
		switch {
		case e.plan.is(secretRotated, at, account):
			result = "bad_signature"
		case m.stale:
			result = "stale"
		}
		e.add(1, "didsms_callbacks_total", "account", account, "kind", kind, "result", result)
		if result != "accepted" {
			continue
		}
		if e.random.Float64() < 0.004 {
			e.add(1, "didsms_callbacks_total", "account", account, "kind", kind, "result", "duplicate")
		}
		// Newest first signed a moment ago: network and the resolution of ts.
		e.of("didsms_callback_clock_offset_seconds", "account", account).value = 0.2 + e.random.ExpFloat64()
		if m.inbound {
			e.inbound(m, at)
		} else {
			e.receipt(m, at)
		}
	}
}

// strangers try the door: a key nobody knows a few times an hour, and about every
// other day somebody who knows the key and guesses at the secret.
func (e *exporter) strangers() {
	e.add(float64(poisson(e.random, 4.0/60)), "didsms_callbacks_total", "account", "unknown", "kind", "unknown", "result", "unknown_key")
	for _, account := range accounts() {
		bad := poisson(e.random, 0.5/60)
		if e.random.Float64() < 0.5/1440 {
			bad += 6
		}
		e.add(float64(bad), "didsms_callbacks_total", "account", account.name, "kind", "mo", "result", "bad_signature")
	}
}

func (e *exporter) inbound(m message, at time.Time) {
	number := m.number
	e.of("didsms_did_last_event_timestamp_seconds", "account", number.account, "did", number.did, "kind", "mo").value = float64(at.Unix())
	e.add(1, "didsms_mo_messages_total", "account", number.account, "did", number.did)
	e.bill(m, "inbound", inboundPrice)
}

func (e *exporter) receipt(m message, at time.Time) {
	number := m.number
	status := "DELIVRD"
	if m.failed {
		status = "UNDELIVR"
		if m.late < 30 {
			status = "REJECTD"
		}
	}
	e.of("didsms_did_last_event_timestamp_seconds", "account", number.account, "did", number.did, "kind", "dr").value = float64(at.Unix())
	e.add(1, "didsms_dr_receipts_total", "account", number.account, "did", number.did, "status", status, "outcome", outcome(status))
	e.add(1, "didsms_destination_receipts_total", "account", number.account, "calling_code", m.code, "outcome", outcome(status))
	e.bill(m, "outbound", price(m.code, at, e.plan.repriced))
	if m.failed {
		return
	}
	edges, texts := latencyEdges()
	for i, edge := range edges {
		if m.late <= edge {
			e.add(1, "didsms_dr_delivery_latency_seconds_bucket", "account", number.account, "outcome", "delivered", "le", texts[i])
		}
	}
}

// bill adds the price at the first event of a message.
func (e *exporter) bill(m message, direction string, price float64) {
	number, segments := m.number, float64(m.segments)
	currency := number.habits.currency
	e.add(segments, "didsms_billed_segments_total", "account", number.account, "did", number.did, "direction", direction)
	e.add(segments*price, "didsms_spend_total", "account", number.account, "did", number.did, "direction", direction, "currency", currency)
	e.add(segments*price, "didsms_spend_month_to_date", "account", number.account, "currency", currency)
}
