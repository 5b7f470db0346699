// SPDX-License-Identifier: Apache-2.0

package inspect

import (
	"bytes"
	"strconv"
	"strings"
)

// readBody cuts the body as a server would: by its chunks or its length. What it
// returns begins with the next request; nil: there is none.
func (c *Capture) readBody(rest []byte) (next []byte) {
	encoding := c.Header["Transfer-Encoding"]
	delete(c.Header, "Transfer-Encoding")
	if len(encoding) > 0 && strings.EqualFold(encoding[len(encoding)-1], "chunked") {
		if body, after, ok := dechunk(rest); ok {
			c.Body = body
			_, next = cutRequest(after, false)
			return next
		}
		c.note("The headers announce a chunked body, but the recording shows it put together already.")
	}
	announced, err := strconv.ParseUint(only(c.Header, "Content-Length"), 10, 40)
	if err != nil || len(encoding) > 0 {
		c.Body, next = cutRequest(rest, true)
		if next != nil { // nothing says where the body ended; the next request has a line of its own
			c.Body = bytes.TrimRight(c.Body, "\r\n")
		}
		return next
	}
	length := int(announced)
	if length > len(rest) {
		c.Body, next = cutRequest(rest, true)
		c.Missing = length - len(c.Body)
		if c.Bodyless == "" {
			c.note("The body is %s shorter than Content-Length says.", count(c.Missing, "byte"))
		}
		return next
	}
	c.Body = rest[:length:length]
	c.Beyond, next = cutRequest(rest[length:], false)
	if beyond := len(c.Beyond); beyond > 0 {
		c.note("%s after the announced end of the body %s left out.", count(beyond, "byte"), were(beyond))
	}
	return next
}

// dechunk puts a chunked body together, and returns what follows its last chunk.
func dechunk(rest []byte) (body, after []byte, ok bool) {
	body = []byte{}
	for {
		line, after, found := bytes.Cut(rest, []byte("\n"))
		if !found {
			return nil, nil, false
		}
		digits, _, _ := strings.Cut(strings.TrimSpace(string(line)), ";")
		size, err := strconv.ParseUint(strings.TrimSpace(digits), 16, 31)
		if err != nil || size > uint64(len(after)) {
			return nil, nil, false
		}
		if size == 0 {
			return body, after, true
		}
		body = append(body, after[:size]...)
		rest = bytes.TrimPrefix(after[size:], []byte("\r"))
		if rest, found = bytes.CutPrefix(rest, []byte("\n")); !found {
			return nil, nil, false
		}
	}
}
