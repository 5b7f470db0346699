// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"math"
	"math/rand/v2"
	"time"
)

// hoursAtStart is the hour of the simulated day, in UTC, at which every run
// begins: morning in America, afternoon in Europe, evening in Asia, so that there
// is something to see at once.
const hoursAtStart = 14

// daySteps is the resolution of the day's shape: a quarter of an hour.
const daySteps = 96

// dayShape is the course of one day: a quiet night, a busy late morning, an
// afternoon and an evening. Its mean over the day is 1.
type dayShape struct {
	steps  [daySteps]float64
	max    float64
	length time.Duration // of a day
	flat   bool
}

// newFlatShape is the same all day and all week.
func newFlatShape() *dayShape { return &dayShape{max: 1, flat: true} }

// weekendShares is how busy Saturday and Sunday are beside a working day.
var weekendShares = [...]float64{0.6, 0.45}

// weekdayAtStart is where in the week every run begins, Monday being 0: on a
// Tuesday, so that short runs see no weekend.
const weekdayAtStart = 1

func newDayShape(length time.Duration) *dayShape {
	d := &dayShape{length: length}
	sum := 0.0
	for i := range d.steps {
		hour := float64(i) * 24 / daySteps
		d.steps[i] = 0.06 + bump(hour, 10.5, 2.2) + 0.7*bump(hour, 15, 2.5) + 0.8*bump(hour, 19.5, 1.8)
		sum += d.steps[i]
	}
	for i := range d.steps {
		d.steps[i] *= daySteps / sum
		d.max = max(d.max, d.steps[i])
	}
	return d
}

// bump is a bell around an hour of the day, across midnight where need be.
func bump(hour, centre, width float64) float64 {
	distance := math.Abs(hour - centre)
	distance = min(distance, 24-distance)
	return math.Exp(-distance * distance / (2 * width * width))
}

// at returns the intensity at an offset of the run, in a country some hours ahead
// of UTC, between the two nearest steps.
func (d *dayShape) at(offset time.Duration, utc float64) float64 {
	if d.flat {
		return 1
	}
	day := offset.Seconds()/d.length.Seconds() + (hoursAtStart+utc)/24
	position := (day - math.Floor(day)) * daySteps
	step := int(position)
	fraction := position - float64(step)
	intensity := d.steps[step%daySteps]*(1-fraction) + d.steps[(step+1)%daySteps]*fraction
	if weekday := (int(math.Floor(day)) + weekdayAtStart) % 7; weekday >= 5 {
		intensity *= weekendShares[weekday-5]
	}
	return intensity
}

// longTail returns n weights that fall with the rank and add up to 1: a few
// numbers carry most of the traffic.
func longTail(n int) []float64 {
	weights := make([]float64, n)
	sum := 0.0
	for i := range weights {
		weights[i] = math.Pow(float64(i+1), -1.1)
		sum += weights[i]
	}
	for i := range weights {
		weights[i] /= sum
	}
	return weights
}

// Delivery times have a slow tail beside their log-normal body: handsets that
// were off, networks that tried again.
const (
	slowShare   = 0.03
	slowFactor  = 25
	maxDelivery = 6 * time.Hour
)

// deliveryTime draws the time from sending a message to pushing its receipt.
func (c *country) deliveryTime(rng *rand.Rand) time.Duration {
	seconds := c.delivery.Seconds() * math.Exp(c.spread*rng.NormFloat64())
	if rng.Float64() < slowShare {
		seconds *= slowFactor
	}
	return min(time.Duration(seconds*float64(time.Second)), maxDelivery)
}

// intakeTime draws the time from receiving an inbound message to pushing it.
func intakeTime(rng *rand.Rand) time.Duration {
	seconds := 0.6 * math.Exp(0.6*rng.NormFloat64())
	return min(time.Duration(seconds*float64(time.Second)), time.Minute)
}
