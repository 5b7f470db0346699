// SPDX-License-Identifier: Apache-2.0

package command

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"didsms_exporter/internal/inspect"
)

// screenWidth is what the plainest terminal shows.
const screenWidth = 80

// verifyScreen is a report for people.
func verifyScreen(report *inspect.Report) string {
	var out strings.Builder
	verdict := "OK: the callback verifies."
	switch {
	case !report.Verifies:
		verdict = "NO: " + report.Answer.Reason + "."
	case report.RefusedNow != "":
		verdict = "OK, but serve would refuse it now: " + report.RefusedNow + "."
	}
	out.WriteString(wrapText(verdict+" "+answerInWords(report), "") + "\n\n")
	marks := map[inspect.State]string{inspect.Passed: "ok", inspect.Failed: "NO", inspect.Waived: "~~", inspect.Skipped: "--"}
	for _, rule := range report.Rules {
		line := fmt.Sprintf("  %s  %-12s  %s", marks[rule.State], rule.Name, rule.Detail)
		out.WriteString(wrapText(strings.TrimRight(line, " "), strings.Repeat(" ", 20)) + "\n")
	}
	out.WriteString(signedTextInWords(report))
	if report.WouldCount != "" {
		out.WriteString("\n" + wrapText("Would count: "+report.WouldCount, "             ") + "\n")
	}
	for _, cause := range report.Causes {
		what := cause.What
		if !cause.Proven {
			what = "(a guess) " + what
		}
		fmt.Fprintf(&out, "\n%s\n%s\n", wrapText("Why: "+what, "     "), wrapText("Do:  "+cause.Do, "     "))
	}
	if proof := proofInWords(report); proof != "" {
		out.WriteString("\n" + wrapText(proof, "") + "\n")
	}
	for _, note := range report.Notes {
		out.WriteString("\n" + wrapText("Note: "+note, "      ") + "\n")
	}
	return out.String()
}

func signedTextInWords(report *inspect.Report) string {
	if len(report.SignedText) == 0 {
		if len(report.Causes) > 0 && report.Causes[0].Name == "form" {
			return "\nSigned text: none. A form body comes without a signature.\n"
		}
		return "\nSigned text: none. No header of the contract was found.\n"
	}
	var text strings.Builder
	text.WriteString("\nSigned text, its secret masked and its body shortened:\n")
	for _, piece := range report.SignedText {
		text.WriteString(wrapText("  "+piece, "    ") + "\n")
	}
	return text.String()
}

func answerInWords(report *inspect.Report) string {
	answer := report.Answer
	counted := "and does not count it"
	if answer.Result != "" {
		counted = fmt.Sprintf("and counts result=%q", answer.Result)
	}
	if !report.Verifies {
		return fmt.Sprintf("serve answers %d %s %s.", answer.Status, answer.Word, counted)
	}
	which := ""
	if report.Secrets > 1 {
		which = fmt.Sprintf(", secret %d of %d", report.Secret, report.Secrets)
	}
	return fmt.Sprintf("Account %s%s, %s.", report.Account, which, report.Algorithm)
}

// proofInWords says how sure the causes are.
func proofInWords(report *inspect.Report) string {
	switch {
	case report.Verifies:
		return ""
	case report.Authentic:
		return "The signature itself matches."
	case len(report.Causes) > 0 && report.Causes[0].Proven && report.Causes[0].Name != "form" && report.Causes[0].Name != "too-large":
		return "This is proven: allowing for it, the signature matches."
	}
	return ""
}

// wrapText breaks a text into lines that fit the screen; all but the first begin
// with indent.
func wrapText(text, indent string) string {
	var lines []string
	line := ""
	for rest := text; rest != ""; {
		word := rest
		if at := strings.IndexByte(strings.TrimLeft(rest, " "), ' '); at >= 0 {
			word = rest[:len(rest)-len(strings.TrimLeft(rest, " "))+at]
		}
		rest = rest[len(word):]
		if line != "" && utf8.RuneCountInString(line+word) > screenWidth {
			lines, line, word = append(lines, line), indent, strings.TrimLeft(word, " ")
		}
		line += word
	}
	return strings.Join(append(lines, line), "\n")
}

// escapeForTerminal shows a text from outside without what a terminal obeys.
func escapeForTerminal(text []byte) string {
	var out strings.Builder
	for len(text) > 0 {
		char, size := utf8.DecodeRune(text)
		if char == utf8.RuneError && size == 1 || !unicode.IsPrint(char) {
			for _, c := range text[:size] {
				fmt.Fprintf(&out, `\x%02x`, c)
			}
		} else {
			out.WriteRune(char)
		}
		text = text[size:]
	}
	return out.String()
}
