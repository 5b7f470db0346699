// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// explain names the mistakes behind a refusal. What is proven comes first; a guess
// is made only if nothing could be proven.
func (i *Inspector) explain(ctx context.Context, c *Capture, v *verdict) []Cause {
	observed := i.observed(c, v)
	if v.authentic || int64(len(c.Body)) > i.config.MaxBodyBytes {
		return observed
	}
	s := &search{Inspector: i, capture: c, interrupted: ctx.Err}
	causes := s.run()
	for n := range causes {
		causes[n].Proven = true
	}
	if causes == nil {
		if s.isForm() {
			return []Cause{causeForm()}
		}
		causes = []Cause{s.guess()}
	}
	if slices.ContainsFunc(causes, func(c Cause) bool { return c.Name == causeCompressed().Name }) {
		observed = slices.DeleteFunc(observed, func(c Cause) bool { return c.Name == "encoding" })
	}
	return append(causes, observed...)
}

// observed are the mistakes that show without the signature. They are certain.
func (i *Inspector) observed(c *Capture, v *verdict) []Cause {
	causes := []Cause{}
	note := func(name, what, do string) { causes = append(causes, Cause{name, true, what, do}) }
	for _, rule := range i.doorRules(c) {
		if !rule.broken {
			continue
		}
		switch rule.name {
		case ruleMethod:
			note("method", "The request is not a POST.", "A browser, a health check, or a redirect (301 and 302 turn POST into GET): give NXCloud the final URL.")
		case ruleLines:
			note("header-lines", fmt.Sprintf("The request has more than %d header lines.", maxHeaderLines), "Find the proxy that adds them; the contract needs six.")
		case ruleMedia:
			note("content-type", "The Content-Type is not application/json.", "Set the number's callback to JSON in NXCloud's console, or stop what changes the header on the way.")
		case ruleEncoding:
			note("encoding", "The request has a Content-Encoding header.", "Let nothing in front compress requests: the signature covers the bare bytes.")
		case ruleSize:
			note("too-large", fmt.Sprintf("The body is larger than %d bytes.", i.config.MaxBodyBytes), "A DID callback has about 300. If it is genuine, raise --receiver.max-body-bytes.")
		}
	}
	if !v.authentic {
		return causes
	}
	switch {
	case v.failed == ruleFreshness && v.answer.Result == sms.ResultFuture.String():
		note("future", "ts is more than five minutes ahead.", "Compare the clocks of sender and exporter (NTP); a difference of whole hours is a time zone.")
	case v.failed == ruleFreshness:
		note("stale", "ts is older than the account's max_age.", "A recording that was kept, or a replay. If NXCloud delivers that late, raise max_age.")
	case v.failed == ruleBody:
		note("malformed", "The signature is genuine, but the exporter cannot read the body: "+v.answer.Reason+".", "Compare the body with NXCloud's page on the callback: one flat JSON object with a messageId.")
	}
	return causes
}

// isForm recognises the vendor's other format, which is not signed.
func (s *search) isForm() bool {
	named := strings.Contains(strings.ToLower(s.capture.Header.Get("Content-Type")), "form-urlencoded")
	looks := bytes.Contains(s.capture.Body, []byte("messageId=")) && bytes.Contains(s.capture.Body, []byte("&"))
	return looks || named && !bytes.HasPrefix(s.capture.Body, []byte("{"))
}

func causeForm() Cause {
	return Cause{
		Name: "form", Proven: true,
		What: "This is NXCloud's form variant, which carries no signature at all.",
		Do:   "Set the number's callback to JSON in NXCloud's console: JSON is signed, and the only format that can be believed.",
	}
}

// guess names the likeliest mistake where the signature cannot prove one.
func (s *search) guess() Cause {
	if cause, found := s.guessHeaders(); found {
		return cause
	}
	if cause, found := s.guessBody(); found {
		return cause
	}
	return Cause{
		Name: "unexplained",
		What: "None of the usual mistakes explains it. Either the secret is not the one that NXCloud uses for this access key, or the body or a header was changed beyond what can be undone.",
		Do:   "Compare the key pair with NXCloud's console first. Then record the bytes before the first proxy and after the last one, and compare the two.",
	}
}

// guessHeaders looks at the forms of the headers.
func (s *search) guessHeaders() (Cause, bool) {
	a := newAttempt(s.capture)
	if !s.capture.hasContract() {
		if s.capture.Unread {
			return causeUnread(), true
		}
		return Cause{
			Name: "unsigned",
			What: "No header of the contract is there: this callback is not signed.",
			Do:   "Either it is not from NXCloud, or a proxy or the recording dropped unknown headers. Look for accesskey, action, biztype, ts and sign before the first proxy.",
		}, true
	}
	if missing := s.missingHeaders(); missing != nil {
		return causeMissing(missing), true
	}
	for _, fix := range []fix{s.repeated, s.joined, s.quoted} {
		if attempts := fix(a); attempts != nil {
			return attempts[0].undone[0], true
		}
	}
	if attempts := s.exchanged(a); attempts != nil && !s.formed(a) {
		return attempts[0].undone[0], true
	}
	if s.account(a.values[fieldKey]) == nil {
		return s.unknownKey(), true
	}
	for _, fix := range []fix{s.timeUnit, s.wordCase, s.otherProduct, s.otherHash} {
		if attempts := fix(a); attempts != nil {
			return attempts[0].undone[0], true
		}
	}
	switch ts := a.values[fieldTS]; {
	case len(ts) != 13 || !isDigits(ts):
		return Cause{
			Name: "ts-unit", What: "ts is not a time in milliseconds: it holds " + form(ts) + " in the place of 13 digits.",
			Do: "Let the sender sign and send milliseconds since 1970.",
		}, true
	case hashOf(a.values[fieldSign]) == nxcloud.AlgorithmAuto:
		return Cause{
			Name: "sign-form", What: "sign is no md5 or sha256 hash: it holds " + form(a.values[fieldSign]) + " in the place of 32 or 64 hex digits.",
			Do: "It was cut short on the way, or the sender uses another hash. The contract has md5 and sha256 in hexadecimal.",
		}, true
	}
	return Cause{}, false
}

func (s *search) unknownKey() Cause {
	names := make([]string, 0, 4)
	for n, account := range s.keyring.Accounts() {
		if n == 3 {
			names = append(names, "...")
			break
		}
		names = append(names, account.Name)
	}
	return Cause{
		Name: "unknown-key",
		What: "The access key belongs to none of the configured accounts (" + strings.Join(names, ", ") + "), and none of their secrets fits.",
		Do:   "Add an account with this access key and its secret, or correct the key that is configured.",
	}
}

// guessBody looks at the body.
func (s *search) guessBody() (Cause, bool) {
	body := s.capture.Body
	switch {
	case s.capture.Bodyless != "" && len(body) == 0:
		return causeNoBody(s.capture.Bodyless), true
	case s.capture.Missing > 0:
		return Cause{
			Name: "truncated",
			What: fmt.Sprintf("The body ends %s before its announced end.", count(s.capture.Missing, "byte")),
			Do:   "Record the whole request: tcpdump needs -s 0 and all packets, and many logs cut long lines.",
		}, true
	case len(body) == 0:
		return Cause{
			Name: "empty-body",
			What: "The body is empty, and the signature does not match an empty one.",
			Do:   "Something read the body before it was passed on or recorded. Record it where it is still there.",
		}, true
	case bytes.HasPrefix(body, []byte("\x1f\x8b")):
		return causeCompressed(), true
	case !utf8.Valid(body):
		return causeCharset("another encoding than UTF-8", "UTF-8, most likely"), true
	case bytes.Contains(body, []byte("\ufffd")):
		return Cause{
			Name: "charset",
			What: "The body holds replacement characters (U+FFFD): text in another encoding was forced into UTF-8, and its bytes are lost.",
			Do:   "Something on the way converts the text's encoding. " + rawBytes,
		}, true
	case isASCII(body) && dotsInText.Match(body) && (s.capture.Dotted || newRewriter(body).root != nil):
		return causeDots(s.capture.Dotted), true
	case newRewriter(body).sortedNames():
		return causeSortedNames(), true
	}
	return Cause{}, false
}

// dotsInText is a run of dots within a string of JSON: no character beyond ASCII
// has fewer than two bytes in UTF-8.
var dotsInText = regexp.MustCompile(`"[^"]*\.\.[^"]*"`)
