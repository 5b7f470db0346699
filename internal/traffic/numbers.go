// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"math/rand/v2"
	"time"

	"didsms_exporter/internal/sms"
)

// Number is one of the simulated account's numbers.
type Number struct {
	DID     sms.Number
	Name    string
	GoesBad bool // the one whose messages cease to arrive after Config.BadAfter
}

// Numbers lists the numbers that traffic is made for, the busiest first, so that
// a receiver can be configured for them.
func Numbers() []Number {
	var numbers []Number
	for _, line := range ownLines() {
		numbers = append(numbers, line.Number)
	}
	return numbers
}

// line is a number with its habits.
type line struct {
	Number
	country *country
	inbound float64 // share of its shots that are inbound messages
	weight  float64 // share of the account's traffic
}

// country is what the numbers of one country have in common.
type country struct {
	utc      float64  // hours ahead of UTC: when its day is
	peers    []string // subscribers' numbers; # stands for any digit
	language language
	priceOut string
	priceIn  string
	failing  float64       // share of sent messages that do not arrive
	delivery time.Duration // median time from sending to the receipt
	spread   float64       // sigma of the log-normal delivery time
}

// ownLines builds the numbers that have a name and habits of their own. All are fictitious: 555-01xx in North America,
// the ranges that Ofcom, ACMA, ARCEP and the Bundesnetzagentur keep for drama,
// and elsewhere numbers of zeros that no plan assigns.
func ownLines() []*line {
	northAmerica := country{
		utc:      -5,
		peers:    []string{"1202555011#", "1303555012#", "1404555013#", "1512555014#", "1617555015#", "1702555016#", "1813555017#", "1907555018#"},
		language: english, priceOut: "0.0083", priceIn: "0.0075",
		failing: 0.04, delivery: 3 * time.Second, spread: 0.7,
	}
	canada := northAmerica
	canada.peers, canada.priceOut = []string{"1403555011#", "1514555012#", "1604555013#", "1902555014#"}, "0.0091"
	britain := country{
		peers: []string{"4477009005##", "4477009006##"}, language: english, priceOut: "0.0420", priceIn: "0.0100",
		failing: 0.03, delivery: 4 * time.Second, spread: 0.6,
	}
	china := country{
		utc: 8, peers: []string{"861200001####"}, language: chinese, priceOut: "0.0360", priceIn: "0.0360",
		failing: 0.06, delivery: 7 * time.Second, spread: 0.9,
	}
	germany := country{
		utc: 1, peers: []string{"49171392000#", "49171392001#", "49171392002#"}, language: german, priceOut: "0.0890", priceIn: "0.0120",
		failing: 0.03, delivery: 5 * time.Second, spread: 0.6,
	}
	india := country{
		utc: 5.5, peers: []string{"91000001####"}, language: hindi, priceOut: "0.0225", priceIn: "0.0050",
		failing: 0.09, delivery: 11 * time.Second, spread: 1.1,
	}
	brazil := country{
		utc: -3, peers: []string{"551100001####"}, language: portuguese, priceOut: "0.0312", priceIn: "0.0080",
		failing: 0.07, delivery: 9 * time.Second, spread: 1.0,
	}
	australia := country{
		utc: 10, peers: []string{"61491570006", "61491570157", "61491570158", "61491570159", "61491570110"},
		language: english, priceOut: "0.0515", priceIn: "0.0100",
		failing: 0.03, delivery: 5 * time.Second, spread: 0.7,
	}
	france := country{
		utc: 1, peers: []string{"33639981###"}, language: french, priceOut: "0.0717", priceIn: "0.0100",
		failing: 0.04, delivery: 5 * time.Second, spread: 0.7,
	}
	emirates := country{
		utc: 4, peers: []string{"97100001####"}, language: arabic, priceOut: "0.1095", priceIn: "0.0150",
		failing: 0.08, delivery: 8 * time.Second, spread: 0.9,
	}
	lines := []*line{
		{Number: Number{DID: "12125550134", Name: "Support US"}, country: &northAmerica, inbound: 0.60},
		{Number: Number{DID: "447700900321", Name: "Codes UK"}, country: &britain, inbound: 0.04},
		{Number: Number{DID: "13105550178", Name: "Parcels US", GoesBad: true}, country: &northAmerica, inbound: 0.10},
		{Number: Number{DID: "8612000000023", Name: "Sales CN"}, country: &china, inbound: 0.35},
		{Number: Number{DID: "442079460958", Name: "Support UK"}, country: &britain, inbound: 0.55},
		{Number: Number{DID: "491713920045", Name: "Orders DE"}, country: &germany, inbound: 0.15},
		{Number: Number{DID: "910000000017", Name: "Alerts IN"}, country: &india, inbound: 0.03},
		{Number: Number{DID: "5511000000012", Name: "Bookings BR"}, country: &brazil, inbound: 0.40},
		{Number: Number{DID: "14165550123", Name: "Clinic CA"}, country: &canada, inbound: 0.30},
		{Number: Number{DID: "61491570156", Name: "Hotline AU"}, country: &australia, inbound: 0.70},
		{Number: Number{DID: "33639980042", Name: "Workshop FR"}, country: &france, inbound: 0.45},
		{Number: Number{DID: "971000000019", Name: "Concierge AE"}, country: &emirates, inbound: 0.50},
	}
	return lines
}

// peer invents a subscriber of the country.
func (c *country) peer(rng *rand.Rand) string {
	digits := []byte(c.peers[rng.IntN(len(c.peers))])
	for i, digit := range digits {
		if digit == '#' {
			digits[i] = '0' + byte(rng.IntN(10)) //nolint:gosec // one digit
		}
	}
	return string(digits)
}
