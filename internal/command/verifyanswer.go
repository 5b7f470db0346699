// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"strings"

	"didsms_exporter/internal/inspect"
)

// verifyAnswer is what verify says about a recording.
type verifyAnswer struct {
	Verifies bool              `json:"verifies"` // every request does
	Requests []*inspect.Report `json:"requests"` // of those that do not verify, the first alone has causes
	LeftOut  int               `json:"left_out"` // not judged, for they were too many
	Others   int               `json:"others"`   // no callbacks, so not judged
}

func newVerifyAnswer(recording *inspect.Recording, reports []*inspect.Report) *verifyAnswer {
	a := &verifyAnswer{Requests: reports, LeftOut: recording.LeftOut, Others: recording.Others}
	a.Verifies = a.failures() == 0 && a.LeftOut == 0
	return a
}

func (a *verifyAnswer) failures() int {
	failures := 0
	for _, report := range a.Requests {
		if !report.Verifies {
			failures++
		}
	}
	return failures
}

// single reports whether there is only one request to speak of.
func (a *verifyAnswer) single() bool { return len(a.Requests) == 1 && a.LeftOut == 0 }

// json is the report itself where there is one only: most recordings hold one.
func (a *verifyAnswer) json() any {
	if a.single() {
		return a.Requests[0]
	}
	return a
}

// screen is the answer for people: one request as a whole; of several a line each,
// and the first that does not verify.
func (a *verifyAnswer) screen() string {
	if a.single() {
		return verifyScreen(a.Requests[0]) + a.othersInWords()
	}
	var out strings.Builder
	failures := a.failures()
	verdict := fmt.Sprintf("OK: all %d requests of the recording verify.", len(a.Requests))
	switch {
	case failures > 0:
		verdict = fmt.Sprintf("NO: %d of %d requests of the recording do not verify.", failures, len(a.Requests))
		if failures == 1 {
			verdict = fmt.Sprintf("NO: 1 of %d requests of the recording does not verify.", len(a.Requests))
		}
	case a.LeftOut > 0:
		verdict = fmt.Sprintf("NO: the first %d requests verify, but that is not all of them.", len(a.Requests))
	}
	out.WriteString(wrapText(verdict, "") + "\n\n")
	first := -1
	for n, report := range a.Requests {
		if !report.Verifies && first < 0 {
			first = n
		}
		out.WriteString(wrapText(fmt.Sprintf("%5d  %s", n+1, requestInWords(report)), "           ") + "\n")
	}
	if a.LeftOut > 0 {
		out.WriteString("\n" + wrapText(fmt.Sprintf("Note: requests beyond these were not judged: %d. Split the recording.", a.LeftOut), "      ") + "\n")
	}
	out.WriteString(a.othersInWords())
	if first >= 0 {
		fmt.Fprintf(&out, "\nRequest %d, the first that does not verify:\n\n%s", first+1, verifyScreen(a.Requests[first]))
	}
	return out.String()
}

func (a *verifyAnswer) othersInWords() string {
	if a.Others == 0 {
		return ""
	}
	return "\n" + wrapText(fmt.Sprintf("Note: requests that are no callbacks (no POST, no header of the contract) were left out: %d.", a.Others), "      ") + "\n"
}

// requestInWords is one request of several.
func requestInWords(report *inspect.Report) string {
	counts := report.WouldCount
	if counts == "" { // let pass by --any-action
		counts = "not a DID callback"
	}
	switch {
	case !report.Verifies:
		return fmt.Sprintf("NO  %s (%d)", report.Answer.Reason, report.Answer.Status)
	case report.RefusedNow != "":
		return "ok  serve would refuse it now: " + report.RefusedNow + "; else " + counts
	}
	return "ok  " + counts
}
