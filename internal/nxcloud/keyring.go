// SPDX-License-Identifier: Apache-2.0

package nxcloud

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"didsms_exporter/internal/sms"
)

// Keyring holds the accounts that are trusted and decides who a delivery is
// from. It is immutable and safe for concurrent use; a reload makes a new one.
type Keyring struct {
	accounts []*Account
	stranger *Account // stands in for an unknown key, so that it costs the same time
	texts    sync.Pool
}

// NewKeyring checks the accounts. Each needs a name and an access key of its own
// and at least one secret that is not empty. No account at all is allowed: such a
// keyring refuses everything.
func NewKeyring(accounts []Account) (*Keyring, error) {
	k := &Keyring{texts: sync.Pool{New: func() any { return new([]byte) }}}
	names := make(map[string]bool, len(accounts))
	keys := make(map[string]bool, len(accounts))
	for _, account := range accounts {
		checked, err := account.withDefaults()
		if err != nil {
			return nil, err
		}
		if names[checked.Name] {
			return nil, fmt.Errorf("two accounts are named %q", checked.Name)
		}
		if keys[checked.AccessKey] {
			return nil, fmt.Errorf("account %q has the access key of another account", checked.Name)
		}
		names[checked.Name], keys[checked.AccessKey] = true, true
		k.accounts = append(k.accounts, checked)
	}
	var err error
	k.stranger, err = newStranger()
	return k, err
}

func newStranger() (*Account, error) {
	secret := make([]byte, 16)
	if _, err := rand.Read(secret); err != nil {
		return nil, fmt.Errorf("make a dummy secret: %w", err)
	}
	return Account{Name: "unknown", AccessKey: "unknown", Secrets: [][]byte{secret}}.withDefaults()
}

// Accounts returns the accounts with their defaults filled in. The caller must
// not change them.
func (k *Keyring) Accounts() []*Account { return k.accounts }

// Identify returns who the headers claim to be, without any proof: good enough to
// label a refusal with, for only configured names and known kinds come out.
func (k *Keyring) Identify(header http.Header) Caller {
	var caller Caller
	if value, ok := single(header, HeaderAccessKey); ok {
		caller.Account = k.find(value)
	}
	if value, ok := single(header, HeaderAction); ok {
		caller.Kind, _ = sms.ParseKind(value)
	}
	return caller
}

// Verify says who a delivery is from, or why that cannot be believed, as a
// *Refusal. The caller is filled in as far as it is known in either case.
//
// The form of every header is checked before anything is hashed. The signed text
// is not escaped, so a ts holding "&body=" could otherwise move the boundary
// between the headers and the body; with these forms no header can hold "&" or
// "=", and the text has one reading.
func (k *Keyring) Verify(d *Delivery, now time.Time) (Caller, error) {
	caller := k.Identify(d.Header)
	if len(d.Header[HeaderAccessKey]) > 1 {
		return caller, refuse(sms.ResultBadSignature, "accessKey header repeated")
	}
	account := caller.Account
	if account == nil {
		account = k.stranger
	}
	claim, refusal := readClaim(d.Header, account)
	if refusal == nil && !k.matches(account, claim, d.Body) {
		refusal = refuse(sms.ResultBadSignature, "signature does not match")
	}
	if caller.Account == nil {
		return caller, refuse(sms.ResultUnknownKey, "no accessKey header, or one that is not configured")
	}
	if refusal != nil {
		return caller, refusal
	}
	caller.SignedAt = claim.signedAt
	return caller, fresh(claim.signedAt, now, account.MaxAge)
}

// claim is what the headers say, in checked forms.
type claim struct {
	parameters Parameters
	algorithm  Algorithm
	sign       []byte // raw, of the algorithm's length
	signedAt   time.Time
}

// readClaim checks the form of every contract header but the access key.
func readClaim(header http.Header, account *Account) (claim, *Refusal) {
	action, ok := single(header, HeaderAction)
	if !ok {
		return claim{}, refuse(sms.ResultBadSignature, "action header missing or repeated")
	}
	bizType, ok := single(header, HeaderBizType)
	if !ok {
		return claim{}, refuse(sms.ResultBadSignature, "bizType header missing or repeated")
	}
	if !wellFormedKey(action) || !wellFormedKey(bizType) {
		return claim{}, refuse(sms.ResultBadSignature, "action or bizType header misshapen")
	}
	if _, known := sms.ParseKind(action); !known {
		return claim{}, refuse(sms.ResultUnsupported, "action is neither mo nor dr")
	}
	if bizType != BizTypeDID {
		return claim{}, refuse(sms.ResultUnsupported, "bizType is not 4")
	}
	timestamp, ok := single(header, HeaderTimestamp)
	if !ok {
		return claim{}, refuse(sms.ResultBadSignature, "ts header missing or repeated")
	}
	signedAt, ok := parseTimestamp(timestamp)
	if !ok {
		return claim{}, refuse(sms.ResultBadSignature, "ts header is not 13 digits")
	}
	algorithm, refusal := chooseAlgorithm(header, account.Algorithm)
	if refusal != nil {
		return claim{}, refusal
	}
	sign, refusal := readSign(header, algorithm)
	if refusal != nil {
		return claim{}, refusal
	}
	return claim{
		parameters: Parameters{AccessKey: account.AccessKey, Action: action, BizType: bizType, Timestamp: timestamp},
		algorithm:  algorithm,
		sign:       sign,
		signedAt:   signedAt,
	}, nil
}

// chooseAlgorithm lets the header choose only where the account leaves it open.
// The header is not signed, so anybody on the way can set it.
func chooseAlgorithm(header http.Header, pinned Algorithm) (Algorithm, *Refusal) {
	if len(header[HeaderAlgorithm]) == 0 {
		if pinned == AlgorithmAuto {
			return AlgorithmMD5, nil
		}
		return pinned, nil
	}
	word, ok := single(header, HeaderAlgorithm)
	if !ok {
		return 0, refuse(sms.ResultBadSignature, "algorithm header repeated or empty")
	}
	named, ok := ParseAlgorithm(word)
	if !ok || named == AlgorithmAuto {
		return 0, refuse(sms.ResultBadSignature, "algorithm header is neither md5 nor sha256")
	}
	if pinned != AlgorithmAuto && named != pinned {
		return 0, refuse(sms.ResultBadSignature, "algorithm header differs from the account's algorithm")
	}
	return named, nil
}

// readSign decodes the signature. Its case does not matter: the vendor's own
// verifier compares that way.
func readSign(header http.Header, algorithm Algorithm) ([]byte, *Refusal) {
	text, ok := single(header, HeaderSign)
	if !ok {
		return nil, refuse(sms.ResultBadSignature, "sign header missing or repeated")
	}
	if len(text) != algorithm.hexDigits() {
		return nil, refuse(sms.ResultBadSignature, "sign header has the wrong length for its algorithm")
	}
	sign, err := hex.DecodeString(text)
	if err != nil {
		return nil, refuse(sms.ResultBadSignature, "sign header is not hexadecimal")
	}
	return sign, nil
}

// matches compares the signature with that of each secret. Every secret is
// tried whatever the earlier ones gave, and each comparison takes the same time.
func (k *Keyring) matches(account *Account, c claim, body []byte) bool {
	buffer := k.texts.Get().(*[]byte)
	defer k.texts.Put(buffer)
	text := signedPrefix((*buffer)[:0], c.parameters, body)
	prefix := len(text)
	matched := 0
	var sum [64]byte
	for _, secret := range account.Secrets {
		text = append(text[:prefix], secret...)
		matched |= subtle.ConstantTimeCompare(digest(sum[:0], c.algorithm, text), c.sign)
	}
	clear(text[prefix:cap(text)]) // no secret stays behind in the pool
	*buffer = text[:0]
	return matched == 1
}

// fresh judges the signed time: duplicates are remembered for longer than
// maxAge, so a replay is either too old or already known.
func fresh(signedAt, now time.Time, maxAge time.Duration) error {
	switch age := now.Sub(signedAt); {
	case age > maxAge:
		return refuse(sms.ResultStale, "ts is older than the account's max_age")
	case age < -MaxAhead:
		return refuse(sms.ResultFuture, "ts is more than five minutes ahead of our clock")
	}
	return nil
}

func (k *Keyring) find(accessKey string) *Account {
	var found *Account
	for _, account := range k.accounts {
		if subtle.ConstantTimeCompare([]byte(account.AccessKey), []byte(accessKey)) == 1 {
			found = account
		}
	}
	return found
}

// single returns the value of a header that must occur exactly once: with two,
// a proxy and this program could each believe another one.
func single(header http.Header, name string) (string, bool) {
	values := header[name]
	if len(values) != 1 || values[0] == "" {
		return "", false
	}
	return values[0], true
}

// wellFormedKey bounds what may stand in the signed text before the body.
func wellFormedKey(text string) bool {
	if text == "" || len(text) > 64 {
		return false
	}
	for i := range len(text) {
		if !plainByte(text[i]) || text[i] == ':' {
			return false
		}
	}
	return true
}

// plainByte reports whether c may stand in a value that is shown as it came.
func plainByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' ||
		c == '.' || c == '_' || c == '-' || c == ':'
}

func parseTimestamp(text string) (time.Time, bool) {
	if len(text) != 13 {
		return time.Time{}, false
	}
	millis, err := strconv.ParseUint(text, 10, 63) // refuses signs and spaces
	if err != nil {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(millis)), true
}
