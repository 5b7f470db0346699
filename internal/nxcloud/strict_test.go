// SPDX-License-Identifier: Apache-2.0

package nxcloud_test

import (
	"strings"
	"testing"

	"didsms_exporter/internal/nxcloud"
	"didsms_exporter/internal/sms"
)

// nested is a body whose deepest container is at this depth.
func nested(depth int, open, end string) string {
	return `{"messageId":"m","x":` + strings.Repeat(open, depth-1) + `1` + strings.Repeat(end, depth-1) + `}`
}

func TestDecodeRefusesUnreadableBodies(t *testing.T) {
	const (
		object, syntax, utf8       = "body is not one JSON object", "body is not valid JSON", "body is not valid UTF-8"
		twice, deep, after, halves = "a name occurs twice in one object", "body is nested deeper than 32 levels", "something follows the JSON object", "a unicode escape is half of a pair"
	)
	for _, c := range []struct{ name, body, want string }{
		{"nothing", ``, object},
		{"space", " \n", object},
		{"an array", `[{"messageId":"m"}]`, object},
		{"a string", `"messageId"`, object},
		{"null", `null`, object},
		{"a form", `messageId=m&size=1`, object},
		{"byte order mark", "\ufeff" + `{"messageId":"m"}`, object},
		{"UTF-16", "{\x00}\x00", syntax},
		{"form feed for a space", "\f{}", object},
		{"no-break space", "{\u00a0}", syntax},

		{"a name twice", `{"messageId":"a","messageId":"a"}`, twice},
		{"a name twice, once escaped", `{"messageId":"a","messag\u0065Id":"b"}`, twice},
		{"an unknown name twice", `{"messageId":"a","x":1,"x":1}`, twice},
		{"an empty name twice", `{"messageId":"a","":1,"":1}`, twice},
		{"a name twice in an object", `{"messageId":"a","x":{"y":1,"y":2}}`, twice},
		{"a name twice deep down", `{"messageId":"a","x":[[{"y":[{"z":1,"z":1}]}]]}`, twice},
		{"an escaped pair and its character", `{"messageId":"a","\ud83d\ude00":1,"😀":1}`, twice},

		{"a second object", `{"messageId":"a"}{"messageId":"b"}`, after},
		{"a second object on a line of its own", `{"messageId":"a"}` + "\n" + `{"messageId":"b"}`, after},
		{"a brace too many", `{"messageId":"a"}}`, after},
		{"a final NUL", `{"messageId":"a"}` + "\x00", after},
		{"a final comma", `{"messageId":"a"},`, after},
		{"the tail of a moved boundary", `{"messageId":"a"}&accessSecret=x`, after},

		{"bad UTF-8 in a value", "{\"messageId\":\"a\xff\"}", utf8},
		{"bad UTF-8 in a name", "{\"messageId\":\"a\",\"\xc3\":1}", utf8},
		{"bad UTF-8 behind the object", `{"messageId":"a"}` + "\xff", utf8},
		{"overlong UTF-8", "{\"messageId\":\"\xc0\xaf\"}", utf8},
		{"a surrogate in UTF-8", "{\"messageId\":\"\xed\xa0\x80\"}", utf8},

		{"a high half", `{"messageId":"\ud83d"}`, halves},
		{"a low half", `{"messageId":"\ude00"}`, halves},
		{"halves in the wrong order", `{"messageId":"\ude00\ud83d"}`, halves},
		{"two high halves", `{"messageId":"\ud83d\ud83d"}`, halves},
		{"a high half and a letter", `{"messageId":"\ud83dx\ude00"}`, halves},
		{"a high half and an escaped letter", `{"messageId":"\ud83d\u0041"}`, halves},
		{"a high half and an escaped backslash", `{"messageId":"\ud83d\\ude00"}`, halves},
		{"a half in a name", `{"messageId":"m","\ud83d":1}`, halves},
		{"a half in an unknown value", `{"messageId":"m","x":["\udc00"]}`, halves},

		{"33 objects", nested(33, `{"x":`, `}`), deep},
		{"33 arrays", nested(33, `[`, `]`), deep},
		{"10000 arrays", nested(10000, `[`, `]`), deep},
		{"10000 arrays left open", strings.Repeat(`{"x":[`, 5000), deep},

		{"cut short", vendorBody[:len(vendorBody)-2], syntax},
		{"cut in a name", `{"messageI`, syntax},
		{"cut in an escape", `{"messageId":"\`, syntax},
		{"cut in a unicode escape", `{"messageId":"\u00`, syntax},
		{"cut in a pair", `{"messageId":"\ud83d\u`, syntax},
		{"cut after a comma", `{"messageId":"m",`, syntax},
		{"cut after a colon", `{"messageId":`, syntax},
		{"cut in an array", `{"messageId":[1`, syntax},
		{"cut in a word", `{"messageId":nul`, syntax},
		{"comma before the end", `{"messageId":"m",}`, syntax},
		{"comma before the end of an array", `{"messageId":"m","x":[1,]}`, syntax},
		{"comma alone", `{,}`, syntax},
		{"two commas", `{"a":1,,"messageId":"m"}`, syntax},
		{"no colon", `{"messageId" "m"}`, syntax},
		{"no comma", `{"messageId":"m" "a":1}`, syntax},
		{"no value", `{"messageId":}`, syntax},
		{"the wrong bracket", `{"messageId":"m","x":[1}}`, syntax},
		{"a name without quotes", `{messageId:"m"}`, syntax},
		{"single quotes", `{'messageId':'m'}`, syntax},
		{"a name that is a number", `{1:"m"}`, syntax},
		{"a comment", `{"messageId":"m"/**/}`, syntax},
		{"a line end in a string", "{\"messageId\":\"a\nb\"}", syntax},
		{"a line end behind an escape", "{\"messageId\":\"\\t\n\"}", syntax},
		{"a NUL in a string", "{\"messageId\":\"a\x00\"}", syntax},
		{"an unknown escape", `{"messageId":"\x41"}`, syntax},
		{"an escape in capitals", `{"messageId":"\U0041"}`, syntax},
		{"a unicode escape of letters", `{"messageId":"\u00zz"}`, syntax},
		{"a unicode escape with a sign", `{"messageId":"\u+041"}`, syntax},
		{"NaN", `{"messageId":"m","price":NaN}`, syntax},
		{"Infinity", `{"messageId":"m","price":Infinity}`, syntax},
		{"minus Infinity", `{"messageId":"m","price":-Infinity}`, syntax},
		{"a plus sign", `{"messageId":"m","price":+1}`, syntax},
		{"a leading zero", `{"messageId":"m","price":01}`, syntax},
		{"a minus sign and a leading zero", `{"messageId":"m","price":-01}`, syntax},
		{"a minus sign alone", `{"messageId":"m","price":-}`, syntax},
		{"a bare point", `{"messageId":"m","price":1.}`, syntax},
		{"no integer part", `{"messageId":"m","price":.5}`, syntax},
		{"a bare exponent", `{"messageId":"m","price":1e}`, syntax},
		{"an exponent's bare sign", `{"messageId":"m","price":1e+}`, syntax},
		{"hexadecimal", `{"messageId":"m","price":0x1}`, syntax},
		{"True", `{"messageId":"m","x":True}`, syntax},
		{"a longer word", `{"messageId":"m","x":nulll}`, syntax},
	} {
		event, err := newTestDecoder(t).Decode(&nxcloud.Delivery{Body: []byte(c.body)}, newTestCaller(t, sms.KindMO, nil))
		if event != nil {
			t.Errorf("%s: %.80q was read", c.name, c.body)
		}
		wantMalformed(t, c.name, err)
		if got, ok := err.(*nxcloud.Refusal); ok && got.Reason != c.want {
			t.Errorf("%s: reason %q, want %q", c.name, got.Reason, c.want)
		}
	}
}

// A body may be cut off anywhere, in a buffer with no room behind it.
func TestDecodeRefusesEveryPrefix(t *testing.T) {
	body := []byte(`{"messageId":"\ud83d\ude00\u00e9\n","x":[-1.5e+7,0,true,false,null,{"y":"é"},{}]}`)
	for n := range body {
		if values, err := nxcloud.ReadTopLevel(body[:n:n]); err == nil {
			t.Errorf("%q was read as %q", body[:n], values)
		}
	}
	if _, err := nxcloud.ReadTopLevel(body); err != nil {
		t.Errorf("the whole: %v", err)
	}
}

func TestDecodeAcceptsOddButValidBodies(t *testing.T) {
	for _, c := range []struct{ name, body string }{
		{"space everywhere", " \t\r\n{ \"messageId\" :\n\"m\" , \"x\" : [ 1 , { } , [ ] ] } \r\n"},
		{"32 arrays", nested(32, `[`, `]`)},
		{"32 objects", nested(32, `{"x":`, `}`)},
		{"many containers side by side", `{"messageId":"m","x":[` + strings.Repeat(`[],{},`, 1000) + `0]}`},
		{"the same name at two depths", `{"messageId":"m","x":{"messageId":"n","x":{"x":1}}}`},
		{"the same name in two objects", `{"messageId":"m","x":[{"y":1},{"y":1}]}`},
		{"names that differ in case", `{"messageId":"m","MESSAGEID":"n","Messageid":"o"}`},
		{"a name that folds to messageId", `{"messageId":"m","me` + "\u017f\u017f" + `ageId":"n"}`},
		{"names in other normal forms", `{"messageId":"m","\u00e9":1,"e\u0301":2}`},
		{"an escaped name", `{"\u006dessageId":"m"}`},
		{"numbers", `{"messageId":"m","x":[0,-0,1,-1,0.5,1e5,1E+5,1e-05,123456789012345678901234567890]}`},
		{"words", `{"messageId":"m","x":[true,false,null]}`},
		{"a byte order mark within a string", `{"messageId":"m","x":"` + "\ufeff" + `"}`},
		{"DEL and C1 in a string", "{\"messageId\":\"m\",\"x\":\"\x7f\u0085\u2028\"}"},
		{"a long string", `{"messageId":"m","x":"` + strings.Repeat("ab\\n", 10000) + `"}`},
	} {
		if got := decoded(t, c.body).MessageID; got != "m" {
			t.Errorf("%s: messageId %q, want m", c.name, got)
		}
	}
}
