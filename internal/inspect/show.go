// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"bytes"
	"crypto/subtle"
	"fmt"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"didsms_exporter/internal/nxcloud"
)

// signedText is the text that the exporter hashes for a capture, in pieces, with
// the secret masked and the body shortened.
func (i *Inspector) signedText(c *Capture) []string {
	if !c.hasContract() {
		return []string{}
	}
	var head strings.Builder
	for f := range fieldSign {
		if f > 0 {
			head.WriteByte('&')
		}
		head.WriteString(f.String() + "=" + i.valueInWords(c.Header, f))
	}
	pieces := []string{head.String()}
	if len(c.Body) > 0 {
		pieces = append(pieces, "&body="+i.excerpt(c.Body))
	}
	owner := "an account that is not configured"
	if len(c.Header[nxcloud.HeaderAccessKey]) == 0 {
		owner = "the account that the missing accessKey would name"
	}
	if account := i.keyring.Identify(c.Header).Account; account != nil {
		owner = account.Name
	}
	return append(pieces, "&accessSecret=<the secret of "+owner+">")
}

func (i *Inspector) headersInWords(c *Capture) string {
	words := make([]string, 0, 3)
	for _, f := range []field{fieldAction, fieldBizType, fieldTS} {
		words = append(words, f.String()+" "+i.valueInWords(c.Header, f))
	}
	return strings.Join(words, ", ")
}

// valueInWords shows a header's value only where it has the form that belongs
// there. A signature or a secret that got into the wrong header is described.
func (i *Inspector) valueInWords(header http.Header, f field) string {
	switch values := header[contractHeaders[f]]; {
	case len(values) == 0 || len(values) == 1 && values[0] == "":
		return "<missing>"
	case len(values) > 1:
		return fmt.Sprintf("<%d values>", len(values))
	case i.isSecret(values[0]):
		return "<a configured secret>"
	case f == fieldKey && i.account(values[0]) == nil && plainWord(values[0]):
		return values[0][:min(4, len(values[0])/2)] + "…"
	case len(values[0]) <= 24 && plainWord(values[0]), f == fieldKey && i.account(values[0]) != nil:
		return values[0]
	default:
		return "<" + form(values[0]) + ">"
	}
}

// form describes a value without showing it.
func form(value string) string {
	switch {
	case value == "":
		return "nothing"
	case isDigits(value):
		return fmt.Sprintf("%d digits", len(value))
	case isHex(value):
		return fmt.Sprintf("%d hex digits", len(value))
	}
	return fmt.Sprintf("%d characters", utf8.RuneCountInString(value))
}

// How much of a body is shown: its ends, where the usual mistakes are.
const excerptHead, excerptTail = 28, 22

// excerpt shows the two ends of a masked body with everything odd escaped.
func (i *Inspector) excerpt(body []byte) string {
	shown := i.masked(body)
	if len(shown) <= excerptHead+excerptTail+10 {
		return fmt.Sprintf("%s (%d bytes)", escape(shown), len(body))
	}
	return fmt.Sprintf("%s [...] %s (%d bytes)", escape(shown[:excerptHead]), escape(shown[len(shown)-excerptTail:]), len(body))
}

// escape shows what cannot be seen, and what a terminal would obey.
func escape(text []byte) string {
	var out strings.Builder
	for len(text) > 0 {
		char, size := utf8.DecodeRune(text)
		switch {
		case char == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, text[0])
		case char == '\n':
			out.WriteString(`\n`)
		case char == '\r':
			out.WriteString(`\r`)
		case char == '\t':
			out.WriteString(`\t`)
		case unicode.IsPrint(char):
			out.WriteRune(char)
		default:
			fmt.Fprintf(&out, `\u{%x}`, char)
		}
		text = text[size:]
	}
	return out.String()
}

// isSecret reports whether a value is, or holds, one of the configured secrets.
func (i *Inspector) isSecret(value string) bool {
	for _, account := range i.keyring.Accounts() {
		for _, secret := range account.Secrets {
			if bytes.Contains([]byte(value), secret) && account.AccessKey != value {
				return true
			}
		}
	}
	return false
}

func (i *Inspector) account(key string) *nxcloud.Account {
	for _, account := range i.keyring.Accounts() {
		if account.AccessKey == key {
			return account
		}
	}
	return nil
}

func isDigits(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }

func isHex(text string) bool { return text != "" && strings.Trim(text, "0123456789abcdefABCDEF") == "" }

// plainWord reports whether a value may stand in the signed text.
func plainWord(text string) bool {
	return text != "" && len(text) <= 64 && strings.Trim(text,
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-") == ""
}

// hashOf returns the algorithm whose signatures look like this one, or auto.
func hashOf(sign string) nxcloud.Algorithm {
	switch {
	case !isHex(sign):
	case len(sign) == 32:
		return nxcloud.AlgorithmMD5
	case len(sign) == 64:
		return nxcloud.AlgorithmSHA256
	}
	return nxcloud.AlgorithmAuto
}

// sameSign compares as the vendor does, whatever the case.
func sameSign(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(strings.ToLower(a)), []byte(strings.ToLower(b))) == 1
}
