// SPDX-License-Identifier: Apache-2.0

package nxcloud

import (
	"crypto/md5" //nolint:gosec // the vendor's contract; sha256 where the account allows it
	"crypto/sha256"
	"encoding/hex"
)

// Parameters are the four signed values beside the body and the secret.
type Parameters struct {
	AccessKey string
	Action    string
	BizType   string
	Timestamp string // milliseconds since the epoch, 13 digits
}

// Sign returns the lower-case hex signature of a body. The text that is hashed is
//
//	accessKey=A&action=B&bizType=C&ts=D&body=E&accessSecret=S
//
// with the raw body bytes, and without the whole "&body=" piece when the body is
// empty (vendor page "API Interface Invocation Convention"). AlgorithmAuto signs
// with MD5, the vendor's default.
func Sign(algorithm Algorithm, p Parameters, body, secret []byte) string {
	text := append(signedPrefix(nil, p, body), secret...)
	return hex.EncodeToString(digest(nil, algorithm, text))
}

// signedPrefix appends the signed text up to the secret.
func signedPrefix(text []byte, p Parameters, body []byte) []byte {
	text = append(text, "accessKey="...)
	text = append(text, p.AccessKey...)
	text = append(text, "&action="...)
	text = append(text, p.Action...)
	text = append(text, "&bizType="...)
	text = append(text, p.BizType...)
	text = append(text, "&ts="...)
	text = append(text, p.Timestamp...)
	if len(body) > 0 {
		text = append(text, "&body="...)
		text = append(text, body...)
	}
	return append(text, "&accessSecret="...)
}

// digest appends the raw hash of text.
func digest(sum []byte, algorithm Algorithm, text []byte) []byte {
	if algorithm == AlgorithmSHA256 {
		hash := sha256.Sum256(text)
		return append(sum, hash[:]...)
	}
	hash := md5.Sum(text) //nolint:gosec // as above
	return append(sum, hash[:]...)
}
