// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// fix undoes one mistake in every way in which it may have been made. No way: the
// mistake was not made.
type fix func(attempt) []attempt

// fixes are tried in this order, the plain ones first. Whichever explains the
// signature is a fact, not a guess: the order only matters where two fixes are
// the same for one body.
func (s *search) fixes() []fix {
	return []fix{
		s.missing, s.repeated, s.joined, s.quoted,
		s.otherHash, s.otherSecret, s.otherKey, s.secretSpace, s.keyIsSecret, s.exchanged, s.timeUnit, s.wordCase, s.otherProduct, s.signForm, s.otherWording,
		s.finalLineEnd, s.missingLineEnd, s.lineEnds, s.byteOrderMark, s.surroundings, s.cut, s.leftOut,
		s.chunked, s.compressed, s.charset, s.escaped,
	}
}

// missing: dropped headers whose value can be told.
func (s *search) missing(a attempt) []attempt {
	names := s.missingHeaders()
	if names == nil || slices.ContainsFunc(a.undone, func(c Cause) bool { return c.Name == causeMissing(nil).Name }) {
		return nil
	}
	attempts := []attempt{a.after(causeMissing(names))}
	fill := func(f field, values ...string) {
		if len(s.capture.Header[contractHeaders[f]]) > 1 || a.values[f] != "" {
			return
		}
		before := attempts
		attempts = nil
		for _, b := range before {
			for _, value := range values {
				attempts = append(attempts, b.with(f, value))
			}
		}
	}
	keys := make([]string, 0, len(s.keyring.Accounts()))
	for _, account := range s.keyring.Accounts() {
		keys = append(keys, account.AccessKey)
	}
	fill(fieldKey, keys...)
	fill(fieldAction, sms.KindMO.String(), sms.KindDR.String())
	fill(fieldBizType, nxcloud.BizTypeDID)
	return attempts
}

// missingHeaders lists the contract's headers that are not there, or empty.
func (s *search) missingHeaders() []string {
	var names []string
	for f, name := range contractHeaders {
		if values := s.capture.Header[name]; len(values) == 0 || len(values) == 1 && values[0] == "" {
			names = append(names, field(f).String())
		}
	}
	return names
}

// repeated: headers that occur several times; the n-th of each is tried.
func (s *search) repeated(a attempt) []attempt {
	var names []string
	most := 0
	for f, name := range contractHeaders {
		if count := len(s.capture.Header[name]); count > 1 && a.values[f] == "" {
			names = append(names, field(f).String())
			most = max(most, min(count, 8))
		}
	}
	var attempts []attempt
	for n := range most {
		b := a
		for f, name := range contractHeaders {
			if values := s.capture.Header[name]; len(values) > 1 && b.values[f] == "" {
				b.values[f] = values[min(n, len(values)-1)]
			}
		}
		attempts = append(attempts, b.after(causeRepeated(names)))
	}
	return attempts
}

// joined: a proxy made one header of several, with commas; the n-th part is tried.
func (s *search) joined(a attempt) []attempt {
	var names []string
	most := 0
	for f, value := range a.values {
		if strings.Contains(value, ",") && len(value) < 1024 {
			names = append(names, field(f).String())
			most = max(most, min(strings.Count(value, ",")+1, 8))
		}
	}
	var attempts []attempt
	for n := range most {
		b := a
		for f, value := range a.values {
			parts := strings.SplitN(value, ",", 9)
			b.values[f] = strings.TrimSpace(parts[min(n, len(parts)-1)])
		}
		attempts = append(attempts, b.after(causeJoined(names)))
	}
	return attempts
}

// quoted: values in quotation marks, or with space in them.
func (s *search) quoted(a attempt) []attempt {
	var names []string
	for f, value := range a.values {
		if bare := strings.Trim(value, secretWrapping); bare != value && bare != "" {
			names = append(names, field(f).String())
			a.values[f] = bare
		}
	}
	if names == nil {
		return nil
	}
	return []attempt{a.after(causeQuoted(names))}
}

// exchanged: the right values under the wrong names. All orders are tried.
func (s *search) exchanged(a attempt) []attempt {
	var attempts []attempt
	order := []int{0, 1, 2, 3, 4}
	permute(order, 0, func() {
		b := a
		var names []string
		for f, from := range order {
			b.values[f] = a.values[from]
			if b.values[f] != a.values[f] {
				names = append(names, field(f).String())
			}
		}
		if names == nil || !s.formed(b) {
			return
		}
		attempts = append(attempts, b.after(causeExchanged(names)))
	})
	return attempts
}

// permute calls visit with every order of the items from at on.
func permute(items []int, at int, visit func()) {
	if at == len(items) {
		visit()
		return
	}
	for n := at; n < len(items); n++ {
		items[at], items[n] = items[n], items[at]
		permute(items, at+1, visit)
		items[at], items[n] = items[n], items[at]
	}
}

// timeUnit: ts in seconds, micro- or nanoseconds, signed so or before conversion.
func (s *search) timeUnit(a attempt) []attempt {
	ts := a.values[fieldTS]
	unit, millis := "", ""
	switch {
	case a.excused[fieldTS] || !isDigits(ts):
	case len(ts) == 10:
		unit, millis = "seconds", ts+"000"
	case len(ts) == 16:
		unit, millis = "microseconds", ts[:13]
	case len(ts) == 19:
		unit, millis = "nanoseconds", ts[:13]
	}
	if unit == "" {
		return nil
	}
	cause := causeTimeUnit(unit)
	return []attempt{a.excuse(fieldTS).after(cause), a.with(fieldTS, millis).after(cause)}
}

// wordCase: MO or DR in capitals, signed so or before conversion.
func (s *search) wordCase(a attempt) []attempt {
	action := a.values[fieldAction]
	lower := strings.ToLower(action)
	if _, known := sms.ParseKind(lower); !known || lower == action {
		return nil
	}
	return []attempt{a.excuse(fieldAction).after(causeCase()), a.with(fieldAction, lower).after(causeCase())}
}

// otherProduct: genuine, but not a DID callback.
func (s *search) otherProduct(a attempt) []attempt {
	action, bizType := a.values[fieldAction], a.values[fieldBizType]
	_, known := sms.ParseKind(action)
	if known && bizType == nxcloud.BizTypeDID || !plainWord(action) || !plainWord(bizType) || s.config.AnyAction {
		return nil
	}
	return []attempt{a.excuse(fieldAction, fieldBizType).after(causeOtherProduct(bizType))}
}

// signForm: the hash in base64 in the place of hexadecimal.
func (s *search) signForm(a attempt) []attempt {
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		raw, err := encoding.DecodeString(a.values[fieldSign])
		if err == nil && (len(raw) == 16 || len(raw) == 32) {
			a.anyHash = true
			return []attempt{a.with(fieldSign, hex.EncodeToString(raw)).after(causeBase64())}
		}
	}
	return nil
}

// otherWording: a sender that puts the signed text together another way.
func (s *search) otherWording(a attempt) []attempt {
	if a.wording != wordingContract {
		return nil
	}
	var attempts []attempt
	for _, w := range []wording{wordingLowerCase, wordingAlgorithm, wordingHMAC} {
		b := a
		b.wording = w
		attempts = append(attempts, b.after(causeWording(w)))
	}
	return attempts
}
