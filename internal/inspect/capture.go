// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

// Capture is one request as somebody recorded it.
type Capture struct {
	Method string      // empty: not recorded
	Header http.Header // under the names that Go's server gives them, without Host
	Body   []byte
	Notes  []string // what was odd about the recording

	Partial bool   // headers and body alone: what is not there was perhaps left out
	Beyond  []byte // what followed the announced end of the body
	Missing int    // bytes announced but not recorded
}

// The ways in which a recording is not a request.
var (
	ErrEmpty      = errors.New("the capture is empty")
	ErrPacketFile = errors.New("this is a packet capture file, not text; print the request first: tcpdump -A -r FILE, or Wireshark's \"Follow HTTP Stream\"")
	ErrNoHeaders  = errors.New("no HTTP header was found: a capture is a request line, headers, an empty line and the body")
)

// requestLine finds the request line also behind what tcpdump prints in front.
var requestLine = regexp.MustCompile(`([A-Z]{3,10}) (\S+) HTTP/[0-9](\.[0-9])?\r?$`)

// preamble is how many lines may stand before the request line.
const preamble = 20

// Parse reads a recording: raw bytes from the wire, or what tcpdump -A, a proxy's
// log or a page for debugging shows. Line ends may be LF or CRLF, the request line
// may be missing, HTTP/2's pseudo headers may take its place.
func Parse(raw []byte) (*Capture, error) {
	c := &Capture{Header: http.Header{}}
	raw, err := c.plain(raw)
	if err != nil {
		return nil, err
	}
	lines := &lineReader{rest: raw}
	c.readRequestLine(lines)
	if err := c.readHeaders(lines); err != nil {
		return nil, err
	}
	c.readBody(lines.rest)
	return c, nil
}

// FromParts makes a capture of headers given one by one, as name:value, and a body.
func FromParts(headers []string, body []byte) (*Capture, error) {
	c := &Capture{Header: http.Header{}, Partial: true, Body: body}
	for _, line := range headers {
		if !c.addHeader(line) {
			return nil, fmt.Errorf("a header must be name:value, such as 'ts: 1690361994834'")
		}
	}
	return c, nil
}

func (c *Capture) note(format string, arguments ...any) {
	c.Notes = append(c.Notes, fmt.Sprintf(format, arguments...))
}

// plain recognises what is not text at all, and undoes what Windows does to text
// that is redirected into a file.
func (c *Capture) plain(raw []byte) ([]byte, error) {
	if len(bytes.TrimSpace(raw)) == 0 {
		return nil, ErrEmpty
	}
	if len(raw) >= 4 {
		switch binary.LittleEndian.Uint32(raw) {
		case 0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0x0a0d0d0a:
			return nil, ErrPacketFile
		}
	}
	if text, found := bytes.CutPrefix(raw, []byte("\xff\xfe")); found {
		c.note("The capture is saved as UTF-16, as PowerShell's > does; line ends and odd characters may have changed.")
		return fromUTF16(text, binary.LittleEndian), nil
	}
	return bytes.TrimPrefix(raw, []byte(bom)), nil
}

// lineReader hands out lines without their ends.
type lineReader struct {
	rest   []byte
	number int
}

func (l *lineReader) next() (line string, ok bool) {
	if len(l.rest) == 0 {
		return "", false
	}
	text, rest, _ := bytes.Cut(l.rest, []byte("\n"))
	l.rest = rest
	l.number++
	return strings.TrimSuffix(string(text), "\r"), true
}

// readRequestLine skips to behind the request line, if there is one near the
// start. tcpdump names it twice: in its own line and in the packet.
func (c *Capture) readRequestLine(lines *lineReader) {
	scan := *lines
	last := preamble
	for scan.number < last {
		line, ok := scan.next()
		if !ok {
			break
		}
		found := requestLine.FindStringSubmatch(line)
		if found == nil {
			continue
		}
		if c.Method == "" {
			last = min(preamble, scan.number+4)
		}
		c.Method, *lines = found[1], scan
	}
	if lines.number > 1 {
		c.note("%d lines before the request line were skipped.", lines.number-1)
	}
	for { // empty lines in front
		ahead := *lines
		if line, ok := ahead.next(); !ok || line != "" || c.Method != "" {
			return
		}
		*lines = ahead
	}
}

// readHeaders reads up to the empty line.
func (c *Capture) readHeaders(lines *lineReader) error {
	count, odd, last := 0, 0, ""
	for {
		before := lines.rest
		line, ok := lines.next()
		if !ok {
			c.note("No empty line ends the headers, so there is no body.")
			break
		}
		if line == "" {
			break
		}
		if first := line[0]; (first == ' ' || first == '\t') && last != "" {
			values := c.Header[last]
			values[len(values)-1] += " " + strings.TrimSpace(line)
			continue
		}
		if count > 0 && (line[0] == '{' || line[0] == '[') {
			c.note("No empty line stands between headers and body; the body is taken to begin at line %d.", lines.number)
			lines.rest = before
			break
		}
		if name, fine := c.headerLine(line); fine {
			count, last = count+1, name
		} else {
			odd++
		}
	}
	if odd > 0 {
		c.note("Lines among the headers that are none: %d. They were left out.", odd)
	}
	c.Partial = c.Method == ""
	if count == 0 {
		return ErrNoHeaders
	}
	return nil
}

// headerLine takes one line in and returns the name under which it was kept; the
// name is empty for one that Go's server keeps elsewhere.
func (c *Capture) headerLine(line string) (name string, ok bool) {
	if pseudo, found := strings.CutPrefix(line, ":"); found { // HTTP/2: ":method: POST"
		name, value, ok := strings.Cut(pseudo, ":")
		if ok && strings.TrimSpace(name) == "method" {
			c.Method = strings.TrimSpace(value)
		}
		return "", ok
	}
	if !c.addHeader(line) {
		return "", false
	}
	name, _, _ = strings.Cut(line, ":")
	name = canonical(name)
	if _, kept := c.Header[name]; !kept {
		return "", true
	}
	return name, true
}

// addHeader takes a name:value in.
func (c *Capture) addHeader(line string) bool {
	name, value, found := strings.Cut(line, ":")
	if name = canonical(name); !found || name == "" || strings.ContainsAny(name, " \t\"{}(),;") {
		return false
	}
	if name != "Host" {
		c.Header[name] = append(c.Header[name], strings.Trim(value, " \t"))
	}
	return true
}

// canonical gives the name that Go's server keeps. PHP and CGI show headers as
// variables such as HTTP_ACCESSKEY.
func canonical(name string) string {
	name = strings.Trim(name, " \t")
	if variable, found := strings.CutPrefix(name, "HTTP_"); found {
		name = strings.ReplaceAll(variable, "_", "-")
	}
	return textproto.CanonicalMIMEHeaderKey(name)
}

// readBody cuts the body as a server would: by its chunks or its length.
func (c *Capture) readBody(rest []byte) {
	encoding := c.Header["Transfer-Encoding"]
	delete(c.Header, "Transfer-Encoding")
	if len(encoding) > 0 && strings.EqualFold(encoding[len(encoding)-1], "chunked") {
		if body, ok := dechunk(rest); ok {
			c.Body = body
			return
		}
		c.note("The headers announce a chunked body, but the recording shows it put together already.")
	}
	c.Body = rest
	announced, err := strconv.ParseUint(only(c.Header, "Content-Length"), 10, 40)
	if err != nil || len(encoding) > 0 {
		return
	}
	if length := int(announced); length > len(rest) {
		c.Missing = length - len(rest)
		c.note("The body is %d bytes shorter than Content-Length says.", c.Missing)
	} else if length < len(rest) {
		c.Body, c.Beyond = rest[:length:length], rest[length:]
		c.note("%d bytes after the announced end of the body were left out.", len(c.Beyond))
	}
}

// dechunk puts a chunked body together.
func dechunk(rest []byte) (body []byte, ok bool) {
	body = []byte{}
	for {
		line, after, found := bytes.Cut(rest, []byte("\n"))
		if !found {
			return nil, false
		}
		digits, _, _ := strings.Cut(strings.TrimSpace(string(line)), ";")
		size, err := strconv.ParseUint(strings.TrimSpace(digits), 16, 31)
		if err != nil || size > uint64(len(after)) {
			return nil, false
		}
		if size == 0 {
			return body, true
		}
		body = append(body, after[:size]...)
		rest = bytes.TrimPrefix(after[size:], []byte("\r"))
		if rest, found = bytes.CutPrefix(rest, []byte("\n")); !found {
			return nil, false
		}
	}
}

func fromUTF16(text []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(text)/2)
	for n := range units {
		units[n] = order.Uint16(text[2*n:])
	}
	return []byte(string(utf16.Decode(units)))
}
