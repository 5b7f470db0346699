// SPDX-License-Identifier: Apache-2.0

package main

import (
	"math"
	"time"
)

// number is a DID with its habits.
type number struct {
	account, did    string
	sends, receives float64 // messages an hour at the busiest time of a working day
	failing         float64 // usual share of undelivered
	codes           []share // calling codes it sends to
}

// share is one calling code's part of a number's messages.
type share struct {
	code   string
	weight float64
}

// habits of an account.
type habits struct {
	name, currency string
	zone           time.Duration // its people's distance from UTC
	weekend        float64       // of a working day's traffic
	numbers        []number
}

// The numbers that incidents happen to.
const (
	north, south = "north", "south"

	busiest = "12025550101" // of north
	second  = "12025550102"
	third   = "12025550103"
	flooded = "442079460202" // of south
)

// accounts have a few busy numbers and a long tail: one that always fails by 60 %,
// and one that sends a few messages a day.
func accounts() []habits {
	usa := []share{{"1", 0.85}, {"52", 0.10}, {"57", 0.05}}
	wide := []share{{"1", 0.45}, {"44", 0.25}, {"49", 0.15}, {"91", 0.15}}
	europe := []share{{"44", 0.60}, {"49", 0.25}, {"33", 0.15}}
	return []habits{
		{north, "USD", -5 * time.Hour, 0.45, []number{
			{north, busiest, 600, 80, 0.015, usa},
			{north, second, 240, 40, 0.03, usa},
			{north, third, 100, 150, 0.05, wide},
			{north, "12025550104", 45, 12, 0.08, wide},
			{north, "12025550105", 20, 6, 0.12, usa},
			{north, "12025550106", 14, 1, 0.60, []share{{"57", 0.5}, {"91", 0.5}}},
		}},
		{south, "EUR", time.Hour, 0.30, []number{
			{south, "442079460201", 320, 120, 0.01, europe},
			{south, flooded, 110, 30, 0.04, europe},
			{south, "442079460203", 50, 8, 0.06, []share{{"44", 0.5}, {"971", 0.5}}},
			{south, "442079460204", 25, 20, 0.10, europe},
			{south, "442079460205", 0.6, 0.3, 0.05, europe},
		}},
	}
}

// price of one segment, in the account's currency.
func price(code string, at, changed time.Time) float64 {
	prices := map[string]float64{"1": 0.0079, "33": 0.0650, "44": 0.0420, "49": 0.0770, "52": 0.0360, "57": 0.0530, "91": 0.0640, "971": 0.0890}
	value := prices[code]
	// One vendor's price list raises two destinations.
	if (code == "49" || code == "91") && !at.Before(changed) {
		value *= 1.12
	}
	return value
}

// inboundPrice of one segment.
const inboundPrice = 0.0075

// shape is the part of the busiest hour's traffic that this time of the week brings:
// a long working day with a dip at noon, nights of 4 %.
func (h habits) shape(at time.Time) float64 {
	local := at.Add(h.zone)
	hour := float64(local.Hour()) + float64(local.Minute())/60
	bump := func(center, width float64) float64 {
		distance := math.Abs(hour - center)
		distance = min(distance, 24-distance)
		return math.Exp(-distance * distance / (2 * width * width))
	}
	day := 1.0
	if weekday := local.Weekday(); weekday == time.Saturday || weekday == time.Sunday {
		day = h.weekend
	}
	return 0.04 + day*0.96*min(1, bump(10.5, 2)+bump(15.5, 2.2)+0.5*bump(20, 1.5))
}

// budget is what the account may spend in a month: its usual month and a third.
func (h habits) budget(begin time.Time) float64 {
	usual := 0.0
	for hour := range 24 * 30 {
		at := begin.Add(time.Duration(hour) * time.Hour)
		for _, number := range h.numbers {
			outbound := 0.0
			for _, share := range number.codes {
				outbound += share.weight * price(share.code, begin, at.Add(time.Hour))
			}
			usual += h.shape(at) * (number.sends*outbound + number.receives*inboundPrice) * segmentsEach
		}
	}
	return math.Ceil(usual*4/3/100) * 100
}
