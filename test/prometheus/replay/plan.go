// SPDX-License-Identifier: Apache-2.0

package main

import "time"

// plan is what happens to the world when. The first days of a plan do not depend on
// how many there are: ten days are the beginning of thirty.
type plan struct {
	begin    time.Time
	end      time.Time
	holidays map[int]float64 // day, part of the usual traffic
	repriced time.Time
	events   []event
}

// kind of an event, as the world acts it out.
type kind int

const (
	outage        kind = iota // the exporter is down
	undelivered               // messages fail
	receiptsStop              // no receipts, inbound goes on
	inboundFlood              // twenty times as much inbound
	spending                  // thirty times as much outbound
	secretRotated             // everything is signed with a secret that we do not have
)

// event is something that alerts must speak about.
type event struct {
	kind         kind
	what         string
	account, did string // the account and the number concerned; empty: all
	share        float64
	times        float64
	begin, end   time.Time
	expects      []expectation
	also         []pattern // alerts that may come with it
}

// minimum of days: a week of history and the first incidents.
const minimum = 10

func newPlan(days int) plan {
	begin := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC) // a Monday
	at := func(day, hour, minute int) time.Time {
		return begin.Add(time.Duration(day*24+hour)*time.Hour + time.Duration(minute)*time.Minute)
	}
	p := plan{
		begin: begin, end: at(days, 0, 0),
		// Two Fridays and a Monday, each with a normal day a week later.
		holidays: map[int]float64{5: 0.30, 19: 0.15, 22: 0.40},
		repriced: at(12, 8, 0),
	}
	all := []event{
		{kind: outage, what: "exporter down for 12 min", begin: at(3, 15, 20), end: at(3, 15, 32)},
		{kind: undelivered, what: "one number: undelivered 3 % → 70 %", account: north, did: second, share: 0.70, begin: at(7, 16, 5), end: at(7, 17, 35)},
		{kind: receiptsStop, what: "receipts stop, inbound goes on", account: south, begin: at(8, 9, 10), end: at(8, 11, 10)},
		{kind: secretRotated, what: "secret rotated at the vendor", account: north, begin: at(9, 18, 20), end: at(9, 19, 25)},
		{kind: outage, what: "exporter down for 35 min", begin: at(14, 14, 10), end: at(14, 14, 45)},
		{kind: spending, what: "one number sends 30 times as much", account: north, did: busiest, times: 30, begin: at(15, 15, 30), end: at(15, 17, 30)},
		{kind: inboundFlood, what: "inbound flood of one number, ×20", account: south, did: flooded, times: 20, begin: at(19, 14, 0), end: at(19, 15, 30)},
		{kind: undelivered, what: "all numbers of an account: 55 %", account: south, share: 0.55, begin: at(24, 9, 15), end: at(24, 11, 15)},
	}
	for _, e := range all {
		if e.end.After(p.end) {
			continue
		}
		e.expects, e.also = e.foreseen()
		p.events = append(p.events, e)
	}
	return p
}

// day of a time, counted from 1.
func (p plan) day(at time.Time) int { return 1 + int(at.Sub(p.begin).Hours()/24) }

// on calls back for each event of the kind that touches the number now.
func (p plan) on(what kind, at time.Time, account, did string, then func(event)) {
	for _, e := range p.events {
		if e.kind == what && !at.Before(e.begin) && at.Before(e.end) &&
			(e.account == "" || account == e.account) && (e.did == "" || did == e.did) {
			then(e)
		}
	}
}

// is reports whether an event of the kind touches the account now.
func (p plan) is(what kind, at time.Time, account string) (yes bool) {
	p.on(what, at, account, "", func(event) { yes = true })
	return yes
}

// holiday is the part of the usual traffic that a day has.
func (p plan) holiday(at time.Time) float64 {
	if part, ok := p.holidays[p.day(at)]; ok {
		return part
	}
	return 1
}
