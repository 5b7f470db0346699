// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// maxSecretBytes bounds a secret file: anything larger is some other file.
const maxSecretBytes = 4096

// maxOffset bounds a zone's offset, in seconds. A time with a whole day of it
// cannot be written as JSON, so its event would be missing on the debug page.
const maxOffset = 14 * 60 * 60

// What a value of the file or the environment must look like.
const (
	nameRule     = "must be 1 to 64 letters, digits, dots, dashes or underscores, and not \"unknown\""
	keyRule      = "must be 1 to 64 letters, digits, dots, dashes or underscores"
	currencyRule = "must be 1 to 16 letters, such as USD"
)

// readSecret reads a secret from a file, without the line end that editors and
// shells leave behind it.
func readSecret(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("secret file %s cannot be read: %s", path, reason(err))
	}
	defer file.Close() //nolint:errcheck // nothing was written
	content, err := io.ReadAll(io.LimitReader(file, maxSecretBytes+3))
	if err != nil {
		return nil, fmt.Errorf("secret file %s cannot be read: %s", path, reason(err))
	}
	secret, problem := checkSecret(content)
	if problem != "" {
		return nil, fmt.Errorf("secret file %s %s", path, problem)
	}
	return secret, nil
}

// checkSecret takes the line end off and says what keeps the rest from being a
// secret, without showing any of it.
func checkSecret(content []byte) (secret []byte, problem string) {
	secret = bytes.TrimRight(content, "\r\n")
	switch {
	case len(bytes.TrimSpace(secret)) == 0:
		return nil, "is empty"
	case len(secret) > maxSecretBytes:
		return nil, fmt.Sprintf("is too long; a secret has at most %d bytes", maxSecretBytes)
	case bytes.ContainsAny(secret, "\r\n"):
		return nil, "holds more than one line; it must be one secret"
	}
	return secret, ""
}

// parseZone reads an offset such as +08:00 or an IANA name such as Asia/Shanghai.
// An empty text is the default zone.
func parseZone(text string) (zone *time.Location, name string, err error) {
	if text == "" {
		zone = nxcloud.DefaultZone()
		return zone, zone.String(), nil
	}
	if offset, err := time.Parse("-07:00", text); err == nil {
		_, seconds := offset.Zone()
		if seconds < -maxOffset || seconds > maxOffset {
			return nil, text, errors.New("is an offset that no place has; they go from -14:00 to +14:00")
		}
		return time.FixedZone(text, seconds), text, nil
	}
	// LoadLocation would take "Local" for whatever this machine is set to.
	zone, err = time.LoadLocation(text)
	if err != nil || text == "Local" {
		return nil, text, errors.New(`is neither an offset such as "+08:00" nor an IANA name such as Asia/Shanghai`)
	}
	return zone, text, nil
}

// parseNumber reads a phone number strictly: dropping what is not a digit, as is
// done with the vendor's numbers, would turn a slip into another number.
func parseNumber(text string) (sms.Number, bool) {
	if strings.Trim(text, "0123456789+-(). ") != "" {
		return sms.NumberUnknown, false
	}
	number := sms.ParseNumber(text)
	return number, number != sms.NumberUnknown
}

// parseDuration reads a duration as Prometheus does: 30s, 6h, 30d.
func parseDuration(text string) (time.Duration, error) {
	duration, err := model.ParseDuration(text)
	if err != nil {
		return 0, errors.New("is not a duration such as 30s, 6h or 30d")
	}
	return time.Duration(duration), nil
}

func validName(text string) bool { return validKey(text) && text != "unknown" }

func validKey(text string) bool {
	return text != "" && len(text) <= 64 && strings.Trim(text,
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-") == ""
}

func validCurrency(text string) bool {
	return text != "" && len(text) <= 16 && strings.Trim(text,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}
