// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"fmt"
	"strings"
	"time"

	"didsms_exporter/internal/nxcloud"
)

func (i *Inspector) ageInWords(at time.Time) string {
	age := i.config.Now.Sub(at)
	words, after := "ago", age
	if age < 0 {
		words, after = "ahead", -age
	}
	return span(after) + " " + words
}

// span words how long something is, no more exactly than people want to know.
func span(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	case d >= time.Minute:
		return strings.TrimSuffix(d.Truncate(time.Minute).String(), "0s")
	}
	return d.Truncate(time.Millisecond).String()
}

// tooFar says by how much a ts lies outside of what serve accepts.
func (i *Inspector) tooFar(caller nxcloud.Caller) string {
	age := i.config.Now.Sub(caller.SignedAt)
	if age < 0 {
		return "ts is " + span(-age) + " in the future"
	}
	return "ts is " + span(age-caller.Account.MaxAge) + " too old"
}
