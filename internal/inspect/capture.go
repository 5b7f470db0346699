// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
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

	Dotted   bool   // by a tool that prints a dot for each byte that is not ASCII
	Bodyless string // which kind of recording shows no body; empty: this one would
	Unread   bool   // names of the contract stand among the headers in no form that is one
}

// The ways in which a recording is not a request.
var (
	ErrEmpty      = errors.New("the capture is empty")
	ErrPacketFile = errors.New("this is a packet capture file, not text; open it in Wireshark, choose \"Follow TCP Stream\", show the data as raw and save that (tcpdump -A -r FILE does for a message in plain ASCII)")
	ErrNoHeaders  = errors.New("no HTTP header was found: a capture is a request line, headers, an empty line and the body; curl's --trace and -v, a curl line and a HAR file are read too")
	ErrUnreadable = errors.New("headers of the contract stand in it, but in no form that can be read: write one header a line, as name: value, then an empty line and the body")
)

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

// count words a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// were is the verb that belongs to a count.
func were(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
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

func fromUTF16(text []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(text)/2)
	for n := range units {
		units[n] = order.Uint16(text[2*n:])
	}
	return []byte(string(utf16.Decode(units)))
}
