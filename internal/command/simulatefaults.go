// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"net/http"
	"strings"

	"didsms_exporter/internal/sms"
	"didsms_exporter/internal/traffic"
)

// faultsOf names what is wrong with the receiver, in words: what broke the
// contract first, then what the counters betray. Without a fault all is well.
func faultsOf(summary *traffic.Summary, metrics *reconciliation, refusalWanted bool) []string {
	var faults []string
	counts := map[string]uint64{}
	for i := range summary.Breaks {
		name := nameBreak(&summary.Breaks[i])
		if counts[name] == 0 {
			faults = append(faults, name)
		}
		counts[name] += summary.Breaks[i].Count
	}
	for i, name := range faults {
		faults[i] = fmt.Sprintf("%s (%d times)", name, counts[name])
	}
	total := summary.Total()
	if total.Broken > 0 && len(summary.Breaks) == 0 {
		faults = append(faults, "answers break the contract")
	}
	// What an interrupt broke off is no fault of the receiver.
	if left := total.Unanswered - summary.Cut; left > 0 {
		faults = append(faults, fmt.Sprintf("leaves callbacks unanswered (%d): %s", left, escapeForTerminal([]byte(summary.LastError))))
	}
	if len(faults) == 0 && !refusalWanted && summary.Cut == 0 && counted(summary, sms.ResultAccepted) == 0 {
		faults = append(faults, "accepts nothing: "+map[bool]string{
			true: "every callback is refused for now, with 503", false: "no genuine callback was sent or answered",
		}[total.Overloaded > 0])
	}
	if metrics == nil || len(metrics.Differences) == 0 {
		return faults
	}
	return append(faults, nameDifferences(summary, metrics))
}

// counted sums the callbacks of one result.
func counted(summary *traffic.Summary, result sms.Result) (count uint64) {
	for callback, n := range summary.Callbacks {
		if callback.Result == result {
			count += n
		}
	}
	return count
}

// nameBreak says in words what an answer that breaks the contract means.
func nameBreak(b *traffic.Break) string {
	success := b.Answer == traffic.Answer{Status: http.StatusOK, Word: traffic.WordSuccess}
	switch {
	case success && b.Kind == traffic.ShotAlteredBody:
		return "accepts a swapped or altered body under the signature of another one"
	case success && b.Kind == traffic.ShotWrongSecret:
		return "accepts a forgery signed with another secret"
	case success && b.Kind == traffic.ShotUnknownKey:
		return "accepts a forgery under an unknown access key"
	case success && b.Kind == traffic.ShotStale:
		return "accepts a callback whose ts is long past"
	case success && b.Kind == traffic.ShotFuture:
		return "accepts a callback whose ts lies in the future"
	case success && b.Kind == traffic.ShotNoSign:
		return "accepts a callback without the sign header"
	case success && b.Kind == traffic.ShotDoubled:
		return "accepts a callback with one signed header twice"
	case success && b.Kind == traffic.ShotAlgorithm:
		return "accepts a callback with an unknown algorithm header"
	case success && b.Kind == traffic.ShotProduct:
		return "accepts a callback of another product or action"
	case success && b.Kind == traffic.ShotUnreadable:
		return "accepts a body that is no message"
	case success:
		return fmt.Sprintf("answers 200 success where %s is due (%s)", b.Want, b.Kind)
	case b.Answer.Word == traffic.WordOther && b.Answer.Status == b.Want.Status:
		return fmt.Sprintf("answers %s instead of the bare word %s", strings.TrimPrefix(b.Got, fmt.Sprint(b.Answer.Status, " ")), b.Want.Word)
	case b.Answer.Status == http.StatusOK:
		return fmt.Sprintf("answers %s where %s is due", b.Got, b.Want)
	case !b.Kind.Forged() && b.Answer.Status == http.StatusUnauthorized:
		return "refuses genuine callbacks with 401: are key, secret and clock the same on both sides?"
	case !b.Kind.Forged() && b.Answer.Status == http.StatusNotFound:
		return "refuses genuine callbacks with " + b.Got + ": is the path of --url right? The exporter's is /callback, unless --receiver.path is set"
	case !b.Kind.Forged() && b.Want.Status == http.StatusOK:
		return "refuses genuine callbacks with " + b.Got
	}
	return fmt.Sprintf("answers %s where %s is due (%s)", b.Got, b.Want, b.Kind)
}

// nameDifferences says in words what the counters have in common. The single
// differences stand beside it.
func nameDifferences(summary *traffic.Summary, metrics *reconciliation) string {
	off := map[string]float64{} // got - want, by metric; of callbacks by result too
	backwards := false
	for _, d := range metrics.Differences {
		name, labels, _ := strings.Cut(d.Series, "{")
		off[name] += d.Got - d.Want
		backwards = backwards || d.Got < 0
		for _, result := range []sms.Result{sms.ResultAccepted, sms.ResultDuplicate} {
			if strings.Contains(labels, fmt.Sprintf("result=%q", result)) {
				off[result.String()] += d.Got - d.Want
			}
		}
	}
	events := off["didsms_mo_messages_total"] + off["didsms_dr_receipts_total"]
	if events == 0 {
		events = off["accepted"]
	}
	changes := off["didsms_dr_status_changes_total"]
	sent, duplicates := float64(counted(summary, sms.ResultAccepted)), float64(counted(summary, sms.ResultDuplicate))
	described := func(format string, arguments ...any) string {
		return fmt.Sprintf(format, arguments...) + fmt.Sprintf(" (%d of %d series differ)", len(metrics.Differences), metrics.Series)
	}
	switch {
	case backwards:
		return described("counters went backwards: was the receiver restarted, or the numbers renamed?")
	case sent > 0 && events <= -sent && off["duplicate"] > 0:
		return described("counts new callbacks as duplicates: was this seed sent here before?")
	case sent > 0 && events <= -sent:
		return described("counts nothing of this account: are --account and --expect-metrics right?")
	case events > 0 && summary.Total().Broken > 0:
		return described("counts %.0f events too many: what it should have refused", events)
	case events > 0 && (off["duplicate"] < 0 || events <= duplicates):
		return described("counts duplicates: %.0f events too many", events)
	case events > 0:
		return described("counts %.0f events too many: does somebody else send?", events)
	case events < 0 && changes == events:
		return described("drops late corrections: %.0f receipts too few", -events)
	case events < 0 && off["duplicate"] == -events:
		return described("takes new callbacks for duplicates: %.0f; does its key hold action and smsStatus beside the messageId?", -events)
	case events < 0:
		return described("loses events that it answered with success: %.0f of %.0f", -events, sent)
	case off["duplicate"] < 0 && off["accepted"] == 0:
		return described("loses duplicates that it answered with success: %.0f of %.0f", -off["duplicate"], duplicates)
	case off["didsms_event_time_errors_total"] > 0:
		return described("reads receiveTime in another zone than DIDSMS_TIME_ZONE says here")
	}
	return described("counts something else than was sent")
}
