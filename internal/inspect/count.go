// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"fmt"
	"slices"
	"strings"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// counted says what a first delivery of the event would count.
func (i *Inspector) counted(e *sms.Event, account *nxcloud.Account) string {
	own, _ := phoneFields(e, account)
	text := fmt.Sprintf("%s for number %s (%s)", e.Kind, i.shownNumber(e.DID, e.Peer, account), own)
	if e.Kind == sms.KindDR {
		text += ", " + e.Status.String()
	}
	size, price := "no size", "no price"
	if e.HasSize {
		size = fmt.Sprint(e.Size)
	}
	if e.HasPrice {
		price = e.Price.String()
		if account.Currency != "unknown" {
			price += " " + account.Currency
		}
	}
	parts := []string{text, size + " × " + price}
	for _, problem := range e.FieldErrors {
		if problem.Field != sms.FieldReceiveTime { // judged against the clock, which a recording is behind
			parts = append(parts, fmt.Sprintf("%s %s", problem.Field, problem.Problem))
		}
	}
	return strings.Join(parts, ", ")
}

// phoneFields names the fields in which our number and the other one stand.
func phoneFields(e *sms.Event, account *nxcloud.Account) (own, other string) {
	if e.Kind == sms.KindMO || account.DRDIDTo {
		return "toPhone", "fromPhone"
	}
	return "fromPhone", "toPhone"
}

// shownNumber shows a number as a whole only if it is configured as our own. One
// that is not may be somebody's, in an account whose dr_did is wrong.
func (i *Inspector) shownNumber(did, peer sms.Number, account *nxcloud.Account) string {
	text := string(did)
	switch {
	case did == sms.NumberUnknown, i.configured(did, account):
		return text
	case i.configured(peer, account) || len(text) < 10:
		return did.Masked()
	}
	return text[:4] + "…" + text[len(text)-4:]
}

func (i *Inspector) configured(number sms.Number, account *nxcloud.Account) bool {
	return slices.Contains(i.config.Numbers, Number{account.Name, number})
}

// numberNote says what is odd about the number that would be counted.
func (i *Inspector) numberNote(e *sms.Event, account *nxcloud.Account) string {
	own, other := phoneFields(e, account)
	setting := "from"
	if !account.DRDIDTo {
		setting = "to"
	}
	switch {
	case e.DID == sms.NumberUnknown:
		return fmt.Sprintf("%s holds no number, so it would be counted for number %q.", own, string(e.DID))
	case i.configured(e.DID, account):
		return ""
	case i.configured(e.Peer, account) && e.Kind == sms.KindDR:
		return fmt.Sprintf("%s, which is taken for our number, is not configured under dids, but %s (%s) is. If NXCloud writes our number there in receipts, set dr_did: %s for account %s.",
			own, other, e.Peer, setting, account.Name)
	case i.configured(e.Peer, account):
		return fmt.Sprintf("%s, which is our number in an mo, is not configured under dids, but %s (%s) is. Is this a message from one of our numbers, or action wrong?", own, other, e.Peer)
	case i.config.Allowlist:
		return `The number is not configured under dids, and did_mode is allowlist: it would be counted under did="other".`
	}
	return ""
}
