// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"math"
	"time"

	"github.com/prometheus/prometheus/model/labels"
)

// history is a quiet week of one account: the busiest number has 240 receipts an
// hour at noon, the others ever fewer, 4 % of them fail.
type history struct {
	job, instance string
	numbers       int
	end           time.Time
}

const (
	account  = "main"
	currency = "USD"
	price    = 0.036
	failing  = 0.04
	week     = 8 * 24 * time.Hour
	recent   = 2 * time.Hour
)

// parts are the week before the last two hours, as recorded, and these, as recorded
// and as scraped. Each recorded series reaches back as far as a rule reads it.
func (h history) parts() []part {
	end := h.end.Truncate(time.Minute)
	recorded := h.recorded()
	return []part{
		{"recorded, the week before", end.Add(-week), end.Add(-recent), time.Minute, recorded},
		{"recorded and scraped, last 2 hours", end.Add(-recent), end, 15 * time.Second, append(recorded, h.scraped()...)},
	}
}

// perHour is how many receipts a number gets in an hour at this time of day. The
// wave goes on through the night at a fifth.
func perHour(rank int, at time.Time) float64 {
	day := float64(at.Unix()%86400) / 86400
	return 240 / float64(1+rank) * (0.6 - 0.4*math.Cos(2*math.Pi*day))
}

// increase is what a window that ends then holds of a rate.
func increase(rank int, window time.Duration, share float64) func(time.Time) float64 {
	return func(at time.Time) float64 {
		return perHour(rank, at.Add(-window/2)) * window.Hours() * share
	}
}

func (h history) recorded() []series {
	var all []series
	add := func(age time.Duration, value func(time.Time) float64, name string, pairs ...string) {
		all = append(all, series{labels.FromStrings(append([]string{"__name__", name, "job", h.job, "account", account}, pairs...)...), age, value})
	}
	const day = 26 * time.Hour // a day and what it is offset by
	for rank := range h.numbers {
		did := h.did(rank)
		for outcome, share := range outcomes() {
			add(7*time.Hour, increase(rank, 30*time.Minute, share), "did_outcome:didsms_dr_receipts:increase30m", "did", did, "outcome", outcome)
			add(week, increase(rank, 6*time.Hour, share), "did_outcome:didsms_dr_receipts:increase6h", "did", did, "outcome", outcome)
		}
		add(7*time.Hour, increase(rank, time.Hour, 0.5), "did:didsms_mo_messages:increase1h", "did", did)
		add(week, increase(rank, 6*time.Hour, 0.5), "did:didsms_mo_messages:increase6h", "did", did)
		for direction, share := range directions() {
			add(7*time.Hour, increase(rank, time.Hour, share*price), "did_direction_currency:didsms_spend:increase1h", "did", did, "direction", direction, "currency", currency)
			add(week, increase(rank, 6*time.Hour, share*price), "did_direction_currency:didsms_spend:increase6h", "did", did, "direction", direction, "currency", currency)
			add(7*time.Hour, increase(rank, time.Hour, share), "did_direction:didsms_billed_segments:increase1h", "did", did, "direction", direction)
			add(week, increase(rank, 6*time.Hour, share), "did_direction:didsms_billed_segments:increase6h", "did", did, "direction", direction)
		}
	}
	total := func(window time.Duration, share float64) func(time.Time) float64 {
		return increase(0, window, share*h.weight())
	}
	for outcome, share := range outcomes() {
		add(week, total(30*time.Minute, share), "account_outcome:didsms_dr_receipts:increase30m", "outcome", outcome)
		add(week, total(time.Hour, share), "account_outcome:didsms_dr_receipts:increase1h", "outcome", outcome)
		add(week, total(6*time.Hour, share), "account_outcome:didsms_dr_receipts:increase6h", "outcome", outcome)
		for code := range 60 {
			add(day, increase(code, time.Hour, share), "account_calling_code_outcome:didsms_destination_receipts:increase1h", "calling_code", fmt.Sprint(1+code), "outcome", outcome)
			if outcome == "delivered" {
				add(day, increase(code, time.Hour, 1), "account_calling_code:didsms_destination_receipts:increase1h", "calling_code", fmt.Sprint(1+code))
			}
		}
	}
	for kind, share := range map[string]float64{"dr": 1, "mo": 0.5} {
		add(week, total(30*time.Minute, share), "account_kind:didsms_good_callbacks:increase30m", "kind", kind)
	}
	add(week, total(30*time.Minute, 1.5*price), "account_currency:didsms_spend:increase30m", "currency", currency)
	add(week, total(time.Hour, 1.5*price), "account_currency:didsms_spend:increase1h", "currency", currency)
	return all
}

// scraped are the exporter's counters that the rules read.
func (h history) scraped() []series {
	var all []series
	add := func(rank int, share float64, name string, pairs ...string) {
		begin := h.end.Add(-recent)
		// At the pace of the beginning: a counter must not go back.
		count := func(at time.Time) float64 { return perHour(rank, begin) * at.Sub(begin).Hours() * share }
		all = append(all, series{labels.FromStrings(append([]string{"__name__", name, "job", h.job, "instance", h.instance, "account", account}, pairs...)...), recent, count})
	}
	for rank := range h.numbers {
		did := h.did(rank)
		add(rank, 1-failing, "didsms_dr_receipts_total", "did", did, "status", "DELIVRD", "outcome", "delivered")
		add(rank, failing, "didsms_dr_receipts_total", "did", did, "status", "UNDELIVR", "outcome", "undelivered")
		add(rank, 0.5, "didsms_mo_messages_total", "did", did)
		for direction, share := range directions() {
			add(rank, share*price, "didsms_spend_total", "did", did, "direction", direction, "currency", currency)
			add(rank, share, "didsms_billed_segments_total", "did", did, "direction", direction)
		}
	}
	for kind, share := range map[string]float64{"dr": 1, "mo": 0.5} {
		add(0, share*h.weight(), "didsms_callbacks_total", "kind", kind, "result", "accepted")
	}
	for code := range 60 {
		for outcome, share := range outcomes() {
			add(code, share, "didsms_destination_receipts_total", "calling_code", fmt.Sprint(1+code), "outcome", outcome)
		}
	}
	return all
}

func (h history) did(rank int) string { return fmt.Sprintf("1202555%04d", rank) }

// weight is how much more than the busiest number all of them have.
func (h history) weight() float64 {
	weight := 0.0
	for rank := range h.numbers {
		weight += 1 / float64(1+rank)
	}
	return weight
}

func outcomes() map[string]float64 {
	return map[string]float64{"delivered": 1 - failing, "undelivered": failing}
}

func directions() map[string]float64 {
	return map[string]float64{"outbound": 1, "inbound": 0.5}
}
