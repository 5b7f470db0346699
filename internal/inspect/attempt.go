// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"crypto/hmac"
	"crypto/md5" //nolint:gosec // the vendor's contract
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"slices"
	"strings"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// maxHashed bounds the bytes that a search may hash: a fraction of a second.
const maxHashed = 96 << 20

// wording is how a sender put the signed text together.
type wording uint8

const (
	wordingContract wording = iota
	wordingLowerCase
	wordingAlgorithm // with the algorithm as a fifth value
	wordingHMAC
)

// attempt is a capture with some mistakes undone: what would have to be true for
// the signature to match.
type attempt struct {
	values  [fieldCount]string
	body    []byte
	secrets [][]byte // empty: those of the account that the access key names
	wording wording
	excused [fieldCount]bool // whose form is explained by a mistake already
	anyHash bool             // the algorithm is explained by a mistake already
	undone  []Cause          // the mistakes, in the order in which they were undone
}

// after returns a copy that blames one more mistake.
func (a attempt) after(cause Cause) attempt {
	a.undone = append(slices.Clip(a.undone), cause)
	return a
}

// with returns a copy with another value in one header.
func (a attempt) with(f field, value string) attempt {
	a.values[f] = value
	return a
}

// excuse returns a copy in which the form of a header is not questioned.
func (a attempt) excuse(fields ...field) attempt {
	for _, f := range fields {
		a.excused[f] = true
	}
	return a
}

func (a attempt) withBody(body []byte) attempt {
	a.body = body
	return a
}

// size is about how much is hashed; a header may be as long as a body.
func (a attempt) size() int {
	size := len(a.body) + 256
	for _, value := range a.values {
		size += len(value)
	}
	return size
}

// search tries attempts within its bounds.
type search struct {
	*Inspector
	capture     *Capture
	hashed      int
	interrupted func() error // nobody waits for the answer any more
}

// spent reports whether the search has to end.
func (s *search) spent() bool { return s.hashed > s.effort || s.interrupted() != nil }

// newAttempt is the capture as it is.
func newAttempt(c *Capture) attempt {
	a := attempt{body: c.Body}
	for f, name := range contractHeaders {
		a.values[f] = only(c.Header, name)
	}
	return a
}

// fits reports whether an attempt explains everything: each header has its form
// or an excuse, and the signature matches.
func (s *search) fits(a attempt) bool { return s.formed(a) && s.matches(a) }

// formed repeats the keyring's rules of form. It only chooses among explanations;
// the keyring alone says whether a capture verifies.
func (s *search) formed(a attempt) bool {
	if !a.excused[fieldKey] && s.account(a.values[fieldKey]) == nil {
		return false
	}
	if _, known := sms.ParseKind(a.values[fieldAction]); !known && !a.excused[fieldAction] && !s.config.AnyAction {
		return false
	}
	if a.values[fieldBizType] != nxcloud.BizTypeDID && !a.excused[fieldBizType] && !s.config.AnyAction {
		return false
	}
	if ts := a.values[fieldTS]; !a.excused[fieldTS] && (len(ts) != 13 || !isDigits(ts)) {
		return false
	}
	algorithm := hashOf(a.values[fieldSign])
	return algorithm != nxcloud.AlgorithmAuto && (a.anyHash || algorithm == s.expected(a.values[fieldKey]))
}

// expected is the algorithm that the keyring would use; auto: it refuses.
func (s *search) expected(key string) nxcloud.Algorithm {
	pinned := nxcloud.AlgorithmAuto
	if account := s.account(key); account != nil {
		pinned = account.Algorithm
	}
	named := nxcloud.AlgorithmAuto
	if values := s.capture.Header[nxcloud.HeaderAlgorithm]; len(values) > 0 {
		if named, _ = nxcloud.ParseAlgorithm(values[0]); len(values) > 1 || named == nxcloud.AlgorithmAuto {
			return nxcloud.AlgorithmAuto
		}
	}
	switch {
	case named == nxcloud.AlgorithmAuto && pinned == nxcloud.AlgorithmAuto:
		return nxcloud.AlgorithmMD5
	case named == nxcloud.AlgorithmAuto, named == pinned:
		return pinned
	case pinned == nxcloud.AlgorithmAuto:
		return named
	}
	return nxcloud.AlgorithmAuto
}

func (s *search) matches(a attempt) bool {
	secrets := a.secrets
	if account := s.account(a.values[fieldKey]); account != nil && secrets == nil {
		secrets = account.Secrets
	}
	for _, secret := range secrets {
		if s.hashed += a.size(); s.spent() {
			return false
		}
		if sameSign(s.sign(a, secret), a.values[fieldSign]) {
			return true
		}
	}
	return false
}

// sign computes what is compared and then forgotten.
func (s *search) sign(a attempt, secret []byte) string {
	p := nxcloud.Parameters{
		AccessKey: a.values[fieldKey], Action: a.values[fieldAction],
		BizType: a.values[fieldBizType], Timestamp: a.values[fieldTS],
	}
	algorithm := hashOf(a.values[fieldSign])
	if a.wording == wordingContract {
		return nxcloud.Sign(algorithm, p, a.body, secret)
	}
	return signOtherwise(a.wording, algorithm, p, a.body, secret)
}

// signOtherwise signs as senders do who read the contract another way.
func signOtherwise(w wording, algorithm nxcloud.Algorithm, p nxcloud.Parameters, body, secret []byte) string {
	text := "accessKey=" + p.AccessKey + "&action=" + p.Action
	if w == wordingAlgorithm {
		text += "&algorithm=" + algorithm.String()
	}
	text += "&bizType=" + p.BizType + "&ts=" + p.Timestamp
	if w == wordingLowerCase {
		text = strings.NewReplacer("accessKey=", "accesskey=", "bizType=", "biztype=").Replace(text)
	}
	if len(body) > 0 {
		text += "&body=" + string(body)
	}
	newHash := md5.New
	if algorithm == nxcloud.AlgorithmSHA256 {
		newHash = sha256.New
	}
	var h hash.Hash
	switch w {
	case wordingHMAC:
		h = hmac.New(newHash, secret)
	case wordingLowerCase:
		h = newHash()
		text += "&accesssecret=" + string(secret)
	default:
		h = newHash()
		text += "&accessSecret=" + string(secret)
	}
	h.Write([]byte(text))
	return hex.EncodeToString(h.Sum(nil))
}

// run looks for the fewest mistakes that explain the capture: one, two, or one
// and a re-serialised body. nil: none found.
func (s *search) run() []Cause {
	start := newAttempt(s.capture)
	fixes := s.fixes()
	type step struct {
		attempt
		fix int
	}
	var once []step
	for n, fix := range fixes {
		for _, a := range fix(start) {
			if s.fits(a) {
				return a.undone
			}
			once = append(once, step{a, n})
		}
	}
	for _, first := range once {
		for n, fix := range fixes {
			if n == first.fix || s.spent() {
				continue
			}
			for _, a := range fix(first.attempt) {
				if s.fits(a) {
					return a.undone
				}
			}
		}
	}
	alike := []attempt{start}
	for _, a := range once {
		if sameBytes(a.body, s.capture.Body) {
			alike = append(alike, a.attempt)
		}
	}
	return s.rewrite(slices.DeleteFunc(alike, func(a attempt) bool { return !s.formed(a) }))
}

// rewrite looks for a serialisation of the body under which an attempt fits.
func (s *search) rewrite(attempts []attempt) []Cause {
	if len(attempts) == 0 {
		return nil
	}
	for other := range newRewriter(s.capture.Body).all() {
		s.hashed += 4 * len(other.text) // writing it costs more than hashing it
		for _, a := range attempts {
			if b := a.withBody(other.text); s.matches(b) {
				return b.after(causeRewritten(other.changed)).undone
			}
		}
		if s.spent() {
			return nil
		}
	}
	return nil
}
