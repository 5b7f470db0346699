// SPDX-License-Identifier: Apache-2.0

package nxcloud

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Algorithm is the hash of the signature.
type Algorithm uint8

// The algorithms. With AlgorithmAuto the optional algorithm header chooses, and
// its absence means MD5 (vendor page "signature parameters and tools").
const (
	AlgorithmAuto Algorithm = iota
	AlgorithmMD5
	AlgorithmSHA256
)

// ParseAlgorithm reads auto, md5 or sha256 in any case; ok is false for any
// other word. The vendor's own verifier takes every unknown word for md5.
func ParseAlgorithm(word string) (algorithm Algorithm, ok bool) {
	switch strings.ToLower(word) {
	case "auto":
		return AlgorithmAuto, true
	case "md5":
		return AlgorithmMD5, true
	case "sha256":
		return AlgorithmSHA256, true
	}
	return AlgorithmAuto, false
}

// String returns the word of the configuration.
func (a Algorithm) String() string { return [...]string{"auto", "md5", "sha256"}[a] }

// hexDigits is the length of a signature.
func (a Algorithm) hexDigits() int {
	if a == AlgorithmSHA256 {
		return 64
	}
	return 32
}

// MaxAhead is how far a ts header may be ahead of our clock.
const MaxAhead = 5 * time.Minute

// DefaultMaxAge is how old a ts header may be unless an account says otherwise.
// The vendor's sibling products repeat a push for an hour, and nobody documents
// whether a repetition is signed anew: a tight window would lose receipts.
const DefaultMaxAge = 24 * time.Hour

// DefaultZone is the zone of receiveTime where an account names none. No page of
// the vendor states one; its Zalo example shows UTC+8.
func DefaultZone() *time.Location { return time.FixedZone("+08:00", 8*60*60) }

// Account is one console account of the vendor: who signs, and how its bodies
// are to be read. It does not change once it is in a Keyring.
type Account struct {
	Name      string
	AccessKey string
	Secrets   [][]byte // any may match, so that a secret can be replaced without a gap
	Algorithm Algorithm
	MaxAge    time.Duration // oldest ts accepted; DefaultMaxAge when zero

	Currency string
	Zone     *time.Location // of receiveTime; DefaultZone when nil
	DRDIDTo  bool           // our number is the toPhone of a receipt, not its fromPhone
}

// withDefaults checks the account and fills in what it leaves open.
func (a Account) withDefaults() (*Account, error) {
	if a.Name == "" {
		return nil, errors.New("account without a name")
	}
	if !wellFormedKey(a.AccessKey) {
		return nil, fmt.Errorf("account %q: the access key must be 1 to 64 letters, digits, dots, dashes or underscores", a.Name)
	}
	if len(a.Secrets) == 0 {
		return nil, fmt.Errorf("account %q: no secret", a.Name)
	}
	for _, secret := range a.Secrets {
		if len(secret) == 0 {
			return nil, fmt.Errorf("account %q: empty secret", a.Name)
		}
	}
	if a.MaxAge == 0 {
		a.MaxAge = DefaultMaxAge
	}
	if a.MaxAge < 0 {
		return nil, fmt.Errorf("account %q: negative max_age", a.Name)
	}
	if a.Zone == nil {
		a.Zone = DefaultZone()
	}
	if a.Currency == "" {
		a.Currency = "unknown"
	}
	return &a, nil
}
