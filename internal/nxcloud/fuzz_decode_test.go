// SPDX-License-Identifier: Apache-2.0

package nxcloud_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

var errNaive = errors.New("refused")

// naiveRead is a second reader: the standard library's, with a check of its own
// for each thing that it lets pass.
func naiveRead(body []byte) (map[string]nxcloud.TopLevel, error) {
	if !utf8.Valid(body) || !json.Valid(body) || !strings.HasPrefix(strings.TrimLeft(string(body), " \t\r\n"), "{") || loneSurrogate(body) {
		return nil, errNaive
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	top := make(map[string]nxcloud.TopLevel)
	if _, err := naiveValue(decoder, 0, top); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errNaive
	}
	return top, nil
}

// naiveValue reads one value within this many containers; the members of an
// object go into members.
func naiveValue(decoder *json.Decoder, depth int, members map[string]nxcloud.TopLevel) (nxcloud.TopLevel, error) {
	token, err := decoder.Token()
	if err != nil {
		return nxcloud.TopLevel{}, err
	}
	switch token := token.(type) {
	case nil:
		return nxcloud.TopLevel{Kind: "null"}, nil
	case string:
		return nxcloud.TopLevel{Kind: "string", Text: token}, nil
	case json.Number:
		return nxcloud.TopLevel{Kind: "number", Text: token.String()}, nil
	case json.Delim:
		if depth == 32 {
			return nxcloud.TopLevel{}, errNaive
		}
		for decoder.More() {
			name := ""
			if token == '{' {
				key, err := decoder.Token()
				if err != nil {
					return nxcloud.TopLevel{}, err
				}
				name = key.(string)
				if _, twice := members[name]; twice {
					return nxcloud.TopLevel{}, errNaive
				}
			}
			member, err := naiveValue(decoder, depth+1, make(map[string]nxcloud.TopLevel))
			if err != nil {
				return nxcloud.TopLevel{}, err
			}
			members[name] = member
		}
		if _, err := decoder.Token(); err != nil {
			return nxcloud.TopLevel{}, err
		}
	}
	return nxcloud.TopLevel{Kind: "other"}, nil
}

var escapes = regexp.MustCompile(`\\(?:u([0-9A-Fa-f]{4})|.)`)

// loneSurrogate looks at the escapes of a valid body from left to right.
func loneSurrogate(body []byte) bool {
	high := -1 // where an unanswered high half ends
	for _, at := range escapes.FindAllSubmatchIndex(body, -1) {
		var char uint64
		if at[2] >= 0 {
			char, _ = strconv.ParseUint(string(body[at[2]:at[3]]), 16, 16)
		}
		isHigh, isLow := char >= 0xd800 && char < 0xdc00, char >= 0xdc00 && char < 0xe000
		switch {
		case high >= 0:
			if !isLow || at[0] != high {
				return true
			}
			high = -1
		case isLow:
			return true
		case isHigh:
			high = at[1]
		}
	}
	return high >= 0
}

// FuzzDecode compares the reader with naiveRead, and Decode with both.
func FuzzDecode(f *testing.F) {
	for _, body := range []string{
		vendorBody, testBody, ``, `{}`, `[]`, `{"messageId":1}`, `{"messageId":"a","messag\u0065Id":"b"}`,
		`{"messageId":"m","price":0.0360,"size":2,"receiveTime":null,"x":[true,false,{"y":-1e+5}]}`,
		`{"messageId":"m"}{}`, "\ufeff{}", "{\"messageId\":\"\xff\"}", `{"x":"\ud83d\ude00"}`, `{"x":"\ud83d\\ude00"}`,
		`{"x":"\ude00"}`, `{"x":"\ud83d\u0041"}`, `{"x":1,"x":1}`, `{"x":{"y":1,"y":1}}`, `{"":"\"\\\/\b\f\n\r\t"}`,
		nested(32, `[`, `]`), nested(33, `[`, `]`), nested(32, `{"x":`, `}`), nested(33, `{"x":`, `}`),
		`{"x":1,}`, `{"x":[1,]}`, `{"x":01}`, `{"x":1.}`, `{"x":-}`, "{\"x\":\"\n\"}", `{"x":NaN}`, `{"x":nul}`, "{}\x00",
	} {
		f.Add([]byte(body))
	}
	decoder, caller := newTestDecoder(f), newTestCaller(f, sms.KindDR, nil)
	f.Fuzz(func(t *testing.T, body []byte) {
		kept := bytes.Clone(body)
		got, err := nxcloud.ReadTopLevel(body)
		want, wantErr := naiveRead(body)
		if (err == nil) != (wantErr == nil) {
			t.Fatalf("%q: the reader says %v, the plain one %v", body, err, wantErr)
		}
		if !maps.Equal(got, want) {
			t.Fatalf("%q:\n got %q\nwant %q", body, got, want)
		}
		event, err := decoder.Decode(&nxcloud.Delivery{Body: body, ArrivedAt: testNow}, caller)
		if !bytes.Equal(body, kept) {
			t.Fatal("Decode changed the body")
		}
		id := want["messageId"]
		if wantErr != nil || id.Kind != "string" && id.Kind != "number" || id.Text == "" {
			wantMalformed(t, string(body), err)
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", body, err)
		}
		checkEvent(t, event, want)
	})
}

var (
	plainID   = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,64}$`)
	hashedID  = regexp.MustCompile(`^hashed:[0-9a-f]{32}$`)
	plainWord = regexp.MustCompile(`^[A-Z_]{1,32}$`)
	plainSize = regexp.MustCompile(`^[0-9]+$`)

	plainPrice = regexp.MustCompile(`^[0-9]+(\.[0-9]{1,9})?$`)
)

// checkEvent holds what is true of every event, whatever the body.
func checkEvent(t *testing.T, event *sms.Event, fields map[string]nxcloud.TopLevel) {
	t.Helper()
	if id := fields["messageId"].Text; plainID.MatchString(id) && event.MessageID != id ||
		!plainID.MatchString(id) && !hashedID.MatchString(event.MessageID) {
		t.Errorf("messageId %q became %q", id, event.MessageID)
	}
	if event.Content != fields["content"].Text {
		t.Errorf("content %q became %q", fields["content"].Text, event.Content)
	}
	wantWord := sms.ParseStatus(fields["smsStatus"].Text).String()
	if word := fields["smsStatus"].Text; plainWord.MatchString(word) {
		wantWord = word
	}
	if event.StatusWord != wantWord {
		t.Errorf("smsStatus %q is shown as %q, want %q", fields["smsStatus"].Text, event.StatusWord, wantWord)
	}
	size, err := strconv.Atoi(fields["size"].Text)
	if want := err == nil && size <= 255 && plainSize.MatchString(fields["size"].Text); event.HasSize != want || want && int(event.Size) != size {
		t.Errorf("size %q became %d, %t", fields["size"].Text, event.Size, event.HasSize)
	}
	price := new(big.Rat)
	if text := fields["price"].Text; plainPrice.MatchString(text) {
		price.SetString(text)
	} else {
		price.SetInt64(-1)
	}
	want := price.Sign() >= 0 && price.Cmp(big.NewRat(sms.MaxPrice, 1)) <= 0
	got, _ := new(big.Rat).SetString(event.Price.String())
	if event.HasPrice != want || want && got.Cmp(price) != 0 {
		t.Errorf("price %q became %v, %t", fields["price"].Text, event.Price, event.HasPrice)
	}
	for _, e := range event.FieldErrors {
		if e.Problem == sms.FieldFine || e.Problem == sms.FieldAbsent {
			t.Errorf("%v reported as %v", e.Field, e.Problem)
		}
	}
	if len(event.FieldErrors) > 3 {
		t.Errorf("%d field errors", len(event.FieldErrors))
	}
}
