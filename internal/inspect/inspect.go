// SPDX-License-Identifier: Apache-2.0

// Package inspect says why a captured callback does or does not verify. It reads
// a request as somebody recorded it, judges it by the rules of the public door in
// their order, and looks for the mistake that explains a refusal: it undoes each
// of the usual ones and tries the signature again.
//
// It is pure: no files, no network, no clock. The keyring of the program itself
// is the judge, so that it cannot disagree with what serve does. Nothing in a
// Report is a secret or a signature: whoever shows one gives nothing away that
// would let a forged callback pass.
package inspect

import (
	"context"
	"net/http"
	"time"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// Config is what a capture is judged against.
type Config struct {
	Accounts     []nxcloud.Account
	Now          time.Time
	MaxBodyBytes int64 // of the public door
	AnyAction    bool  // accept any well-formed action and bizType
	Strict       bool  // an old or future ts is a failure
	Numbers      []Number
	Allowlist    bool // other numbers are not counted one by one
}

// Number is one of our own that is configured for an account.
type Number struct {
	Account string
	Number  sms.Number
}

// Inspector judges captures. It does not change and is safe for concurrent use.
type Inspector struct {
	config  Config
	keyring *nxcloud.Keyring
	decoder *nxcloud.Decoder
	effort  int // bytes that one search may hash
}

// New checks the accounts as the exporter does.
func New(config Config) (*Inspector, error) {
	keyring, err := nxcloud.NewKeyring(config.Accounts)
	if err != nil {
		return nil, err
	}
	// Only whether a body can be read matters here, so the key hides nothing.
	decoder, err := nxcloud.NewDecoder(make([]byte, 16))
	if err != nil {
		return nil, err
	}
	return &Inspector{config, keyring, decoder, maxHashed}, nil
}

// Answer is what the public door answers to the capture, had it arrived at Now.
type Answer struct {
	Status int    `json:"status"`
	Word   string `json:"word"`
	Result string `json:"result,omitempty"` // as counted; empty: not counted
	Reason string `json:"reason,omitempty"`
}

// State is how a rule ended.
type State string

// The states of a rule.
const (
	Passed  State = "ok"
	Failed  State = "failed"
	Waived  State = "waived"  // broken, and not held against the capture
	Skipped State = "skipped" // an earlier rule failed
)

// Rule is one rule of the public door.
type Rule struct {
	Name   string `json:"rule"`
	State  State  `json:"state"`
	Detail string `json:"detail,omitempty"`
}

// Cause is one mistake that explains a refusal.
type Cause struct {
	Name   string `json:"name"`   // from a closed set
	Proven bool   `json:"proven"` // seen or computed, not guessed: mostly that with it undone the signature matches
	What   string `json:"what"`
	Do     string `json:"do"`
}

// Report is everything there is to say about a capture.
type Report struct {
	Verifies   bool       `json:"verifies"`
	Authentic  bool       `json:"authentic"` // the signature matches, whatever else is wrong
	Answer     Answer     `json:"answer"`
	Account    string     `json:"account,omitempty"`
	Action     string     `json:"action,omitempty"`
	Algorithm  string     `json:"algorithm,omitempty"`
	Secret     int        `json:"secret,omitempty"`  // which of the account's secrets, from 1
	Secrets    int        `json:"secrets,omitempty"` // how many it has
	SignedAt   *time.Time `json:"signed_at,omitempty"`
	RefusedNow string     `json:"refused_now,omitempty"` // it verifies, but serve would refuse it now: why
	WouldCount string     `json:"would_count,omitempty"`
	Rules      []Rule     `json:"rules"`
	SignedText []string   `json:"signed_text"` // in pieces; the secret masked, the body shortened; empty: nothing is signed
	Causes     []Cause    `json:"causes"`      // the mistakes found; several only if all of them were made
	Notes      []string   `json:"notes"`       // about the recording
}

// Inspect judges a capture, and explains a refusal.
func (i *Inspector) Inspect(c *Capture) *Report {
	report, v := i.report(c)
	if !report.Verifies {
		report.Causes = i.explain(context.Background(), c, v)
	}
	return report
}

// InspectAll judges all captures, and explains the first refusal only: a search
// for each of a thousand would take minutes. The end of the context ends it.
func (i *Inspector) InspectAll(ctx context.Context, captures []*Capture) ([]*Report, error) {
	reports := make([]*Report, len(captures))
	explained := false
	for n, c := range captures {
		if ctx.Err() != nil {
			break
		}
		var v *verdict
		reports[n], v = i.report(c)
		if !reports[n].Verifies && !explained {
			reports[n].Causes, explained = i.explain(ctx, c, v), true
		}
	}
	return reports, ctx.Err()
}

// report says all but the causes.
func (i *Inspector) report(c *Capture) (*Report, *verdict) {
	v := i.judge(c)
	report := &Report{
		Verifies:   v.failed == "",
		Authentic:  v.authentic,
		Answer:     v.answer,
		Account:    v.accountName(),
		Action:     v.action(),
		Rules:      v.rules,
		SignedText: i.signedText(c),
		Causes:     []Cause{},
		Notes:      append([]string{}, c.Notes...),
	}
	if v.authentic {
		signedAt := v.caller.SignedAt.UTC()
		report.SignedAt = &signedAt
		report.Action = only(c.Header, nxcloud.HeaderAction)
		report.Algorithm, report.Secret, report.Secrets = v.algorithm.String(), v.secret, len(v.caller.Account.Secrets)
	}
	if report.Verifies {
		report.RefusedNow = v.refusedNow
	}
	if report.Verifies && v.event != nil {
		report.WouldCount = i.counted(v.event, v.caller.Account)
		if note := i.numberNote(v.event, v.caller.Account); note != "" {
			report.Notes = append(report.Notes, note)
		}
	}
	return report, v
}

// contractHeaders are the headers that are signed, and sign itself, in the order
// of field.
var contractHeaders = [fieldCount]string{
	nxcloud.HeaderAccessKey, nxcloud.HeaderAction, nxcloud.HeaderBizType, nxcloud.HeaderTimestamp, nxcloud.HeaderSign,
}

// field is one of the five values that a callback must carry in its headers.
type field uint8

const (
	fieldKey field = iota
	fieldAction
	fieldBizType
	fieldTS
	fieldSign
	fieldCount
)

// String returns the name as the vendor writes it.
func (f field) String() string {
	return [fieldCount]string{"accessKey", "action", "bizType", "ts", "sign"}[f]
}

// only returns the value of a header that occurs exactly once.
func only(header http.Header, name string) string {
	if values := header[name]; len(values) == 1 {
		return values[0]
	}
	return ""
}
