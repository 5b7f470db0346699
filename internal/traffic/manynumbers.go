// SPDX-License-Identifier: Apache-2.0

package traffic

import (
	"fmt"

	"didsms_exporter/internal/sms"
)

// MaxDIDs is how many numbers there can be.
const MaxDIDs = 10_000

// newLines builds n numbers: those with a name of their own, and beyond them
// numbered ones like five of these, whose made-up ranges are large enough.
func newLines(n int) []*line {
	lines := ownLines()
	var models []*line
	for _, line := range lines {
		if extraDigits(line.Name, 0) != "" {
			models = append(models, line)
		}
	}
	for i := len(lines); i < n; i++ {
		model := models[i%len(models)]
		extra := *model
		extra.Number = Number{DID: extraDigits(model.Name, i/len(models)), Name: fmt.Sprintf("Extra %d", i+1)}
		lines = append(lines, &extra)
	}
	lines = lines[:n]
	for i, weight := range longTail(n) {
		lines[i].weight = weight
	}
	return lines
}

// extraDigits makes further numbers like a named one, in ranges without a
// subscriber and without a named number; for most names it knows none.
func extraDigits(name string, count int) sms.Number {
	switch name {
	case "Parcels US":
		return sms.Number(fmt.Sprintf("1%03d55501%02d", 950+count/100, count%100))
	case "Sales CN":
		return sms.Number(fmt.Sprintf("861200002%04d", count))
	case "Alerts IN":
		return sms.Number(fmt.Sprintf("91000002%04d", count))
	case "Bookings BR":
		return sms.Number(fmt.Sprintf("551100002%04d", count))
	case "Concierge AE":
		return sms.Number(fmt.Sprintf("97100002%04d", count))
	}
	return ""
}
