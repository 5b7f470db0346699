// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"strings"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// maxHeaderLines is the limit of the public door.
const maxHeaderLines = 64

// The names of the rules, in the order of the public door.
const (
	ruleMethod    = "method"
	ruleLines     = "header lines"
	ruleMedia     = "media type"
	ruleEncoding  = "encoding"
	ruleSize      = "size"
	ruleKey       = "access key"
	ruleHeaders   = "headers"
	ruleSignature = "signature"
	ruleFreshness = "freshness"
	ruleBody      = "body"
)

// verdict is what the rules say about a capture.
type verdict struct {
	rules     []Rule
	failed    string // the first rule that failed; empty: none
	answer    Answer
	caller    nxcloud.Caller
	authentic bool // the signature matches in the headers and body as they are
	algorithm nxcloud.Algorithm
	secret    int // which secret matched, from 1

	refusedNow string     // why a waived ts would be refused
	event      *sms.Event // what the body says; nil: not read
}

func (v *verdict) accountName() string {
	if v.caller.Account == nil {
		return ""
	}
	return v.caller.Account.Name
}

func (v *verdict) action() string {
	if v.caller.Kind == sms.KindUnknown {
		return ""
	}
	return v.caller.Kind.String()
}

// pass notes a rule that holds, unless one before it failed.
func (v *verdict) pass(rule, detail string) { v.add(rule, Passed, detail) }

func (v *verdict) add(rule string, state State, detail string) {
	if v.failed != "" {
		state, detail = Skipped, ""
	}
	v.rules = append(v.rules, Rule{rule, state, detail})
}

// fail notes a rule that is broken; the first one settles the answer.
func (v *verdict) fail(rule string, status int, result, reason string) {
	if v.failed == "" {
		v.rules = append(v.rules, Rule{rule, Failed, reason})
		v.failed = rule
		v.answer = Answer{Status: status, Word: "error", Result: result, Reason: reason}
		return
	}
	v.add(rule, Skipped, "")
}

// judge takes a capture through the rules of the public door.
func (i *Inspector) judge(c *Capture) *verdict {
	v := &verdict{answer: Answer{Status: http.StatusOK, Word: "success", Result: sms.ResultAccepted.String()}}
	i.admit(c, v)
	i.verify(c, v)
	return v
}

// doorRule is a rule that holds before it is known who calls.
type doorRule struct {
	name   string
	broken bool
	detail string // when it holds
	status int
	result string // empty: not counted
	reason string
}

// doorRules are what the door checks first, in its order.
func (i *Inspector) doorRules(c *Capture) []doorRule {
	lines := 0
	for _, values := range c.Header {
		lines += len(values)
	}
	method, media := "POST", "application/json"
	if c.Method == "" {
		method = "not recorded, taken as POST"
	}
	mediaType, _, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	unknownMedia := c.Partial && len(c.Header["Content-Type"]) == 0
	if unknownMedia {
		media = "not recorded, taken as application/json"
	}
	malformed, tooLarge := sms.ResultMalformed.String(), sms.ResultTooLarge.String()
	return []doorRule{
		{ruleMethod, c.Method != "" && c.Method != http.MethodPost, method, http.StatusMethodNotAllowed, "", "method is not POST"},
		{ruleLines, lines > maxHeaderLines, fmt.Sprint(lines), http.StatusRequestHeaderFieldsTooLarge, "", "too many header lines"},
		{ruleMedia, !unknownMedia && (err != nil || mediaType != "application/json"), media, http.StatusUnsupportedMediaType, malformed, "content type is not application/json"},
		{ruleEncoding, len(c.Header["Content-Encoding"]) > 0, "none", http.StatusUnsupportedMediaType, malformed, "content encoding is not accepted"},
		{ruleSize, int64(len(c.Body)) > i.config.MaxBodyBytes, fmt.Sprintf("%d bytes", len(c.Body)), http.StatusRequestEntityTooLarge, tooLarge, "body over the limit"},
	}
}

// admit checks what the door checks before it knows who calls.
func (i *Inspector) admit(c *Capture, v *verdict) {
	for _, rule := range i.doorRules(c) {
		if rule.broken {
			v.fail(rule.name, rule.status, rule.result, rule.reason)
		} else {
			v.pass(rule.name, rule.detail)
		}
	}
}

// verify asks the keyring, and puts its one answer to the rule it belongs to.
func (i *Inspector) verify(c *Capture, v *verdict) {
	caller, refusal := i.ask(c.Header, c.Body)
	v.caller = caller
	v.algorithm, v.secret = matchingSecret(caller.Account, c.Header, c.Body)
	rule := i.ruleOf(c, refusal)
	v.authentic = rule == "" || rule == ruleFreshness
	refuse := func(at string) bool {
		if rule == at {
			v.fail(rule, http.StatusUnauthorized, refusal.Result.String(), refusal.Reason)
		}
		return rule == at
	}
	if !refuse(ruleKey) {
		v.pass(ruleKey, "account "+v.accountName())
	}
	if !refuse(ruleHeaders) {
		v.pass(ruleHeaders, i.headersInWords(c))
	}
	if !refuse(ruleSignature) {
		v.pass(ruleSignature, "matches, "+v.algorithm.String())
	}
	i.judgeFreshness(v, refusal)
	i.judgeBody(c, v)
}

func (i *Inspector) judgeFreshness(v *verdict, refusal *nxcloud.Refusal) {
	if !v.authentic {
		v.add(ruleFreshness, Skipped, "")
		return
	}
	when := fmt.Sprintf("ts is %s, %s", v.caller.SignedAt.UTC().Format("2006-01-02 15:04:05 UTC"), i.ageInWords(v.caller.SignedAt))
	switch {
	case refusal == nil:
		v.pass(ruleFreshness, when)
	case i.config.Strict:
		v.fail(ruleFreshness, http.StatusUnauthorized, refusal.Result.String(), refusal.Reason)
	default:
		v.refusedNow = i.tooFar(v.caller)
		v.add(ruleFreshness, Waived, when+"; serve would refuse it now, this command does with --strict")
	}
}

// judgeBody reads the body as the exporter does, unless it is another product's.
func (i *Inspector) judgeBody(c *Capture, v *verdict) {
	if v.caller.Kind == sms.KindUnknown || only(c.Header, nxcloud.HeaderBizType) != nxcloud.BizTypeDID {
		v.add(ruleBody, Waived, "not a DID callback, so not read")
		return
	}
	if !v.authentic {
		v.add(ruleBody, Skipped, "")
		return
	}
	event, err := i.decoder.Decode(&nxcloud.Delivery{Header: c.Header, Body: c.Body, ArrivedAt: i.config.Now}, v.caller)
	if refusal, ok := errors.AsType[*nxcloud.Refusal](err); ok {
		v.fail(ruleBody, http.StatusBadRequest, refusal.Result.String(), refusal.Reason)
		return
	}
	v.event = event
	v.pass(ruleBody, "one JSON object with a messageId")
}

// ask asks the keyring. With AnyAction it is asked about a DID callback in the
// place of the real one, signed if and only if the real one was.
func (i *Inspector) ask(header http.Header, body []byte) (nxcloud.Caller, *nxcloud.Refusal) {
	action, bizType := only(header, nxcloud.HeaderAction), only(header, nxcloud.HeaderBizType)
	kind, known := sms.ParseKind(action)
	foreign := !known || bizType != nxcloud.BizTypeDID
	if i.config.AnyAction && foreign && plainWord(action) && plainWord(bizType) {
		caller := i.keyring.Identify(header)
		header = i.translate(caller.Account, header, body)
	}
	caller, err := i.keyring.Verify(&nxcloud.Delivery{Header: header, Body: body, ArrivedAt: i.config.Now}, i.config.Now)
	caller.Kind = kind
	refusal, _ := errors.AsType[*nxcloud.Refusal](err)
	return caller, refusal
}

// translate returns the headers of a DID callback that is signed as well as the
// given one. The signature it makes goes to the keyring and nowhere else.
func (i *Inspector) translate(account *nxcloud.Account, header http.Header, body []byte) http.Header {
	did := maps.Clone(header)
	did[nxcloud.HeaderAction], did[nxcloud.HeaderBizType] = []string{sms.KindMO.String()}, []string{nxcloud.BizTypeDID}
	algorithm, n := matchingSecret(account, header, body)
	sign := only(header, nxcloud.HeaderSign)
	switch {
	case n > 0:
		did[nxcloud.HeaderSign] = []string{nxcloud.Sign(algorithm, parameters(did), body, account.Secrets[n-1])}
	case isHex(sign): // of the right form, and certainly wrong
		did[nxcloud.HeaderSign] = []string{strings.Repeat("0", len(sign))}
	}
	return did
}

// ruleOf says which rule a refusal belongs to. Whether the forms of the headers
// hold shows in this: with a genuine signature the keyring would believe them.
func (i *Inspector) ruleOf(c *Capture, refusal *nxcloud.Refusal) string {
	switch {
	case refusal == nil:
		return ""
	case refusal.Result == sms.ResultStale, refusal.Result == sms.ResultFuture:
		return ruleFreshness
	case refusal.Result == sms.ResultUnknownKey, len(c.Header[nxcloud.HeaderAccessKey]) != 1:
		return ruleKey
	case refusal.Result == sms.ResultUnsupported:
		return ruleHeaders
	}
	account := i.keyring.Identify(c.Header).Account
	for _, algorithm := range []nxcloud.Algorithm{nxcloud.AlgorithmMD5, nxcloud.AlgorithmSHA256} {
		signed := maps.Clone(c.Header)
		signed[nxcloud.HeaderSign] = []string{nxcloud.Sign(algorithm, parameters(c.Header), c.Body, account.Secrets[0])}
		_, refusal := i.ask(signed, c.Body)
		if refusal == nil || refusal.Result == sms.ResultStale || refusal.Result == sms.ResultFuture {
			return ruleSignature
		}
	}
	return ruleHeaders
}
