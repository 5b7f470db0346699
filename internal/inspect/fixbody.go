// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"encoding/json"
	"html"
	"io"
	"net/url"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// bom is the byte order mark that some editors put in front of UTF-8.
const bom = "\ufeff"

// maxInflated bounds what a compressed body may grow to.
const maxInflated = 1 << 20

func sameBytes(a, b []byte) bool { return bytes.Equal(a, b) }

// bodies makes an attempt of each body that differs from the one at hand.
func (a attempt) bodies(cause Cause, bodies ...[]byte) []attempt {
	var attempts []attempt
	for n, body := range bodies {
		known := func(earlier []byte) bool { return bytes.Equal(earlier, body) }
		if len(body) > 0 && !known(a.body) && !slices.ContainsFunc(bodies[:n], known) {
			attempts = append(attempts, a.withBody(body).after(cause))
		}
	}
	return attempts
}

// finalLineEnd: something put a line end behind the body.
func (s *search) finalLineEnd(a attempt) []attempt {
	return a.bodies(causeFinalLineEnd(),
		bytes.TrimSuffix(bytes.TrimSuffix(a.body, []byte("\n")), []byte("\r")),
		bytes.TrimSuffix(a.body, []byte("\n")),
		bytes.TrimRight(a.body, "\r\n"),
	)
}

// missingLineEnd: something took the last line end away.
func (s *search) missingLineEnd(a attempt) []attempt {
	if len(a.body) == 0 {
		return nil
	}
	return a.bodies(causeMissingLineEnd(), concat(a.body, "\n"), concat(a.body, "\r\n"))
}

// lineEnds: all line ends were changed into the other kind.
func (s *search) lineEnds(a attempt) []attempt {
	unix := bytes.ReplaceAll(a.body, []byte("\r\n"), []byte("\n"))
	return a.bodies(causeLineEnds(), unix, bytes.ReplaceAll(unix, []byte("\n"), []byte("\r\n")))
}

func (s *search) byteOrderMark(a attempt) []attempt {
	if body, found := bytes.CutPrefix(a.body, []byte(bom)); found {
		return a.bodies(causeBOM(), body)
	}
	return a.bodies(causeBOM(), append([]byte(bom), a.body...))
}

// surroundings: space around the body.
func (s *search) surroundings(a attempt) []attempt {
	return a.bodies(causeSurroundings(), bytes.TrimSpace(a.body))
}

// cut: more was sent than the announced length.
func (s *search) cut(a attempt) []attempt {
	if len(s.capture.Beyond) == 0 || !bytes.Equal(a.body, s.capture.Body) {
		return nil
	}
	whole := concat(a.body, string(s.capture.Beyond))
	return a.bodies(causeCut(len(a.body), len(whole)), whole, bytes.TrimRight(whole, "\r\n"))
}

// leftOut: signed as if there were no body.
func (s *search) leftOut(a attempt) []attempt {
	if len(a.body) == 0 {
		return nil
	}
	return []attempt{a.withBody(nil).after(causeLeftOut())}
}

// chunked: the sizes of the chunks are still in the body.
func (s *search) chunked(a attempt) []attempt {
	body, _, ok := dechunk(a.body)
	if !ok {
		return nil
	}
	return a.bodies(causeChunked(), body)
}

// compressed: signed first, compressed afterwards.
func (s *search) compressed(a attempt) []attempt {
	var reader io.Reader
	var err error
	switch source := bytes.NewReader(a.body); {
	case bytes.HasPrefix(a.body, []byte("\x1f\x8b")):
		reader, err = gzip.NewReader(source)
	case bytes.HasPrefix(a.body, []byte("\x78")):
		reader, err = zlib.NewReader(source)
	default:
		return nil
	}
	if err != nil {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(reader, maxInflated))
	if err != nil && len(body) == 0 {
		return nil
	}
	return a.bodies(causeCompressed(), body)
}

// charset: the same text in another encoding.
func (s *search) charset(a attempt) []attempt {
	if isASCII(a.body) && !bytes.Contains(a.body, []byte{0}) {
		return a.bodies(causeCharset("UTF-8", "UTF-16"), toUTF16(a.body)...)
	}
	var attempts []attempt
	if order, text, found := utf16Order(a.body); found {
		attempts = a.bodies(causeCharset("UTF-16", "UTF-8"), fromUTF16(text, order))
	}
	if utf8.Valid(a.body) {
		attempts = append(attempts, a.bodies(causeCharset("UTF-8", "Latin-1"), toLatin1(a.body), toWindows1252(a.body))...)
		return append(attempts, a.bodies(causeCharset("UTF-8", "UTF-16"), toUTF16(a.body)...)...)
	}
	return append(attempts, a.bodies(causeCharset("Latin-1", "UTF-8"), fromLatin1(a.body), fromWindows1252(a.body))...)
}

// escaped: copied from a place that escapes what it shows.
func (s *search) escaped(a attempt) []attempt {
	attempts := a.bodies(causeEscaped("a JSON or log text"), unquoted(a.body)...)
	attempts = append(attempts, a.bodies(causeEscaped("an HTML page"), []byte(html.UnescapeString(string(a.body))))...)
	if plain, err := url.QueryUnescape(string(a.body)); err == nil {
		attempts = append(attempts, a.bodies(causeEscaped("a URL or form"), []byte(plain))...)
	}
	return attempts
}

// unquoted undoes the escapes of a quoted string, with or without its quotes.
func unquoted(body []byte) [][]byte {
	if !bytes.Contains(body, []byte(`\`)) {
		return nil
	}
	var found [][]byte
	quoted := body
	if !bytes.HasPrefix(body, []byte(`"`)) {
		quoted = concat([]byte(`"`), string(body)+`"`)
	}
	var text string
	if json.Unmarshal(quoted, &text) == nil {
		found = append(found, []byte(text))
	}
	if text, err := strconv.Unquote(string(quoted)); err == nil { // also \x22, as nginx writes it
		found = append(found, []byte(text))
	}
	return found
}

func concat(body []byte, end string) []byte {
	return append(slices.Clip(body), end...)
}

func isASCII(body []byte) bool {
	return !slices.ContainsFunc(body, func(c byte) bool { return c >= utf8.RuneSelf })
}

// utf16Order recognises UTF-16 by its mark or by the zeros between ASCII.
func utf16Order(body []byte) (order binary.ByteOrder, text []byte, found bool) {
	switch {
	case len(body) < 4:
	case body[0] == 0xff && body[1] == 0xfe:
		return binary.LittleEndian, body[2:], true
	case body[0] == 0xfe && body[1] == 0xff:
		return binary.BigEndian, body[2:], true
	case body[1] == 0:
		return binary.LittleEndian, body, true
	case body[0] == 0:
		return binary.BigEndian, body, true
	}
	return nil, nil, false
}

// toUTF16 returns both byte orders, without and with a mark.
func toUTF16(body []byte) [][]byte {
	units := utf16.Encode([]rune(string(body)))
	little, big := make([]byte, 0, 2*len(units)), make([]byte, 0, 2*len(units))
	for _, unit := range units {
		little = binary.LittleEndian.AppendUint16(little, unit)
		big = binary.BigEndian.AppendUint16(big, unit)
	}
	return [][]byte{little, concat([]byte("\xff\xfe"), string(little)), big, concat([]byte("\xfe\xff"), string(big))}
}

// windows1252 is where that code page differs from Latin-1: 0x80 to 0x9f.
var windows1252 = []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")

func fromLatin1(body []byte) []byte {
	var text []byte
	for _, c := range body {
		text = utf8.AppendRune(text, rune(c))
	}
	return text
}

func fromWindows1252(body []byte) []byte {
	var text []byte
	for _, c := range body {
		char := rune(c)
		if c >= 0x80 && c < 0xa0 {
			char = windows1252[c-0x80]
		}
		text = utf8.AppendRune(text, char)
	}
	return text
}

// toLatin1 returns nothing when a character has no place there.
func toLatin1(body []byte) []byte {
	text := make([]byte, 0, len(body))
	for _, char := range string(body) {
		if char > 0xff {
			return nil
		}
		text = append(text, byte(char)) //nolint:gosec // at most 255
	}
	return text
}

func toWindows1252(body []byte) []byte {
	text := make([]byte, 0, len(body))
	for _, char := range string(body) {
		at := slices.Index(windows1252, char)
		switch {
		case at >= 0:
			text = append(text, byte(0x80+at)) //nolint:gosec // at most 31
		case char > 0xff:
			return nil
		default:
			text = append(text, byte(char)) //nolint:gosec // at most 255
		}
	}
	return text
}
